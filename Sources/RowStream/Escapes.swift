/// A run of bytes in a window, with nothing left to be decoded.
struct PlainText {
    let window: InputWindow
    let start: Int
    let count: Int

    var end: Int { start &+ count }

    /// The text as a string, for what is rare.
    var string: String { window.string(start..<end) }

    func equals(_ word: StaticString) -> Bool {
        count == word.utf8CodeUnitCount && window.matching(word, at: start) == count
    }
}

/// Decodes the escapes of strings that ``JSONCursor`` has passed.
enum Escapes {
    /// The text between quotes, decoded into a buffer whose content is replaced.
    static func decode(_ window: InputWindow, _ start: Int, _ count: Int, into scratch: InputBuffer) -> PlainText {
        scratch.reset()
        let end = start + count
        var position = start
        while position < end {
            let byte = window.byte(position)
            guard byte == UInt8(ascii: "\\") else {
                scratch.append(byte)
                position += 1
                continue
            }
            let escape = window.byte(position + 1)
            position += 2
            if escape == UInt8(ascii: "u") {
                var scalar = unit(window, position)
                position += 4
                if scalar & 0xFC00 == 0xD800 {
                    scalar = 0x10000 + (scalar & 0x3FF) << 10 + unit(window, position + 2) & 0x3FF
                    position += 6
                }
                append(scalar, to: scratch)
            } else {
                scratch.append(character(ofEscape: escape))
            }
        }
        scratch.terminate()
        let decoded = scratch.window
        return PlainText(window: decoded, start: decoded.start, count: scratch.count)
    }

    private static func unit(_ window: InputWindow, _ position: Int) -> UInt32 {
        (0..<4).reduce(UInt32(0)) { $0 << 4 | (ASCII.hexValue(window.byte(position + $1)) ?? 0) }
    }

    private static func append(_ scalar: UInt32, to scratch: InputBuffer) {
        guard let scalar = Unicode.Scalar(scalar) else { return }
        for byte in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter { scratch.append(byte) }
    }

    private static func character(ofEscape escape: UInt8) -> UInt8 {
        switch escape {
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "f"): 0x0C
        case UInt8(ascii: "n"): 0x0A
        case UInt8(ascii: "r"): 0x0D
        case UInt8(ascii: "t"): 0x09
        default: escape
        }
    }

    /// A text as a JSON string with its quotes; escapes what RFC 8259 section 7 demands, and nothing else.
    static func quoted(_ text: String) -> [UInt8] {
        var output: [UInt8] = [UInt8(ascii: "\"")]
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): output += [UInt8(ascii: "\\"), byte]
            case 0..<0x20:
                let digits = Array("0123456789abcdef".utf8)
                output += Array("\\u00".utf8) + [digits[Int(byte >> 4)], digits[Int(byte & 0x0F)]]
            default: output.append(byte)
            }
        }
        return output + [UInt8(ascii: "\"")]
    }
}
