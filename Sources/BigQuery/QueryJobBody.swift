internal import JSON
internal import Masking

/// The body of `jobs.insert` for a query: a closed set of keys.
///
/// BigQuery ignores keys that it does not know, so a slip of the pen would lift a limit in silence; nothing of a caller
/// reaches the body but the masked text, its parameters, and what ``JobOptions`` has checked. No default dataset, no
/// connection properties, no session, no destination.
struct QueryJobBody {
    /// BigQuery's limit on a request, in bytes.
    static let bytesMax = 10_000_000

    let sql: String
    let parameters: [QueryParameter]
    let project: String
    let location: String
    /// The job's own ID; `nil` for a dry run, which makes no job.
    let jobID: String?
    let options: JobOptions?

    /// The document, or why it cannot be sent.
    func serialized() throws(BigQueryError) -> [UInt8] {
        var reference: JSONObject = ["projectId": .string(project)]
        if let jobID { reference["jobId"] = .string(jobID) }
        reference["location"] = .string(location)
        let body: JSONValue = ["jobReference": .object(reference), "configuration": .object(try configuration())]
        let bytes = body.serialized()
        guard bytes.count <= Self.bytesMax else {
            let detail = "the request is over \(Self.bytesMax) bytes"
            throw BigQueryError(.invalidRequest, detail: detail, mayHaveBeenSent: false)
        }
        return bytes
    }

    private func configuration() throws(BigQueryError) -> JSONObject {
        var configuration = JSONObject()
        if jobID == nil { configuration["dryRun"] = true }
        if let options {
            let (seconds, attoseconds) = options.timeout.components
            configuration["jobTimeoutMs"] = .string(
                String(seconds.multipliedReportingOverflow(by: 1000).partialValue + attoseconds / 1_000_000_000_000_000)
            )
            let labels = options.labels.sorted { $0.key < $1.key }.map { ($0.key, JSONValue.string($0.value)) }
            configuration["labels"] = .object(JSONObject(labels))
        }
        configuration["query"] = .object(try query())
        return configuration
    }

    private func query() throws(BigQueryError) -> JSONObject {
        var query: JSONObject = [
            "query": .string(sql), "useLegacySql": false, "useQueryCache": false, "priority": "INTERACTIVE",
        ]
        if let options { query["maximumBytesBilled"] = .string(String(options.bytesBilledMax)) }
        query["parameterMode"] = "NAMED"
        if !parameters.isEmpty {
            var encoded: [JSONValue] = []
            for parameter in parameters { encoded.append(try parameter.encoded()) }
            query["queryParameters"] = .array(encoded)
        }
        return query
    }
}
