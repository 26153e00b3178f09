public import Audit
public import BigQuery
import Cryptography
import Identity
public import JSON
import Locks
public import Logging
public import Masking

/// The one place where the order of checks is written: every tool call of a caller ends here.
///
/// `query` below is the whole path of a request: mask, record, send, wait, cross-check, deliver. Each step's result
/// is a
/// type that only that step can make, so none can be left out.
public final class QueryGate: Sendable {
    let settings: GateSettings
    /// The mapping in force. Replaced as a whole; a request takes it once (``Requester``).
    private let mapping: Locked<Mapping>
    /// What that mapping says of groups.
    let assignment: Locked<RoleAssignment>
    let bigQuery: BigQueryClient
    let schemas: SchemaReader
    /// How tables are read, kept between queries.
    let scans = ScanCache()
    let recentCatalog: RecentCatalog
    let audit: AuditLog
    let keys: GateKeys
    let openJobs = OpenJobs(capacity: GateSettings.openJobsMax)
    let cancellations = CancellationQueue()
    let sessionsSeen = SessionsSeen()
    let completionRate = CompletionRate()
    let mappingWatch = MappingWatch()
    let logger: Logger

    /// How often a query is sent as a new job after BigQuery failed one for reasons of its own.
    static let jobsPerQueryMax = 3

    /// Creates a gate; `run()` must be running for jobs of vanished callers to be cancelled.
    public init(
        settings: GateSettings,
        mapping: Mapping,
        keys: GateKeys,
        upstream: (bigQuery: BigQueryClient, audit: AuditLog),
        logger: Logger
    ) {
        self.settings = settings
        self.mapping = Locked(mapping)
        self.assignment = Locked(Self.assignment(of: mapping))
        self.keys = keys
        self.bigQuery = upstream.bigQuery
        self.audit = upstream.audit
        self.schemas = SchemaReader(client: upstream.bigQuery, settings: settings)
        self.recentCatalog = RecentCatalog(reader: schemas)
        self.logger = logger
    }

    /// Puts a mapping in force for the requests from now on; those that run already end under the one they began with.
    ///
    /// - Throws: when the log cannot say so first; then the mapping in force stays.
    public func adopt(_ mapping: Mapping) async throws(GateFailure) {
        let roles = mapping.roles.keys.sorted()
        try await record(
            .mappingLoaded(MappingLoaded(digest: mapping.digest, fileCount: mapping.fileCount, roles: roles))
        )
        self.mapping.withLock { $0 = mapping }
        assignment.withLock { $0 = Self.assignment(of: mapping) }
        mappingWatch.announce()
    }

    /// Records that another mapping was not put in force.
    ///
    /// - Parameter mistakeCount: how many mistakes it has.
    /// - Throws: when the log cannot be written.
    public func refuseMapping(mistakeCount: Int) async throws(GateFailure) {
        let refused = MappingRefused(digestInForce: currentMapping.digest, mistakeCount: mistakeCount)
        try await record(.mappingRefused(refused))
    }

    /// A caller with the mapping in force now, for one request from its beginning to its end.
    func requester(_ caller: Caller) -> Requester {
        Requester(caller: caller, mapping: currentMapping)
    }

    /// The mapping in force now.
    var currentMapping: Mapping { mapping.withLock { $0 } }

    /// Runs a query for a caller and answers with its first page, or with `status: "running"` after
    /// ``GateSettings/answerWait``.
    ///
    /// - Throws: every reason at once; the refusal is in the log before it is thrown.
    public func query(_ request: QueryRequest, for caller: Caller) async throws(GateFailure) -> JSONObject {
        let caller = requester(caller)
        let prepared: PreparedQuery
        do {
            let policy = try admit(caller, to: "query")
            prepared = try await prepare(request, for: caller, under: policy)
        } catch {
            throw await recorded(error, of: request, tool: "query", for: caller)
        }
        var attempt = 1
        while true {
            do {
                let job = try await submit(prepared, for: caller)
                return try await answer(job, wait: GateSettings.answerWait, maxRows: request.maxRows, for: caller)
            } catch {
                // A new job has a new ID and an audit entry of its own; the failed one is in the log already.
                guard error.wantsNewJob, attempt < Self.jobsPerQueryMax else { throw error }
                attempt += 1
            }
        }
    }

    /// Says what a query would read, cost and mask, without running it.
    public func estimate(_ request: QueryRequest, for caller: Caller) async throws(GateFailure) -> JSONObject {
        let caller = requester(caller)
        let prepared: PreparedQuery
        let estimate: QueryStatistics
        do {
            let policy = try admit(caller, to: "estimate_query")
            prepared = try await prepare(request, for: caller, under: policy)
            estimate = try await dryRun(prepared)
        } catch {
            throw await recorded(error, of: request, tool: "estimate_query", for: caller)
        }
        let shown = shownBytes(estimate.bytesProcessed ?? 0, prepared.query)
        try await record(
            .queryEstimated(
                caller.auditContext,
                QueryEstimated(
                    query: prepared.auditQuery,
                    bytesProcessed: estimate.bytesProcessed,
                    bytesShown: shown
                )
            )
        )
        return QueryAnswer.estimate(prepared.query, estimate, bytesShown: shown)
    }

    /// Steps 1 to 4 of a request: the text is parsed, its tables resolved, their schemas read, and the query masked.
    func prepare(
        _ request: QueryRequest,
        for caller: Requester,
        under policy: MaskingPolicy
    ) async throws(GateFailure) -> PreparedQuery {
        let parameters = try QueryParameterDecoding.decode(request.parameters)
        let analyzed = analyzed(request.sql, parameters: parameters)
        let snapshot = await schemas.snapshot(of: analyzed.needs, under: policy)
        switch rewriter(policy).rewrite(analyzed, against: snapshot) {
        case .success(let query):
            let limits = limits(of: policy, request, masked: query.touchesMaskedTable)
            return PreparedQuery(
                request: request,
                query: query,
                shape: analyzed.shape ?? "",
                limits: limits,
                options: try jobOptions(limits, caller)
            )
        case .failure(let list):
            throw GateFailure(list.refusals)
        }
    }

    func rewriter(_ policy: MaskingPolicy) -> MaskingRewriter {
        MaskingRewriter(
            policy: policy,
            tokenKeys: keys.tokens,
            scans: scans,
            allowsJavaScript: settings.allowsJavaScript
        )
    }

    /// A text parsed and its tables resolved, with the defaults that every caller has.
    func analyzed(_ sql: String, parameters: [QueryParameter]) -> AnalyzedQuery {
        AnalyzedQuery.analyze(
            sql,
            defaults: NameDefaults(project: settings.project, dataset: settings.defaultDataset),
            parameters: parameters
        )
    }

    /// Steps 5 and 6: the job's ID is durable in the log before the job is sent.
    private func submit(_ prepared: PreparedQuery, for caller: Requester) async throws(GateFailure) -> OpenJob {
        let id: JobID
        let receipt: JobReceipt
        let context = caller.auditContext
        do {
            id = try keys.jobs.mint(for: caller.principal, in: caller.session)
            receipt = try await audit.append(
                jobSubmitted: JobSubmitted(
                    job: auditJob(id),
                    tool: "query",
                    query: prepared.auditQuery,
                    bytesBilledMax: prepared.limits.bytesBilledMax,
                    bytesBilledAsked: prepared.request.maxBytesBilled,
                    sentShapeDigest: TextDigest.withoutLiterals(prepared.query.sql)
                ),
                context: context
            )
        } catch {
            logger.record(.critical, "a job was not recorded and is not sent", [.reason(error)])
            throw .auditUnavailable
        }
        let job = OpenJob(
            id: id,
            query: prepared.query,
            fingerprint: bigQuery.fingerprint(of: prepared.query, options: prepared.options),
            mappingDigest: caller.mapping.digest,
            context: context,
            pageRows: prepared.limits.pageRows
        )
        openJobs.insert(job)
        do {
            _ = try await bigQuery.submit(prepared.query, options: prepared.options, receipt: receipt)
        } catch {
            throw await ended(job, by: error, context)
        }
        return job
    }

    /// What the job carries, so that it can be found from BigQuery's side as well.
    private func jobOptions(_ limits: RequestLimits, _ caller: Requester) throws(GateFailure) -> JobOptions {
        do {
            return try JobOptions(
                labels: ["scrim_session": caller.session.text, "scrim_request": caller.requestID],
                bytesBilledMax: limits.bytesBilledMax,
                timeout: limits.queryTimeout
            )
        } catch {
            throw GateFailure(error, masked: true)
        }
    }

    private func dryRun(_ prepared: PreparedQuery) async throws(GateFailure) -> QueryStatistics {
        do {
            return try await bigQuery.dryRun(prepared.query)
        } catch {
            throw GateFailure(error, masked: prepared.query.touchesMaskedTable)
        }
    }
}
