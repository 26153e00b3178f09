import Cryptography
import struct Foundation.Data
import class Foundation.Bundle
@testable import Identity
import JSON
import Testing

/// The vectors of Wycheproof for JSON Web Signatures and Keys, through our reading of keys, headers and signatures.
@Suite("Wycheproof JSON Web Signatures")
struct JSONWebSignatureTests {
    struct Vector {
        let number: Int64
        let key: JSONValue
        let jws: String
        let isValid: Bool
    }

    private func vectors(_ file: String) throws -> [Vector] {
        let url = try #require(Bundle.module.url(forResource: file, withExtension: "json", subdirectory: "Wycheproof"))
        let document = try JSONValue(parsing: Array(Data(contentsOf: url)))
        return try (document["testGroups"]?.arrayValue ?? []).flatMap { group in
            let key = try #require(group["public"] ?? group["private"])
            return (group["tests"]?.arrayValue ?? []).map { test in
                Vector(
                    number: test["tcId"]?.integerValue ?? 0,
                    key: key,
                    jws: test["jws"]?.stringValue ?? "",
                    isValid: test["result"]?.stringValue == "valid"
                )
            }
        }
    }

    /// Whether a signature is valid by a key set and one of our algorithms, whatever its payload says.
    private func verifies(_ text: String, _ keys: [JSONValue]) -> Bool {
        guard let set = JSONWebKeySet(parsing: JSONValue.object(["keys": .array(keys)]).serialized()),
            let jws = try? CompactJWS(text), let header = try? TokenHeader(parsing: jws.header),
            case .one(let key) = set.match(header)
        else { return false }
        return jws.isSigned(by: key.key, algorithm: header.algorithm)
    }

    @Test
    func `signatures`() throws {
        let vectors = try vectors("json_web_signature_test")
        #expect(vectors.count == 401)
        let accepted = vectors.filter { verifies($0.jws, [$0.key]) }
        #expect(!accepted.contains { !$0.isValid })
        // All valid ones of our algorithms; 346 and 350 are PS384 by a key that says PS256.
        #expect(
            accepted.map(\.number) == [18, 33] + [259, 260, 261, 262, 263] + [272, 273, 274, 275] + [
                287, 288, 345, 349, 378,
            ]
        )
    }

    @Test
    func `key sets`() throws {
        let vectors = try vectors("json_web_key_test")
        #expect(vectors.count == 26)
        let accepted = vectors.filter { verifies($0.jws, $0.key["keys"]?.arrayValue ?? [$0.key]) }
        #expect(accepted.map(\.number) == [5])
    }
}
