public import Audit
public import Catalog
public import HTTPTransport
internal import JSON

/// BigQuery for admins, under a credential of their own: reads schemas, changes tags by ``TagPatch``, and runs nothing
/// but an ``AdminQuery``.
///
/// The server never makes one (`Tests/LayoutTests` looks), so that nothing that an agent sends can reach it.
public final class AdminClient: Sendable {
    /// How long an admin's query may run.
    static let queryTimeout = Duration.seconds(600)

    let client: BigQueryClient

    /// Creates a client; nothing is sent yet.
    public init(configuration: BigQueryClient.Configuration, key: ServiceAccountKey, transport: HTTPTransport) {
        client = BigQueryClient(configuration: configuration, key: key, transport: transport)
    }

    /// The account under which all calls are made.
    public var accountEmail: String { client.accountEmail }

    /// Fetches an access token, so that a wrong key shows before anything else.
    public func checkCredentials() async throws(BigQueryError) { try await client.checkCredentials() }

    /// A dataset; `nil` when BigQuery does not find it.
    public func dataset(_ id: DatasetID) async throws(BigQueryError) -> DatasetSummary? {
        try await client.dataset(id)
    }

    /// All tables of a dataset, in BigQuery's order; `nil` when BigQuery does not find the dataset.
    public func tables(of dataset: DatasetID) async throws(BigQueryError) -> [TableListing]? {
        try await client.allTables(of: dataset)
    }

    /// A table as it is now, with all that BigQuery says of its schema.
    public func table(_ id: TableID) async throws(BigQueryError) -> TableLookup {
        let path = try tableURL(id, query: [("view", "BASIC")])
        let answer: JSONReader
        do {
            answer = try await client.repeating(BigQueryClient.Call(method: .get, url: path), as: .read)
        } catch  where error.reason == .notFound {
            return .absent
        }
        do {
            let resource = try TableResource(answer.object)
            return resource.schema.id == id ? .found(resource) : .unreadable(reason: "another table was answered")
        } catch {
            return .unreadable(reason: error.detail ?? error.description)
        }
    }

    // MARK: Tags

    /// Sends a change of tags that the audit log has recorded, once, and reads the table back to see what became of it.
    public func send(_ patch: TagPatch, receipt: TagChangeReceipt) async -> TagPatchResult {
        var failure: BigQueryError?
        do throws(BigQueryError) {
            guard receipt.change == patch.change else {
                let detail = "the receipt is for another change"
                throw BigQueryError(.invalidRequest, detail: detail, mayHaveBeenSent: false)
            }
            var call = BigQueryClient.Call(method: .patch, url: try tableURL(patch.table), body: patch.body)
            call.ifMatch = patch.change.etag
            _ = try await client.once(call)
        } catch {
            if error.reason == .conditionNotMet { return TagPatchResult(outcome: .stale, error: error, etag: nil) }
            let isAnswered = error.httpStatus.map { (400..<500).contains($0) } ?? false
            if isAnswered || !error.mayHaveBeenSent {
                return TagPatchResult(outcome: .refused, error: error, etag: nil)
            }
            failure = error
        }
        return await readBack(patch, after: failure)
    }

    /// An answer that says it is done is not yet a table that is as it should be; and without an answer the table tells.
    private func readBack(_ patch: TagPatch, after failure: BigQueryError?) async -> TagPatchResult {
        let found: TableLookup
        do {
            found = try await table(patch.table)
        } catch {
            return TagPatchResult(outcome: .unknown, error: failure ?? error, etag: nil)
        }
        guard case .found(let resource) = found else {
            return TagPatchResult(outcome: .unknown, error: failure, etag: nil)
        }
        if patch.isResult(resource) { return TagPatchResult(outcome: .applied, error: nil, etag: resource.etag) }
        // Without an answer the request may still be under way, so an unchanged table proves nothing.
        return TagPatchResult(outcome: failure == nil ? .differs : .unknown, error: failure, etag: resource.etag)
    }

    private func tableURL(
        _ id: TableID,
        query: [(name: String, value: String?)] = []
    ) throws(BigQueryError) -> String {
        let path = ["projects", id.project, "datasets", id.dataset, "tables", id.table]
        return try client.configuration.endpoint.url(path, query: query)
    }

    // MARK: Queries

    /// The bytes that a query would read, without running it.
    public func estimate(_ query: AdminQuery) async throws(BigQueryError) -> Int64 {
        let statistics = try await client.dryRun(sql: query.sql, parameters: query.parameters)
        guard let bytes = statistics.bytesProcessed else {
            throw BigQueryError(.unexpectedAnswer, detail: "a dry run without a number of bytes", httpStatus: 200)
        }
        return bytes
    }

    /// The options under which a query is sent.
    public static func options(
        of query: AdminQuery,
        request: String,
        bytesBilledMax: Int64
    ) throws(BigQueryError) -> JobOptions {
        try JobOptions(
            labels: ["scrim_command": query.command, "scrim_request": request],
            bytesBilledMax: bytesBilledMax,
            timeout: queryTimeout
        )
    }

    /// Runs a query whose job the audit log has recorded, waits for its end, and reads its counts.
    public func run(
        _ query: AdminQuery,
        options: JobOptions,
        receipt: JobReceipt
    ) async throws(BigQueryError) -> AdminAnswer {
        guard receipt.job.project == client.configuration.project,
            receipt.job.location == client.configuration.location
        else {
            let detail = "the receipt is for another project or location"
            throw BigQueryError(.invalidRequest, detail: detail, mayHaveBeenSent: false)
        }
        guard let countsExpected = query.countsExpected else {
            throw BigQueryError(.invalidRequest, detail: "its answer is no counts", mayHaveBeenSent: false)
        }
        let status = try await finish(query, options: options, jobID: receipt.jobID)
        let page = try await client.page(of: receipt.jobID, from: .row(0), rowsMax: query.rowsMax)
        guard page.columns.count == countsExpected, page.rows.count <= query.rowsMax else {
            throw BigQueryError(.unexpectedAnswer, detail: "another number of counts was answered", httpStatus: 200)
        }
        var rows: [[Int64]] = []
        for cells in page.rows {
            let counts = cells.compactMap { $0.stringValue.flatMap { Int64($0) } }
            guard counts.count == cells.count else {
                throw BigQueryError(.unexpectedAnswer, detail: "a count is not a whole number", httpStatus: 200)
            }
            rows.append(counts)
        }
        return AdminAnswer(rows: rows, statistics: status.statistics)
    }

    /// Sends a query and waits for its end; an error when it failed.
    func finish(_ query: AdminQuery, options: JobOptions, jobID: String) async throws(BigQueryError) -> JobStatus {
        var status = try await client.submit(
            sql: query.sql,
            parameters: query.parameters,
            options: options,
            jobID: jobID
        )
        while status.state != .done {
            _ = try await client.awaitCompletion(of: jobID, for: BigQueryClient.waitMax)
            status = try await client.job(jobID)
        }
        if let failure = status.failure { throw failure }
        return status
    }
}

/// What an ``AdminQuery`` tells: whole numbers, never a value of the data.
public struct AdminAnswer: Sendable {
    /// The counts, in the order of the query's columns.
    let rows: [[Int64]]
    /// BigQuery's figures.
    public let statistics: QueryStatistics
}
