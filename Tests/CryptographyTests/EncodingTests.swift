import Cryptography
import Testing

// RFC 4648, section 10; the Base32 texts in lower case and without padding.
private let examples: [(plain: String, base64: String, base32: String, hex: String)] = [
    ("", "", "", ""),
    ("f", "Zg==", "my", "66"),
    ("fo", "Zm8=", "mzxq", "666f"),
    ("foo", "Zm9v", "mzxw6", "666f6f"),
    ("foob", "Zm9vYg==", "mzxw6yq", "666f6f62"),
    ("fooba", "Zm9vYmE=", "mzxw6ytb", "666f6f6261"),
    ("foobar", "Zm9vYmFy", "mzxw6ytboi", "666f6f626172"),
]

@Test
func `the encodings give the texts of RFC 4648 and back`() throws {
    for example in examples {
        let bytes = Array(example.plain.utf8)
        #expect(Base64.encode(bytes) == example.base64)
        #expect(try Base64.decode(example.base64) == bytes)
        #expect(Base32.encode(bytes) == example.base32)
        #expect(try Base32.decode(example.base32) == bytes)
        #expect(Hex.encode(bytes) == example.hex)
        #expect(try Hex.decode(example.hex) == bytes)
    }
}

@Test
func `the URL-safe alphabet replaces two digits and drops the padding`() throws {
    let bytes: [UInt8] = [0xFB, 0xEF, 0xFF, 0xFE]
    #expect(Base64.encode(bytes) == "++///g==")
    #expect(Base64.encodeURLSafe(bytes) == "--___g")
    #expect(try Base64.decodeURLSafe("--___g") == bytes)
    #expect(throws: CryptographyError.self) { try Base64.decodeURLSafe("++///g") }
    #expect(throws: CryptographyError.self) { try Base64.decode("--___g==") }
}

@Test
func `every byte survives every encoding`() throws {
    let bytes = [UInt8](0...255)
    #expect(try Base64.decode(Base64.encode(bytes)) == bytes)
    #expect(try Base64.decodeURLSafe(Base64.encodeURLSafe(bytes)) == bytes)
    #expect(try Base32.decode(Base32.encode(bytes)) == bytes)
    #expect(try Hex.decode(Hex.encode(bytes)) == bytes)
}

@Test(arguments: ["Zg", "Zg=", "Z===", "====", "Zh==", "Zm9=", "Zm9v ", "Z m9v", "Zg==Zg==", "Zm9v\n", "Zmü="])
func `malformed base64 is refused`(text: String) {
    #expect(throws: CryptographyError.self) { try Base64.decode(text) }
}

@Test(arguments: ["m", "mzx", "mz", "MY", "my======", "m1", "mzxw6y", "m y"])
func `malformed base32 is refused`(text: String) {
    #expect(throws: CryptographyError.self) { try Base32.decode(text) }
}

@Test(arguments: ["a", "AB", "0g", "0x00", " 00"])
func `malformed hexadecimal is refused`(text: String) {
    #expect(throws: CryptographyError.self) { try Hex.decode(text) }
}
