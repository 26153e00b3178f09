import BigQuery
import Catalog
import Masking

/// Compares what BigQuery says it ran with what was sent: the second opinion on our own parser.
///
/// A pure function of the finished job's status and the query, so that each rule is a line in a table of tests.
struct CrossCheck {
    /// Past this number BigQuery may list references incompletely, so a strict subset is no proof
    /// (`docs` of `statistics.query`, property graphs; taken for all lists).
    static let completeReferencesMax = 50

    let query: MaskedQuery
    /// What the job must show to be the one that was sent: its text's digest, our labels, our account.
    let fingerprint: JobFingerprint
    /// Tables whose row access policies the mapping allows to be evaluated for the service account.
    let rowPoliciesAllowed: Set<TableID>

    /// Every reason to withhold the result of a finished job; empty when there is none.
    func problems(of status: JobStatus) -> [Refusal] {
        var problems: [Refusal] = []
        func problem(_ code: String, _ message: String, _ fix: String = Self.toldOperator) {
            problems.append(Refusal(code: code, message: message, position: nil, fix: fix))
        }
        let statistics = status.statistics
        if status.state != .done {
            problem("crosscheck.state", "BigQuery does not say that the job is done", "ask again with `get_job`")
        }
        if !fingerprint.differences(from: status).isEmpty {
            problem("crosscheck.foreign_job", "the job under this ID is not the one that was sent")
        }
        if statistics.statementType != "SELECT" || status.childJobs != 0 {
            problem("crosscheck.statement", "BigQuery did not run the query as a SELECT")
        }
        compareTables(statistics, problem)
        let called = Set(query.calledRoutines.map(\.description))
        if !statistics.referencedViews.isEmpty || statistics.referencedRoutines != called
            || !statistics.referencedGraphs.isEmpty
        {
            problem("crosscheck.references", "BigQuery used a view, routine or graph that was not accounted for")
        }
        if statistics.cacheHit {
            problem("crosscheck.cache", "BigQuery answered from its cache, although that was switched off")
        }
        if statistics.rowLevelSecurityApplied, !allowsRowPolicies {
            problem(
                "table.row_policy",
                "a table has row access policies, which BigQuery evaluated for the service account and not for you",
                "ask an administrator to list the table under `row_policies_as_service_account`, or leave it out"
            )
        }
        return problems
    }

    /// Whether the mapping allows row access policies of every table that is read.
    private var allowsRowPolicies: Bool {
        query.tables.isSubset(of: rowPoliciesAllowed)
            && query.wildcards.allSatisfy { pattern, tables in
                rowPoliciesAllowed.contains(pattern) || tables.isSubset(of: rowPoliciesAllowed)
            }
    }

    /// What BigQuery names must be what the text names. Of a wildcard it may name the pattern or any of the tables that
    /// the text pins it to: others than these give no rows, and conditions of the query may leave out more.
    private func compareTables(_ statistics: QueryStatistics, _ problem: (String, String, String) -> Void) {
        let named = statistics.referencedTables
        let mayBeNamed = query.wildcards.reduce(into: Set(query.wildcards.keys)) { $0.formUnion($1.value) }
        guard named.subtracting(mayBeNamed.subtracting(query.tables)) != query.tables else { return }
        if !named.subtracting(query.tables).isSubset(of: mayBeNamed) {
            problem("crosscheck.tables", "BigQuery read a table that was not accounted for", Self.toldOperator)
        } else if query.tables.count > Self.completeReferencesMax {
            problem(
                "crosscheck.incomplete",
                "BigQuery lists too few of the query's \(query.tables.count) tables to be sure",
                "read at most \(Self.completeReferencesMax) tables in one query"
            )
        } else {
            problem("crosscheck.tables", "BigQuery did not read every table of the query", Self.toldOperator)
        }
    }

    private static let toldOperator = "the result is withheld; tell the operator, the log has the job ID"
}
