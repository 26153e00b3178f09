public import Audit
import Cryptography
public import JSON

/// An entry as an event of the Open Cybersecurity Schema Framework, version 1.8.0.
///
/// Classes and their attributes: <https://schema.ocsf.io/1.8.0/>. What has no place in them is in `unmapped`, and the
/// entry itself, byte for byte, in `raw_data`.
public struct OCSFEvent: Sendable {
    /// The version of the schema.
    static let schemaVersion = "1.8.0"

    /// The event.
    public let json: JSONValue

    /// The event of an entry. One of a type that is not known here is a base event.
    public init(_ signed: SignedEntry) {
        let entry = signed.entry
        let form = Form(of: entry)
        var event: JSONObject = [
            "class_uid": .integer(form.kind.uid), "category_uid": .integer(form.kind.uid / 1000),
            "activity_id": .integer(form.activity.id), "activity_name": .string(form.activity.name),
            "type_uid": .integer(form.kind.uid * 100 + form.activity.id),
            "time": .integer((AuditTime.microseconds(entry.time) ?? 0) / 1000),
            "severity_id": .integer(form.severity), "status_id": .integer(form.status.id),
            "status": .string(form.status.name),
        ]
        event["status_code"] = form.statusCode.map { .string($0) }
        event["message"] = .string(Self.message(of: entry, form))
        event["metadata"] = Self.metadata(of: signed)
        let attributes =
            switch form.kind {
            case .datastore: datastoreAttributes(of: entry)
            case .api: apiAttributes(of: entry)
            case .authentication: authenticationAttributes(of: entry)
            case .lifecycle: JSONObject([("app", Self.product(of: entry))])
            case .base: JSONObject()
            }
        for (key, value) in attributes { event[key] = value }
        event["unmapped"] = Self.unmapped(of: entry)
        event["raw_data"] = .string(String(decoding: signed.bytes, as: UTF8.self))
        event["raw_data_hash"] = [
            "algorithm_id": 3, "algorithm": "SHA-256", "value": .string(Hex.encode(SHA256.hash(signed.bytes))),
        ]
        json = .object(event)
    }

    private static func message(of entry: AuditEntry, _ form: Form) -> String {
        let person = entry.person.map { " by \($0)" } ?? ""
        let job = entry.jobID.map { " of job \($0)" } ?? ""
        return "\(entry.type)\(job)\(person): \(form.status.name)"
    }

    private static func metadata(of signed: SignedEntry) -> JSONValue {
        let entry = signed.entry
        var metadata: JSONObject = [
            "version": .string(schemaVersion), "product": ["name": "Scrim", "vendor_name": "Scrim"],
            "log_name": .string(signed.origin), "uid": .string("\(signed.origin)/\(entry.sequence)"),
            "sequence": .integer(entry.sequence), "event_code": .string(entry.type),
            "original_time": .string(entry.time),
        ]
        metadata["correlation_uid"] = entry.json["request"]
        return .object(metadata)
    }

    static func product(of entry: AuditEntry) -> JSONValue {
        var product: JSONObject = ["name": "Scrim"]
        product["version"] = entry.type == "server_started" ? entry.json["version"] : nil
        return .object(product)
    }

    /// Members that no attribute takes, as the entry has them, and the leaf in the log's tree.
    private static func unmapped(of entry: AuditEntry) -> JSONValue {
        let mapped: Set<String> = [
            "seq", "time", "type", "actor", "session", "request", "sql", "commitments", "blob_sha256", "tool",
        ]
        let members = (entry.json.objectValue ?? JSONObject()).filter { !mapped.contains($0.key) }
        return .object(JSONObject(members.map { ($0.key, $0.value) }))
    }
}
