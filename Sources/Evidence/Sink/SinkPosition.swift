internal import JSON

/// How far a log was copied into a table; kept in a small file beside the log.
struct SinkPosition: Sendable, Hashable {
    let origin: String
    let table: String
    /// The number of the first entry that was not copied.
    var next: Int64

    init(origin: String, table: String, next: Int64) {
        self.origin = origin
        self.table = table
        self.next = next
    }

    /// Reads a position; null for other bytes.
    init?(parsing bytes: [UInt8]) {
        guard let document = try? JSONValue(parsing: bytes), let origin = document["origin"]?.stringValue,
            let table = document["table"]?.stringValue, let next = document["next"]?.integerValue, next >= 0
        else { return nil }
        self.init(origin: origin, table: table, next: next)
    }

    var serialized: [UInt8] {
        let document: JSONValue = ["origin": .string(origin), "table": .string(table), "next": .integer(next)]
        return document.serialized()
    }
}
