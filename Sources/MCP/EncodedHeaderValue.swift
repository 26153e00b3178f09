import Cryptography

/// The form in which a header carries a value that is not plain ASCII: `=?base64?…?=` around its UTF-8 bytes.
///
/// Revision 2026-07-28, basic/transports/streamable-http "Value encoding". The markers are matched exactly, and
/// only the one canonical encoding of a value is taken, so that a value has one spelling.
enum EncodedHeaderValue {
    private static let prefix = Array("=?base64?".utf8)
    private static let suffix = Array("?=".utf8)

    /// The value that a header stands for: itself, unless it is marked; `nil` when it is marked and malformed.
    static func decode(_ header: String) -> String? {
        let bytes = Array(header.utf8)
        guard bytes.count >= prefix.count + suffix.count, bytes.starts(with: prefix),
            bytes.reversed().starts(with: suffix.reversed())
        else { return header }
        let encoded = String(decoding: bytes.dropFirst(prefix.count).dropLast(suffix.count), as: UTF8.self)
        guard let decoded = try? Base64.decode(encoded) else { return nil }
        return String(validating: decoded, as: UTF8.self)
    }
}
