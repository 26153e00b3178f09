public import Cryptography
public import JSON
import TransparencyLog

/// A legal hold: what it covers is not erased while it is in force.
public struct Hold: Sendable, Hashable {
    /// The hold's name, made by the command that placed it.
    public let id: String
    /// What it covers.
    public let scope: RecordChoice
    /// Why it was placed.
    public let reason: String
    /// Who placed it.
    public let placedBy: String
    /// When it was placed.
    public let time: String
    /// The entry that says so, in the log of admin commands.
    public let sequence: Int64

    /// The same for machines.
    public var json: JSONValue {
        [
            "hold": .string(id), "scope": scope.json, "reason": .string(reason), "placed_by": .string(placedBy),
            "time": .string(time), "seq": .integer(sequence),
        ]
    }
}

/// The holds in force, as the entries of one log say.
public struct HoldBook: Sendable {
    /// The holds in the order in which they were placed.
    public let holds: [Hold]
    /// The log that says so, as it was; null when there is none.
    let log: TreeHead?

    /// No holds, and no log of them.
    public static let empty = HoldBook(holds: [], log: nil)

    /// Reads the holds of a log, and does not check it.
    ///
    /// - Throws: `damaged` when a hold cannot be understood: then nothing may be erased.
    public static func read(directory: String) throws(AuditError) -> HoldBook {
        guard LogFile.exists(directory + "/checkpoint") else { return .empty }
        var holds: [Hold] = []
        let reading = LogReading(directory: directory)
        let head = try reading.checkpoint().head
        try reading.forEachEntry { sequence, bytes throws(AuditError) in
            let type = EntryHead(bytes)?.type
            guard type == HoldPlaced.type || type == HoldReleased.type else { return true }
            guard let entry = AuditEntry(bytes: bytes), let id = entry.json["hold"]?.stringValue else {
                throw AuditError(.damaged, "entry \(sequence) of `\(directory)` is no hold")
            }
            if type == HoldReleased.type {
                // Who can write to the directory can add an entry, and only who has the key ring can sign it.
                if sequence < head.size { holds.removeAll { $0.id == id } }
                return true
            }
            let cut = entry.json["cut"]?.objectValue ?? JSONObject()
            guard let scope = RecordChoice(entry.json["scope"]), !cut.contains(where: { $0.key.hasPrefix("scope") })
            else {
                throw AuditError(.damaged, "entry \(sequence) of `\(directory)` does not say what the hold covers")
            }
            holds.append(
                Hold(
                    id: id,
                    scope: scope,
                    reason: entry.json["reason"]?.stringValue ?? "",
                    placedBy: entry.person ?? "nobody",
                    time: entry.time,
                    sequence: sequence
                )
            )
            return true
        }
        return HoldBook(holds: holds, log: head)
    }

    /// Reads the holds of a log that verifies under the audit key ring.
    ///
    /// - Throws: `damaged` when it does not: then nothing may be erased.
    public static func verified(directory: String, keys: KeyRing) throws(AuditError) -> HoldBook {
        guard LogFile.exists(directory) else { return .empty }
        guard try !LogFile.names(in: directory).isEmpty else { return .empty }
        let origin = try AuditReader(directory: directory).origin()
        var trusted: [VerifierKey] = []
        for key in try AuditSigner(keys: keys, origin: origin).verifierKeys { trusted.append(try VerifierKey(key)) }
        let result = try AuditVerifier(directory: directory, trustedKeys: trusted).verify()
        guard result.holds, result.isKeyTrusted else {
            throw AuditError(.damaged, "the log of holds, `\(directory)`, does not verify: nothing is erased")
        }
        return try read(directory: directory)
    }

    /// The first hold that covers an entry.
    func hold(on entry: AuditEntry) -> Hold? { holds.first { $0.scope.covers(entry) } }
}
