import Cryptography
import JSON

/// What is made of an event before it has a place in the log: its fields, and what opens its commitments.
struct EncodedEvent {
    let fields: JSONObject
    let openings: CommitmentOpenings?
}

extension AuditEvent {
    /// The fields of the entry in the order of `docs/audit-log.md`, type first.
    func encoded() throws(AuditError) -> EncodedEvent {
        var fields = EntryFields()
        var openings: CommitmentOpenings?
        fields.set("type", .string(type))
        switch self {
        case .serverStarted(let event): event.encode(into: &fields)
        case .serverStopped(let event): fields.text("reason", event.reason)
        case .mappingLoaded(let event): event.encode(into: &fields)
        case .identityRefused(let event): event.encode(into: &fields)
        case .identityRefusalsCounted(let event): event.encode(into: &fields)
        case .revocationsRead(let event): event.encode(into: &fields)
        case .sessionSeen(let context, let event):
            context.encode(into: &fields)
            fields.text("transport", event.transport, bytesMax: EntryFields.Share.code)
            fields.text("protocol", event.protocolVersion, bytesMax: EntryFields.Share.code)
        case .requestRefused(let context, let event):
            context.encode(into: &fields)
            openings = try event.encode(into: &fields)
        case .queryEstimated(let context, let event):
            context.encode(into: &fields)
            openings = try event.encode(into: &fields)
        case .jobSubmitted(let context, let event):
            context.encode(into: &fields)
            openings = try event.encode(into: &fields)
        case .jobEnded(let context, let event):
            context.encode(into: &fields)
            event.encode(into: &fields)
        case .pageDelivered(let context, let event):
            context.encode(into: &fields)
            openings = try event.encode(into: &fields)
        case .metadataRead(let context, let event):
            context.encode(into: &fields)
            openings = try event.encode(into: &fields)
        case .tagChangePlanned(let context, let event), .tagChangeSubmitted(let context, let event):
            context.encode(into: &fields)
            event.encode(into: &fields)
        case .tagChangeEnded(let context, let event):
            context.encode(into: &fields)
            event.encode(into: &fields)
        case .retention(let event): event.encode(into: &fields)
        }
        return EncodedEvent(fields: fields.finished(), openings: openings)
    }
}

extension AuditContext {
    fileprivate func encode(into fields: inout EntryFields) {
        if let actor { fields.set("actor", actor.json(within: &fields)) }
        fields.text("session", session, bytesMax: EntryFields.Share.code)
        fields.text("request", request, bytesMax: EntryFields.Share.code)
        fields.text("software", software)
        fields.text("mapping", mappingDigest, bytesMax: EntryFields.Share.code)
    }
}

extension AuditActor {
    func json(within fields: inout EntryFields) -> JSONValue {
        var object = JSONObject()
        let names = EntryFields.Share.name
        object["issuer"] = fields.bounded(issuer, as: "actor.issuer", bytesMax: names)
        object["subject"] = fields.bounded(subject, as: "actor.subject", bytesMax: names)
        object["client"] = client.map { fields.bounded($0, as: "actor.client", bytesMax: names) }
        let roles = roles.map { JSONValue.string($0) }
        object["roles"] = fields.bounded(roles, as: "actor.roles", bytesMax: EntryFields.Share.roles)
        object["kind"] = fields.bounded(kind, as: "actor.kind", bytesMax: EntryFields.Share.code)
        guard !actors.isEmpty else { return .object(object) }
        let chain = actors.map { actor in
            var object = JSONObject()
            object["issuer"] = actor.issuer.map { .string($0) }
            object["subject"] = .string(actor.subject)
            object["client"] = actor.client.map { .string($0) }
            return JSONValue.object(object)
        }
        object["act"] = fields.bounded(chain, as: "actor.act", bytesMax: EntryFields.Share.roles)
        return .object(object)
    }
}

extension ServerStarted {
    fileprivate func encode(into fields: inout EntryFields) {
        fields.text("version", version)
        fields.text("transport", transport, bytesMax: EntryFields.Share.code)
        fields.text("address", address)
        fields.text("project", project)
        fields.text("location", location)
        fields.set("development", .bool(isDevelopment))
    }
}

extension MappingLoaded {
    fileprivate func encode(into fields: inout EntryFields) {
        fields.text("mapping", digest, bytesMax: EntryFields.Share.code)
        fields.set("files", fileCount)
        fields.list("roles", roles, bytesMax: EntryFields.Share.roles)
    }
}

extension MetadataRead {
    fileprivate func encode(into fields: inout EntryFields) throws(AuditError) -> CommitmentOpenings? {
        fields.text("tool", tool, bytesMax: EntryFields.Share.code)
        fields.list("resources", resources, bytesMax: EntryFields.Share.resources)
        fields.set("items", itemCount)
        guard let recorded else { return nil }
        fields.set("bytes", recorded.content.count)
        fields.set("sha256", .string(Hex.encode(SHA256.hash(recorded.content))))
        return try recorded.commit(into: &fields)
    }
}
