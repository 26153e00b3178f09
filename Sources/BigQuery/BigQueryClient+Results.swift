internal import HTTPTransport
internal import JSON

/// Where a page of rows begins.
public enum PageStart: Sendable, Hashable {
    /// At a row, counted from 0.
    case row(Int64)
    /// After the page that named this token.
    case token(String)
}

extension BigQueryClient {
    /// The most rows that are asked for at once.
    public static let pageRowsMax = 100_000
    /// The longest that BigQuery is asked to wait for a job in one call.
    public static let waitMax = Duration.seconds(25)

    /// Waits for a job to end, in BigQuery; returns without rows, and earlier when the time is over.
    ///
    /// - Throws: the job's error when it failed.
    public func awaitCompletion(of jobID: String, for wait: Duration) async throws(BigQueryError) -> ResultPage {
        try await page(of: jobID, from: .row(0), rowsMax: 0, wait: wait)
    }

    /// A page of a job's rows.
    ///
    /// TIMESTAMP cells are asked for as whole microseconds.
    ///
    /// - Parameters:
    ///   - rowsMax: the most rows; BigQuery also ends a page when it gets large.
    ///   - wait: how long BigQuery may wait for a job that still runs.
    public func page(
        of jobID: String,
        from start: PageStart,
        rowsMax: Int,
        wait: Duration = .zero
    ) async throws(BigQueryError) -> ResultPage {
        let wait = min(max(wait, .zero), Self.waitMax)
        var query: [(name: String, value: String?)] = [
            ("location", configuration.location),
            ("maxResults", String(min(max(rowsMax, 0), Self.pageRowsMax))),
            ("timeoutMs", String(wait.components.seconds * 1000 + wait.components.attoseconds / 1_000_000_000_000_000)),
            ("formatOptions.useInt64Timestamp", "true"),
        ]
        switch start {
        case .row(let row): query.append(("startIndex", String(max(row, 0))))
        case .token(let token): query.append(("pageToken", token))
        }
        let path = ["projects", configuration.project, "queries", jobID]
        var call = Call(method: .get, url: try configuration.endpoint.url(path, query: query))
        call.timeout = configuration.timeout + wait
        call.answerBytesMax = Self.pageBytesMax
        return try Self.decode(try await repeating(call, as: .read)) { (reader) throws(JSONError) in
            try ResultPage(reader)
        }
    }
}
