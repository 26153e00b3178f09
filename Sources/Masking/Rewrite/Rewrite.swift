import Catalog
import GoogleSQL

/// The rewriting of one query: schemas in, scans out.
struct Rewrite {
    private let walk: QueryWalk
    let policy: MaskingPolicy
    /// The views around this text.
    let stack: ViewStack
    var session: ViewSession
    private(set) var refusals: [Refusal] = []
    private var scans: [TableScan?] = []
    private var edits: [TokenEdit]
    private var maskedColumns: [MaskedColumn] = []
    private var maskedIndices: [MaskedColumn: Int] = [:]
    /// The masked columns by table and column, for lineage.
    private(set) var maskedSources: [Int: [String: Set<Int>]] = [:]
    /// The bytes of views' texts that are printed into this one.
    private var viewBytes = 0

    init(walk: QueryWalk, policy: MaskingPolicy, session: ViewSession, stack: ViewStack = ViewStack()) {
        self.walk = walk
        self.policy = policy
        self.session = session
        self.stack = stack
        edits = walk.edits
    }

    /// Whether all schemas are there; without them nothing can be said of columns.
    var canScan: Bool { scans.count == walk.tables.count && scans.allSatisfy { $0 != nil } }

    // MARK: Schemas

    /// Takes the schema of each table, or says why it cannot be read.
    mutating func readSchemas() {
        for (index, id) in walk.tables.enumerated() {
            guard let schema = schema(of: id, index: index) else {
                scans.append(nil)
                continue
            }
            let variables = walk.variables
            if let name = schema.columns.lazy.compactMap({ $0.firstName(in: variables) }).first {
                refuse(
                    "statement.script_value",
                    "`\(name)` is both a variable and a column of `\(id)`",
                    table: index,
                    fix: "give the variable another name"
                )
            }
            var scan = TableScan(schema: schema, authority: stack.authority ?? id.datasetID, policy: policy)
            if let definition = schema.kind.viewDefinition {
                scan.view = expand(schema, definition, table: index)
                guard scan.view != nil else {
                    scans.append(nil)
                    continue
                }
            }
            if let column = scan.maskedPartitionColumn {
                refuse(
                    "table.masked_partition",
                    "`\(id)` is partitioned or clustered by `\(column)`, which is masked",
                    table: index,
                    fix: "ask the table's owner for a copy that is partitioned by another column"
                )
            }
            scans.append(scan)
        }
    }

    private mutating func schema(of id: TableID, index: Int) -> TableSchema? {
        // What a view reads is reached by the right to the view.
        guard stack.views.isEmpty else { return schema(belowView: id, index: index) }
        let entry = policy.allows(id.datasetID) ? session.snapshot[id] : .absent
        return schema(of: id, index: index, as: entry)
    }

    private mutating func schema(belowView id: TableID, index: Int) -> TableSchema? {
        let entry = session.snapshot[belowView: id]
        if case .table? = entry { return schema(of: id, index: index, as: entry) }
        refuse(
            "table.view_base",
            "it reads `\(id)`, which the proxy's service account cannot read",
            table: index,
            fix:
                "ask an administrator to give the proxy's service account BigQuery Data Viewer on the tables of the view"
        )
        return nil
    }

    private mutating func schema(of id: TableID, index: Int, as entry: CatalogEntry?) -> TableSchema? {
        switch entry {
        case .absent?:
            refuse(
                "table.not_found",
                "there is no table `\(id)`",
                table: index,
                fix: "see list_tables for what there is"
            )
        case nil, .unreadable?:
            refuse("table.unreadable", "the schema of `\(id)` could not be read", table: index, fix: "try again later")
        case .table(let schema)?:
            if let (code, message) = Self.kindRefusal(schema.kind) {
                refuse(code, "`\(id)` \(message)", table: index, fix: "query the tables that it is made from")
            } else if schema.id != id || schema.columns.isEmpty {
                refuse(
                    "table.unreadable",
                    "the schema of `\(id)` has no columns",
                    table: index,
                    fix: "try again later"
                )
            } else {
                return schema
            }
        }
        return nil
    }

    private static func kindRefusal(_ kind: TableKind) -> (code: String, message: String)? {
        switch kind {
        case .table, .snapshot, .clone, .view, .materializedView: nil
        case .external: ("table.external", "is an external table")
        case .model: ("table.model", "is a model")
        case .unknown(let name): ("table.kind", "is of a kind that is not known here (`\(name)`)")
        }
    }

    mutating func refuse(_ code: String, _ message: String, table index: Int, fix: String) {
        let read = walk.reads.first { $0.table == index }
        refuse(code, message, at: read?.pathTokens ?? 0..<0, fix: fix)
    }

    private mutating func refuse(_ code: String, _ message: String, at tokens: Range<Int>, fix: String) {
        refusals.append(Refusal(code: code, message: message, position: walk.position(of: tokens), fix: fix))
    }

    // MARK: Scans

    /// Writes the subquery that takes the place of each table.
    mutating func writeScans() {
        for read in walk.reads {
            guard var scan = scans[read.table] else { continue }
            write(read, of: &scan)
            scans[read.table] = scan
        }
        refuseLongPaths()
    }

    /// `bank.customers.email` means nothing once the table is a subquery of the name `customers`.
    private mutating func refuseLongPaths() {
        for long in walk.longPaths {
            let names = long.path.parts.map { $0.name.lowercased() }
            let qualifier = names[..<long.alias].joined(separator: ".")
            let isQualified = walk.reads.contains { read in
                let id = walk.tables[read.table]
                return read.aliases.contains(names[long.alias])
                    && [id.dataset, "\(id.project).\(id.dataset)"].contains { $0.lowercased() == qualifier }
            }
            let mayBeColumn = scans.contains { $0?.columns.contains { $0.lowercased == names[0] } ?? false }
            guard isQualified && !mayBeColumn else { continue }
            let short = long.path.names[long.alias...].map(quotedIdentifier).joined(separator: ".")
            refuse(
                "column.qualified",
                "`\(long.path.names.joined(separator: "."))` names a column through its dataset",
                at: long.path.tokens,
                fix: "write `\(short)`"
            )
        }
    }

    private mutating func write(_ read: TableRead, of scan: inout TableScan) {
        let showsAll = read.rowUse != nil || !walk.singles.isDisjoint(with: read.aliases)
        var columns: [String] = []
        var denied: [String] = []
        for index in scan.columns.indices {
            let name = scan.columns[index].lowercased
            guard showsAll || walk.mentioned.contains(name) || walk.leftOut.contains(name) else { continue }
            let column = scan.write(index, keys: &session.keys)
            if !column.denied.isEmpty && isUsed(name, of: read) { denied += column.denied.map(\.path) }
            columns.append(column.isChanged ? "\(column.text) AS \(scan.columns[index].quoted)" : column.text)
            note(column.masked, of: read.table, column: name, in: scan.schema.id)
        }
        if let view = scan.view { note(view, read.table, scan.schema, shows: showsAll ? nil : walk.mentioned) }
        if !denied.isEmpty { deny(denied, of: read, in: scan.schema.id) }
        if scan.lacksTokenKey {
            refuse(
                "policy.no_token_key",
                "a column is masked with KEYED_TOKEN, for which there is no key",
                at: read.pathTokens,
                fix: "tell the operator"
            )
        }
        if columns.isEmpty { columns.append("1 AS \(quotedIdentifier(unusedName(for: scan)))") }
        replace(read, with: columns.joined(separator: ", "), of: scan)
    }

    private mutating func replace(_ read: TableRead, with columns: String, of scan: TableScan) {
        let id = scan.schema.id
        var source = [id.project, id.dataset, id.table].map(quotedIdentifier).joined(separator: ".")
        if let view = scan.view {
            // Checked as it grows: views that read views twice double with each level.
            viewBytes += view.sql.utf8.count
            guard viewBytes <= MaskingRewriter.rewrittenBytesMax else {
                refuse(
                    "limit.rewritten_bytes",
                    "with its masks the text of `\(id)` is longer than \(MaskingRewriter.rewrittenBytesMax) bytes",
                    at: read.pathTokens,
                    fix: "query the tables that it is made from"
                )
                return
            }
            if read.innerEnd != nil {
                refuse(
                    "table.suffix",
                    "`\(id)` is a view, to which FOR SYSTEM_TIME and TABLESAMPLE do not apply",
                    at: read.pathTokens,
                    fix: "leave the clause out"
                )
            }
            source = "(\(view.sql))"
        }
        let opening = "(SELECT \(columns) FROM \(source) AS \(scan.alias)"
        let closing = ") AS \(quotedIdentifier(read.alias))"
        if let end = read.innerEnd {
            edits.append(TokenEdit(tokens: read.tokens, text: opening))
            edits.append(TokenEdit(tokens: end..<end, text: closing))
        } else {
            edits.append(TokenEdit(tokens: read.tokens, text: opening + closing))
        }
    }

    /// A name that nothing in the query means.
    private func unusedName(for scan: TableScan) -> String {
        var name = "scrim_none"
        while walk.mentioned.contains(name) || walk.leftOut.contains(name) { name += "_" }
        return name
    }

    private mutating func note(_ leaves: [MaskedLeaf], of table: Int, column: String, in id: TableID) {
        for leaf in leaves {
            let masked = MaskedColumn(table: id, column: leaf.path, tag: leaf.mask.tag, rule: leaf.mask.rule)
            maskedSources[table, default: [:]][column, default: []].insert(indexOfMasked(masked))
        }
    }

    private mutating func indexOfMasked(_ masked: MaskedColumn) -> Int {
        if let known = maskedIndices[masked] { return known }
        maskedColumns.append(masked)
        maskedIndices[masked] = maskedColumns.count - 1
        return maskedColumns.count - 1
    }

    /// Notes what is masked below a view: the columns of the tables there, or, for a table that is hidden from the
    /// caller, the columns of the view that derive from it.
    ///
    /// - Parameter names: the view's columns that are read, lower case; nil for all.
    private mutating func note(_ view: ExpandedView, _ table: Int, _ schema: TableSchema, shows names: Set<String>?) {
        var indices: [Int: Int] = [:]
        for (inner, masked) in view.masked.enumerated() where !session.snapshot.hidden.contains(masked.table) {
            indices[inner] = indexOfMasked(masked)
        }
        for (position, column) in schema.columns.enumerated() {
            let name = column.name.lowercased()
            guard names?.contains(name) ?? true else { continue }
            let sources = view.sources.map { Array($0[position]) } ?? Array(view.masked.indices)
            for inner in sources {
                let masked = view.masked[inner]
                let shown = MaskedColumn(table: schema.id, column: column.name, tag: masked.tag, rule: masked.rule)
                let index = indices[inner] ?? indexOfMasked(shown)
                maskedSources[table, default: [:]][name, default: []].insert(index)
            }
        }
    }

    // MARK: Denied columns

    /// Whether a column takes part at all, rather than being left out by EXCEPT or named in another place only.
    ///
    /// A denied column is NULL in the text whatever this says, so that a mistake here shows nothing.
    private func isUsed(_ name: String, of read: TableRead) -> Bool {
        if let leftOut = read.rowUse, !leftOut.contains(name) { return true }
        for (index, region) in walk.regions.enumerated() where isInside(index, region: read.region) {
            if region.names.contains(name) || !region.names.isDisjoint(with: read.aliases) { return true }
            for alias in read.aliases where region.qualified[alias]?.contains(name) ?? false { return true }
        }
        return false
    }

    private func isInside(_ index: Int, region outer: Int) -> Bool {
        var current: Int? = index
        while let region = current {
            if region == outer { return true }
            current = walk.regions[region].parent
        }
        return false
    }

    private mutating func deny(_ columns: [String], of read: TableRead, in id: TableID) {
        let shown = columns.map { "`\($0)`" }.joined(separator: ", ")
        let tops = columns.map { quotedIdentifier(String($0.prefix { $0 != "." })) }
        let unique = tops.reduce(into: [String]()) { list, name in if !list.contains(name) { list.append(name) } }
        refuse(
            "column.denied",
            "you may not see \(shown) of `\(id)`",
            at: read.pathTokens,
            fix: "do not name it; in place of `*` write `* EXCEPT (\(unique.joined(separator: ", ")))`"
        )
    }

    // MARK: Result

    /// What the result's columns derive from.
    private func lineage() -> OutputLineage {
        guard case .query(let query) = walk.parsed.statement else { return OutputLineage(columns: nil, labels: []) }
        let tables = scans.enumerated().map { index, scan in
            let columns = scan?.schema.columns.map { column in
                let name = column.name.lowercased()
                let sources = (maskedSources[index]?[name] ?? []).map { source in
                    let masked = maskedColumns[source]
                    // What comes from below a view may be anywhere in the column.
                    let isOwn = masked.table == walk.tables[index] && scan?.view == nil
                    return MaskSource(index: source, path: isOwn ? Self.fields(below: masked.column) : [])
                }
                let value = LineageValue(sources: Set(sources), shape: LineageValue.shape(of: column))
                return LineageColumn(label: column.name, value: value)
            }
            return LineageRows(columns: columns)
        }
        let reads = Dictionary(
            walk.reads.map { ($0.pathTokens.lowerBound, $0.table) },
            uniquingKeysWith: { first, _ in first }
        )
        return LineageWalk(reads: reads, tables: tables).output(of: query)
    }

    /// The fields of a leaf's path below its column, lower case.
    private static func fields(below path: String) -> [String] {
        path.lowercased().split(separator: ".").dropFirst().map(String.init)
    }

    /// The masked query; only to be called when nothing was refused.
    func finish(mappingDigest: String) -> MaskedQuery {
        var schemas: [TableID: TableSchema] = [:]
        var tables: Set<TableID> = []
        for scan in scans.compactMap({ $0 }) {
            schemas[scan.schema.id] = scan.schema
            if let view = scan.view {
                tables.formUnion(view.tables)
                schemas.merge(view.schemas) { first, _ in first }
            } else {
                tables.insert(scan.schema.id)
            }
        }
        return MaskedQuery(
            sql: TokenPrinter.print(walk.parsed, edits: edits),
            parameters: walk.parameters.sent + session.keys.parameters,
            tables: tables,
            schemas: schemas,
            maskedColumns: maskedColumns,
            touchesMaskedTable: scans.contains { $0?.hasMaskedColumn ?? false },
            mappingDigest: mappingDigest,
            lineage: lineage()
        )
    }
}

extension Column {
    /// The column's name, or that of a field below it, if it is one of these.
    fileprivate func firstName(in names: Set<String>) -> String? {
        if names.isEmpty { return nil }
        if names.contains(name.lowercased()) { return name }
        return fields.lazy.compactMap { $0.firstName(in: names) }.first
    }
}
