import NIOHTTP1

/// What of a request's head must hold so that every reader of the same bytes finds the same request in them.
///
/// A proxy in front that ends a request elsewhere than this server does could be made to pass on a second, hidden one
/// (request smuggling). NIO's parser refuses most shapes; what it lets through and others may read in another way is
/// refused here (RFC 9112 sections 3.2, 6.1, 6.3 and 11.2), and the connection with it.
enum FramingRules {
    /// What becomes of a request.
    enum Verdict: Hashable {
        case refuse
        /// - Parameter isLast: the connection ends with its answer.
        case take(isLast: Bool)
    }

    /// Digits of the largest length that is read at all.
    private static let lengthDigitsMax = 18
    /// Names that some proxies take for the framing fields.
    private static let lookalikes: Set<String> = ["content_length", "transfer_encoding"]

    static func verdict(of head: HTTPRequestHead) -> Verdict {
        guard hasOneHost(head), hasOneTarget(head), hasOneLength(head),
            !head.headers.contains(where: { lookalikes.contains($0.name.lowercased()) })
        else { return .refuse }
        // After a request to upgrade the parser reads no further. It is answered as if it had not asked, which
        // RFC 9110 section 7.8 allows, and Java's client asks every time.
        return .take(isLast: !head.isKeepAlive || head.headers.contains(name: "Upgrade") || lacksLength(head))
    }

    /// A path, or an absolute target that says the same host again (RFC 9112 section 3.2.2).
    private static func hasOneTarget(_ head: HTTPRequestHead) -> Bool {
        if head.uri.utf8.first == UInt8(ascii: "/") { return true }
        guard let host = head.headers["Host"].first else { return false }
        return head.uri.lowercased().hasPrefix("http://\(host.lowercased())/")
    }

    /// A method that has a body by its meaning and does not say how long it is: for this server there is none.
    private static func lacksLength(_ head: HTTPRequestHead) -> Bool {
        [.POST, .PUT, .PATCH].contains(head.method) && !head.headers.contains(name: "Content-Length")
            && !head.headers.contains(name: "Transfer-Encoding")
    }

    private static func hasOneHost(_ head: HTTPRequestHead) -> Bool {
        let hosts = head.headers["Host"]
        guard hosts.count <= 1, let host = hosts.first else { return hosts.isEmpty && head.version == .http1_0 }
        return !host.isEmpty && !host.utf8.contains { [.space, .tab, .comma, .slash, .at].contains($0) }
    }

    private static func hasOneLength(_ head: HTTPRequestHead) -> Bool {
        let codings = head.headers["Transfer-Encoding"]
        let lengths = head.headers["Content-Length"]
        switch (codings.count, lengths.count) {
        case (0, 0):
            return true
        case (0, 1):
            let digits = lengths.first.map { trimmed($0) } ?? ""
            return (1...lengthDigitsMax).contains(digits.utf8.count)
                && digits.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        case (1, 0):
            return head.version == .http1_1 && codings.first.map { trimmed($0).lowercased() } == "chunked"
        case (_, _):
            return false
        }
    }

    private static func trimmed(_ value: String) -> Substring {
        let start = value.drop { $0 == " " || $0 == "\t" }
        return start.prefix(start.count - start.reversed().prefix { $0 == " " || $0 == "\t" }.count)
    }
}

extension UInt8 {
    fileprivate static let space = UInt8(ascii: " ")
    fileprivate static let tab = UInt8(ascii: "\t")
    fileprivate static let comma = UInt8(ascii: ",")
    fileprivate static let slash = UInt8(ascii: "/")
    fileprivate static let at = UInt8(ascii: "@")
}
