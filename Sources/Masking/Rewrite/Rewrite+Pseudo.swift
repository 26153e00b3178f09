import Catalog
import GoogleSQL

/// What a scan has beside the columns of its table.
struct ScanAdditions {
    /// The pseudo-columns that it shows.
    var columns: [PseudoColumn] = []
    /// The conditions inside of it.
    var conditions: [String] = []
}

/// Pseudo-columns: conditions on them move into the scans, and what else uses them reads what the scan shows.
extension Rewrite {
    /// Decides on every use of a pseudo-column.
    ///
    /// - Returns: what the scans have beside columns, by read.
    mutating func placePseudoColumns() -> [Int: ScanAdditions] {
        if walk.pseudo.uses.isEmpty && wildcards.isEmpty { return [:] }
        let plan = PseudoPlan(walk: walk) { read, column in
            guard let schema = scans[walk.reads[read].table]?.masks.schema else { return false }
            return Self.offers(schema, column)
        }
        for column in Set(plan.renamed.map(\.column)) { exposedNames[column] = freeName(for: column) }
        for problem in plan.problems {
            refuse("column.pseudo", problem.message, at: problem.use.tokens, fix: problem.fix)
        }
        refuseDenied(plan.named)
        var additions: [Int: ScanAdditions] = [:]
        for (read, columns) in plan.exposed {
            additions[read, default: ScanAdditions()].columns = PseudoColumn.allCases.filter { columns[$0] != nil }
        }
        pin(by: plan, &additions)
        move(plan.moved, &additions)
        rename(plan.renamed)
        leaveOut(of: plan.exposed)
        return additions
    }

    private static func offers(_ schema: TableSchema, _ column: PseudoColumn) -> Bool {
        switch column {
        case .tableSuffix: schema.id.wildcardPrefix != nil
        case .partitionTime, .partitionDate:
            schema.partitioning == .ingestionTime && schema.kind.viewDefinition == nil
        }
    }

    /// A partition's time is a value of an untagged column; a table's name is shown by list_tables as well.
    private mutating func refuseDenied(_ named: [Int: [PseudoColumn: PseudoUse]]) {
        for (read, uses) in named {
            guard let masks = scans[walk.reads[read].table]?.masks else { continue }
            let rules = TablePolicy(policy, of: masks.schema, authority: masks.basis.authority)
            for (column, use) in uses {
                guard column != .tableSuffix,
                    rules.mask(for: Column(name: column.name, type: .scalar(.timestamp)))?.rule == .deny
                else { continue }
                refuse(
                    "column.denied",
                    "you may not see `\(column.name)` of `\(masks.schema.id)`",
                    at: use.tokens,
                    fix: "do not name it"
                )
            }
        }
    }

    private func pin(by plan: PseudoPlan, _ additions: inout [Int: ScanAdditions]) {
        guard !wildcards.isEmpty else { return }
        var filters: [Int: [SuffixFilter]] = [:]
        for moved in plan.moved { filters[moved.read, default: []].append(moved.condition.suffixes) }
        for (index, read) in walk.reads.enumerated() {
            guard let wildcard = wildcards[read.table], let masks = scans[read.table]?.masks else { continue }
            let suffixes = pinned(wildcard, by: .all(filters[index] ?? []))
            additions[index, default: ScanAdditions()].conditions = [Self.pinning(suffixes, alias: masks.alias)]
        }
    }

    /// Prints the conditions that move, with the names that they have inside of the scans.
    private mutating func move(_ moved: [PseudoPlan.Moved], _ additions: inout [Int: ScanAdditions]) {
        guard !moved.isEmpty else { return }
        let uses = Dictionary(walk.pseudo.uses.map { ($0.tokens.lowerBound, $0) }) { first, _ in first }
        var inner = edits
        for condition in moved {
            guard let alias = scans[walk.reads[condition.read].table]?.masks.alias else { continue }
            for use in condition.condition.paths.compactMap({ uses[$0.lowerBound] }) {
                inner.append(TokenEdit(tokens: use.tokens, text: "\(alias).\(use.column.name)"))
            }
        }
        let texts = TokenPrinter.print(parts: moved.map(\.condition.tokens), of: walk.parsed, edits: inner)
        for (condition, text) in zip(moved, texts) {
            additions[condition.read, default: ScanAdditions()].conditions.append("(\(text))")
        }
        let gone = moved.filter { !$0.staysOutside }.map(\.condition.tokens)
        // What was to be printed differently inside of them is printed in the scan.
        edits = TokenEdit.edits(edits, outside: gone)
        edits += gone.map { TokenEdit(tokens: $0, text: "TRUE") }
    }

    /// Puts the names that the scans show in the place of BigQuery's.
    private mutating func rename(_ uses: [PseudoUse]) {
        let results = Set(unnamedResults.map(\.tokens))
        for use in uses {
            let name = exposedName(of: use.column)
            let isResult = results.contains(use.tokens)
            edits.append(
                TokenEdit(tokens: use.nameTokens, text: isResult ? "\(name) AS \(use.column.resultName)" : name)
            )
        }
    }

    /// The name under which scans show a pseudo-column.
    func exposedName(of column: PseudoColumn) -> String { exposedNames[column] ?? column.exposedName }

    /// A name that nothing in the query and none of its tables has.
    private func freeName(for column: PseudoColumn) -> String {
        var name = column.exposedName
        while isTaken(FoldedName(name)) { name += "_" }
        return name
    }

    private func isTaken(_ name: FoldedName) -> Bool {
        names.find(name) != nil || scans.contains { $0?.masks.names.contains(name) ?? false }
    }

    /// The columns of the result that are nothing but a pseudo-column and have no name of their own: BigQuery takes
    /// neither its own name for them nor a name that only ORDER BY would not find after DISTINCT.
    private var unnamedResults: [PathExpression] {
        guard stack.objects.isEmpty, case .query(let query) = walk.parsed.statement, query.pipes.isEmpty,
            case .select(let select) = query.body, select.quantifier != .distinct, select.shape == nil
        else { return [] }
        return select.items.compactMap { item in
            guard case .expression(let node) = item, node.alias == nil, case .path(let path) = node.expression else {
                return nil
            }
            return path
        }
    }

    /// How the result's columns are called that the query calls by the names of pseudo-columns.
    var pseudoLabels: PseudoLabels {
        PseudoLabels(exposed: exposedNames, unnamed: Set(unnamedResults.compactMap { $0.parts.last?.name }))
    }

    /// Keeps what the scans show out of stars and of the ends of pipelines.
    private mutating func leaveOut(of exposed: [Int: [PseudoColumn: PseudoUse]]) {
        guard !exposed.isEmpty else { return }
        func names(of reads: [Int]) -> String? {
            let shown = reads.compactMap { exposed[$0] }
            let columns = PseudoColumn.allCases.filter { column in shown.contains { $0[column] != nil } }
            let names = columns.map { exposedName(of: $0) }
            return names.isEmpty ? nil : names.joined(separator: ", ")
        }
        for star in walk.pseudo.stars {
            guard let names = names(of: star.reads) else { continue }
            let text = star.hasExcept ? ", \(names)" : "EXCEPT (\(names))"
            edits.append(TokenEdit(tokens: star.end..<star.end, text: text))
        }
        for pipeline in walk.pseudo.pipelineEnds {
            guard let names = names(of: pipeline.reads) else { continue }
            edits.append(TokenEdit(tokens: pipeline.end..<pipeline.end, text: "|> SELECT * EXCEPT (\(names))"))
        }
    }
}

/// How columns of a result are called that a query calls by the names of pseudo-columns.
struct PseudoLabels: Sendable {
    /// The names under which scans show them, where those are not the usual ones.
    let exposed: [PseudoColumn: String]
    /// The labels of those that have no name of their own.
    let unnamed: Set<String>

    /// The name that a column of the result has which the query calls by a label.
    func resultName(of label: String) -> String {
        guard let column = PseudoColumn(named: label.lowercased()) else { return label }
        return unnamed.contains(label) ? column.resultName : exposed[column] ?? column.exposedName
    }
}
