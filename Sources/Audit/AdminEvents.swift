public import Cryptography
import JSON

/// An admin gave a command; recorded before anything is done for it.
public struct AdminCommandGiven: Sendable {
    /// The command, for example `tags apply`.
    public let command: String
    /// Its options and arguments by name: names of datasets, tables and files.
    public let arguments: [String: String]

    /// A command.
    public init(command: String, arguments: [String: String]) {
        self.command = command
        self.arguments = arguments
    }

    func encode(into fields: inout EntryFields) {
        fields.text("command", command, bytesMax: EntryFields.Share.code)
        fields.arguments(arguments)
    }
}

/// A key ring was made, or got a new key. Nothing of its secrets is in it.
public struct KeysChanged: Sendable {
    /// What was done.
    public enum Change: String, Sendable, Hashable, CaseIterable {
        case made, rotated
    }

    /// What the ring is for.
    public let ring: KeysRead.Ring
    /// What was done.
    public let change: Change
    /// The keys that there are now, newest first.
    public let keys: [KeyRing.Key]

    /// A change.
    public init(ring: KeysRead.Ring, change: Change, keys: KeyRing) {
        self.ring = ring
        self.change = change
        self.keys = keys.keys
    }

    func encode(into fields: inout EntryFields) {
        fields.set("ring", .string(ring.rawValue))
        fields.set("change", .string(change.rawValue))
        fields.list("keys", keys.map(\.auditJSON), bytesMax: EntryFields.Share.resources)
    }
}

/// Somebody is about to be shown something of a log.
public struct AuditReadAsked: Sendable {
    /// Which log, beside each other in one configuration.
    public enum Log: String, Sendable, Hashable, CaseIterable {
        /// The server's.
        case server
        /// That of admin commands.
        case admin
    }

    /// The command, for example `audit jobs`.
    public let command: String
    /// Which log is read.
    public let log: Log
    /// What was asked for, by name. Such names (of people, sessions, jobs, tables, tags) stand in the log in clear.
    public let arguments: [String: String]
    /// What was asked for and may hold what the log has in no entry, such as a statement with its literals; it is
    /// committed to and sealed.
    public let texts: [String: [UInt8]]

    /// A question.
    public init(command: String, log: Log, arguments: [String: String], texts: [String: [UInt8]]) {
        self.command = command
        self.log = log
        self.arguments = arguments
        self.texts = texts
    }

    func encode(into fields: inout EntryFields) throws(AuditError) -> CommitmentOpenings? {
        fields.text("command", command, bytesMax: EntryFields.Share.code)
        fields.set("log", .string(log.rawValue))
        fields.arguments(arguments)
        guard !texts.isEmpty else { return nil }
        var openings = CommitmentOpenings()
        let sorted = texts.sorted { $0.key < $1.key }.map { (name: $0.key, text: $0.value) }
        try openings.commit(sorted, isCompressed: false, into: &fields)
        return openings
    }
}

extension EntryFields {
    /// Options and arguments of a command; there are fewer than the entry has room for.
    fileprivate mutating func arguments(_ arguments: [String: String]) {
        var object = JSONObject()
        for (name, value) in arguments.sorted(by: { $0.key < $1.key }).prefix(Self.argumentsMax) {
            object[name] = bounded(value, as: "arguments.\(name)", bytesMax: Share.name)
        }
        set("arguments", .object(object))
    }

    private static var argumentsMax: Int { 24 }
}
