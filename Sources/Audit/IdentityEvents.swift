import Cryptography
import JSON

/// Somebody was not let in. It has nothing of the token that was sent.
public struct IdentityRefused: Sendable {
    /// The request's ID, made by the server.
    public let request: String
    /// `http` or `stdio`.
    public let transport: String
    /// The address that the connection comes from; null for `stdio`.
    public let peer: String?
    /// The code of the reason.
    public let reason: String
    /// The issuer that the token names, where it is a configured one.
    public let issuer: String?
    /// The subject, where the token was proved to be the issuer's and was refused all the same.
    public let subject: String?
    /// Who, where that was proved and only something else was missing.
    public let actor: AuditActor?
    /// The MCP tool, where one was named.
    public let tool: String?

    /// A refusal.
    public init(
        request: String,
        transport: String,
        peer: String?,
        reason: String,
        issuer: String?,
        subject: String?,
        actor: AuditActor?,
        tool: String?
    ) {
        self.request = request
        self.transport = transport
        self.peer = peer
        self.reason = reason
        self.issuer = issuer
        self.subject = subject
        self.actor = actor
        self.tool = tool
    }
}

/// More people were not let in than have entries of their own: how many, for each reason.
public struct IdentityRefusalsCounted: Sendable {
    /// `http` or `stdio`.
    public let transport: String
    /// How many for each reason, since the last such entry or the last refusal that has one of its own.
    public let counts: [String: Int64]

    /// A count.
    public init(transport: String, counts: [String: Int64]) {
        self.transport = transport
        self.counts = counts
    }
}

/// The list of what is revoked was read.
public struct RevocationsRead: Sendable {
    /// Whether it is in force now; else the one before still is.
    public let isInForce: Bool
    /// SHA-256 of the file's bytes; null when there were none to read.
    public let digest: [UInt8]?
    /// How many entries it has of each sort.
    public let counts: [String: Int]

    /// A reading.
    public init(isInForce: Bool, digest: [UInt8]?, counts: [String: Int]) {
        self.isInForce = isInForce
        self.digest = digest
        self.counts = counts
    }
}

extension IdentityRefused {
    func encode(into fields: inout EntryFields) {
        if let actor { fields.set("actor", actor.json(within: &fields)) }
        fields.text("request", request, bytesMax: EntryFields.Share.code)
        fields.text("transport", transport, bytesMax: EntryFields.Share.code)
        fields.text("peer", peer, bytesMax: EntryFields.Share.code)
        fields.text("reason", reason, bytesMax: EntryFields.Share.code)
        fields.text("issuer", issuer)
        fields.text("subject", subject)
        fields.text("tool", tool, bytesMax: EntryFields.Share.code)
    }
}

extension IdentityRefusalsCounted {
    func encode(into fields: inout EntryFields) {
        fields.text("transport", transport, bytesMax: EntryFields.Share.code)
        let items: [JSONValue] = counts.sorted { $0.key < $1.key }.map { reason, count in
            ["reason": .string(reason), "count": .integer(count)]
        }
        fields.list("refusals", items, bytesMax: EntryFields.Share.refusals)
    }
}

extension RevocationsRead {
    func encode(into fields: inout EntryFields) {
        fields.set("in_force", .bool(isInForce))
        fields.text("sha256", digest.map { Hex.encode($0) })
        fields.set("counts", .object(JSONObject(counts.sorted { $0.key < $1.key }.map { ($0, .integer(Int64($1))) })))
    }
}
