/// ECDSA signatures on P-256: JOSE has the two numbers side by side (RFC 7518, 3.4), OpenSSL takes them in DER.
enum P256Signature {
    /// The order of the curve's group (SEC 2, 2.4.2), big endian.
    static let order: [UInt8] = [
        0xFF, 0xFF, 0xFF, 0xFF, 0x00, 0x00, 0x00, 0x00, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
        0xBC, 0xE6, 0xFA, 0xAD, 0xA7, 0x17, 0x9E, 0x84, 0xF3, 0xB9, 0xCA, 0xC2, 0xFC, 0x63, 0x25, 0x51,
    ]

    /// The signature in DER; null unless it is exactly 64 bytes and both numbers are at least 1 and below the order.
    static func encoded(raw signature: [UInt8]) -> [UInt8]? {
        let half = VerificationKey.coordinateBytes
        guard signature.count == 2 * half else { return nil }
        let numbers = [signature.prefix(half), signature.suffix(half)]
        guard numbers.allSatisfy({ isInRange($0) }) else { return nil }
        let content = numbers.flatMap { integer($0) }
        // At most 70 bytes, so that one byte holds the length.
        return [0x30, UInt8(content.count)] + content
    }

    private static func isInRange(_ number: ArraySlice<UInt8>) -> Bool {
        number.contains { $0 != 0 } && number.lexicographicallyPrecedes(order)
    }

    /// A DER INTEGER: no needless zeros, and one zero before a set first bit (X.690, 8.3).
    private static func integer(_ number: ArraySlice<UInt8>) -> [UInt8] {
        var digits = Array(number.drop { $0 == 0 })
        if let first = digits.first, first & 0x80 != 0 { digits.insert(0, at: 0) }
        return [0x02, UInt8(digits.count)] + digits
    }
}
