import MCP

/// The checks of a request's head that need no knowledge of who asks: against pages that a browser was made to load
/// (DNS rebinding, cross-site requests), against proxies that a development server must not sit behind, and for the
/// media types.
///
/// MCP revision 2026-07-28, basic/transports/streamable-http "Security" and "Sending messages".
struct FrontDoor: Sendable {
    let settings: ProxyServerSettings

    /// Names of the loopback interface, as they stand in `Host` and `Origin`.
    private static let loopbackNames: Set<String> = ["localhost", "127.0.0.1", "[::1]"]

    /// Why a request is not let in.
    struct Refusal: Hashable {
        let status: Int
        let message: String

        init(_ status: Int, _ message: String) {
            self.status = status
            self.message = message
        }
    }

    /// Whether the request may come in at all, whatever it asks for.
    func refusal(of head: RequestHead) -> Refusal? {
        for origin in head.headers.values(of: "Origin") where !isAllowed(origin: origin) {
            return Refusal(403, "requests from pages of this origin are not allowed")
        }
        if settings.isLocal {
            // A second `Host` is left among the other fields by the parser.
            guard let authority = head.authority, head.headers.values(of: "Host").isEmpty,
                isAllowed(authority: authority)
            else { return Refusal(421, "this server answers only to names of this machine: use `localhost`") }
        }
        if settings.refusesForwardedRequests, head.headers.contains(where: { Self.tellsOfProxy($0.name) }) {
            return Refusal(403, "with a development principal, requests that came through a proxy are refused")
        }
        return nil
    }

    /// Whether body and answer are of types that are spoken here. Clients that leave `Accept` out, or name only a
    /// wildcard, are served.
    func mediaRefusal(of head: RequestHead) -> Refusal? {
        let types = head.headers.values(of: "Content-Type").map { Self.mediaType($0) }
        guard types == ["application/json"] else { return Refusal(415, "`Content-Type` must be `application/json`") }
        guard head.headers.values(of: "Content-Encoding").allSatisfy({ $0.lowercased() == "identity" }) else {
            return Refusal(415, "compressed bodies are not taken")
        }
        let accepted = head.headers.values(of: "Accept").flatMap { $0.split(separator: ",") }.map {
            Self.mediaType(String($0))
        }
        guard
            accepted.isEmpty || accepted.contains(where: { ["application/json", "application/*", "*/*"].contains($0) })
        else { return Refusal(406, "`Accept` must allow `application/json`") }
        return nil
    }

    /// Whether the client named event streams among what it reads.
    static func takesStream(_ head: RequestHead) -> Bool {
        head.headers.values(of: "Accept").flatMap { $0.split(separator: ",") }
            .contains { mediaType(String($0)) == "text/event-stream" }
    }

    private func isAllowed(origin: String) -> Bool {
        let origin = origin.lowercased()
        if settings.allowedOrigins.contains(where: { $0.lowercased() == origin }) { return true }
        guard settings.isLocal else { return false }
        return ["http://", "https://"].contains { scheme in
            origin.hasPrefix(scheme) && Self.loopbackNames.contains(Self.name(of: origin.dropFirst(scheme.count)))
        }
    }

    /// Whether an authority, `name:port`, names the loopback interface.
    static func isLoopbackName(_ authority: Substring) -> Bool { loopbackNames.contains(name(of: authority)) }

    private func isAllowed(authority: String) -> Bool {
        let name = Self.name(of: authority.lowercased()[...])
        return Self.loopbackNames.contains(name) || name == settings.host.lowercased()
            || settings.allowedHosts.contains { $0.lowercased() == name }
    }

    /// The name in `name:port`; the empty text when that is malformed.
    private static func name(of authority: Substring) -> String {
        let end: Substring.Index
        if authority.hasPrefix("[") {
            guard let bracket = authority.firstIndex(of: "]") else { return "" }
            end = authority.index(after: bracket)
        } else {
            end = authority.firstIndex(of: ":") ?? authority.endIndex
        }
        let rest = authority[end...]
        let isPort = rest.hasPrefix(":") && rest.dropFirst().utf8.allSatisfy { (0x30...0x39).contains($0) }
        return rest.isEmpty || isPort ? String(authority[..<end]) : ""
    }

    private static func tellsOfProxy(_ header: String) -> Bool {
        let name = header.lowercased()
        return name == "forwarded" || name.hasPrefix("x-forwarded-")
    }

    private static func mediaType(_ value: String) -> String {
        value.prefix { $0 != ";" }.filter { $0 != " " && $0 != "\t" }.lowercased()
    }
}
