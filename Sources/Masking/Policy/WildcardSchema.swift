public import Catalog

/// A column that two matches of a wildcard have under one name and that is not the same in both: BigQuery reads no
/// such wildcard.
public struct WildcardMismatch: Error, Sendable, Hashable {
    /// The column; of a field inside a STRUCT `a.b`.
    public let column: String
    /// The table that differs from the newest match.
    public let table: TableID
}

extension MaskingPolicy {
    /// The schema by which a wildcard is masked: the columns of its newest match, each with the tags of that match
    /// whose tags make the strictest mask.
    ///
    /// The masks of all matches are compared, not their tags put together: a data policy in one match must not hide the
    /// policy tag of another.
    ///
    /// - Parameters:
    ///   - tables: the matches that are read.
    ///   - dataset: the dataset whose roles count; the wildcard's own if absent.
    public func schema(
        of wildcard: WildcardTables,
        reading tables: [TableSchema],
        in dataset: DatasetID? = nil
    ) -> Result<TableSchema, WildcardMismatch> {
        let newest = wildcard.newest
        var writer = WildcardColumns()
        let exceptional = Set(roles.flatMap(\.exceptions).compactMap { $0.scope.table })
        func isExceptional(_ table: TableID) -> Bool {
            guard !exceptional.isEmpty else { return false }
            return exceptional.contains(table.description) || exceptional.contains("\(table.dataset).\(table.table)")
        }
        // Matches are alike as a rule: each list of columns is looked at once, unless a table has rules of its own.
        let own = tables.filter { isExceptional($0.id) }
        var alike: [TableSchema] = []
        for table in tables where !isExceptional(table.id) && !alike.contains(where: { $0.columns == table.columns }) {
            alike.append(table)
        }
        let different = own + alike
        let matches = different.map { table in
            WildcardColumns.Match(
                table: table.id,
                rules: TablePolicy(self, of: table, authority: dataset ?? wildcard.pattern.datasetID),
                fields: .init(table.columns)
            )
        }
        let isUniform = different.allSatisfy { $0.columns == newest.columns }
        let columns = isUniform ? newest.columns : writer.merge(newest.columns, with: matches, below: "")
        if let mismatch = writer.mismatch { return .failure(mismatch) }
        // Tables without rules of their own are ruled as the wildcard's name would be.
        let ruledAs = own.isEmpty ? [] : own.map(\.id) + (alike.isEmpty ? [] : [wildcard.pattern])
        // A column by which any match is partitioned must not be masked.
        let pruning = (tables + [newest]).flatMap { $0.clustering + [$0.partitioning?.columnName].compactMap(\.self) }
        return .success(
            TableSchema(
                id: wildcard.pattern,
                columns: columns,
                partitioning: newest.partitioning,
                clustering: pruning.reduce(into: []) { names, name in if !names.contains(name) { names.append(name) } },
                requiresPartitionFilter: tables.contains(where: \.requiresPartitionFilter),
                description: newest.description,
                ruledAs: ruledAs
            )
        )
    }
}

/// Puts the columns of the matches of a wildcard together.
private struct WildcardColumns {
    /// The columns of one match, or the fields of a STRUCT in it.
    struct Match {
        let table: TableID
        let rules: TablePolicy
        let fields: Fields
    }

    /// Columns by name.
    struct Fields {
        private let columns: [FoldedName: Column]

        init(_ columns: [Column]) {
            self.columns = Dictionary(columns.map { (FoldedName($0.name), $0) }) { first, _ in first }
        }

        subscript(_ name: FoldedName) -> Column? { columns[name] }
    }

    /// A column of one match, or a field in it.
    private typealias Candidate = (match: Match, column: Column)

    private(set) var mismatch: WildcardMismatch?

    mutating func merge(_ columns: [Column], with matches: [Match], below path: String) -> [Column] {
        columns.map { column in
            let name = FoldedName(column.name)
            let same = matches.compactMap { match in match.fields[name].map { (match, $0) } }
            for (match, other) in same where mismatch == nil && !Self.isReadable(other, as: column) {
                mismatch = WildcardMismatch(column: path + column.name, table: match.table)
            }
            return merge(column, with: same, at: path + column.name)
        }
    }

    private mutating func merge(_ column: Column, with same: [Candidate], at path: String) -> Column {
        var type = column.type
        if case .record(let fields) = column.type {
            let matches = same.map {
                Match(table: $0.match.table, rules: $0.match.rules, fields: Fields($0.column.fields))
            }
            type = .record(merge(fields, with: matches, below: path + "."))
        }
        return Column(
            name: column.name,
            type: type,
            mode: column.mode,
            description: column.description,
            tags: tags(of: column, in: same)
        )
    }

    /// The tags of the match that shows least; of several equal ones those of the first.
    private func tags(of column: Column, in same: [Candidate]) -> [TagCarrier] {
        // In a match that lacks the column it is NULL.
        guard let first = same.first else { return column.tags }
        var chosen = first.column.tags
        var strictest = Self.rule(of: first)
        for other in same.dropFirst() {
            let rule = Self.rule(of: other)
            if rule < strictest { (chosen, strictest) = (other.column.tags, rule) }
        }
        return chosen
    }

    private static func rule(of candidate: Candidate) -> MaskRule {
        candidate.match.rules.mask(for: candidate.column)?.rule ?? .raw
    }

    /// Whether BigQuery reads one column as another one of the same name.
    private static func isReadable(_ column: Column, as wanted: Column) -> Bool {
        guard (column.mode == .repeated) == (wanted.mode == .repeated) else { return false }
        switch (column.type, wanted.type) {
        case (.scalar(let left), .scalar(let right)): return left == right
        case (.range(let left), .range(let right)): return left == right
        case (.record, .record): return true
        case (.unknown(let left), .unknown(let right)): return left == right
        case (.scalar, _), (.range, _), (.record, _), (.unknown, _): return false
        }
    }
}
