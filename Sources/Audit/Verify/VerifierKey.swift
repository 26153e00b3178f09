import Cryptography

/// A public key that an auditor trusts, in the form of a signed note's verifier key: `name+hash+base64`.
/// <https://c2sp.org/signed-note>
public struct VerifierKey: Sendable, CustomStringConvertible {
    /// The name that signatures of the key carry.
    public let name: String
    /// The text from which the key was read.
    public let description: String

    let keyHash: [UInt8]
    private let key: Ed25519PublicKey

    /// Reads a key, for example `scrim-audit+1a2b3c4d+AZ…=`.
    ///
    /// - Throws: `key` when the text is malformed, the algorithm is not Ed25519, or the hash is not the key's.
    public init(_ text: String) throws(AuditError) {
        let refused = AuditError(.key, "a verifier key is `name+hash+base64` of an Ed25519 public key")
        let parts = text.split(separator: "+", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
        guard
            parts.count == 3, !parts[0].isEmpty, !parts[0].contains(where: \.isWhitespace),
            let keyHash = try? Hex.decode(parts[1]), let encoded = try? Base64.decode(parts[2]),
            encoded.first == Self.ed25519, let key = try? Ed25519PublicKey(raw: Array(encoded.dropFirst()))
        else { throw refused }
        guard Array(SHA256.hash(Array("\(parts[0])\n".utf8) + encoded).prefix(4)) == keyHash else {
            throw AuditError(.key, "the hash in a verifier key is not that of the key: it was copied wrongly")
        }
        name = parts[0]
        description = text
        self.keyHash = keyHash
        self.key = key
    }

    func verifies(_ signature: [UInt8], over text: [UInt8]) -> Bool {
        key.verifies(signature, over: text)
    }

    /// The algorithm's number in signed notes.
    private static let ed25519: UInt8 = 1
}
