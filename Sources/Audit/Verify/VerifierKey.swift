public import TransparencyLog

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

/// The public key of a witness, whose cosignatures say that it saw a log grow and nothing else.
/// <https://c2sp.org/tlog-cosignature>
public struct WitnessKey: Sendable, Hashable {
    /// The key as notes have it.
    public let key: NoteKey

    /// Reads a key of the form `name+id+base64`, of an Ed25519 cosigner.
    ///
    /// - Throws: `key` when the text is malformed, the algorithm is another, or the ID is not the key's.
    public init(_ text: String) throws(AuditError) {
        guard let key = NoteKey(verifierKey: text), key.algorithm == .cosignature else {
            throw AuditError(
                .key,
                "a witness's key is `name+id+base64` of an Ed25519 cosigner's; this one was cut or copied wrongly"
            )
        }
        self.key = key
    }
}
