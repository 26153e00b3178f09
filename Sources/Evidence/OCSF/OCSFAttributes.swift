import Audit
import JSON

/// Datastore Activity (6005): `actor`, `src_endpoint`, and one of `database` and `table`.
func datastoreAttributes(of entry: AuditEntry) -> JSONObject {
    var event: JSONObject = ["actor": actor(of: entry), "src_endpoint": source(of: entry)]
    let tables = entry.texts("tables") + (entry.json["table"]?.stringValue.map { [$0] } ?? [])
    let named = (tables + entry.texts("resources")).first.map { $0.split(separator: ".").map(String.init) } ?? []
    let project = entry.json["job"]?["project"]?.stringValue
    let database = named.count > 1 ? named.prefix(2).joined(separator: ".") : named.first ?? project ?? "BigQuery"
    // Relational.
    event["database"] = ["name": .string(database), "uid": .string(database), "type_id": 1]
    // A table, or a database.
    event["type_id"] = named.count > 2 ? 3 : 1
    if named.count > 2 {
        event["table"] = [
            "name": .string(named[2...].joined(separator: ".")), "uid": .string(named.joined(separator: ".")),
        ]
    }
    if let sql = entry.json["sql"]?.stringValue {
        var query: JSONObject = ["query_string": .string(sql)]
        query["name"] = .string(entry.json["tool"]?.stringValue ?? entry.type)
        query["uid"] = entry.jobID.map { .string($0) }
        query["bytes"] = entry.json["bytes_processed"]
        event["query_info"] = .object(query)
    }
    return event
}

/// API Activity (6003): `actor`, `api` and `src_endpoint`.
func apiAttributes(of entry: AuditEntry) -> JSONObject {
    var api: JSONObject = ["operation": .string(entry.json["tool"]?.stringValue ?? entry.type)]
    api["request"] = entry.json["request"].map { ["uid": $0] }
    api["service"] = ["name": "Scrim"]
    let reasons = (entry.json["refused"]?.arrayValue ?? []).compactMap { $0["code"]?.stringValue }
    return [
        "actor": actor(of: entry), "src_endpoint": source(of: entry), "api": .object(api),
        "status_detail": .string(reasons.joined(separator: ", ")),
    ]
}

/// Authentication (3002): `user`, and one of `service` and `dst_endpoint`.
func authenticationAttributes(of entry: AuditEntry) -> JSONObject {
    var event: JSONObject = [
        "user": user(of: entry), "service": ["name": "Scrim"], "src_endpoint": source(of: entry),
    ]
    event["session"] = entry.session.map { ["uid": .string($0)] }
    if entry.json["actor"] != nil { event["actor"] = actor(of: entry) }
    let counts = (entry.json["refusals"]?.arrayValue ?? []).compactMap { $0["count"]?.integerValue }
    if entry.json["refusals"] != nil {
        event["count"] = .integer(counts.reduce(0) { $0.addingReportingOverflow($1).partialValue })
    }
    return event
}

/// Who asked; where nobody is known, the program says what it is called.
private func actor(of entry: AuditEntry) -> JSONValue {
    var actor = JSONObject()
    if entry.json["actor"] != nil { actor["user"] = user(of: entry) }
    if let session = entry.session { actor["session"] = ["uid": .string(session)] }
    actor["app_name"] = entry.json["software"]
    actor["app_uid"] = entry.json["actor"]?["client"]
    if let issuer = entry.json["actor"]?["issuer"]?.stringValue { actor["idp"] = ["name": .string(issuer)] }
    if let acting = entry.json["actor"]?["act"]?.arrayValue?.first?["subject"]?.stringValue {
        actor["invoked_by"] = .string(acting)
    }
    if actor.isEmpty { actor["app_name"] = "not identified" }
    return .object(actor)
}

private func user(of entry: AuditEntry) -> JSONValue {
    let actor = entry.json["actor"]
    let subject = actor?["subject"]?.stringValue ?? entry.json["subject"]?.stringValue
    var user: JSONObject = ["name": .string(subject ?? "not identified")]
    user["domain"] = actor?["issuer"] ?? entry.json["issuer"]
    let kind = actor?["kind"]?.stringValue
    switch kind {
    case "human": user["type_id"] = 1
    case "admin": user["type_id"] = 2
    case "machine": user["type_id"] = 4
    case nil: user["type_id"] = 0
    default:
        user["type_id"] = 99
        user["type"] = kind.map { .string($0) }
    }
    let roles = (actor?["roles"]?.arrayValue ?? []).map { ["name": $0] as JSONValue }
    if !roles.isEmpty { user["groups"] = .array(roles) }
    return .object(user)
}

/// Where the request came from: an address where the log has one, else what is known of the program.
private func source(of entry: AuditEntry) -> JSONValue {
    if let peer = entry.json["peer"]?.stringValue { return ["ip": .string(peer)] }
    let name = entry.json["software"]?.stringValue ?? entry.json["actor"]?["client"]?.stringValue
    return ["name": .string(name ?? "MCP client")]
}
