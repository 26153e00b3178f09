public import Audit
internal import HTTPTransport
internal import JSON
public import Masking

extension BigQueryClient {
    /// How often `jobs.get` is asked about a job whose send was unclear and that is not found at first.
    private static let settleAttemptsMax = 4

    /// What BigQuery would do with a query, without running it; free of charge, and no job is made.
    public func dryRun(_ query: MaskedQuery) async throws(BigQueryError) -> QueryStatistics {
        try await dryRun(sql: query.sql, parameters: query.parameters)
    }

    /// Sends a query's job, whose ID the audit log has recorded, and returns its first status.
    ///
    /// A job is made once or not at all: when the send is unclear, `jobs.get` tells, and nothing is sent again. The job
    /// found must be ours by text, labels and account (``BigQueryError/Reason/foreignJob``). A `duplicate` on the first
    /// send is an error, and a reason for alarm: our IDs cannot be guessed.
    ///
    /// - Throws: ``BigQueryError/Reason/unclearSend`` when BigQuery neither answers nor knows the job.
    public func submit(
        _ query: MaskedQuery,
        options: JobOptions,
        receipt: JobReceipt
    ) async throws(BigQueryError) -> JobStatus {
        guard receipt.job.project == configuration.project, receipt.job.location == configuration.location else {
            let detail = "the receipt is for another project or location"
            throw BigQueryError(.invalidRequest, detail: detail, mayHaveBeenSent: false)
        }
        return try await submit(
            sql: query.sql,
            parameters: query.parameters,
            options: options,
            jobID: receipt.jobID
        )
    }

    /// What a job must show to be the one that `submit` sends for this query.
    public func fingerprint(of query: MaskedQuery, options: JobOptions) -> JobFingerprint {
        fingerprint(sql: query.sql, options: options)
    }

    /// A job as it is now.
    public func job(_ jobID: String) async throws(BigQueryError) -> JobStatus {
        let url = try configuration.endpoint.url(jobPath(jobID), query: [("location", configuration.location)])
        return try Self.status(try await repeating(Call(method: .get, url: url), as: .read), jobID: jobID)
    }

    /// Asks BigQuery to end a job; it may run on for a while, and cost.
    public func cancel(_ jobID: String) async throws(BigQueryError) {
        let url = try configuration.endpoint.url(
            jobPath(jobID) + ["cancel"],
            query: [("location", configuration.location)]
        )
        _ = try await repeating(Call(method: .post, url: url), as: .cancel)
    }

    // MARK: The text that is sent; only tests call these with text of their own

    func dryRun(sql: String, parameters: [QueryParameter]) async throws(BigQueryError) -> QueryStatistics {
        let body = try body(sql: sql, parameters: parameters, options: nil, jobID: nil)
        let call = Call(method: .post, url: try configuration.endpoint.url(jobsPath), body: body)
        return try Self.decode(try await repeating(call, as: .read)) { (reader) throws(JSONError) in
            var reader = reader
            return try QueryStatistics(reader.object("statistics"))
        }
    }

    func submit(
        sql: String,
        parameters: [QueryParameter],
        options: JobOptions,
        jobID: String
    ) async throws(BigQueryError) -> JobStatus {
        let body = try body(sql: sql, parameters: parameters, options: options, jobID: jobID)
        let call = Call(method: .post, url: try configuration.endpoint.url(jobsPath), body: body)
        let status = try await insert(call, jobID: jobID)
        let differences = fingerprint(sql: sql, options: options).differences(from: status)
        guard differences.isEmpty else {
            let detail = "it differs in \(differences.joined(separator: ", "))"
            throw BigQueryError(.foreignJob, detail: detail)
        }
        return status
    }

    private func insert(_ call: Call, jobID: String) async throws(BigQueryError) -> JobStatus {
        var attempt = 1
        while true {
            do {
                return try Self.status(try await once(call), jobID: jobID)
            } catch {
                let jitter = Double.random(in: 0..<1)
                let policy = configuration.retry
                switch policy.decision(after: error, of: .insert, attempt: attempt, jitter: jitter) {
                case .retry(let delay):
                    try await Self.pause(delay)
                    attempt += 1
                case .settle:
                    return try await settle(jobID, after: error)
                case .newJob, .fail:
                    throw error
                }
            }
        }
    }

    /// Finds out whether an unclear send made its job. A job just made may not be found at once.
    private func settle(_ jobID: String, after cause: BigQueryError) async throws(BigQueryError) -> JobStatus {
        for attempt in 1...Self.settleAttemptsMax {
            do {
                return try await job(jobID)
            } catch  where error.reason == .notFound {
                if attempt < Self.settleAttemptsMax { try await Self.pause(configuration.retry.firstDelay * attempt) }
            } catch {
                throw BigQueryError(.unclearSend, detail: cause.description)
            }
        }
        throw BigQueryError(.unclearSend, detail: cause.description)
    }

    private func body(
        sql: String,
        parameters: [QueryParameter],
        options: JobOptions?,
        jobID: String?
    ) throws(BigQueryError) -> [UInt8] {
        guard parameters.count <= QueryParameter.countMax else {
            let detail = "there are over \(QueryParameter.countMax) parameters"
            throw BigQueryError(.invalidRequest, detail: detail, mayHaveBeenSent: false)
        }
        return try QueryJobBody(
            sql: sql,
            parameters: parameters,
            project: configuration.project,
            location: configuration.location,
            jobID: jobID,
            options: options
        ).serialized()
    }

    private func fingerprint(sql: String, options: JobOptions) -> JobFingerprint {
        JobFingerprint(queryDigest: TextDigest.exact(sql), labels: options.labels, userEmail: accountEmail)
    }

    private var jobsPath: [String] { ["projects", configuration.project, "jobs"] }

    private func jobPath(_ jobID: String) -> [String] { jobsPath + [jobID] }

    /// A status that is of the job that was asked for.
    private static func status(_ answer: JSONReader, jobID: String) throws(BigQueryError) -> JobStatus {
        let status = try decode(answer) { (reader) throws(JSONError) in try JobStatus(reader) }
        guard status.jobID == jobID else {
            throw BigQueryError(.unexpectedAnswer, detail: "another job was answered", httpStatus: 200)
        }
        return status
    }
}
