import Cryptography

/// A text with signatures below it. <https://c2sp.org/signed-note>
public struct SignedNote: Sendable, Hashable {
    /// One line of a signature.
    public struct Signature: Sendable, Hashable {
        /// The name of the key that is said to have signed.
        public let keyName: String
        /// The first 4 bytes: which of the keys of that name.
        public let keyID: [UInt8]
        /// The other bytes, by the key's algorithm.
        public let bytes: [UInt8]

        /// A signature.
        public init(keyName: String, keyID: [UInt8], bytes: [UInt8]) {
            self.keyName = keyName
            self.keyID = keyID
            self.bytes = bytes
        }
    }

    /// The largest note that is read.
    public static let byteCountMax = 100_000
    /// The most signatures that are read; a reader must take 16.
    public static let signaturesMax = 64

    private static let mark = "\u{2014} "

    /// The text, which ends in a line feed.
    public let text: String
    /// The signatures, in their order; at least one.
    public let signatures: [Signature]

    /// A note of a text that ends in a line feed.
    public init(text: String, signatures: [Signature]) {
        self.text = text
        self.signatures = signatures
    }

    /// Reads a note; `nil` when the bytes are none.
    public init?(_ bytes: [UInt8]) {
        guard bytes.count <= Self.byteCountMax, let note = String(validating: bytes, as: UTF8.self),
            bytes.allSatisfy({ $0 >= 0x20 || $0 == 0x0A }), bytes.last == 0x0A
        else { return nil }
        var lines = note.split(separator: "\n", omittingEmptySubsequences: false)
        lines.removeLast()
        guard let separator = lines.lastIndex(of: ""), separator > 0 else { return nil }
        let signed = lines[(separator + 1)...]
        guard (1...Self.signaturesMax).contains(signed.count) else { return nil }
        var signatures: [Signature] = []
        for line in signed {
            guard let signature = Self.signature(of: line) else { return nil }
            signatures.append(signature)
        }
        self.init(text: lines[..<separator].joined(separator: "\n") + "\n", signatures: signatures)
    }

    private static func signature(of line: Substring) -> Signature? {
        guard line.hasPrefix(mark) else { return nil }
        let parts = line.dropFirst(mark.count).split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 2, NoteKey.isName(String(parts[0])), let bytes = try? Base64.decode(String(parts[1])),
            bytes.count > NoteKey.idBytes
        else { return nil }
        return Signature(
            keyName: String(parts[0]),
            keyID: Array(bytes.prefix(NoteKey.idBytes)),
            bytes: Array(bytes.dropFirst(NoteKey.idBytes))
        )
    }

    /// The note as it is kept and sent.
    public var serialized: String {
        text + "\n"
            + signatures.map { "\(Self.mark)\($0.keyName) \(Base64.encode($0.keyID + $0.bytes))\n" }.joined()
    }

    /// What a key says of this note.
    public enum Verdict: Sendable, Hashable {
        /// No signature is the key's.
        case unsigned
        /// It signed; a cosignature says when, in seconds since the Unix epoch.
        case signed(time: Int64?)
        /// A signature claims to be the key's and is not: the whole note is to be rejected.
        case forged
    }

    /// Looks for the signature of a key.
    public func verdict(of key: NoteKey) -> Verdict {
        var found = Verdict.unsigned
        for signature in signatures where signature.keyName == key.name && signature.keyID == key.id {
            guard let time = key.verifies(signature.bytes, over: text) else { return .forged }
            found = .signed(time: time)
        }
        return found
    }
}
