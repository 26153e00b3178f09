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

/// One column, or a field inside one, whose values are looked at.
public struct CoverageColumn: Sendable, Hashable {
    /// The name; of a field inside a STRUCT `a.b`.
    public let path: String
    /// Whether the values are whole numbers and not texts.
    let isInteger: Bool

    /// What is counted, in order.
    var countNames: [String] {
        let bare = ["bare_ssns", "bare_ssn_areas", "bare_phones", "bare_phone_areas"]
        return ["values", "cards"] + bare + (isInteger ? [] : ["ssns", "phones", "emails", "ibans"])
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
/// What comes back is `COUNT`, `COUNTIF` and `COUNT(DISTINCT …)`: no cell leaves. Columns below one REPEATED field
/// share a statement, which reads the field through UNNEST; so do all columns that are not in an array.
public struct CoverageQuery: Sendable, Hashable {
    /// The most columns of one statement; each takes about 3 kB of the 1 MB that a text may have.
    static let columnsMax = 40

    /// The table.
    public let table: TableID
    /// The columns.
    public let columns: [CoverageColumn]
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
                columns: group.leaves.map { CoverageColumn(path: $0.path, isInteger: $0.isInteger) },
                sql: text(of: group.leaves, arrays: group.arrays, in: schema, sample: sample)
            )
        }
    }

    /// What an answer to this query says.
    public func counts(in answer: AdminAnswer) -> [CoverageCounts] {
        var rest = answer.counts[...]
        return columns.map { column in
            var named: [String: Int64] = [:]
            for name in column.countNames { named[name] = rest.popFirst() ?? 0 }
            let count = { named[$0] ?? 0 }
            return CoverageCounts(
                path: column.path,
                values: count("values"),
                matches: [
                    .cardNumber: count("cards"), .ssn: count("ssns"), .phone: count("phones"),
                    .email: count("emails"), .iban: count("ibans"),
                ],
                bare: [
                    .ssn: CoverageCounts.Bare(matches: count("bare_ssns"), areas: count("bare_ssn_areas")),
                    .phone: CoverageCounts.Bare(matches: count("bare_phones"), areas: count("bare_phone_areas")),
                ]
            )
        }
    }

    // MARK: The text

    /// From the inside out: rows of the table, elements of arrays, texts of values, candidates, digits, counts.
    private static func text(
        of leaves: [Leaf],
        arrays: [[String]],
        in schema: TableSchema,
        sample: CoverageSample
    ) -> String {
        let tops = leaves.map(\.top).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
        let name = [schema.id.project, schema.id.dataset, schema.id.table].map(quotedIdentifier).joined(separator: ".")
        var rows = "SELECT \(tops.map { "t.\(quotedIdentifier($0))" }.joined(separator: ", ")) FROM \(name) AS t"
        if let percent = sample.percent { rows += " TABLESAMPLE SYSTEM (\(percent) PERCENT)" }
        if let filter = partitionFilter(of: schema) { rows += " WHERE \(filter)" }
        rows += " LIMIT \(sample.rowsMax)"
        var from = "(\(rows)) AS t"
        for (index, array) in arrays.enumerated() {
            let path = [index == 0 ? "t" : "e\(index)"] + array.map(quotedIdentifier)
            from += " CROSS JOIN UNNEST(\(path.joined(separator: "."))) AS e\(index + 1)"
        }
        let owner = arrays.isEmpty ? "t" : "e\(arrays.count)"
        let numbered = Array(leaves.enumerated())
        let values = numbered.map { index, leaf in
            let value = ([owner] + leaf.rest.map(quotedIdentifier)).joined(separator: ".")
            return "\(leaf.isInteger ? "CAST(\(value) AS STRING)" : "TRIM(\(value))") AS v\(index)"
        }
        let candidates = numbered.map { index, leaf in
            let iban = leaf.isInteger ? "" : ", \(ValuePattern.rearrangedIBAN("v\(index)")) AS i\(index)"
            return "v\(index), \(ValuePattern.cardDigits("v\(index)")) AS c\(index)\(iban)"
        }
        let digits = numbered.map { index, leaf in
            let iban = leaf.isInteger ? "" : ", \(ValuePattern.ibanDigits("i\(index)")) AS d\(index)"
            return "v\(index), c\(index)\(iban)"
        }
        let counts = numbered.map { index, leaf in Self.counts(of: index, isInteger: leaf.isInteger) }
        return "SELECT \(counts.joined(separator: ", ")) FROM (SELECT \(digits.joined(separator: ", "))"
            + " FROM (SELECT \(candidates.joined(separator: ", ")) FROM (SELECT \(values.joined(separator: ", "))"
            + " FROM \(from))))"
    }

    /// In the order of ``CoverageColumn/countNames``.
    private static func counts(of index: Int, isInteger: Bool) -> String {
        let value = "v\(index)"
        var counts = ["COUNT(\(value))", "COUNTIF(\(ValuePattern.passesLuhn("c\(index)")))"]
        let bare = [
            (pattern: ValuePattern.bareSSN(value), area: "SUBSTR(\(value), 1, 3)"),
            // Of a telephone number the digit that stands for the country may come first.
            (pattern: ValuePattern.barePhone(value), area: "SUBSTR(\(value), -10, 3)"),
        ]
        for (pattern, area) in bare {
            counts += ["COUNTIF(\(pattern))", "COUNT(DISTINCT IF(\(pattern), \(area), NULL))"]
        }
        if !isInteger {
            counts += [
                ValuePattern.ssn(value), ValuePattern.phone(value), ValuePattern.email(value),
                ValuePattern.passesMod97("d\(index)"),
            ].map { "COUNTIF(\($0))" }
        }
        return counts.enumerated().map { "\($1) AS n\(index)_\($0)" }.joined(separator: ", ")
    }

    /// A condition that every row fulfils and that BigQuery takes for a filter on partitions, where it asks for one.
    private static func partitionFilter(of schema: TableSchema) -> String? {
        guard schema.requiresPartitionFilter, let partitioning = schema.partitioning else { return nil }
        switch partitioning {
        case .ingestionTime:
            return "t._PARTITIONTIME >= TIMESTAMP '0001-01-01 00:00:00+00'"
        case .column(let name):
            let type = schema.columns.first { $0.name.lowercased() == name.lowercased() }?.type
            let column = "t.\(quotedIdentifier(name))"
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
