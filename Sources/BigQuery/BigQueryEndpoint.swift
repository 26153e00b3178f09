internal import HTTPTransport

/// Where BigQuery's REST interface is.
public struct BigQueryEndpoint: Sendable, Hashable, CustomStringConvertible {
    /// Scheme, host and port.
    public let origin: String
    /// Whether it is on this machine: only then plain HTTP and a token endpoint beside it are allowed.
    public let isLoopback: Bool

    /// Google's own.
    public static let google = BigQueryEndpoint(origin: "https://bigquery.googleapis.com", isLoopback: false)

    private init(origin: String, isLoopback: Bool) {
        self.origin = origin
        self.isLoopback = isLoopback
    }

    /// Checks an endpoint as the configuration names it: `https` anywhere, `http` on loopback only, and no path.
    public init(_ text: String) throws(BigQueryError) {
        let url: HTTPURL
        do {
            url = try HTTPURL(checking: text)
        } catch {
            throw BigQueryError(.invalidRequest, detail: "the endpoint is not usable: \(error)", mayHaveBeenSent: false)
        }
        guard url.scheme == "https" || url.isLoopback else {
            let detail = "the endpoint `\(url.origin)` must be `https`, or on loopback"
            throw BigQueryError(.invalidRequest, detail: detail, mayHaveBeenSent: false)
        }
        guard url.text == "\(url.origin)/" || !url.text.dropFirst("\(url.scheme)://".count).dropLast().contains("/")
        else {
            throw BigQueryError(.invalidRequest, detail: "the endpoint must have no path", mayHaveBeenSent: false)
        }
        self.init(origin: url.origin, isLoopback: url.isLoopback)
    }

    /// The origin.
    public var description: String { origin }

    /// The address of a resource below `/bigquery/v2`: each segment is escaped as one, whatever it holds.
    func url(_ segments: [String], query: [(name: String, value: String?)] = []) throws(BigQueryError) -> String {
        guard segments.allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." }) else {
            throw BigQueryError(.invalidRequest, detail: "a name in the request is empty", mayHaveBeenSent: false)
        }
        let path = segments.map(PercentEncoding.encode).joined(separator: "/")
        let pairs = query.compactMap { pair in
            pair.value.map { "\(PercentEncoding.encode(pair.name))=\(PercentEncoding.encode($0))" }
        }
        return "\(origin)/bigquery/v2/\(path)" + (pairs.isEmpty ? "" : "?" + pairs.joined(separator: "&"))
    }
}

/// Percent-encoding of RFC 3986: everything but the unreserved characters of its section 2.3.
enum PercentEncoding {
    private static let digits = Array("0123456789ABCDEF".unicodeScalars)

    static func encode(_ text: String) -> String { encode(text, keeping: "") }

    /// - Parameter kept: further ASCII characters that stay as they are.
    static func encode(_ text: String, keeping kept: String) -> String {
        var encoded = String.UnicodeScalarView()
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                encoded.append(Unicode.Scalar(byte))
            case _ where byte < 0x80 && kept.utf8.contains(byte):
                encoded.append(Unicode.Scalar(byte))
            default:
                encoded.append("%")
                encoded.append(digits[Int(byte >> 4)])
                encoded.append(digits[Int(byte & 0x0F)])
            }
        }
        return String(encoded)
    }
}
