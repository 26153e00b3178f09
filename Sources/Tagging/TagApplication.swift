public import Audit
public import BigQuery
public import Catalog

/// Carries out a plan: every table is read again and compared, then patched one by one, each patch recorded before it
/// is sent and its outcome after.
public struct TagApplication: Sendable {
    /// What became of one table.
    public struct TableOutcome: Sendable {
        /// The table.
        public let table: TableID
        /// How it ended; null where nothing was tried, because something before it did not end well.
        public let outcome: TagChangeEnded.Outcome?
        /// Why it did not end well; free of data.
        public let reason: String?
    }

    private let client: AdminClient
    private let log: AuditLog
    private let context: AuditContext

    /// An application under a client's credential, recorded in a log on somebody's behalf.
    public init(client: AdminClient, log: AuditLog, context: AuditContext) {
        self.client = client
        self.log = log
        self.context = context
    }

    /// Reads every table of the plan again.
    ///
    /// - Returns: the patches, or why the plan does not fit what is there; then nothing may be changed.
    public func prepare(
        _ plan: TagPlan
    ) async throws(BigQueryError) -> (patches: [TagPatch], findings: [TagFinding]) {
        var patches: [TagPatch] = []
        var findings: [TagFinding] = []
        let fix = "the plan is stale: make a new one"
        if plan.mappingDigest != context.mappingDigest {
            let message = "it changed since the plan was made, and with it what the roles see"
            findings.append(TagFinding("plan.stale", "the mapping", message, fix: fix))
        }
        for table in plan.tables {
            let place = table.id.description
            guard case .found(let resource) = try await client.table(table.id) else {
                findings.append(TagFinding("plan.stale", place, "the table cannot be read any more", fix: fix))
                continue
            }
            do {
                patches.append(try TagPatch(editing: resource, change: plan.change(of: table)))
            } catch {
                let message = error.detail ?? "the table changed since the plan was made"
                findings.append(TagFinding("plan.stale", place, message, fix: fix))
            }
        }
        return (patches, findings)
    }

    /// Sends the patches in order, and nothing more after one that did not end well.
    public func apply(_ patches: [TagPatch]) async throws(AuditError) -> [TableOutcome] {
        var outcomes: [TableOutcome] = []
        var isStopped = false
        for patch in patches {
            guard !isStopped else {
                outcomes.append(TableOutcome(table: patch.table, outcome: nil, reason: "not tried"))
                continue
            }
            let receipt = try await log.append(tagChangeSubmitted: patch.change, context: context)
            let result = await client.send(patch, receipt: receipt)
            _ = try await log.append(
                .tagChangeEnded(
                    context,
                    TagChangeEnded(
                        plan: patch.change.plan,
                        table: patch.change.table,
                        outcome: result.outcome,
                        reason: result.error?.reason.name,
                        etag: result.etag
                    )
                )
            )
            isStopped = result.outcome != .applied
            outcomes.append(
                TableOutcome(table: patch.table, outcome: result.outcome, reason: result.error?.description)
            )
        }
        return outcomes
    }
}
