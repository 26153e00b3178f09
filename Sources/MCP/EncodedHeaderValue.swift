/// The form in which a header carries a value that is not plain ASCII: `=?base64?…?=` around its UTF-8 bytes.
///
/// Revision 2026-07-28, basic/transports/streamable-http "Value encoding". The markers are matched exactly, and
/// only the one canonical encoding of a value is taken, so that a value has one spelling.
enum EncodedHeaderValue {
    private static let prefix = Array("=?base64?".utf8)
    private static let suffix = Array("?=".utf8)
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// The value that a header stands for: itself, unless it is marked; `nil` when it is marked and malformed.
    static func decode(_ header: String) -> String? {
        let bytes = Array(header.utf8)
        guard bytes.count >= prefix.count + suffix.count, bytes.starts(with: prefix),
            bytes.reversed().starts(with: suffix.reversed())
        else { return header }
        guard let decoded = decodeBase64(bytes.dropFirst(prefix.count).dropLast(suffix.count)) else { return nil }
        return String(validating: decoded, as: UTF8.self)
    }

    /// Base64 with padding (RFC 4648 section 4), unused bits zero; `nil` for anything else.
    static func decodeBase64(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        guard text.count.isMultiple(of: 4) else { return nil }
        let padding = text.reversed().prefix { $0 == UInt8(ascii: "=") }.count
        guard padding <= 2 else { return nil }
        var output: [UInt8] = []
        var bits: UInt32 = 0
        var held = 0
        for byte in text.dropLast(padding) {
            guard let digit = alphabet.firstIndex(of: byte) else { return nil }
            bits = bits << 6 | UInt32(digit)
            held += 6
            if held >= 8 {
                held -= 8
                output.append(UInt8(truncatingIfNeeded: bits >> UInt32(held)))
                bits &= (1 << UInt32(held)) - 1
            }
        }
        // Two digits leave 4 spare bits, three leave 2; only the canonical encoding has them zero.
        return bits == 0 ? output : nil
    }
}
