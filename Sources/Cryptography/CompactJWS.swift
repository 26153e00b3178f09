/// A JSON Web Signature in compact form (RFC 7515, 7.1), taken apart and not yet believed.
///
/// Strict: exactly three parts, each in base64url without padding, white space or unused bits, so that one signature has
/// one text. The header and payload are bytes here; who reads them says what may be in them.
public struct CompactJWS: Sendable {
    /// The longest text that is looked at, in bytes.
    public static let bytesMax = 16_000

    /// The decoded header, which is protected by the signature.
    public let header: [UInt8]
    /// The decoded payload.
    public let payload: [UInt8]
    /// The decoded signature; never empty.
    public let signature: [UInt8]

    private let signingInput: [UInt8]

    /// Takes a text apart.
    ///
    /// - Throws: `encoding`; the message does not quote the text.
    public init(_ text: String) throws(CryptographyError) {
        guard text.utf8.count <= Self.bytesMax else {
            throw CryptographyError(.encoding, "over \(Self.bytesMax) bytes")
        }
        let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 3 else {
            throw CryptographyError(.encoding, "not three parts with points between them")
        }
        var decoded: [[UInt8]] = []
        for part in parts { decoded.append(try Base64.decodeURLSafe(String(decoding: part, as: UTF8.self))) }
        guard !decoded[0].isEmpty, !decoded[2].isEmpty else {
            throw CryptographyError(.encoding, "the header or the signature is empty")
        }
        header = decoded[0]
        payload = decoded[1]
        signature = decoded[2]
        signingInput = Array(text.utf8.prefix(parts[0].count + 1 + parts[1].count))
    }

    /// Whether the signature is this key's under this algorithm, which the caller has fixed by the key and not by the
    /// header.
    public func isSigned(by key: VerificationKey, algorithm: JWSAlgorithm) -> Bool {
        key.verifies(signature, over: signingInput, algorithm: algorithm)
    }
}
