/// Classes of bytes that the lexical rules of GoogleSQL name.
extension UInt8 {
    /// White space of ASCII.
    var isSpace: Bool { self == 0x20 || (0x09...0x0D).contains(self) }

    /// `0` to `9`.
    var isDigit: Bool { self >= 0x30 && self <= 0x39 }

    /// `0` to `9`, `a` to `f`, `A` to `F`.
    var isHexDigit: Bool { hexValue != nil }

    /// A letter of ASCII or `_`.
    var isWordStart: Bool { (self | 0x20) >= 0x61 && (self | 0x20) <= 0x7A || self == 0x5F }

    /// A letter of ASCII, a digit or `_`.
    var isWordPart: Bool { isWordStart || isDigit }

    /// The letter in upper case; any other byte as it is.
    var upperCased: UInt8 { self >= 0x61 && self <= 0x7A ? self - 0x20 : self }

    /// The letter in lower case; any other byte as it is.
    var lowerCased: UInt8 { self >= 0x41 && self <= 0x5A ? self + 0x20 : self }

    /// The value of a hexadecimal digit.
    var hexValue: UInt32? {
        switch self {
        case 0x30...0x39: UInt32(self - 0x30)
        case 0x41...0x46: UInt32(self - 0x41 + 10)
        case 0x61...0x66: UInt32(self - 0x61 + 10)
        default: nil
        }
    }
}

extension String {
    /// The name with the letters of ASCII in lower case, which is how GoogleSQL compares names.
    var lowerCasedASCII: String {
        guard utf8.contains(where: { $0 >= 0x41 && $0 <= 0x5A }) else { return self }
        return String(decoding: utf8.map(\.lowerCased), as: UTF8.self)
    }
}
