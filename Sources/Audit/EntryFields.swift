import JSON

/// Collects the fields of one entry, each within its share of the entry's size. What does not fit is counted in a last
/// field `cut`: bytes of a text, items of a list.
struct EntryFields {
    private var object = JSONObject()
    private var cut = JSONObject()

    mutating func set(_ key: String, _ value: JSONValue?) {
        if let value { object[key] = value }
    }

    mutating func set(_ key: String, _ number: Int64?) {
        if let number { object[key] = .integer(number) }
    }

    mutating func set(_ key: String, _ number: Int) {
        object[key] = .integer(Int64(number))
    }

    /// Adds to the member `commitments`, which stands where its first is added.
    mutating func commitment(_ name: String, _ value: String) {
        var commitments = object["commitments"]?.objectValue ?? JSONObject()
        commitments[name] = .string(value)
        object["commitments"] = .object(commitments)
    }

    mutating func text(_ key: String, _ text: String?, bytesMax: Int = Share.name) {
        if let text { object[key] = bounded(text, as: key, bytesMax: bytesMax) }
    }

    mutating func list(_ key: String, _ items: [String], bytesMax: Int) {
        object[key] = bounded(items.map { .string($0) }, as: key, bytesMax: bytesMax)
    }

    mutating func list(_ key: String, _ items: [JSONValue], bytesMax: Int) {
        object[key] = bounded(items, as: key, bytesMax: bytesMax)
    }

    /// A text that takes at most `bytesMax` bytes when it is written; what was cut is counted under `name`.
    mutating func bounded(_ text: String, as name: String, bytesMax: Int) -> JSONValue {
        // No byte takes more than six when it is written, so that most texts need not be looked at.
        if 2 + 6 * text.utf8.count <= bytesMax { return .string(text) }
        var written = 2
        var kept = text.unicodeScalars.startIndex
        for index in text.unicodeScalars.indices {
            written += Self.writtenBytes(of: text.unicodeScalars[index])
            if written > bytesMax {
                cut[name] = .integer(Int64(text[kept...].utf8.count))
                return .string(String(text[..<kept]))
            }
            kept = text.unicodeScalars.index(after: index)
        }
        return .string(text)
    }

    /// As many items from the front as take at most `bytesMax` bytes when written; the others are counted under `name`.
    mutating func bounded(_ items: [JSONValue], as name: String, bytesMax: Int) -> JSONValue {
        if Self.surelyFit(items, bytesMax: bytesMax) { return .array(items) }
        var written = 2
        for (index, item) in items.enumerated() {
            written += item.serialized().count + 1
            if written > bytesMax {
                cut[name] = .integer(Int64(items.count - index))
                return .array(Array(items.prefix(index)))
            }
        }
        return .array(items)
    }

    /// All fields, and `cut` where something was.
    func finished() -> JSONObject {
        var finished = object
        if !cut.isEmpty { finished["cut"] = .object(cut) }
        return finished
    }

    /// Whether texts would fit even if each of their bytes took six.
    private static func surelyFit(_ items: [JSONValue], bytesMax: Int) -> Bool {
        var written = 2
        for item in items {
            guard case .string(let text) = item else { return false }
            written += 3 + 6 * text.utf8.count
        }
        return written <= bytesMax
    }

    /// Never less than what the writer of JSON makes of a character: `\u0000` at the most.
    private static func writtenBytes(of scalar: Unicode.Scalar) -> Int {
        switch scalar.value {
        case 0..<0x20, 0x7F: 6
        case 0x22, 0x5C: 2
        case 0x80..<0xA0, 0x2028, 0x2029: 6
        default: String(scalar).utf8.count
        }
    }

    /// The shares of the entry's 16 KiB, in bytes as written. The largest event takes less than 15,000 in all.
    enum Share {
        static let code = 96
        static let name = 320
        static let jobID = 1_040
        static let roles = 640
        static let resources = 1_600
        static let refusals = 1_600
        static let sqlShape = 4_800
        static let maskedColumns = 3_600
        static let table = 1_040
        static let tagChanges = 9_600
        static let erasedRanges = 9_600
    }
}
