import Cryptography

/// A checkpoint as the verifier reads it: from bytes that may be anything.
struct SignedCheckpoint {
    /// What is known about the signatures.
    enum Trust {
        /// A trusted key signed it.
        case trusted
        /// No trusted key was given.
        case noKeyGiven
        /// Trusted keys were given, and none of them signed it.
        case untrusted
    }

    let count: Int64
    let hash: [UInt8]
    let length: Int64
    let time: String
    let trust: Trust

    static let bytesMax = 65_536

    /// Reads a note; null when its form is not that of section 4 of `docs/audit-log.md` in every byte, or when a
    /// signature that names a trusted key is not that key's.
    init?(note: [UInt8], trustedKeys: [VerifierKey]) {
        guard note.count <= Self.bytesMax, let content = String(validating: note, as: UTF8.self) else { return nil }
        let lines = content.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count >= 8, lines[5].isEmpty, lines[lines.count - 1].isEmpty else { return nil }
        guard
            lines[0] == "scrim-audit-chain", let count = Self.number(lines[1]), lines[3].hasPrefix("bytes "),
            let length = Self.number(lines[3].dropFirst("bytes ".count)), lines[4].hasPrefix("time "),
            EntryForm.isTime(lines[4].dropFirst("time ".count).utf8),
            let hash = try? Base64.decode(String(lines[2])), hash.count == SHA256.digestBytes
        else { return nil }
        let signed = Array(lines[..<5].joined(separator: "\n").utf8) + [UInt8(ascii: "\n")]
        var trust = trustedKeys.isEmpty ? Trust.noKeyGiven : .untrusted
        for line in lines[6..<(lines.count - 1)] {
            let parts = line.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
            guard
                parts.count == 3, parts[0] == "—", let bytes = try? Base64.decode(parts[2]),
                bytes.count == 4 + Ed25519PrivateKey.signatureBytes
            else { return nil }
            for key in trustedKeys where key.name == parts[1] && bytes.starts(with: key.keyHash) {
                guard key.verifies(Array(bytes.dropFirst(4)), over: signed) else { return nil }
                trust = .trusted
            }
        }
        self.count = count
        self.hash = hash
        self.length = length
        self.time = String(lines[4].dropFirst("time ".count))
        self.trust = trust
    }

    /// Digits without a leading zero.
    private static func number(_ text: Substring) -> Int64? {
        guard let number = Int64(text), number >= 0, String(number) == text else { return nil }
        return number
    }
}
