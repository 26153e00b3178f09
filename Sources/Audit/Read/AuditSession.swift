public import JSON

/// A stretch of time between two entries of a session that follow each other.
public struct AuditGap: Sendable, Hashable {
    /// The time of the entry before.
    public let from: String
    /// The time of the entry after.
    public let to: String
    /// Its length, rounded down.
    public let seconds: Int64
}

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
    /// The stretches in which nothing was recorded, as long as was asked for or longer.
    public private(set) var gaps: [AuditGap] = []
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
    private var requests: Set<String> = []
    private let gapSeconds: Int64

    /// Requests that left an entry: each of them but those refused before it was known who asked.
    public var requestCount: Int { requests.count }

    init(id: String, first: AuditEntry, gapSeconds: Int64) {
        self.id = id
        self.gapSeconds = gapSeconds
        person = first.person ?? "nobody"
        client = Self.client(of: first) ?? "unnamed"
        firstTime = first.time
        lastTime = first.time
    }

    mutating func add(_ entry: AuditEntry) {
        if let before = AuditTime.microseconds(lastTime), let now = AuditTime.microseconds(entry.time) {
            let seconds = (now - before) / 1_000_000
            if seconds >= gapSeconds { gaps.append(AuditGap(from: lastTime, to: entry.time, seconds: seconds)) }
        }
        lastTime = entry.time
        if let request = entry.json["request"]?.stringValue { requests.insert(request) }
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
            "first_time": .string(firstTime), "last_time": .string(lastTime), "requests": .integer(Int64(requestCount)),
            "jobs": .integer(Int64(jobCount)),
            "refusals": .integer(Int64(refusalCount)), "estimates": .integer(Int64(estimateCount)),
            "metadata_reads": .integer(Int64(metadataCount)), "pages": .integer(Int64(pageCount)),
            "rows": .integer(rowCount),
            "gaps": .array(
                gaps.map { ["from": .string($0.from), "to": .string($0.to), "seconds": .integer($0.seconds)] }
            ),
        ]
    }
}
