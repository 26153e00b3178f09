import Cryptography
import Identity
import JSON

extension ForgedTokenTests {
    /// A good signature over a header that must not be.
    static let headerForgeries: [Forgery] = [
        .header("no algorithm", .algorithm, ["alg": nil]),
        .header("an algorithm that is no text", .algorithm, ["alg": ["RS256"]]),
        .header("typ of an ID assertion", .tokenType, ["typ": "oauth-id-jag+jwt"]),
        .header("typ of a DPoP proof", .tokenType, ["typ": "dpop+jwt"]),
        .header("typ of a security event", .tokenType, ["typ": "secevent+jwt"]),
        .header("typ of a logout token", .tokenType, ["typ": "logout+jwt"]),
        .header("typ of an introspection answer", .tokenType, ["typ": "token-introspection+jwt"]),
        .header("typ of a client's proof", .tokenType, ["typ": "client-authentication+jwt"]),
        .header("typ JWT where it is not allowed", .tokenType, ["typ": "JWT"]),
        .header("no typ where it is not allowed", .tokenType, ["typ": nil]),
        .header("typ that is no text", .tokenType, ["typ": 1]),
        .header("typ with a parameter", .tokenType, ["typ": "at+jwt;x=1"]),
        .header("a critical extension", .header, ["crit": ["exp"], "exp": 1]),
        .header("an empty list of critical extensions", .header, ["crit": []]),
        .header("critical extensions that are no list", .header, ["crit": "b64"]),
        .header("an unencoded payload", .header, ["b64": false, "crit": ["b64"]]),
        .header("b64 that is true", .header, ["b64": true]),
        .header("compression", .header, ["zip": "DEF"]),
        .header("encryption", .header, ["enc": "A256GCM"]),
        .header("a token in a token", .header, ["cty": "JWT"]),
        .header("the address of keys", .header, ["jku": "https://evil.example/keys"]),
        .header("a certificate", .header, ["x5c": ["MIIB"]]),
        .header("the address of a certificate", .header, ["x5u": "https://evil.example/certificate"]),
        Forgery("a key of its own", .header) {
            let key = try TestKeys.otherRSA.get()
            return TestToken.signed(.rs256, key, keyID: "own", header: ["jwk": key.jwk(["kid": "own"])])
        },
        .header("a key name that is no text", .malformed, ["kid": 1]),
        .header("a key name with a NUL", .malformed, ["kid": "rsa\0"]),
        .header("a long key name", .malformed, ["kid": .string(String(repeating: "k", count: 513))]),
        .raw("a header that is a list", .malformed, header: "[]"),
        .raw("a header that is no JSON", .malformed, header: "alg=RS256"),
        .raw("algorithm twice", .malformed, header: #"{"alg":"none","alg":"RS256","kid":"rsa","typ":"at+jwt"}"#),
        .raw("algorithm twice, once escaped", .malformed, header: #"{"\u0061lg":"none","alg":"RS256","kid":"rsa"}"#),
        .raw("something after the header", .malformed, header: #"{"alg":"RS256","kid":"rsa","typ":"at+jwt"}{}"#),
        .raw("a byte order mark", .malformed, header: "\u{FEFF}" + #"{"alg":"RS256","kid":"rsa","typ":"at+jwt"}"#),
        .raw("a deep header", .malformed, header: #"{"alg":"RS256","kid":"rsa","typ":"at+jwt","x":[[[[[1]]]]]}"#),
        .header("a large header", .malformed, ["x": .string(String(repeating: "x", count: 5000))]),
    ]

    /// A good signature over a payload that is not as JSON must be.
    static let payloadForgeries: [Forgery] = [
        .raw("a payload that is a list", .malformed, payload: "[]"),
        .raw("a payload that is a text", .malformed, payload: #""claims""#),
        .raw("a payload that is no JSON", .malformed, payload: "sub=user-1"),
        .raw("subject twice", .malformed, payload: with(#""sub":"user-1","sub":"admin""#)),
        .raw("subject twice, once escaped", .malformed, payload: with(#""sub":"user-1","s\u0075b":"admin""#)),
        .raw("a time beyond 64 bits", .malformed, payload: with(#""sub":"user-1","exp":99999999999999999999"#)),
        .raw("a time without end", .malformed, payload: with(#""sub":"user-1","exp":1e999"#)),
        .raw("NaN", .malformed, payload: with(#""sub":"user-1","exp":NaN"#)),
        .raw("a comment", .malformed, payload: with(#""sub":"user-1"/* */"#)),
        .raw("a lone surrogate", .malformed, payload: with(#""sub":"\ud800""#)),
        .raw("a deep payload", .malformed, payload: with("\"sub\":\"u\",\"x\":" + deep)),
    ]

    /// A good signature over claims that give no access here.
    static let claimForgeries: [Forgery] = [
        .claims("expired", .expired, ["iat": .integer(now - 400), "exp": .integer(now - 60)]),
        .claims("expired long ago", .expired, ["iat": nil, "exp": 0]),
        .claims("not yet valid", .notYetValid, ["nbf": .integer(now + 61)]),
        .claims("issued in the future", .notYetValid, ["iat": .integer(now + 61)]),
        .claims("no expiry", .claims, ["exp": nil]),
        .claims("an expiry that is a text", .claims, ["exp": .string("\(now + 300)")]),
        .claims("a negative expiry", .claims, ["exp": -1]),
        .claims("an expiry in milliseconds", .claims, ["exp": .integer((now + 300) * 1000)]),
        .claims("an expiry before the issue", .claims, ["iat": .integer(now + 30), "exp": .integer(now + 20)]),
        .claims("a start that is a text", .claims, ["nbf": "now"]),
        .claims("another audience", .audience, ["aud": "https://other.example/mcp"]),
        .claims("no audience", .audience, ["aud": nil]),
        .claims("an empty audience", .audience, ["aud": ""]),
        .claims("an empty list of audiences", .audience, ["aud": []]),
        .claims("a list of other audiences", .audience, ["aud": ["https://other.example", "client-1"]]),
        .claims("an audience that begins with ours", .audience, ["aud": "https://scrim.example/mcp/other"]),
        .claims("the beginning of our audience", .audience, ["aud": "https://scrim.example"]),
        .claims("our audience with a slash", .audience, ["aud": "https://scrim.example/mcp/"]),
        .claims("our audience in capitals", .audience, ["aud": "HTTPS://SCRIM.EXAMPLE/MCP"]),
        .claims("our audience in a list with a number", .claims, ["aud": ["https://scrim.example/mcp", 1]]),
        .claims("an audience that is an object", .claims, ["aud": ["https://scrim.example/mcp": true]]),
        .claims("audiences as one text with spaces", .audience, ["aud": "https://scrim.example/mcp other"]),
        .claims("no issuer", .issuer, ["iss": nil]),
        .claims("an issuer that is a list", .issuer, ["iss": ["https://idp.example/tenant"]]),
        .claims("no subject", .claims, ["sub": nil]),
        .claims("an empty subject", .claims, ["sub": ""]),
        .claims("a subject that is a number", .claims, ["sub": 1]),
        .claims("a subject with a NUL", .claims, ["sub": "user-1\0"]),
        .claims("a subject with a line break", .claims, ["sub": "user-1\nadmin"]),
        .claims("a subject with a mark of direction", .claims, ["sub": "user-1\u{202E}"]),
        .claims("a subject with an invisible space", .claims, ["sub": "user\u{200B}-1"]),
        .claims("a long subject", .claims, ["sub": .string(String(repeating: "u", count: 1025))]),
        .claims("an ID token by its nonce", .idToken, ["nonce": "n"]),
        .claims("an ID token by at_hash", .idToken, ["at_hash": "h"]),
        .claims("an ID token by c_hash", .idToken, ["c_hash": "h"]),
        .claims("an ID token by token_use", .idToken, ["token_use": "id"]),
        .claims("an ID token by Keycloak's mark", .idToken, ["typ": "ID"]),
        .claims("a refresh token", .tokenType, ["typ": "Refresh"]),
        .claims("a logout token", .tokenType, ["typ": "Logout"]),
        .claims("an audience that is null", .claims, ["aud": [nil]]),
        .claims("a security event", .tokenType, ["events": ["e": [:]]]),
        .claims("a token bound to a key", .senderConstrained, ["cnf": ["jkt": "t"]]),
        .claims("groups left out by name", .groupsOverage, ["groups": nil, "_claim_names": ["groups": "src1"]]),
        .claims("groups left out by a mark", .groupsOverage, ["groups": nil, "hasgroups": true]),
        .claims("groups left out by a mark in text", .groupsOverage, ["groups": nil, "hasgroups": "true"]),
        .claims("groups that are numbers", .claims, ["groups": [1, 2]]),
        .claims("a scope that is an object", .claims, ["scope": ["bq.read": true]]),
        .claims("a scope with quotes", .claims, ["scope": "bq.read \"admin\""]),
        .claims("an actor without subject", .claims, ["act": ["iss": "https://idp.example"]]),
        .claims("an actor that is a text", .claims, ["act": "admin"]),
        .claims("too many actors", .claims, ["act": actors(9)]),
        .claims("a client that is a list", .claims, ["client_id": ["client-1"]]),
        .claims("a session that is a number", .claims, ["sid": 7]),
    ]

    private static let deep = String(repeating: "[", count: 4000) + String(repeating: "]", count: 4000)

    /// A chain of actors.
    private static func actors(_ count: Int) -> JSONValue {
        (1..<count).reduce(["sub": "a"]) { inner, _ in ["sub": "a", "act": inner] }
    }

    /// A payload that is good but for these members in place of the subject.
    private static func with(_ members: String) -> String {
        let claims = JSONValue.object(TestIssuer.claims(["sub": nil])).text
        return members.contains("exp")
            ? JSONValue.object(TestIssuer.claims(["sub": nil, "exp": nil])).text.dropLast() + ",\(members)}"
            : claims.dropLast() + ",\(members)}"
    }
}
