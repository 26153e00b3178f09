internal import Cryptography
internal import GoogleSQL

/// Digests of SQL, by which texts are compared that may not be kept.
public enum TextDigest {
    /// SHA-256 of a text, lower-case hex. Not for keeping: often only a literal of the text is unknown, and who has the
    /// digest can try values out.
    public static func exact(_ sql: String) -> String { Hex.encode(SHA256.hash(Array(sql.utf8))) }

    /// SHA-256, lower-case hex, of a text without its literals (`LiteralFreeText`): it tells nothing that the log does
    /// not hold in clear. `nil` for what is no GoogleSQL.
    public static func withoutLiterals(_ sql: String) -> String? { LiteralFreeText.of(sql).map(exact) }
}
