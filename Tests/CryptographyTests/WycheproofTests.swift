import Cryptography
import struct Foundation.Data
import class Foundation.Bundle
import JSON
import Testing

/// One vector of a Wycheproof file with the key of its group.
struct WycheproofVector: Sendable, CustomTestStringConvertible {
    let file: String
    let group: JSONValue
    let test: JSONValue

    var testDescription: String { "\(file) \(number)" }
    var number: Int64 { test["tcId"]?.integerValue ?? 0 }
    var result: String { test["result"]?.stringValue ?? "" }

    func bytes(_ key: String) throws -> [UInt8] { try Hex.decode(#require(test[key]?.stringValue)) }

    static func all(_ file: String) throws -> [WycheproofVector] {
        let url = try #require(Bundle.module.url(forResource: file, withExtension: "json", subdirectory: "Wycheproof"))
        let document = try JSONValue(parsing: Array(Data(contentsOf: url)))
        let vectors = (document["testGroups"]?.arrayValue ?? []).flatMap { group in
            (group["tests"]?.arrayValue ?? []).map { WycheproofVector(file: file, group: group, test: $0) }
        }
        #expect(Int64(vectors.count) == document["numberOfTests"]?.integerValue)
        return vectors
    }
}

@Suite("Wycheproof")
struct WycheproofTests {
    /// What a Wycheproof group's key is to us.
    private func key(_ vector: WycheproofVector) throws -> VerificationKey {
        let key = try #require(vector.group["publicKey"])
        if let modulus = key["modulus"]?.stringValue {
            return try .rsa(
                modulus: Hex.decode(modulus),
                exponent: Hex.decode(#require(key["publicExponent"]?.stringValue))
            )
        }
        if let point = key["pk"]?.stringValue { return try .ed25519(x: Hex.decode(point)) }
        let point = try Hex.decode(#require(key["uncompressed"]?.stringValue))
        return try .p256(x: Array(point[1..<33]), y: Array(point[33...]))
    }

    /// Verifies every vector and gives how many were accepted and how many refused.
    private func run(_ file: String, _ algorithm: JWSAlgorithm, isValid: (WycheproofVector) -> Bool) throws -> [Int] {
        var counts = [0, 0]
        for vector in try WycheproofVector.all(file) {
            let key = try key(vector)
            let verifies = key.verifies(try vector.bytes("sig"), over: try vector.bytes("msg"), algorithm: algorithm)
            #expect(
                verifies == isValid(vector),
                "\(vector.testDescription): \(vector.test["comment"]?.stringValue ?? "")"
            )
            counts[verifies ? 0 : 1] += 1
            for other in JWSAlgorithm.allCases where other.keyKind != key.kind {
                #expect(!key.verifies(try vector.bytes("sig"), over: try vector.bytes("msg"), algorithm: other))
            }
        }
        return counts
    }

    @Test
    func `RS256`() throws {
        // "Acceptable" is a signature whose DigestInfo lacks the NULL of RFC 8017, 9.2; that must be there.
        #expect(try run("rsa_signature_2048_sha256_test", .rs256) { $0.result == "valid" } == [9, 250])
    }

    @Test
    func `PS256`() throws {
        #expect(try run("rsa_pss_2048_sha256_mgf1_32_test", .ps256) { $0.result == "valid" } == [63, 45])
    }

    @Test
    func `PS256 refuses signatures with another salt or another mask function`() throws {
        // Vector 69 is wrong for its group because its salt has the 32 bytes that are right here.
        #expect(try run("rsa_pss_2048_sha256_mgf1_0_test", .ps256) { $0.number == 69 } == [1, 102])
        #expect(try run("rsa_pss_2048_sha256_mgf1sha1_20_test", .ps256) { _ in false } == [0, 108])
    }

    @Test
    func `RS256 refuses signatures of PS256, and the other way round`() throws {
        // Each file has one signature of the other kind.
        #expect(try run("rsa_pss_2048_sha256_mgf1_32_test", .rs256) { $0.number == 108 } == [1, 107])
        #expect(try run("rsa_signature_2048_sha256_test", .ps256) { $0.number == 257 } == [1, 258])
    }

    @Test
    func `ES256`() throws {
        #expect(try run("ecdsa_secp256r1_sha256_p1363_test", .es256) { $0.result == "valid" } == [173, 89])
    }

    @Test
    func `EdDSA`() throws {
        #expect(try run("ed25519_test", .edDSA) { $0.result == "valid" } == [88, 63])
    }
}
