/// Returns a name as it can stand in GoogleSQL: plain where that is safe, else in backticks with escapes.
///
/// Plain are words of ASCII letters, digits and `_` that start with no digit and are no keyword, reserved or not.
public func quotedIdentifier(_ name: String) -> String {
    isPlainName(name) ? name : quoted(name, by: UInt8(ascii: "`"))
}

/// Returns a string as a GoogleSQL literal in single quotes.
public func quotedString(_ value: String) -> String {
    quoted(value, by: UInt8(ascii: "'"))
}

/// Returns bytes as a GoogleSQL literal, `b'…'`, printable ASCII as it is.
public func quotedBytes(_ value: [UInt8]) -> String {
    var text = Array("b'".utf8)
    for byte in value {
        switch byte {
        case UInt8(ascii: "'"), UInt8(ascii: "\\"):
            text.append(UInt8(ascii: "\\"))
            text.append(byte)
        case 0x20...0x7E:
            text.append(byte)
        default:
            text += "\\x".utf8
            text += hexadecimal(UInt32(byte), digits: 2).utf8
        }
    }
    text.append(UInt8(ascii: "'"))
    return String(decoding: text, as: UTF8.self)
}

/// Whether a name needs no backticks anywhere.
private func isPlainName(_ name: String) -> Bool {
    let bytes = Array(name.utf8)
    return isPlainName(bytes, 0..<bytes.count)
}

/// Whether the bytes of a name need no backticks anywhere: a word, no keyword, and no function that needs no
/// parentheses.
func isPlainName(_ bytes: [UInt8], _ range: Range<Int>) -> Bool {
    guard let first = range.first, bytes[first].isWordStart else { return false }
    for position in range where !bytes[position].isWordPart { return false }
    if range.count >= 12, bytes[range.prefix(8)].elementsEqual(currentPrefix, by: { $0.lowerCased == $1 }) {
        return false
    }
    return KeywordTable.all.keyword(bytes, range) == .none
}

/// How CURRENT_DATE and its kin start, which are calls without parentheses unless they are in backticks.
private let currentPrefix = Array("current_".utf8)

private func quoted(_ value: String, by quote: UInt8) -> String {
    var text: [UInt8] = []
    text.reserveCapacity(value.utf8.count + 2)
    text.append(quote)
    for scalar in value.unicodeScalars {
        switch scalar.value {
        case UInt32(quote), 0x5C: text += [UInt8(ascii: "\\"), UInt8(truncatingIfNeeded: scalar.value)]
        case 0x0A: text += "\\n".utf8
        case 0x0D: text += "\\r".utf8
        case 0x09: text += "\\t".utf8
        case 0x20..<0x7F: text.append(UInt8(truncatingIfNeeded: scalar.value))
        case _ where scalar.isInvisible:
            let isLong = scalar.value > 0xFFFF
            text += (isLong ? "\\U" : "\\u").utf8
            text += hexadecimal(scalar.value, digits: isLong ? 8 : 4).utf8
        default: text += String(Character(scalar)).utf8
        }
    }
    text.append(quote)
    return String(decoding: text, as: UTF8.self)
}

private func hexadecimal(_ value: UInt32, digits: Int) -> String {
    let text = String(value, radix: 16)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
}

extension Unicode.Scalar {
    /// Whether a reader of the text would not see it, or would see something else: controls, format characters such as
    /// direction marks, line separators, and characters that no one has assigned.
    fileprivate var isInvisible: Bool {
        switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: return true
        case .spaceSeparator: return self != " "
        default: return false
        }
    }
}
