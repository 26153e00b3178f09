public import Catalog
internal import Masking

/// The statements that admin commands run: a closed set, each made here from typed values.
///
/// No text of a caller is in them: names of tables and columns come from schemas that were read, numbers from checked
/// options. Their answers are counts, and facts about jobs.
public enum AdminQuery: Sendable, Hashable {
    /// How many values of some columns look like what a law or a bank would call sensitive.
    case coverage(CoverageQuery)
    /// Which jobs BigQuery itself knows of.
    case jobHistory(JobHistoryQuery)

    /// The text that is sent.
    public var sql: String {
        switch self {
        case .coverage(let query): query.sql
        case .jobHistory(let query): query.sql
        }
    }

    /// What the text's parameters stand for.
    var parameters: [QueryParameter] {
        switch self {
        case .coverage: []
        case .jobHistory(let query): query.parameters
        }
    }

    /// What it does, for the audit log: short, where the text is long and always the same.
    public var summary: String {
        switch self {
        case .coverage(let query): "coverage of \(query.columns.joined(separator: ", "))"
        case .jobHistory(let query): "jobs of \(query.scope.accounts.joined(separator: ", "))"
        }
    }

    /// The table that it reads.
    public var table: TableID {
        switch self {
        case .coverage(let query): query.table
        case .jobHistory(let query): query.view
        }
    }

    /// The command it belongs to, for labels and the audit log.
    public var command: String {
        switch self {
        case .coverage: "tags_coverage"
        case .jobHistory: "audit_reconcile"
        }
    }

    /// How many numbers each row of its answer has; null when its answer is no counts.
    var countsExpected: Int? {
        switch self {
        case .coverage: CoverageQuery.counts.count
        case .jobHistory: nil
        }
    }

    /// The most rows that an answer of counts has.
    var rowsMax: Int {
        switch self {
        case .coverage(let query): query.columns.count
        case .jobHistory: 0
        }
    }
}
