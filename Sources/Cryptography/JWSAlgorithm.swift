/// The signature algorithms that are accepted of others (RFC 7518, 3.1; RFC 8037, 3.1). `none` and the symmetric ones
/// do not exist here, so that no setting can let them in.
public enum JWSAlgorithm: String, Sendable, Hashable, CaseIterable {
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    case rs256 = "RS256"
    /// RSASSA-PSS with SHA-256, MGF1 with SHA-256 and a salt of 32 bytes.
    case ps256 = "PS256"
    /// ECDSA on P-256 with SHA-256.
    case es256 = "ES256"
    /// Ed25519; other curves under this name are refused.
    case edDSA = "EdDSA"

    /// The only kind of key that the algorithm works with.
    public var keyKind: VerificationKey.Kind {
        switch self {
        case .rs256, .ps256: .rsa
        case .es256: .p256
        case .edDSA: .ed25519
        }
    }
}
