internal import JSON

/// What reading the history of jobs took.
public struct JobHistoryRead: Sendable, Hashable {
    /// The job that read it.
    public let jobID: String
    /// How many jobs it told of.
    public let jobCount: Int
}

extension AdminClient {
    /// The most rows of a page: a row can hold a megabyte of SQL, and BigQuery ends a page when it gets large.
    private static let historyRowsMax = 1_000

    /// Reads the history of jobs and gives each to `body`, page by page.
    ///
    /// - Parameters:
    ///   - jobID: of the job that reads.
    ///   - request: an ID for its label `scrim_request`.
    public func readHistory(
        _ query: JobHistoryQuery,
        jobID: String,
        request: String,
        bytesBilledMax: Int64,
        _ body: (RecordedJob) -> Void
    ) async throws(BigQueryError) -> JobHistoryRead {
        let options = try Self.options(of: .jobHistory(query), request: request, bytesBilledMax: bytesBilledMax)
        _ = try await finish(.jobHistory(query), options: options, jobID: jobID)
        var start: PageStart? = .row(0)
        var count = 0
        while let next = start {
            let page = try await client.page(of: jobID, from: next, rowsMax: Self.historyRowsMax)
            for cells in page.rows { body(try query.job(cells, page.columns)) }
            count += page.rows.count
            start = page.nextPageToken.map { .token($0) }
        }
        return JobHistoryRead(jobID: jobID, jobCount: count)
    }
}
