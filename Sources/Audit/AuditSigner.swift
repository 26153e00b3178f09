public import Cryptography

/// Signs checkpoints with every key of the audit ring, so that who trusts a former key can still check the log.
public struct AuditSigner: Sendable {
    /// The name of every audit key in signed notes.
    public static let keyName = "scrim-audit"
    private static let purpose = Array("scrim audit signing 1".utf8)

    private let keys: [(key: Ed25519PrivateKey, hash: [UInt8])]

    /// The signer of an audit ring.
    ///
    /// - Throws: `key` when the library refuses a key.
    public init(keys ring: KeyRing) throws(AuditError) {
        do throws(CryptographyError) {
            var keys: [(Ed25519PrivateKey, [UInt8])] = []
            for key in ring.keys {
                // Derived, because another key is derived from the same secret to seal salts.
                let seed = HMACSHA256.authenticate(Self.purpose, key: key.secret)
                let signing = try Ed25519PrivateKey(seed: seed)
                keys.append((signing, Self.hash(of: signing.publicKey)))
            }
            self.keys = keys
        } catch {
            throw AuditError(.key, error.message)
        }
    }

    /// The public keys to give to auditors, newest first, as `--key` takes them: `name+hash+base64` of a C2SP signed
    /// note's verifier key. <https://c2sp.org/signed-note>
    public var verifierKeys: [String] {
        keys.map { "\(Self.keyName)+\(Hex.encode($0.hash))+\(Base64.encode([1] + $0.key.publicKey.raw))" }
    }

    /// A signed note: the text, an empty line, and one signature line for each key.
    func note(_ text: String) throws(AuditError) -> String {
        var note = text + "\n"
        for (key, hash) in keys {
            do {
                let signature = try key.signature(over: Array(text.utf8))
                note += "— \(Self.keyName) \(Base64.encode(hash + signature))\n"
            } catch {
                throw AuditError(.key, error.message)
            }
        }
        return note
    }

    /// The text of a note that one of this signer's keys signed; null for every other note.
    func text(ofNote note: String) -> String? {
        let lines = note.split(separator: "\n", omittingEmptySubsequences: false)
        guard let end = lines.lastIndex(of: ""), end == lines.count - 1 else { return nil }
        guard let separator = lines.dropLast().lastIndex(of: "") else { return nil }
        let text = lines[..<separator].joined(separator: "\n") + "\n"
        for line in lines[(separator + 1)..<end] {
            guard
                line.hasPrefix("— \(Self.keyName) "), let encoded = line.split(separator: " ").last,
                let bytes = try? Base64.decode(String(encoded))
            else { continue }
            for (key, hash) in keys where bytes.starts(with: hash) {
                if key.publicKey.verifies(Array(bytes.dropFirst(hash.count)), over: Array(text.utf8)) { return text }
            }
        }
        return nil
    }

    /// The first 4 bytes of SHA-256(name ‖ newline ‖ algorithm 1 ‖ public key).
    private static func hash(of key: Ed25519PublicKey) -> [UInt8] {
        Array(SHA256.hash(Array("\(keyName)\n".utf8) + [1] + key.raw).prefix(4))
    }
}
