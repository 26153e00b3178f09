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
        context?.encode(into: &fields)
        switch self {
        case .serverStarted(let event): event.encode(into: &fields)
        case .serverStopped(let event): fields.text("reason", event.reason)
        case .mappingLoaded(let event): event.encode(into: &fields)
        case .mappingRefused(let event): event.encode(into: &fields)
        case .identityRefused(let event): event.encode(into: &fields)
        case .identityRefusalsCounted(let event): event.encode(into: &fields)
        case .revocationsRead(let event): event.encode(into: &fields)
        case .logOpened(let event): event.encode(into: &fields)
        case .keysRead(let event): event.encode(into: &fields)
        case .signalReceived(let event): fields.text("signal", event.signal, bytesMax: EntryFields.Share.code)
        case .requestReceived(_, let event): event.encode(into: &fields)
        case .sessionSeen(_, let event):
            fields.text("transport", event.transport, bytesMax: EntryFields.Share.code)
            fields.text("protocol", event.protocolVersion, bytesMax: EntryFields.Share.code)
        case .requestRefused(_, let event): openings = try event.encode(into: &fields)
        case .queryEstimated(_, let event): openings = try event.encode(into: &fields)
        case .jobSubmitted(_, let event): openings = try event.encode(into: &fields)
        case .jobEnded(_, let event): event.encode(into: &fields)
        case .pageDelivered(_, let event): openings = try event.encode(into: &fields)
        case .metadataRead(_, let event): openings = try event.encode(into: &fields)
        case .tagChangePlanned(_, let event), .tagChangeSubmitted(_, let event): event.encode(into: &fields)
        case .tagChangeEnded(_, let event): event.encode(into: &fields)
        case .adminCommandGiven(_, let event): event.encode(into: &fields)
        case .keysChanged(_, let event): event.encode(into: &fields)
        case .auditReadAsked(_, let event): openings = try event.encode(into: &fields)
        case .anchorChanged(let event): event.encode(into: &fields)
        case .auditSink(let state): state.encode(into: &fields)
        case .retention(let event): event.encode(into: &fields)
        }
        return EncodedEvent(fields: fields.finished(), openings: openings)
    }
}

extension AuditEvent {
    /// Where the event belongs, for what is done on somebody's behalf.
    private var context: AuditContext? {
        switch self {
        case .serverStarted, .serverStopped, .mappingLoaded, .mappingRefused, .identityRefused,
            .identityRefusalsCounted, .revocationsRead, .logOpened, .keysRead, .signalReceived, .anchorChanged,
            .auditSink, .retention:
            nil
        case .requestReceived(let context, _), .sessionSeen(let context, _), .requestRefused(let context, _),
            .queryEstimated(let context, _), .jobSubmitted(let context, _), .jobEnded(let context, _),
            .pageDelivered(let context, _), .metadataRead(let context, _), .tagChangePlanned(let context, _),
            .tagChangeSubmitted(let context, _), .tagChangeEnded(let context, _),
            .adminCommandGiven(let context, _), .keysChanged(let context, _), .auditReadAsked(let context, _):
            context
        }
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
        fields.text("configuration", configurationDigest.map { Hex.encode($0) }, bytesMax: EntryFields.Share.code)
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
