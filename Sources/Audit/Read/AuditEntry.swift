public import JSON

/// One entry as a reader sees it. Reading checks nothing; `AuditVerifier` does.
public struct AuditEntry: Sendable {
    /// The entry's number in the log.
    public let sequence: Int64
    /// When it was written, in UTC.
    public let time: String
    /// The event type.
    public let type: String
    /// The whole entry.
    public let json: JSONValue

    /// The entry in its bytes; null when they are none.
    init?(bytes: ArraySlice<UInt8>) {
        guard
            let json = try? JSONValue(parsing: Array(bytes)), let sequence = json["seq"]?.integerValue,
            let time = json["time"]?.stringValue, let type = json["type"]?.stringValue
        else { return nil }
        self.sequence = sequence
        self.time = time
        self.type = type
        self.json = json
    }

    /// When it was written, in microseconds since the Unix epoch; null where the time is malformed.
    public var microseconds: Int64? { AuditTime.microseconds(time) }

    /// The session, where the event belongs to one.
    public var session: String? { json["session"]?.stringValue }

    /// The job that the event is about, where it is about one.
    public var jobID: String? { json["job"]?["job_id"]?.stringValue ?? json["job_id"]?.stringValue }

    /// On whose behalf: subject and, in brackets, issuer.
    public var person: String? {
        guard let actor = json["actor"], let subject = actor["subject"]?.stringValue else { return nil }
        return "\(subject) (\(actor["issuer"]?.stringValue ?? "no issuer"))"
    }
}
