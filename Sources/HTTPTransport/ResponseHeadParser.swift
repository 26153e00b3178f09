/// Collects the header lines that libcurl hands over one by one.
struct ResponseHeadParser {
    enum Progress {
        case more
        case complete(HTTPResponseHead)
        case invalid
    }

    /// The largest header of an answer, in bytes.
    static let headerBytesMax = 262_144

    private var status: Int?
    private var fields: [HTTPHeader] = []
    private var receivedBytes = 0
    /// Whether the final header is there; what comes after it are trailers.
    private(set) var isComplete = false

    mutating func receive(_ line: UnsafeRawBufferPointer) -> Progress {
        receivedBytes += line.count
        guard receivedBytes <= Self.headerBytesMax else { return .invalid }
        guard !isComplete else { return .more }
        let text = unsafe String(decoding: line, as: UTF8.self)
        let content = text.unicodeScalars.filter { $0 != "\r" && $0 != "\n" }
        if content.isEmpty { return endOfHeader() }
        return receive(String(String.UnicodeScalarView(content)))
    }

    private mutating func receive(_ line: String) -> Progress {
        if line.hasPrefix("HTTP/") {
            let words = line.split(separator: " ", omittingEmptySubsequences: true)
            guard words.count >= 2, words[1].count == 3, let status = Int(words[1]) else { return .invalid }
            self.status = status
            fields = []
            return .more
        }
        // Anything else without a colon is a folded line of old, which nobody sends and curl has joined already.
        guard let colon = line.firstIndex(of: ":") else { return .more }
        let value = line[line.index(after: colon)...]
        fields.append(HTTPHeader(String(line[..<colon]), String(value.trimmingSpaces)))
        return .more
    }

    /// An empty line ends a header; those of 1xx answers are followed by another.
    private mutating func endOfHeader() -> Progress {
        guard let status else { return .invalid }
        guard status >= 200 else { return .more }
        isComplete = true
        return .complete(HTTPResponseHead(status: status, headers: fields))
    }
}

extension Substring {
    fileprivate var trimmingSpaces: Substring {
        var trimmed = drop { $0 == " " || $0 == "\t" }
        while let last = trimmed.last, last == " " || last == "\t" { trimmed.removeLast() }
        return trimmed
    }
}
