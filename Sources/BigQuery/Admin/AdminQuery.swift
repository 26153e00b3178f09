public import Catalog

/// The statements that admin commands run: a closed set, each made here from typed values.
///
/// No text of a caller is in them: names of tables and columns come from schemas that were read, numbers from checked
/// options. Their answers are counts.
public enum AdminQuery: Sendable, Hashable {
    /// How many values of some columns look like what a law or a bank would call sensitive.
    case coverage(CoverageQuery)

    /// The text that is sent.
    public var sql: String {
        switch self {
        case .coverage(let query): query.sql
        }
    }

    /// What it does, for the audit log: short, where the text is long and always the same.
    public var summary: String {
        switch self {
        case .coverage(let query): "coverage of \(query.columns.joined(separator: ", "))"
        }
    }

    /// The table that it reads.
    public var table: TableID {
        switch self {
        case .coverage(let query): query.table
        }
    }

    /// The command it belongs to, for labels and the audit log.
    public var command: String {
        switch self {
        case .coverage: "tags_coverage"
        }
    }

    /// How many numbers each row of its answer has.
    var countsExpected: Int {
        switch self {
        case .coverage: CoverageQuery.counts.count
        }
    }

    /// The most rows that its answer has.
    var rowsMax: Int {
        switch self {
        case .coverage(let query): query.columns.count
        }
    }
}
