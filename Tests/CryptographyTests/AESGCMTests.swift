@testable import Cryptography
import Testing

// NIST's "The Galois/Counter Mode of Operation (GCM)", appendix B, test cases 13 to 16 (AES-256).
private struct Example {
    var key: String
    var nonce: String
    var plaintext: String
    var additionalData: String
    var sealed: String

    static let zeroKey = String(repeating: "0", count: 64)
    static let key = "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308"
    static let plaintext =
        "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
        + "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39"
    static let ciphertext =
        "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
        + "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"

    static let all = [
        Example(
            key: zeroKey,
            nonce: String(repeating: "0", count: 24),
            plaintext: "",
            additionalData: "",
            sealed: "530f8afbc74536b9a963b4f1c4cb738b"
        ),
        Example(
            key: zeroKey,
            nonce: String(repeating: "0", count: 24),
            plaintext: String(repeating: "0", count: 32),
            additionalData: "",
            sealed: "cea7403d4d606b6e074ec5d3baf39d18" + "d0d1c8a799996bf0265b98b5d48ab919"
        ),
        Example(
            key: key,
            nonce: "cafebabefacedbaddecaf888",
            plaintext: plaintext + "1aafd255",
            additionalData: "",
            sealed: ciphertext + "898015ad" + "b094dac5d93471bdec1a502270e3cc6c"
        ),
        Example(
            key: key,
            nonce: "cafebabefacedbaddecaf888",
            plaintext: plaintext,
            additionalData: "feedfacedeadbeeffeedfacedeadbeefabaddad2",
            sealed: ciphertext + "76fc6ece0f4e1768cddf8853bb2d551b"
        ),
    ]
}

@Test
func `AES-256-GCM gives the values of NIST's specification`() throws {
    for example in Example.all {
        let key = try AESGCMKey(Hex.decode(example.key))
        let nonce = try Hex.decode(example.nonce)
        let additionalData = try Hex.decode(example.additionalData)
        let sealed = try key.seal(Hex.decode(example.plaintext), authenticating: additionalData, nonce: nonce)
        #expect(Hex.encode(sealed) == example.nonce + example.sealed)
        #expect(try Hex.encode(key.open(sealed, authenticating: additionalData)) == example.plaintext)
    }
}

@Test
func `a changed, shortened or foreign message does not open`() throws {
    let key = try AESGCMKey(SecureRandom.bytes(32))
    let sealed = try key.seal(Array("attack at dawn".utf8), authenticating: [1, 2])
    for index in sealed.indices {
        for bit in 0..<8 {
            var changed = sealed
            changed[index] ^= 1 << UInt8(bit)
            #expect(throws: CryptographyError(.notAuthentic, "a sealed message is not authentic")) {
                try key.open(changed, authenticating: [1, 2])
            }
        }
    }
    for count in 0..<sealed.count {
        #expect(throws: CryptographyError.self) { try key.open(Array(sealed.prefix(count)), authenticating: [1, 2]) }
    }
    #expect(throws: CryptographyError.self) { try key.open(sealed, authenticating: [1]) }
    let other = try AESGCMKey(SecureRandom.bytes(32))
    #expect(throws: CryptographyError.self) { try other.open(sealed, authenticating: [1, 2]) }
}

@Test
func `two seals of one message differ`() throws {
    let key = try AESGCMKey(SecureRandom.bytes(32))
    #expect(try key.seal([1, 2, 3]) != key.seal([1, 2, 3]))
    #expect(try key.open(key.seal([])) == [])
}

@Test
func `a key of another length is refused`() {
    for count in [0, 16, 31, 33] {
        #expect(throws: CryptographyError.self) { try AESGCMKey([UInt8](repeating: 0, count: count)) }
    }
}
