public import Cryptography
import TransparencyLog

/// Signs checkpoints with every key of the audit ring, so that who trusts a former key can still check the log.
public struct AuditSigner: Sendable {
    private static let purpose = Array("scrim audit signing 1".utf8)

    /// The log's name, which is that of the keys as well.
    public let origin: LogOrigin
    private let signers: [NoteSigner]

    /// The signer of an audit ring for the log of a name.
    ///
    /// - Throws: `key` when the library refuses a key.
    public init(keys ring: KeyRing, origin: LogOrigin) throws(AuditError) {
        self.origin = origin
        do throws(CryptographyError) {
            var signers: [NoteSigner] = []
            for key in ring.keys {
                // Derived, because another key is derived from the same secret to seal texts.
                let seed = HMACSHA256.authenticate(Self.purpose, key: key.secret)
                let signing = try Ed25519PrivateKey(seed: seed)
                guard let signer = NoteSigner(name: origin.description, key: signing) else {
                    throw CryptographyError(.keyFormat, "`\(origin)` cannot be the name of a key")
                }
                signers.append(signer)
            }
            self.signers = signers
        } catch {
            throw AuditError(.key, error.message)
        }
    }

    /// The public keys to give to auditors, newest first, as `--key` takes them. <https://c2sp.org/signed-note>
    public var verifierKeys: [String] { signers.map(\.verifier.verifierKey) }

    /// The checkpoint of a tree, with a signature of each key.
    func note(_ head: TreeHead) throws(AuditError) -> SignedNote {
        var signatures: [SignedNote.Signature] = []
        for signer in signers {
            do {
                signatures.append(try signer.signature(over: head.text))
            } catch {
                throw AuditError(.key, error.message)
            }
        }
        return SignedNote(text: head.text, signatures: signatures)
    }

    /// Whether a key of the ring signed a note, and none was pretended to.
    func hasSigned(_ note: SignedNote) -> Bool {
        let verdicts = signers.map { note.verdict(of: $0.verifier) }
        return !verdicts.contains(.forged) && verdicts.contains(.signed(time: nil))
    }
}
