/// What is found in an entry without parsing all of it: members that stand at fixed places.
struct EntryHead {
    private static let recordMember = Array(#","blob_sha256":""#.utf8)
    private static let digestDigits = 64
    private static let timeBytes = 27

    let time: String
    let type: String
    /// Whether the entry has a sealed record.
    let hasRecord: Bool

    init?(_ entry: ArraySlice<UInt8>) {
        guard let comma = entry.firstIndex(of: UInt8(ascii: ",")) else { return nil }
        var rest = entry[comma...]
        guard rest.takeFirst(9)?.elementsEqual(#","time":""#.utf8) == true, let time = rest.takeFirst(Self.timeBytes),
            rest.takeFirst(10)?.elementsEqual(#"","type":""#.utf8) == true,
            let quote = rest.firstIndex(of: UInt8(ascii: "\""))
        else { return nil }
        self.time = String(decoding: time, as: UTF8.self)
        type = String(decoding: rest[..<quote], as: UTF8.self)
        let end = entry.dropLast(2 + Self.digestDigits)
        hasRecord = end.suffix(Self.recordMember.count).elementsEqual(Self.recordMember)
    }

    var retentionClass: RetentionClass { RetentionClass(ofType: type) }
}
