import struct FoundationEssentials.Date
import JSON

/// The claims of a token in the forms they must have; what they mean for an issuer is decided elsewhere.
struct TokenClaims {
    let object: JSONObject

    private static let limits = JSONLimits(bytesMax: 16_000, depthMax: 16)
    /// The longest list of audiences.
    private static let audiencesMax = 64
    /// The end of the year 9999: a later time is a mistake of units.
    private static let latestTime = 253_402_300_799.0

    init(_ object: JSONObject) {
        self.object = object
    }

    init(parsing bytes: [UInt8]) throws(TokenRefusal) {
        do {
            guard case .object(let value) = try JSONValue(parsing: bytes, limits: Self.limits) else {
                throw TokenRefusal(.malformed, "the token's payload is not a JSON object")
            }
            object = value
        } catch let refusal as TokenRefusal {
            throw refusal
        } catch {
            throw TokenRefusal(.malformed, "the token's payload is not JSON as it must be")
        }
    }

    /// A text that names something; null when the claim is absent.
    func name(_ claim: String) throws(TokenRefusal) -> String? {
        guard let value = object[claim], !value.isNull else { return nil }
        guard let text = value.stringValue, ClaimText.isName(text) else {
            throw TokenRefusal(
                .claims,
                "the claim `\(claim)` is not a text of 1 to \(Principal.nameBytesMax) bytes without invisible characters"
            )
        }
        return text
    }

    /// A time (RFC 7519, 2: seconds, with or without fraction); null when the claim is absent.
    func time(_ claim: String) throws(TokenRefusal) -> Date? {
        guard let value = object[claim] else { return nil }
        guard let seconds = value.doubleValue, (0...Self.latestTime).contains(seconds) else {
            throw TokenRefusal(.claims, "the claim `\(claim)` is not a time in seconds since 1970")
        }
        return Date(timeIntervalSince1970: seconds)
    }

    /// The audiences; empty when there are none.
    func audiences() throws(TokenRefusal) -> [String] {
        switch object["aud"] {
        case nil, .null: return []
        case .string(let text): return [text]
        case .array(let values):
            let texts = values.compactMap(\.stringValue)
            guard texts.count == values.count, texts.count <= Self.audiencesMax else { break }
            return texts
        case .bool, .integer, .double, .object: break
        }
        throw TokenRefusal(
            .claims,
            "the claim `aud` is neither a text nor a list of at most \(Self.audiencesMax) texts"
        )
    }

    /// The program that the subject lets act: RFC 9068 says `client_id`, OpenID Connect `azp`, Entra ID's older tokens
    /// `appid`, Okta `cid`.
    func client() throws(TokenRefusal) -> String? {
        for claim in ["client_id", "azp", "appid", "cid"] {
            if let name = try name(claim) { return name }
        }
        return nil
    }

    /// The scopes: `scope` (RFC 9068), or `scp` of Entra ID and Okta.
    func scopes() throws(TokenRefusal) -> [String] {
        for claim in ["scope", "scp"] {
            guard let value = object[claim], !value.isNull else { continue }
            guard let scopes = ScopeList.scopes(in: value) else {
                throw TokenRefusal(.claims, "the claim `\(claim)` is not a list of scopes")
            }
            return scopes
        }
        return []
    }

    /// The names at a path: a list of texts, or one text; empty when nothing stands there.
    func names(at path: ClaimPath) throws(TokenRefusal) -> [String] {
        guard let value = path.value(in: object), !value.isNull else { return [] }
        let values = value.arrayValue ?? [value]
        let names = values.compactMap(\.stringValue)
        guard names.count == values.count else {
            throw TokenRefusal(.claims, "the claim with the groups is neither a text nor a list of texts")
        }
        return names
    }

    /// Who acts for the subject, the present actor first (RFC 8693, 4.1).
    func actors() throws(TokenRefusal) -> [DelegatedActor] {
        var actors: [DelegatedActor] = []
        var next = object["act"]
        while let value = next {
            guard case .object(let object) = value, actors.count < DelegatedActor.chainMax else {
                throw TokenRefusal(
                    .claims,
                    "the claim `act` is not a chain of at most \(DelegatedActor.chainMax) actors"
                )
            }
            let actor = TokenClaims(object)
            guard let subject = try actor.name("sub") else {
                throw TokenRefusal(.claims, "an actor in the claim `act` has no `sub`")
            }
            actors.append(DelegatedActor(issuer: try actor.name("iss"), subject: subject, client: try actor.client()))
            next = object["act"]
        }
        return actors
    }
}
