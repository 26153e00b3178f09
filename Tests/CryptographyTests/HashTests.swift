import Cryptography
import Testing

@Test
func `SHA-256 gives the digests of FIPS 180-4`() {
    let examples = [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
        (
            String(repeating: "a", count: 1_000_000),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
        ),
    ]
    for (message, digest) in examples {
        #expect(Hex.encode(SHA256.hash(Array(message.utf8))) == digest)
    }
}

@Test
func `a stream gives the digest of the whole for every cut, and starts again after it`() {
    let message = [UInt8](0...200)
    let expected = SHA256.hash(message)
    let stream = SHA256Stream()
    for cut in 0...message.count {
        stream.update(Array(message[..<cut]))
        stream.update(message[cut...])
        #expect(stream.finish() == expected)
    }
}

// RFC 4231, section 4.
@Test(arguments: [
    (
        String(repeating: "0b", count: 20), "4869205468657265",
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
    ),
    (
        "4a656665", "7768617420646f2079612077616e7420666f72206e6f7468696e673f",
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    ),
    (
        String(repeating: "aa", count: 20), String(repeating: "dd", count: 50),
        "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"
    ),
    (
        "0102030405060708090a0b0c0d0e0f10111213141516171819", String(repeating: "cd", count: 50),
        "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"
    ),
    (
        String(repeating: "aa", count: 131),
        "54657374205573696e67204c6172676572205468616e20426c6f636b2d53697a65204b6579202d2048617368204b6579204669727374",
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
    ),
    // The empty key and message; the digest is that of Python's hmac module.
    ("", "", "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"),
])
func `HMAC-SHA256 gives the values of RFC 4231`(key: String, message: String, expected: String) throws {
    let authenticator = HMACSHA256.authenticate(try Hex.decode(message), key: try Hex.decode(key))
    #expect(Hex.encode(authenticator) == expected)
}

@Test
func `byte strings are compared by length and every byte`() {
    #expect(constantTimeEquals([], []))
    #expect(constantTimeEquals([1, 2, 3], [1, 2, 3]))
    #expect(!constantTimeEquals([1, 2, 3], [1, 2]))
    for index in 0..<32 {
        var other = [UInt8](repeating: 7, count: 32)
        other[index] ^= 1
        #expect(!constantTimeEquals([UInt8](repeating: 7, count: 32), other))
    }
}

@Test
func `random bytes have the length asked for and differ`() throws {
    #expect(try SecureRandom.bytes(0) == [])
    let first = try SecureRandom.bytes(32)
    #expect(first.count == 32)
    #expect(try SecureRandom.bytes(32) != first)
    #expect(throws: CryptographyError.self) { try SecureRandom.bytes(-1) }
    #expect(throws: CryptographyError.self) { try SecureRandom.bytes(SecureRandom.bytesMax + 1) }
}
