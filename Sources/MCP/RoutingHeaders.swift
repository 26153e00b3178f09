/// The headers by which an intermediary routes a message without reading its body, checked against that body.
///
/// Revision 2026-07-28, basic/transports/streamable-http "Request metadata": a server must refuse a request whose
/// headers and body disagree, because the intermediary may have decided on the headers.
struct RoutingHeaders {
    static let version = "MCP-Protocol-Version"
    static let method = "Mcp-Method"
    static let name = "Mcp-Name"

    let headers: [HeaderField]

    /// What `Mcp-Name` must say.
    enum ExpectedName: Hashable {
        /// The method has no such header; one that is there is not looked at.
        case none
        /// The text that the body names, or `nil` when the body lacks it, which no header can equal.
        case text(String?)
    }

    /// What is wrong with the headers of a modern request, or `nil`.
    ///
    /// - Parameters:
    ///   - version: the version that the body names.
    ///   - method: the body's method.
    ///   - name: what the body names, for the methods that name something.
    func mismatch(version: String, method: String, name: ExpectedName) -> String? {
        if let trouble = check(Self.version, against: version, decoding: false) { return trouble }
        if let trouble = check(Self.method, against: method, decoding: false) { return trouble }
        switch name {
        case .none: return nil
        case .text(let text): return check(Self.name, against: text, decoding: true)
        }
    }

    private func check(_ header: String, against expected: String?, decoding: Bool) -> String? {
        let found = headers.values(of: header)
        guard found.count < 2 else { return "header `\(header)` is given more than once" }
        guard let raw = found.first else { return "header `\(header)` is missing" }
        guard let value = decoding ? EncodedHeaderValue.decode(raw) : raw else {
            return "header `\(header)` is not canonical base64 of UTF-8"
        }
        // By bytes: Swift's `==` takes canonically equivalent texts for equal, an intermediary does not.
        guard let expected, value.utf8.elementsEqual(expected.utf8) else {
            return "header `\(header)` differs from the body"
        }
        return nil
    }
}
