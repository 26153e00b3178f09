public import struct FoundationEssentials.Date

/// Secrets of one purpose, newest first: the first is used for what is made now, the others for what was made earlier.
///
/// On disk a text file with mode 0600:
/// ```
/// scrim-key-ring-1
/// # a comment; blank lines are allowed as well
/// kq7m2x5fz3 2026-11-22T18:27:00Z 4f…64 hexadecimal digits…a1
/// ```
/// one key a line: ID, time of making in UTC, secret. Anything else is refused.
public struct KeyRing: Sendable, Equatable {
    /// One secret.
    public struct Key: Sendable, Equatable {
        /// 1 to 32 of `a-z`, `0-9`; unique in its ring, not secret.
        public let id: String
        /// When the key was made, to the second.
        public let created: Date
        /// `secretBytes` random bytes.
        public let secret: [UInt8]

        /// A key; its rules are checked where it becomes part of a ring.
        public init(id: String, created: Date, secret: [UInt8]) {
            self.id = id
            self.created = created
            self.secret = secret
        }
    }

    /// The length of every secret.
    public static let secretBytes = 32
    /// The most keys a ring holds.
    public static let keysMax = 256

    /// The keys, newest first; never empty.
    public let keys: [Key]

    /// A ring of the given keys.
    ///
    /// - Throws: `keyRing` when there is none, there are too many, or one breaks a rule of `Key`.
    public init(keys: [Key]) throws(CryptographyError) {
        guard !keys.isEmpty else { throw CryptographyError(.keyRing, "a key ring has no key") }
        guard keys.count <= Self.keysMax else {
            throw CryptographyError(.keyRing, "a key ring has \(keys.count) keys, allowed are \(Self.keysMax)")
        }
        var seen: Set<String> = []
        for key in keys {
            guard Self.isValidID(key.id) else {
                throw CryptographyError(.keyRing, "a key ID has 1 to 32 of a-z and 0-9")
            }
            guard seen.insert(key.id).inserted else {
                throw CryptographyError(.keyRing, "the key ID `\(key.id)` is there twice")
            }
            guard key.secret.count == Self.secretBytes else {
                throw CryptographyError(.keySize, "key `\(key.id)` does not have \(Self.secretBytes) secret bytes")
            }
        }
        self.keys = keys
    }

    /// A ring of one fresh key, in memory only.
    public static func generate(now: Date) throws(CryptographyError) -> KeyRing {
        try KeyRing(keys: [freshKey(now: now)])
    }

    /// The key for what is made now.
    public var current: Key { keys[0] }

    /// The key with this ID.
    public func key(id: String) -> Key? {
        keys.first { $0.id == id }
    }

    /// This ring with a fresh key in front.
    public func rotated(now: Date) throws(CryptographyError) -> KeyRing {
        try KeyRing(keys: [Self.freshKey(now: now)] + keys)
    }

    private static func freshKey(now: Date) throws(CryptographyError) -> Key {
        // Whole seconds, because that is what the file keeps.
        let seconds = now.timeIntervalSince1970.rounded(.down)
        let id = "k" + Base32.encode(try SecureRandom.bytes(6))
        return Key(
            id: id,
            created: Date(timeIntervalSince1970: seconds),
            secret: try SecureRandom.bytes(secretBytes)
        )
    }

    private static func isValidID(_ id: String) -> Bool {
        (1...32).contains(id.utf8.count)
            && id.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) }
    }
}

extension KeyRing: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The IDs; the secrets are in no description, so that no log line can hold one.
    public var description: String { "KeyRing(\(keys.map(\.id).joined(separator: ", ")))" }
    /// As `description`.
    public var debugDescription: String { description }
    /// Hides the secrets from `dump` and from test failures.
    public var customMirror: Mirror { Mirror(self, children: ["ids": keys.map(\.id)]) }
}

extension KeyRing.Key: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The ID alone.
    public var description: String { "Key(\(id))" }
    /// As `description`.
    public var debugDescription: String { description }
    /// Hides the secret from `dump` and from test failures.
    public var customMirror: Mirror { Mirror(self, children: ["id": id]) }
}
