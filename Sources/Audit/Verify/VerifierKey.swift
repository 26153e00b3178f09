import TransparencyLog

/// A public key that an auditor trusts, in the form of a signed note's verifier key: `name+id+base64`.
/// <https://c2sp.org/signed-note>
public struct VerifierKey: Sendable, CustomStringConvertible {
    /// The text from which the key was read.
    public let description: String

    let key: NoteKey

    /// Reads a key, for example `scrim/host-1+1a2b3c4d+AZ…=`.
    ///
    /// - Throws: `key` when the text is malformed, the algorithm is not a log's, or the ID is not the key's.
    public init(_ text: String) throws(AuditError) {
        guard let key = NoteKey(verifierKey: text), key.algorithm == .ed25519 else {
            throw AuditError(
                .key,
                "a verifier key is `name+id+base64` of an Ed25519 public key; this one was cut or copied wrongly"
            )
        }
        self.key = key
        description = text
    }
}
