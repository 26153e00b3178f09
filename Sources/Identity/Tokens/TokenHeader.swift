import Cryptography
import JSON

/// The header of a token, read before anything of the token is believed (RFC 7515, 4; RFC 8725).
struct TokenHeader {
    /// What an accepted token's `typ` says.
    let type: IssuerSettings.TokenType
    let algorithm: JWSAlgorithm
    let keyID: String?

    /// The longest `kid`, in bytes.
    static let keyIDBytesMax = 512
    private static let limits = JSONLimits(bytesMax: 4096, depthMax: 4)

    /// What a header must not hold: a key of the token's own or the address of one, compression, encryption, the
    /// unencoded payload of RFC 7797, and the `nonce` by which Entra ID marks tokens for its own services. Thumbprints (`x5t`) are harmless and common.
    private static let refused = ["jwk", "jku", "x5c", "x5u", "zip", "enc", "epk", "b64", "nonce"]

    init(parsing bytes: [UInt8]) throws(TokenRefusal) {
        let object: JSONObject
        do {
            guard case .object(let value) = try JSONValue(parsing: bytes, limits: Self.limits) else {
                throw TokenRefusal(.malformed, "the token's header is not a JSON object")
            }
            object = value
        } catch let refusal as TokenRefusal {
            throw refusal
        } catch {
            throw TokenRefusal(.malformed, "the token's header is not JSON as it must be")
        }
        try Self.checkMembers(object)
        algorithm = try Self.algorithm(object["alg"])
        type = try Self.type(object["typ"])
        keyID = try Self.keyID(object["kid"])
    }

    private static func checkMembers(_ object: JSONObject) throws(TokenRefusal) {
        // No extension is understood here, so that whatever `crit` lists is a reason to refuse (RFC 7515, 4.1.11).
        guard object["crit"] == nil else {
            throw TokenRefusal(.header, "the token's header lists critical extensions, and none is understood here")
        }
        guard refused.allSatisfy({ object[$0] == nil }) else {
            throw TokenRefusal(
                .header,
                "the token's header holds a key, an address of keys, or what belongs to encryption; none is accepted"
            )
        }
        if let content = object["cty"] {
            // A token inside a token (RFC 7519, 5.2).
            guard let text = content.stringValue, !["jwt", "application/jwt"].contains(text.lowercased()) else {
                throw TokenRefusal(.header, "the token holds another token")
            }
        }
    }

    private static func algorithm(_ value: JSONValue?) throws(TokenRefusal) -> JWSAlgorithm {
        guard let text = value?.stringValue, let algorithm = JWSAlgorithm.allCases.first(where: { $0.rawValue == text })
        else {
            let names = JWSAlgorithm.allCases.map(\.rawValue).joined(separator: ", ")
            throw TokenRefusal(.algorithm, "the token's algorithm is not one of \(names)")
        }
        return algorithm
    }

    /// The media type, without regard to case and with or without `application/` (RFC 7515, 4.1.9).
    private static func type(_ value: JSONValue?) throws(TokenRefusal) -> IssuerSettings.TokenType {
        guard let value else { return .absent }
        switch value.stringValue?.lowercased() {
        case "at+jwt", "application/at+jwt": return .accessToken
        case "jwt", "application/jwt": return .jwt
        default:
            throw TokenRefusal(
                .tokenType,
                "the token is not an access token: its `typ` must be `at+jwt`, or `JWT` where the issuer is so set up"
            )
        }
    }

    private static func keyID(_ value: JSONValue?) throws(TokenRefusal) -> String? {
        guard let value else { return nil }
        guard let text = value.stringValue, ClaimText.isName(text, bytesMax: keyIDBytesMax) else {
            throw TokenRefusal(.malformed, "the token's `kid` is not a text, is empty or too long")
        }
        return text
    }
}
