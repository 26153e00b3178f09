import JSON

/// The scopes of a token.
enum ScopeList {
    /// The most scopes of one token.
    static let scopesMax = 256

    /// Whether a text is one scope (RFC 6749, 3.3: printable ASCII without space, `"` and `\`).
    static func isScope(_ text: String) -> Bool {
        (1...Principal.nameBytesMax).contains(text.utf8.count)
            && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }
    }

    /// The scopes in a value: a list with spaces between (RFC 9068, 2.2.3), or an array as some issuers write it; null
    /// when it is neither, or holds what is no scope.
    static func scopes(in value: JSONValue) -> [String]? {
        let parts: [String]
        switch value {
        case .string(let text): parts = text.split(separator: " ").map(String.init)
        case .array(let values): parts = values.compactMap(\.stringValue)
        case .null, .bool, .integer, .double, .object: return nil
        }
        guard parts.count <= scopesMax, parts.allSatisfy(isScope) else { return nil }
        guard parts.count == value.arrayValue?.count ?? parts.count else { return nil }
        return Set(parts).sorted()
    }
}
