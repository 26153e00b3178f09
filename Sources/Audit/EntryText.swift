/// The bytes of an entry; `docs/audit-log.md`, section 3.
enum EntryText {
    /// The largest entry.
    static let bytesMax = 16_384

    /// What every entry of this number begins with.
    static func start(sequence: Int64) -> [UInt8] { Array(#"{"seq":\#(sequence),"time":""#.utf8) }

    /// An entry from its number, its time and the JSON object of its other members.
    static func bytes(sequence: Int64, time: String, object: [UInt8]) throws(AuditError) -> [UInt8] {
        var entry = start(sequence: sequence)
        entry.reserveCapacity(entry.count + time.utf8.count + object.count + 2)
        entry += time.utf8
        entry += #"","#.utf8
        entry += object.dropFirst()
        guard entry.count <= bytesMax else {
            throw AuditError(.entrySize, "an entry of \(entry.count) bytes is larger than \(bytesMax)")
        }
        return entry
    }
}
