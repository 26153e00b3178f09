import Cryptography
public import JSON

/// What a caller was given, kept for auditors where the operator turned that on (`audit.content`): masked values, as
/// they were delivered. The entry has only commitments to it; no description shows it.
public struct RecordedContent: Sendable, CustomStringConvertible, CustomReflectable {
    /// The longest content that is kept, before it is compressed, in bytes.
    public static let bytesMax = 67_108_864
    /// The commitment to the bytes of which the entry has the digest.
    package static let contentName = "content"
    package static let columnsName = "columns"

    let content: [UInt8]
    let columns: [UInt8]?

    /// The rows of a page in the bytes of which the entry has the digest, and the columns as they were told with them.
    public static func page(rows: [UInt8], columns: JSONValue) -> RecordedContent {
        RecordedContent(content: rows, columns: columns.serialized())
    }

    /// An answer with names and types. Its cursor is left out: it is good for a further answer, and says nothing.
    public static func answer(_ answer: JSONObject) -> RecordedContent {
        var kept = answer
        kept["next_cursor"] = nil
        return RecordedContent(content: JSONValue.object(kept).serialized(), columns: nil)
    }

    func commit(into fields: inout EntryFields) throws(AuditError) -> CommitmentOpenings {
        guard content.count <= Self.bytesMax else {
            throw AuditError(.contentSize, "an answer of \(content.count) bytes is too long to be kept")
        }
        var openings = CommitmentOpenings()
        try openings.commit([(Self.contentName, content)], isCompressed: true, into: &fields)
        if let columns { try openings.commit([(Self.columnsName, columns)], isCompressed: true, into: &fields) }
        return openings
    }

    /// Nothing of the content.
    public var description: String { "RecordedContent" }
    /// Nothing of the content.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
