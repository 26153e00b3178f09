internal import HTTPTransport

/// A token or a part of a key: nothing that prints, dumps or interpolates it shows anything of it.
///
/// Whoever needs the text has to say so, at ``revealed``.
struct SecretText: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The text itself.
    let revealed: String

    init(_ text: String) { revealed = text }

    /// Nothing of the text.
    var description: String { "(secret)" }
    /// Nothing of the text.
    var debugDescription: String { description }
    /// Hides the text from `dump` and from test failures.
    var customMirror: Mirror { Mirror(self, children: []) }

    /// Whether it can stand in a header field as RFC 6750 section 2.1 writes bearer tokens: visible ASCII, not empty.
    var isBearerToken: Bool { !revealed.isEmpty && revealed.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F } }
}

/// An access token, and how long it counts.
struct AccessToken: Sendable, Hashable {
    let text: SecretText
    /// Seconds since 1970 by this machine's clock.
    let expires: Int64

    /// The header field that shows it (RFC 6750, 2.1).
    var authorization: HTTPHeader { HTTPHeader("Authorization", "Bearer \(text.revealed)") }
}
