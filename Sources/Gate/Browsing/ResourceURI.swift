import Catalog

/// What a `bq://` URI names: a project, a dataset of it, or a table of that.
///
/// The parts are percent-encoded as the simple expansion of RFC 6570 does (section 3.2.2): everything but letters,
/// digits and `-._~`. Other spellings of the same name are understood; ``text`` is the one that is given out.
enum ResourceURI: Sendable, Hashable, Comparable {
    case project(String)
    case dataset(DatasetID)
    case table(TableID)

    static let scheme = "bq://"
    /// The longest URI that is looked at: three names of at most 1024 bytes, each byte written with three.
    static let bytesMax = 10_000

    /// Reads a URI; nil for whatever does not name one thing.
    init?(_ text: String) {
        guard text.utf8.count <= Self.bytesMax, text.hasPrefix(Self.scheme) else { return nil }
        var parts: [String] = []
        for part in text.dropFirst(Self.scheme.count).split(separator: "/", omittingEmptySubsequences: false) {
            guard let decoded = Self.decode(part) else { return nil }
            parts.append(decoded)
        }
        switch parts.count {
        case 1: self = .project(parts[0])
        case 2: self = .dataset(DatasetID(project: parts[0], dataset: parts[1]))
        case 3: self = .table(TableID(project: parts[0], dataset: parts[1], table: parts[2]))
        case _: return nil
        }
    }

    /// The URI.
    var text: String { Self.scheme + parts.map(Self.encode).joined(separator: "/") }

    /// Orders a project before its datasets and a dataset before its tables.
    static func < (left: ResourceURI, right: ResourceURI) -> Bool {
        left.parts.lexicographicallyPrecedes(right.parts)
    }

    private var parts: [String] {
        switch self {
        case .project(let project): [project]
        case .dataset(let id): [id.project, id.dataset]
        case .table(let id): [id.project, id.dataset, id.table]
        }
    }

    private static func encode(_ part: String) -> String {
        var text = ""
        for byte in part.utf8 {
            if isUnreserved(byte) {
                text.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                let digits = String(byte, radix: 16, uppercase: true)
                text += digits.utf8.count == 1 ? "%0\(digits)" : "%\(digits)"
            }
        }
        return text
    }

    /// A part without its percent-encoding; nil when it is empty, is malformed, or has what no name has.
    private static func decode(_ part: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = Array(part.utf8)[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "%"):
                guard let high = rest.popFirst().flatMap(digit), let low = rest.popFirst().flatMap(digit) else {
                    return nil
                }
                bytes.append(high << 4 | low)
            case UInt8(ascii: "?"), UInt8(ascii: "#"): return nil
            case _: bytes.append(byte)
            }
        }
        guard let text = String(validating: bytes, as: UTF8.self), !text.isEmpty,
            text.unicodeScalars.allSatisfy({ $0 != "/" && $0 != "`" && $0.properties.generalCategory != .control })
        else { return nil }
        return text
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case _: nil
        }
    }

    /// RFC 3986 section 2.3.
    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"):
            true
        case _: false
        }
    }
}
