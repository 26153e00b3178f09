public import Catalog
internal import GoogleSQL

/// How much of a table is looked at.
public struct CoverageSample: Sendable, Hashable {
    /// The most rows.
    public let rowsMax: Int64
    /// How much of the table's storage is read, in percent; null reads it all, and takes the first rows that come.
    public let percent: Int?

    /// A sample; `nil` when a number is out of range.
    public init?(rowsMax: Int64, percent: Int?) {
        guard rowsMax > 0, percent.map({ (1...100).contains($0) }) ?? true else { return nil }
        self.rowsMax = rowsMax
        self.percent = percent
    }
}

/// What was counted of one column.
public struct CoverageCounts: Sendable, Hashable {
    /// Numbers that a run of nine or ten digits gives; many other things have as many.
    public struct Bare: Sendable, Hashable {
        /// Values that match.
        public let matches: Int64
        /// How many different first three digits the matches have; a sequence has few.
        public let areas: Int64
    }

    /// The column.
    public let path: String
    /// Values in the sample that are not NULL.
    public let values: Int64
    /// Values that match, by kind.
    public let matches: [SensitiveKind: Int64]
    /// Values that match a pattern without separators, by kind.
    public let bare: [SensitiveKind: Bare]
}

/// Counts, inside BigQuery, of values that look sensitive. Only made here, from a schema that was read.
///
/// What comes back is a row of numbers for each column: `COUNT`, `COUNTIF` and `COUNT(DISTINCT …)`; no cell leaves.
/// Columns below one REPEATED field share a statement, which reads the field through UNNEST; so do all columns that are
/// not in an array.
public struct CoverageQuery: Sendable, Hashable {
    /// The most columns of one statement, so that its text stays far below the 1 MB that BigQuery takes.
    static let columnsMax = 500

    /// The table.
    public let table: TableID
    /// The columns, by number; nested ones as `a.b`.
    public let columns: [String]
    /// The text that is sent.
    let sql: String

    /// The queries for a table's columns that `isWanted` takes by their path. Other types than STRING and INT64 have
    /// no patterns.
    public static func queries(
        for schema: TableSchema,
        sample: CoverageSample,
        where isWanted: (String) -> Bool
    ) -> [CoverageQuery] {
        var groups: [(arrays: [[String]], leaves: [Leaf])] = []
        for leaf in Leaf.all(of: schema.columns) where isWanted(leaf.path) {
            if let index = groups.firstIndex(where: { $0.arrays == leaf.arrays && $0.leaves.count < columnsMax }) {
                groups[index].leaves.append(leaf)
            } else {
                groups.append((leaf.arrays, [leaf]))
            }
        }
        return groups.map { group in
            CoverageQuery(
                table: schema.id,
                columns: group.leaves.map(\.path),
                sql: text(of: group.leaves, arrays: group.arrays, in: schema, sample: sample)
            )
        }
    }

    /// What an answer to this query says; a column of which there is no row has no values.
    public func counts(in answer: AdminAnswer) -> [CoverageCounts] {
        answer.rows.compactMap { row in
            guard row.count == Self.counts.count, let index = Int(exactly: row[0]), columns.indices.contains(index)
            else { return nil }
            return CoverageCounts(
                path: columns[index],
                values: row[1],
                matches: [.cardNumber: row[2], .ssn: row[3], .phone: row[4], .email: row[5], .iban: row[6]],
                bare: [
                    .ssn: CoverageCounts.Bare(matches: row[7], areas: row[8]),
                    .phone: CoverageCounts.Bare(matches: row[9], areas: row[10]),
                ]
            )
        }
    }

    // MARK: The text

    /// The columns of an answer, in the order in which ``counts(in:)`` reads them.
    static let counts: [(name: String, expression: String)] = {
        let (ssn, phone) = (ValuePattern.bareSSN("v"), ValuePattern.barePhone("v"))
        return [
            ("number", "k"), ("filled", "COUNT(v)"),
            ("cards", "COUNTIF(\(ValuePattern.passesLuhn("c")))"), ("ssns", "COUNTIF(\(ValuePattern.ssn("v")))"),
            ("phones", "COUNTIF(\(ValuePattern.phone("v")))"), ("emails", "COUNTIF(\(ValuePattern.email("v")))"),
            ("ibans", "COUNTIF(\(ValuePattern.passesMod97("d")))"),
            ("bare_ssns", "COUNTIF(\(ssn))"),
            ("bare_ssn_areas", "COUNT(DISTINCT IF(\(ssn), SUBSTR(v, 1, 3), NULL))"),
            ("bare_phones", "COUNTIF(\(phone))"),
            // Of a telephone number the digit that stands for the country may come first.
            ("bare_phone_areas", "COUNT(DISTINCT IF(\(phone), SUBSTR(v, -10, 3), NULL))"),
        ]
    }()

    /// From the inside out: rows of the table, elements of arrays, one row for each column's value, candidates, digits,
    /// counts. Names of ours begin with `scrim_` where names of the table's could stand beside them.
    private static func text(
        of leaves: [Leaf],
        arrays: [[String]],
        in schema: TableSchema,
        sample: CoverageSample
    ) -> String {
        let tops = leaves.map(\.top).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
        let shown = tops.enumerated().map { "scrim_t.\(quotedIdentifier($1)) AS scrim_c\($0)" }
        let name = [schema.id.project, schema.id.dataset, schema.id.table].map(quotedIdentifier).joined(separator: ".")
        var rows = "SELECT \(shown.joined(separator: ", ")) FROM \(name) AS scrim_t"
        if let percent = sample.percent { rows += " TABLESAMPLE SYSTEM (\(percent) PERCENT)" }
        if let filter = partitionFilter(of: schema) { rows += " WHERE \(filter)" }
        rows += " LIMIT \(sample.rowsMax)"
        // A path that begins in the row begins with a column of the table, which has a name of ours now.
        let path = { (owner: String, steps: [String]) -> String in
            guard owner == "scrim_t", let top = steps.first, let column = tops.firstIndex(of: top) else {
                return ([owner] + steps.map(quotedIdentifier)).joined(separator: ".")
            }
            return ([owner, "scrim_c\(column)"] + steps.dropFirst().map(quotedIdentifier)).joined(separator: ".")
        }
        var from = "(\(rows)) AS scrim_t"
        var owner = "scrim_t"
        for (index, array) in arrays.enumerated() {
            from += " CROSS JOIN UNNEST(\(path(owner, array))) AS scrim_e\(index)"
            owner = "scrim_e\(index)"
        }
        let values = leaves.enumerated().map { index, leaf in
            let value = path(owner, leaf.rest)
            return "STRUCT(\(index) AS k, \(leaf.isInteger ? "CAST(\(value) AS STRING)" : "TRIM(\(value))") AS v)"
        }
        from += " CROSS JOIN UNNEST([\(values.joined(separator: ", "))]) AS scrim_x"
        let counts = counts.map { "\($0.expression) AS \($0.name)" }.joined(separator: ", ")
        return "SELECT \(counts) FROM (SELECT k, v, c, \(ValuePattern.ibanDigits("i")) AS d FROM (SELECT k, v,"
            + " \(ValuePattern.cardDigits("v")) AS c, \(ValuePattern.rearrangedIBAN("v")) AS i"
            + " FROM (SELECT scrim_x.k, scrim_x.v FROM \(from)))) GROUP BY k"
    }

    /// A condition that every row fulfils and that BigQuery takes for a filter on partitions, where it asks for one.
    private static func partitionFilter(of schema: TableSchema) -> String? {
        guard schema.requiresPartitionFilter, let partitioning = schema.partitioning else { return nil }
        switch partitioning {
        case .ingestionTime:
            return "scrim_t._PARTITIONTIME >= TIMESTAMP '0001-01-01 00:00:00+00'"
        case .column(let name):
            let type = schema.columns.first { $0.name.lowercased() == name.lowercased() }?.type
            let column = "scrim_t.\(quotedIdentifier(name))"
            switch type {
            case .scalar(.date): return "\(column) >= DATE '0001-01-01'"
            case .scalar(.datetime): return "\(column) >= DATETIME '0001-01-01 00:00:00'"
            case .scalar(.timestamp): return "\(column) >= TIMESTAMP '0001-01-01 00:00:00+00'"
            case .scalar, .range, .record, .unknown, nil: return "\(column) >= \(Int64.min + 1)"
            }
        }
    }

    /// A STRING or INT64 column, or a field of one of these types, and how it is reached.
    private struct Leaf {
        let path: String
        /// The column of the table that it is in.
        let top: String
        /// The paths of the arrays on the way, each from the one before.
        let arrays: [[String]]
        /// The path from the last array, or from the row.
        let rest: [String]
        let isInteger: Bool

        static func all(of columns: [Column]) -> [Leaf] {
            columns.flatMap { all(of: $0, steps: [], names: [], arrays: []) }
        }

        private static func all(
            of column: Column,
            steps: [String],
            names: [String],
            arrays: [[String]]
        ) -> [Leaf] {
            let names = names + [column.name]
            var steps = steps + [column.name]
            var arrays = arrays
            if column.mode == .repeated {
                arrays.append(steps)
                steps = []
            }
            switch column.type {
            case .record(let fields):
                return fields.flatMap { all(of: $0, steps: steps, names: names, arrays: arrays) }
            case .scalar(let scalar) where scalar == .string || scalar == .int64:
                let path = names.joined(separator: ".")
                return [Leaf(path: path, top: names[0], arrays: arrays, rest: steps, isInteger: scalar == .int64)]
            case .scalar, .range, .unknown:
                return []
            }
        }
    }
}
