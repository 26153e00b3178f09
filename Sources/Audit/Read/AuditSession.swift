public import JSON

/// What was done in one session.
public struct AuditSession: Sendable {
    /// The session's ID.
    public let id: String
    /// Who, as subject and issuer.
    public let person: String
    /// The name that the client's software gives itself, or the issuer's name for the client.
    public private(set) var client: String
    /// The time of the first entry.
    public let firstTime: String
    /// The time of the last entry.
    public private(set) var lastTime: String
    /// Jobs submitted.
    public private(set) var jobCount = 0
    /// Requests refused.
    public private(set) var refusalCount = 0
    /// Queries examined without running them.
    public private(set) var estimateCount = 0
    /// Answers with names and types of datasets and tables.
    public private(set) var metadataCount = 0
    /// Pages delivered.
    public private(set) var pageCount = 0
    /// Rows delivered in them.
    public private(set) var rowCount: Int64 = 0

    init(id: String, first: AuditEntry) {
        self.id = id
        person = first.person ?? "nobody"
        client = Self.client(of: first) ?? "unnamed"
        firstTime = first.time
        lastTime = first.time
    }

    mutating func add(_ entry: AuditEntry) {
        lastTime = entry.time
        if client == "unnamed", let named = Self.client(of: entry) { client = named }
        switch entry.type {
        case "job_submitted": jobCount += 1
        case "request_refused": refusalCount += 1
        case "query_estimated": estimateCount += 1
        case "metadata_read": metadataCount += 1
        case "page_delivered":
            pageCount += 1
            rowCount = rowCount.addingReportingOverflow(entry.json["rows"]?.integerValue ?? 0).partialValue
        default: break
        }
    }

    private static func client(of entry: AuditEntry) -> String? {
        entry.json["software"]?.stringValue ?? entry.json["actor"]?["client"]?.stringValue
    }

    /// The same for machines.
    public var json: JSONValue {
        [
            "session": .string(id), "person": .string(person), "client": .string(client),
            "first_time": .string(firstTime), "last_time": .string(lastTime), "jobs": .integer(Int64(jobCount)),
            "refusals": .integer(Int64(refusalCount)), "estimates": .integer(Int64(estimateCount)),
            "metadata_reads": .integer(Int64(metadataCount)), "pages": .integer(Int64(pageCount)),
            "rows": .integer(rowCount),
        ]
    }
}
