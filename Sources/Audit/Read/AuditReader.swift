import JSON
import TransparencyLog

/// Answers auditors' questions from a log directory, or a copy of one, in one pass over its entries.
public struct AuditReader: Sendable {
    private let directory: String

    /// A reader of a log directory.
    public init(directory: String) {
        self.directory = directory
    }

    /// Whether a directory holds a log, of whatever version.
    public static func isLog(directory: String) -> Bool {
        do throws(AuditError) {
            try LogReading(directory: directory).requireLog()
            return true
        } catch {
            return error.code == .format
        }
    }

    /// The name that the log says it has.
    public func origin() throws(AuditError) -> LogOrigin {
        try LogOrigin(LogReading(directory: directory).checkpoint().head.origin)
    }

    /// Calls `body` with every entry in order. An incomplete one at the end, as of a log that is being written, is left
    /// out.
    ///
    /// - Throws: `file` when there is no log, `damaged` at the first entry that is none.
    public func forEachEntry(_ body: (AuditEntry) -> Void) throws(AuditError) {
        try LogReading(directory: directory).forEachEntry { sequence, bytes throws(AuditError) in
            body(try entry(sequence, bytes))
            return true
        }
    }

    /// Calls `body` with the entries of a type among the last ones, in order.
    ///
    /// - Parameter count: how many entries are looked at, of whatever type.
    func forEachOfLast(
        _ count: Int64,
        ofType type: String,
        _ body: (AuditEntry) -> Void
    ) throws(AuditError) {
        let reading = LogReading(directory: directory)
        let start = max(0, try reading.end() - count)
        let timeAndMember = #"YYYY-MM-DDThh:mm:ss.ffffffZ","#.utf8.count
        try reading.forEachEntry(from: start) { sequence, bytes throws(AuditError) in
            let place = EntryText.start(sequence: sequence).count + timeAndMember
            if bytes.dropFirst(place).starts(with: #""type":"\#(type)""#.utf8) { body(try entry(sequence, bytes)) }
            return true
        }
    }

    private func entry(_ sequence: Int64, _ bytes: ArraySlice<UInt8>) throws(AuditError) -> AuditEntry {
        guard let entry = AuditEntry(bytes: bytes) else {
            throw AuditError(.damaged, "entry \(sequence) of `\(directory)` is not an entry")
        }
        return entry
    }

    /// The entries of these numbers, which ascend; those that the log does not have are left out.
    ///
    /// - Throws: what ``forEachEntry(_:)`` throws.
    public func entries(numbered sequences: [Int64]) throws(AuditError) -> [AuditEntry] {
        var found: [AuditEntry] = []
        var rest = sequences[...].drop { $0 < 0 }
        let reading = LogReading(directory: directory)
        while let first = rest.first {
            let bundle = first / Int64(Tile.fullWidth)
            try reading.forEachEntry(from: first) { sequence, bytes throws(AuditError) in
                if sequence == rest.first {
                    found.append(try entry(sequence, bytes))
                    rest = rest.dropFirst()
                }
                // What is next may be far off.
                return rest.first.map { $0 / Int64(Tile.fullWidth) == bundle } ?? false
            }
            rest = rest.drop { $0 / Int64(Tile.fullWidth) == bundle }
        }
        return found
    }
}
