public import Cryptography
import FoundationEssentials
import JSON

/// The log was opened by a server.
public struct LogOpened: Sendable {
    /// The log's name.
    public let origin: String
    /// The entries that were there.
    public let entryCount: Int64
    /// How many of these no checkpoint covered: none when the log was closed, some after a crash.
    public let unsignedCount: Int64

    /// What was found.
    public init(origin: String, entryCount: Int64, unsignedCount: Int64) {
        self.origin = origin
        self.entryCount = entryCount
        self.unsignedCount = unsignedCount
    }

    func encode(into fields: inout EntryFields) {
        fields.text("origin", origin)
        fields.set("entries", entryCount)
        fields.set("unsigned", unsignedCount)
    }
}

/// A key ring was read. Nothing of its secrets is in it.
public struct KeysRead: Sendable {
    /// What the ring is for.
    public enum Ring: String, Sendable, Hashable, CaseIterable {
        case tokens, sealing, audit
    }

    /// What the ring is for.
    public let ring: Ring
    /// The keys, newest first.
    public let keys: [KeyRing.Key]
    /// The IDs of the same ring's keys when it was read before; null where that is not known.
    public let idsBefore: Set<String>?

    /// A ring.
    public init(ring: Ring, keys: KeyRing, idsBefore: Set<String>?) {
        self.ring = ring
        self.keys = keys.keys
        self.idsBefore = idsBefore
    }

    func encode(into fields: inout EntryFields) {
        fields.set("ring", .string(ring.rawValue))
        fields.list("keys", keys.map(\.auditJSON), bytesMax: EntryFields.Share.resources)
        guard let idsBefore else { return }
        let ids = keys.map(\.id)
        fields.list("added", ids.filter { !idsBefore.contains($0) }, bytesMax: EntryFields.Share.roles)
        fields.list("removed", idsBefore.subtracting(ids).sorted(), bytesMax: EntryFields.Share.roles)
    }
}

extension KeyRing.Key {
    /// The ID and the time of making.
    var auditJSON: JSONValue {
        let seconds = Int64(min(max(created.timeIntervalSince1970, 0), 253_402_300_799))
        return ["id": .string(id), "created": .string(AuditTime.text(microseconds: seconds * 1_000_000))]
    }
}

extension AuditReader {
    /// How far back ``idsOfKeysRead()`` looks, in entries.
    static let entriesLookedBackMax: Int64 = 65_536

    /// The IDs of the keys of each ring when a server read it last. Rings are missing of which nothing is known, because
    /// that was too many entries ago or the entry had no room for all keys.
    public func idsOfKeysRead() throws(AuditError) -> [KeysRead.Ring: Set<String>] {
        var found: [KeysRead.Ring: Set<String>] = [:]
        try forEachOfLast(Self.entriesLookedBackMax, ofType: "keys_read") { entry in
            guard let ring = entry.json["ring"]?.stringValue.flatMap(KeysRead.Ring.init(rawValue:)) else { return }
            let ids = (entry.json["keys"]?.arrayValue ?? []).compactMap { $0["id"]?.stringValue }
            found[ring] = entry.json["cut"] == nil ? Set(ids) : nil
        }
        return found
    }
}

/// The server was told something by a signal.
public struct SignalReceived: Sendable {
    /// The signal, for example `SIGHUP`.
    public let signal: String

    /// A signal.
    public init(signal: String) {
        self.signal = signal
    }
}

/// A mapping was to be put in force and was not; the one before still is.
public struct MappingRefused: Sendable {
    /// The digest of the mapping that stays in force.
    public let digestInForce: String
    /// How many mistakes the other one has.
    public let mistakeCount: Int

    /// A refusal.
    public init(digestInForce: String, mistakeCount: Int) {
        self.digestInForce = digestInForce
        self.mistakeCount = mistakeCount
    }

    func encode(into fields: inout EntryFields) {
        fields.text("mapping", digestInForce, bytesMax: EntryFields.Share.code)
        fields.set("mistakes", mistakeCount)
    }
}
