public import JSON

/// What is known of one job.
public struct AuditJobRecord: Sendable {
    /// The job's ID.
    public let id: String
    /// The session in which it was submitted.
    public let session: String
    /// Who, as subject and issuer.
    public let person: String
    /// When it was submitted.
    public private(set) var submittedTime: String?
    /// When its end was recorded.
    public private(set) var endedTime: String?
    /// How it ended; `running` while nothing is known.
    public private(set) var outcome = "running"
    /// The code of why it did not end well.
    public private(set) var reason: String?
    /// The bytes that BigQuery read, exactly.
    public private(set) var bytesProcessed: Int64?
    /// Pages delivered.
    public private(set) var pageCount = 0
    /// Rows delivered in them.
    public private(set) var rowCount: Int64 = 0
    /// The masked columns as `table.column: rule (tag)`.
    public private(set) var maskedColumns: [String] = []
    /// How many masked columns did not fit into the entry.
    public private(set) var maskedColumnsCut: Int64 = 0
    /// The SQL with its literals as `?`.
    public private(set) var sqlShape: String?
    /// The project and location that make the ID unique in BigQuery.
    public let project: String
    /// Where it ran.
    public let location: String

    init(id: String, first: AuditEntry) {
        self.id = id
        session = first.session ?? "none"
        person = first.person ?? "nobody"
        project = first.json["job"]?["project"]?.stringValue ?? ""
        location = first.json["job"]?["location"]?.stringValue ?? ""
    }

    mutating func add(_ entry: AuditEntry) {
        switch entry.type {
        case "job_submitted":
            submittedTime = entry.time
            sqlShape = entry.json["sql"]?.stringValue
            maskedColumnsCut = entry.json["cut"]?["masked_columns"]?.integerValue ?? 0
            maskedColumns = (entry.json["masked_columns"]?.arrayValue ?? []).map { column in
                let name = { (key: String) in column[key]?.stringValue ?? "" }
                return "\(name("table")).\(name("column")): \(name("rule")) (\(name("tag")))"
            }
        case "job_ended":
            endedTime = entry.time
            outcome = entry.json["outcome"]?.stringValue ?? outcome
            reason = entry.json["reason"]?.stringValue
            bytesProcessed = entry.json["bytes_processed"]?.integerValue
        case "page_delivered":
            pageCount += 1
            rowCount = rowCount.addingReportingOverflow(entry.json["rows"]?.integerValue ?? 0).partialValue
        default: break
        }
    }

    /// The same for machines.
    public var json: JSONValue {
        [
            "job_id": .string(id), "project": .string(project), "location": .string(location),
            "session": .string(session), "person": .string(person),
            "submitted_time": submittedTime.map { .string($0) } ?? .null,
            "ended_time": endedTime.map { .string($0) } ?? .null, "outcome": .string(outcome),
            "reason": reason.map { .string($0) } ?? .null,
            "bytes_processed": bytesProcessed.map { .integer($0) } ?? .null, "pages": .integer(Int64(pageCount)),
            "rows": .integer(rowCount), "masked_columns": .array(maskedColumns.map { .string($0) }),
            "masked_columns_cut": .integer(maskedColumnsCut), "sql": sqlShape.map { .string($0) } ?? .null,
        ]
    }
}
