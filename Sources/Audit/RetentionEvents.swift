import Cryptography
import JSON
import TransparencyLog

/// What is no longer kept, and what must not go away.
public enum RetentionEvent: Sendable {
    /// Sealed records are about to be removed; nothing is removed before this entry is signed.
    case contentErased(ContentErased)
    /// Something must be kept, whatever its class says.
    case holdPlaced(HoldPlaced)
    /// A hold ends.
    case holdReleased(HoldReleased)

    var type: String {
        switch self {
        case .contentErased: ContentErased.type
        case .holdPlaced: HoldPlaced.type
        case .holdReleased: HoldReleased.type
        }
    }

    func encode(into fields: inout EntryFields) {
        switch self {
        case .contentErased(let event): event.encode(into: &fields)
        case .holdPlaced(let event): event.encode(into: &fields)
        case .holdReleased(let event): event.encode(into: &fields)
        }
    }
}

/// Who does something about retention, in which run of a command or of the server.
public struct RetentionActor: Sendable {
    /// The longest reason, in UTF-8 bytes.
    public static let reasonBytesMax = 1000

    let actor: AuditActor
    let request: String

    /// Somebody; `request` ties the entries of one run together.
    public init(actor: AuditActor, request: String) {
        self.actor = actor
        self.request = request
    }

    func encode(into fields: inout EntryFields) {
        fields.set("actor", actor.json(within: &fields))
        fields.text("request", request, bytesMax: EntryFields.Share.code)
    }
}

/// Sealed records are about to be removed.
public struct ContentErased: Sendable {
    static let type = "content_erased"

    let by: RetentionActor
    let retentionClass: RetentionClass
    let basis: ErasureBasis
    let reason: String
    let part: Int
    let parts: Int
    let ranges: [ErasureRange]
    let holds: HoldBook

    func encode(into fields: inout EntryFields) {
        by.encode(into: &fields)
        fields.set("class", .string(retentionClass.rawValue))
        switch basis {
        case .retention(let olderThan):
            fields.set("basis", .string("retention"))
            fields.text("older_than", olderThan, bytesMax: EntryFields.Share.code)
        case .order(let choice):
            fields.set("basis", .string("order"))
            fields.set("order", .object(choice.json(within: &fields, as: "order")))
        }
        fields.text("reason", reason, bytesMax: EntryFields.Share.resources)
        fields.set("part", part)
        fields.set("parts", parts)
        fields.set("records", ranges.reduce(0) { $0 + $1.count })
        fields.list("ranges", ranges.map(\.json), bytesMax: EntryFields.Share.erasedRanges)
        var known = JSONObject()
        known["in_force"] = .integer(Int64(holds.holds.count))
        if let log = holds.log {
            known["log"] = .string(log.origin)
            known["entries"] = .integer(log.size)
            known["root"] = .string(Base64.encode(log.root.bytes))
        }
        fields.set("holds", .object(known))
    }
}

/// Something must be kept.
public struct HoldPlaced: Sendable {
    static let type = "hold_placed"

    let by: RetentionActor
    let id: String
    let scope: RecordChoice
    let reason: String

    /// A hold under an ID that no other has.
    public init(by: RetentionActor, id: String, scope: RecordChoice, reason: String) {
        self.by = by
        self.id = id
        self.scope = scope
        self.reason = reason
    }

    func encode(into fields: inout EntryFields) {
        by.encode(into: &fields)
        fields.text("hold", id, bytesMax: EntryFields.Share.code)
        fields.set("scope", .object(scope.json(within: &fields, as: "scope")))
        fields.text("reason", reason, bytesMax: EntryFields.Share.resources)
    }
}

/// A hold ends.
public struct HoldReleased: Sendable {
    static let type = "hold_released"

    let by: RetentionActor
    let id: String
    let reason: String

    /// The end of the hold with this ID.
    public init(by: RetentionActor, id: String, reason: String) {
        self.by = by
        self.id = id
        self.reason = reason
    }

    func encode(into fields: inout EntryFields) {
        by.encode(into: &fields)
        fields.text("hold", id, bytesMax: EntryFields.Share.code)
        fields.text("reason", reason, bytesMax: EntryFields.Share.resources)
    }
}
