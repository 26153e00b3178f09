import Cryptography
import Testing

@Suite("Verification keys")
struct VerificationKeyTests {
    private static let good = [UInt8](repeating: 0xFF, count: 256)

    @Test(
        arguments: [
            ([], [3]), ([UInt8](repeating: 0xFF, count: 255), [1, 0, 1]), ([0x7F] + good.dropFirst(), [1, 0, 1]),
            ([UInt8](repeating: 0xFF, count: 1025), [1, 0, 1]), (good, []), (good, [0]), (good, [1]), (good, [2]),
            (good, [1, 0, 0, 0, 0, 0, 0, 0, 1]),
        ] as [([UInt8], [UInt8])]
    )
    func `RSA keys of a bad size are refused`(modulus: [UInt8], exponent: [UInt8]) {
        let error = #expect(throws: CryptographyError.self) {
            try VerificationKey.rsa(modulus: modulus, exponent: exponent)
        }
        #expect(error?.code == .keySize)
    }

    @Test
    func `an even modulus is no key`() {
        let error = #expect(throws: CryptographyError.self) {
            try VerificationKey.rsa(modulus: Self.good.dropLast() + [0xFE], exponent: [1, 0, 1])
        }
        #expect(error?.code == .keyFormat)
    }

    @Test
    func `points that are not on the curve are refused`() throws {
        let zeros = [UInt8](repeating: 0, count: 32)
        for (x, y) in [
            (zeros, zeros), (zeros, [UInt8](repeating: 1, count: 32)), (Array(repeating: 0xFF, count: 32), zeros),
        ] {
            let error = #expect(throws: CryptographyError.self) { try VerificationKey.p256(x: x, y: y) }
            #expect(error?.code == .keyFormat)
        }
        for count in [0, 31, 33] {
            let error = #expect(throws: CryptographyError.self) {
                try VerificationKey.p256(x: Array(repeating: 1, count: count), y: zeros)
            }
            #expect(error?.code == .keySize)
        }
    }

    @Test
    func `a key of Ed25519 has 32 bytes`() {
        for count in [0, 31, 33, 57] {
            let error = #expect(throws: CryptographyError.self) {
                try VerificationKey.ed25519(x: Array(repeating: 1, count: count))
            }
            #expect(error?.code == .keySize)
        }
    }

    @Test(arguments: [
        "", ".", "..", "a", "e30", "e30.e30", "e30.e30.", ".e30.AA", "e30.e30.AA.", "e30.e30.AA.AA", "e30=.e30.AA",
        "e30.e30.AA==", "e30 .e30.AA", "e30.e30.AB", "e31.e30.AA\n", "e30.e3+.AA", "e30.e3/.AA", "e30.e30.é",
    ])
    func `what is no compact JWS`(text: String) {
        let error = #expect(throws: CryptographyError.self) { try CompactJWS(text) }
        #expect(error?.code == .encoding)
    }

    @Test
    func `a compact JWS is taken apart`() throws {
        let jws = try CompactJWS("e30.e30.AA")
        #expect(jws.header == Array("{}".utf8))
        #expect(jws.payload == Array("{}".utf8))
        #expect(jws.signature == [0])
        #expect(throws: CryptographyError.self) { try CompactJWS("e30.e30." + String(repeating: "A", count: 16_000)) }
    }
}
