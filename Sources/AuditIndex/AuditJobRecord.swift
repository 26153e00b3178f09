import GRDB
public import JSON

/// What is known of one job.
public struct AuditJobRecord: Sendable {
    /// The job's ID.
    public let id: String
    /// The session in which it was submitted.
    public let session: String
    /// Who, as subject and issuer.
    public let person: String
    /// The name that the client's software gives itself, or the issuer's name for the client.
    public let client: String
    /// The person's roles at that time.
    public let roles: [String]
    /// When it was submitted.
    public let submittedTime: String?
    /// When its end was recorded.
    public let endedTime: String?
    /// How it ended; `running` while nothing is known.
    public let outcome: String
    /// The code of why it did not end well.
    public let reason: String?
    /// The bytes that BigQuery read, exactly.
    public let bytesProcessed: Int64?
    /// The bytes that were paid for.
    public let bytesBilled: Int64?
    /// Slot time in milliseconds.
    public let slotMilliseconds: Int64?
    /// Pages delivered.
    public let pageCount: Int64
    /// Rows delivered in them.
    public let rowCount: Int64
    /// The tables as the entry of its submission has them.
    public let tables: [String]
    /// The masked columns as `table.column: rule (tag)`.
    public let maskedColumns: [String]
    /// How many masked columns did not fit into the entry.
    public let maskedColumnsCut: Int64
    /// The SQL with its literals as `?`.
    public let sqlShape: String?
    /// The project and location that make the ID unique in BigQuery.
    public let project: String
    /// Where it ran.
    public let location: String
    /// The name of the log that has its submission, or mentions it first.
    public let origin: String
    /// The number of that entry.
    public let sequence: Int64

    init(_ row: JobRow, _ lookup: RecordLookup) throws {
        let caller = try lookup.caller(row.caller)
        id = row.name.text
        session = try lookup.sessionName(row.session) ?? "none"
        person = caller.person
        client = caller.client ?? "unnamed"
        roles = caller.roles
        submittedTime = row.isSubmitted ? lookup.time(row.terms.time) : nil
        endedTime = row.ended.map(lookup.time)
        outcome = try lookup.names.name(row.outcome) ?? "running"
        reason = try lookup.names.name(row.reason)
        bytesProcessed = row.bytesProcessed
        bytesBilled = row.bytesBilled
        slotMilliseconds = row.slotMilliseconds
        pageCount = row.pages
        rowCount = row.rows
        tables = try lookup.names.list(row.terms.tables).compactMap(\.stringValue)
        maskedColumns = try lookup.names.list(row.terms.masks).map { column in
            let name = { (key: String) in column[key]?.stringValue ?? "" }
            return "\(name("table")).\(name("column")): \(name("rule")) (\(name("tag")))"
        }
        maskedColumnsCut = row.masksCut
        sqlShape = try lookup.names.text(row.sql)
        project = try lookup.names.name(row.project) ?? ""
        location = try lookup.names.name(row.location) ?? ""
        origin = try lookup.origin(row.log)
        sequence = row.sequence
    }

    /// The same for machines.
    public var json: JSONValue {
        [
            "job_id": .string(id), "project": .string(project), "location": .string(location),
            "session": .string(session), "person": .string(person), "client": .string(client),
            "roles": .array(roles.map { .string($0) }),
            "submitted_time": submittedTime.map { .string($0) } ?? .null,
            "ended_time": endedTime.map { .string($0) } ?? .null, "outcome": .string(outcome),
            "reason": reason.map { .string($0) } ?? .null,
            "bytes_processed": bytesProcessed.map { .integer($0) } ?? .null,
            "bytes_billed": bytesBilled.map { .integer($0) } ?? .null,
            "slot_ms": slotMilliseconds.map { .integer($0) } ?? .null,
            "pages": .integer(pageCount), "rows": .integer(rowCount),
            "tables": .array(tables.map { .string($0) }),
            "masked_columns": .array(maskedColumns.map { .string($0) }),
            "masked_columns_cut": .integer(maskedColumnsCut), "sql": sqlShape.map { .string($0) } ?? .null,
            "origin": .string(origin), "seq": .integer(sequence),
        ]
    }
}
