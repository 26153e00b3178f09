internal import BigQuery
internal import JSON

/// One `LogEntry` of Cloud Logging, as far as it is about a job of BigQuery's, in both forms that BigQuery writes.
///
/// <https://cloud.google.com/bigquery/docs/reference/auditlogs/rest/Shared.Types/BigQueryAuditMetadata>,
/// <https://cloud.google.com/bigquery/docs/reference/auditlogs/rest/Shared.Types/AuditData>
enum CloudAuditEntry {
    /// What the entry says of a job; null when it is about something else, or a dry run, which makes no job.
    static func job(_ entry: JSONValue) -> RecordedJob? {
        guard let payload = entry["protoPayload"] else { return nil }
        var job =
            payload["metadata"].flatMap { fromMetadata($0) } ?? payload["serviceData"].flatMap { fromAuditData($0) }
        guard job != nil else { return nil }
        let principal = payload["authenticationInfo"]?["principalEmail"]?.stringValue
        job?.userEmail = principal.flatMap { $0.isEmpty ? nil : $0 }
        if job?.location == nil { job?.location = entry["resource"]?["labels"]?["location"]?.stringValue }
        return job
    }

    // MARK: BigQueryAuditMetadata

    private static func fromMetadata(_ metadata: JSONValue) -> RecordedJob? {
        guard let told = metadata["jobChange"]?["job"] ?? metadata["jobInsertion"]?["job"],
            let name = told["jobName"]?.stringValue
        else { return nil }
        // `projects/P/jobs/ID`
        let parts = name.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 4, parts[0] == "projects", parts[2] == "jobs", !parts[1].isEmpty, !parts[3].isEmpty else {
            return nil
        }
        var job = RecordedJob(project: parts[1], jobID: parts[3])
        let (config, status, stats) = (told["jobConfig"], told["jobStatus"], told["jobStats"])
        job.isDone = status?["jobState"]?.stringValue == "DONE"
        job.failure = failure(status?["errorResult"])
        job.created = moment(stats?["createTime"])
        job.ended = moment(stats?["endTime"])
        // Members that are empty are left out: once a job is done, no labels means that it has none.
        job.labels = labels(config?["labels"]) ?? (config == nil ? nil : [:])
        let query = config?["queryConfig"]
        job.statementType = query?["statementType"]?.stringValue
        job.text = text(query?["query"], isTruncated: query?["queryTruncated"]?.boolValue ?? false)
        if let figures = stats?["queryStats"] {
            job.bytesProcessed = integer(figures["totalProcessedBytes"]) ?? (job.isDone ? 0 : nil)
            job.bytesBilled = integer(figures["totalBilledBytes"]) ?? (job.isDone ? 0 : nil)
            if job.isDone {
                job.tables = Set((figures["referencedTables"]?.arrayValue ?? []).compactMap(tableName(ofResource:)))
            }
        }
        return job
    }

    /// `projects/P/datasets/D/tables/T`
    private static func tableName(ofResource value: JSONValue) -> String? {
        guard let parts = value.stringValue?.split(separator: "/"), parts.count == 6 else { return nil }
        return "\(parts[1]).\(parts[3]).\(parts[5])"
    }

    // MARK: AuditData

    /// The members of `serviceData` in which a job stands whose principal is the one who made it.
    private static let auditDataMembers = [
        ("jobCompletedEvent", "job"), ("jobQueryDoneResponse", "job"), ("jobInsertResponse", "resource"),
        ("jobQueryResponse", "job"),
    ]

    private static func fromAuditData(_ data: JSONValue) -> RecordedJob? {
        guard let told = auditDataMembers.lazy.compactMap({ data[$0.0]?[$0.1] }).first,
            let project = told["jobName"]?["projectId"]?.stringValue,
            let jobID = told["jobName"]?["jobId"]?.stringValue, !project.isEmpty, !jobID.isEmpty,
            told["jobConfiguration"]?["dryRun"]?.boolValue != true
        else { return nil }
        var job = RecordedJob(project: project, jobID: jobID)
        let (config, status, stats) = (told["jobConfiguration"], told["jobStatus"], told["jobStatistics"])
        job.location = told["jobName"]?["location"]?.stringValue
        job.isDone = status?["state"]?.stringValue == "DONE"
        job.failure = failure(status?["error"])
        job.created = moment(stats?["createTime"])
        job.ended = moment(stats?["endTime"])
        job.labels = labels(config?["labels"]) ?? (config == nil ? nil : [:])
        job.statementType = config?["query"]?["statementType"]?.stringValue
        job.text = text(config?["query"]?["query"], isTruncated: false)
        if let stats, job.isDone {
            job.bytesProcessed = integer(stats["totalProcessedBytes"]) ?? 0
            job.bytesBilled = integer(stats["totalBilledBytes"]) ?? 0
            job.tables = Set(
                (stats["referencedTables"]?.arrayValue ?? []).map { table in
                    ["projectId", "datasetId", "tableId"].map { table[$0]?.stringValue ?? "" }.joined(separator: ".")
                }
            )
        }
        return job
    }

    // MARK: Members

    /// The length, in characters, from which a text may have been cut without anybody saying so: 50,000
    /// (<https://cloud.google.com/bigquery/docs/reference/auditlogs/rest/Shared.Types/BigQueryAuditMetadata>).
    private static let textMax = 50_000

    private static func text(_ value: JSONValue?, isTruncated: Bool) -> RecordedJob.Text {
        guard let text = value?.stringValue, !text.isEmpty else { return .unknown }
        return isTruncated || text.utf8.count >= textMax ? .truncated : RecordedJob.Text(text)
    }

    /// The error of a `google.rpc.Status`; code 0 is none.
    private static func failure(_ status: JSONValue?) -> String? {
        guard let status, let code = integer(status["code"]), code != 0 else { return nil }
        return "code \(code)"
    }

    private static func labels(_ value: JSONValue?) -> [String: String]? {
        guard let object = value?.objectValue else { return nil }
        var labels: [String: String] = [:]
        for (key, value) in object { labels[key] = value.stringValue ?? "" }
        return labels
    }

    private static func integer(_ value: JSONValue?) -> Int64? {
        value?.integerValue ?? value?.stringValue.flatMap { Int64($0) }
    }

    private static func moment(_ value: JSONValue?) -> Int64? {
        value?.stringValue.flatMap { Moment.microseconds($0) }
    }
}
