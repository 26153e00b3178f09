internal import CCurl

/// An absolute `http` or `https` address, taken apart and put together again by libcurl, so that what was checked is
/// what is used.
public struct HTTPURL: Sendable, Hashable, CustomStringConvertible {
    /// The normalised address.
    public let text: String
    /// `http` or `https`.
    public let scheme: String
    /// The host, lower case, IPv6 in brackets.
    public let host: String
    /// The port, the scheme's own where none is written.
    public let port: UInt16

    /// Longest address that is taken, in bytes: BigQuery refuses more than 16 KiB of header.
    public static let bytesMax = 16_384

    /// Checks an address: absolute, `http` or `https`, with a host, without user name, password, fragment, white space
    /// or control characters.
    public init(checking text: String) throws(HTTPTransportError) {
        guard text.utf8.count <= Self.bytesMax, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw HTTPTransportError(.invalidRequest, "the address is too long, or holds what an address cannot")
        }
        guard let parts = URLParts(text) else {
            throw HTTPTransportError(.invalidRequest, "the address is not valid")
        }
        guard let scheme = parts[CURLUPART_SCHEME], scheme == "https" || scheme == "http",
            let host = parts[CURLUPART_HOST]?.lowercased(), !host.isEmpty,
            let port = parts[CURLUPART_PORT].flatMap({ UInt16($0) }),
            let normalised = parts[CURLUPART_URL]
        else {
            throw HTTPTransportError(.invalidRequest, "the address must begin with `https://` or `http://` and a host")
        }
        guard parts[CURLUPART_USER] == nil, parts[CURLUPART_PASSWORD] == nil, parts[CURLUPART_FRAGMENT] == nil else {
            throw HTTPTransportError(.invalidRequest, "the address must not hold a user name, password or fragment")
        }
        self.text = normalised
        self.scheme = scheme
        self.host = host
        self.port = port
    }

    /// Whether the host can only be this machine: `localhost`, which libcurl never looks up elsewhere, `127.0.0.0/8`
    /// in its usual form, or `[::1]`.
    public var isLoopback: Bool {
        if host == "localhost" || host == "[::1]" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }

    /// Scheme, host and, unless it is the scheme's own, port: what may be shown.
    public var origin: String {
        let isOwn = port == (scheme == "https" ? 443 : 80)
        return isOwn ? "\(scheme)://\(host)" : "\(scheme)://\(host):\(port)"
    }

    /// The origin only: a path or query can hold what is not for logs.
    public var description: String { origin }
}

/// One owner of a libcurl URL handle.
@safe
private final class URLParts {
    private let handle: OpaquePointer

    init?(_ text: String) {
        guard let handle = unsafe curl_url() else { return nil }
        unsafe self.handle = handle
        guard unsafe curl_url_set(handle, CURLUPART_URL, text, 0) == CURLUE_OK else { return nil }
    }

    deinit { unsafe curl_url_cleanup(handle) }

    subscript(part: CURLUPart) -> String? {
        var text: UnsafeMutablePointer<CChar>?
        let flags = part == CURLUPART_PORT ? UInt32(CURLU_DEFAULT_PORT) : 0
        guard unsafe curl_url_get(handle, part, &text, flags) == CURLUE_OK, let text = unsafe text else { return nil }
        defer { unsafe curl_free(text) }
        return unsafe String(cString: text)
    }
}
