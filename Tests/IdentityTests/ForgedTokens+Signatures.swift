import Cryptography
import Identity
import JSON

extension ForgedTokenTests {
    /// The text around a good signature is changed.
    static let textForgeries: [Forgery] = [
        .text("empty", .malformed) { _ in "" },
        .text("a word", .malformed) { _ in "token" },
        .text("two parts", .malformed) { $0.split(separator: ".").prefix(2).joined(separator: ".") },
        .text("four parts", .malformed) { $0 + ".AAAA" },
        .text("five parts, as encryption has", .malformed) { $0 + ".AAAA.AAAA" },
        .text("an empty fourth part", .malformed) { $0 + "." },
        .text("no signature", .malformed) { $0.split(separator: ".").prefix(2).joined(separator: ".") + "." },
        .text("no header", .malformed) { "." + $0.split(separator: ".").dropFirst().joined(separator: ".") },
        .text("no payload", .malformed) {
            let parts = $0.split(separator: ".")
            return "\(parts[0])..\(parts[2])"
        },
        .text("a space before", .malformed) { " " + $0 },
        .text("a line break after", .malformed) { $0 + "\n" },
        .text("a NUL after", .malformed) { $0 + "\0" },
        .text("a letter that looks the same", .malformed) { $0.replacing("e", with: "е", maxReplacements: 1) },
        .text("padding", .malformed) { $0 + "==" },
        .text("the standard alphabet", .malformed) {
            let parts = $0.split(separator: ".")
            return "\(parts[0]).\(parts[1]).+\(parts[2].dropFirst())"
        },
        .text("unused bits set", .malformed) { token in
            // 256 bytes leave four bits of the last character unused, so that the next character differs in these.
            token.dropLast()
                + String(token.unicodeScalars.suffix(1).map { Character(UnicodeScalar(UInt8($0.value) + 1)) })
        },
        .text("20 kB", .malformed) { $0 + String(repeating: "A", count: 20_000) },
        .text("JSON serialisation", .malformed) { #"{"payload":"\#($0)","signatures":[]}"# },
        .text("another payload", .signature) {
            let parts = $0.split(separator: ".")
            let claims = TestIssuer.claims(["sub": "admin"])
            return "\(parts[0]).\(Base64.encodeURLSafe(JSONValue.object(claims).serialized())).\(parts[2])"
        },
        Forgery("a signature cut short", .signature) { try resigned { $0.dropLast() } },
        Forgery("a byte after the signature", .signature) { try resigned { $0 + [0] } },
        Forgery("a byte before the signature", .signature) { try resigned { [0] + $0 } },
        Forgery("a signature of zeros", .signature) { try resigned { _ in [UInt8](repeating: 0, count: 256) } },
    ]

    /// Good claims, signed in another way than the key is for.
    static let algorithmForgeries: [Forgery] = [
        Forgery("none without signature", .malformed) { unsigned("none") { _ in [] } },
        Forgery("none with a signature", .algorithm) { unsigned("none") { _ in [0] } },
        Forgery("None", .algorithm) { unsigned("None") { _ in [0] } },
        Forgery("an empty algorithm", .algorithm) { unsigned("") { _ in [0] } },
        Forgery("rs256 in lower case", .algorithm) { unsigned("rs256") { _ in [0] } },
        Forgery("HS256 with the modulus as secret", .algorithm) {
            let secret = try TestKeys.rsa.get().modulus
            return unsigned("HS256") { HMACSHA256.authenticate($0, key: secret) }
        },
        Forgery("RS256 over HMAC with the modulus", .signature) {
            let secret = try TestKeys.rsa.get().modulus
            return unsigned("RS256") { HMACSHA256.authenticate($0, key: secret) }
        },
        Forgery("HS256 with the published secret", .algorithm) {
            unsigned("HS256", keyID: "oct") { HMACSHA256.authenticate($0, key: Array("secret".utf8)) }
        },
        Forgery("RS512", .algorithm) {
            let key = try TestKeys.rsa.get()
            return unsigned("RS512") { key.sign($0, digest: "SHA2-512") }
        },
        Forgery("ES384", .algorithm) {
            let key = try TestKeys.p384.get()
            return unsigned("ES384", keyID: "p384") { key.signRaw($0, digest: "SHA2-384", half: 48) }
        },
        Forgery("RS256 with SHA-384", .signature) {
            let key = try TestKeys.rsa.get()
            return unsigned("RS256") { key.sign($0, digest: "SHA2-384") }
        },
        Forgery("a key for RS256 used for PS256", .unknownKey) {
            TestToken.signed(.ps256, try TestKeys.rsa.get(), keyID: "rsa")
        },
        Forgery("a key for PS256 used for RS256", .unknownKey) {
            TestToken.signed(.rs256, try TestKeys.otherRSA.get(), keyID: "pss")
        },
        Forgery("PS256 declared, RS256 made", .signature) {
            let key = try TestKeys.otherRSA.get()
            return unsigned("PS256", keyID: "any") { key.sign(.rs256, $0) }
        },
        Forgery("PS256 with a salt of 20 bytes", .signature) {
            let key = try TestKeys.otherRSA.get()
            return unsigned("PS256", keyID: "pss") { key.sign($0, salt: 20) }
        },
        Forgery("PS256 without salt", .signature) {
            let key = try TestKeys.otherRSA.get()
            return unsigned("PS256", keyID: "pss") { key.sign($0, salt: 0) }
        },
        Forgery("ES256 by an RSA key's name", .unknownKey) {
            TestToken.signed(.es256, try TestKeys.ec.get(), keyID: "rsa")
        },
        Forgery("RS256 by an EC key's name", .unknownKey) {
            TestToken.signed(.rs256, try TestKeys.rsa.get(), keyID: "ec")
        },
        Forgery("EdDSA by an EC key's name", .unknownKey) {
            TestToken.signed(.edDSA, try TestKeys.ed.get(), keyID: "ec")
        },
        Forgery("a key on another curve", .unknownKey) {
            TestToken.signed(.es256, try TestKeys.otherEC.get(), keyID: "p384")
        },
        Forgery("a point of another curve", .unknownKey) {
            TestToken.signed(.es256, try TestKeys.otherEC.get(), keyID: "p384-as-p256")
        },
        Forgery("ES256 of another key", .signature) {
            TestToken.signed(.es256, try TestKeys.otherEC.get(), keyID: "ec")
        },
        Forgery("RS256 of another key", .signature) {
            TestToken.signed(.rs256, try TestKeys.otherRSA.get(), keyID: "rsa")
        },
        Forgery("ES256 in DER", .signature) {
            let key = try TestKeys.ec.get()
            return unsigned("ES256", keyID: "ec") { key.sign($0) }
        },
        Forgery("ES256 of zeros", .signature) {
            unsigned("ES256", keyID: "ec") { _ in [UInt8](repeating: 0, count: 64) }
        },
        Forgery("ES256 with zeros in between", .signature) {
            let key = try TestKeys.ec.get()
            return unsigned("ES256", keyID: "ec") {
                let raw = key.signRaw($0)
                return [0] + raw.prefix(32) + [0] + raw.suffix(32)
            }
        },
        Forgery("EdDSA with another S of the same meaning", .signature) {
            let key = try TestKeys.ed.get()
            return unsigned("EdDSA", keyID: "ed") { plusGroupOrder(key.sign($0, digest: nil)) }
        },
        Forgery("an encryption key", .unknownKey) {
            TestToken.signed(.rs256, try TestKeys.otherRSA.get(), keyID: "enc")
        },
        Forgery("a key whose operations do not verify", .unknownKey) {
            TestToken.signed(.rs256, try TestKeys.otherRSA.get(), keyID: "ops")
        },
        Forgery("a key of 1024 bits", .unknownKey) {
            TestToken.signed(.rs256, try TestKeys.shortRSA.get(), keyID: "short")
        },
        Forgery("a key published with its private part", .unknownKey) {
            TestToken.signed(.es256, try TestKeys.ec.get(), keyID: "leaked")
        },
        Forgery("no key name where several keys fit", .unknownKey) {
            TestToken.signed(.rs256, try TestKeys.rsa.get(), keyID: nil)
        },
        Forgery("an unknown key name", .unknownKey) {
            TestToken.signed(.rs256, try TestKeys.rsa.get(), keyID: "other")
        },
        Forgery("a key name with a path", .unknownKey) {
            TestToken.signed(.rs256, try TestKeys.rsa.get(), keyID: "../../dev/null")
        },
    ]

    private static func resigned(_ change: ([UInt8]) -> [UInt8]) throws -> String {
        let key = try TestKeys.rsa.get()
        return unsigned("RS256") { change(key.sign($0)) }
    }

    private static func unsigned(_ algorithm: String, keyID: String = "rsa", sign: ([UInt8]) -> [UInt8]) -> String {
        let header: JSONValue = ["alg": .string(algorithm), "kid": .string(keyID), "typ": "at+jwt"]
        return TestToken.make(header: header.text, payload: JSONValue.object(TestIssuer.claims()).text, sign: sign)
    }

    /// An Ed25519 signature whose second half is larger by the order of the group (RFC 8032, 8.4).
    private static func plusGroupOrder(_ signature: [UInt8]) -> [UInt8] {
        let order: [UInt8] = [
            0xED, 0xD3, 0xF5, 0x5C, 0x1A, 0x63, 0x12, 0x58, 0xD6, 0x9C, 0xF7, 0xA2, 0xDE, 0xF9, 0xDE, 0x14,
            0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
        ]
        var sum: [UInt8] = []
        var carry = 0
        for (left, right) in zip(signature.suffix(32), order) {
            carry += Int(left) + Int(right)
            sum.append(UInt8(truncatingIfNeeded: carry))
            carry >>= 8
        }
        return signature.prefix(32) + sum
    }
}
