import JSON

/// How far the table that entries are copied to has come.
public struct AuditSinkState: Sendable, Hashable {
    /// `project.dataset.table`.
    public let table: String
    /// Whether entries wait for longer than they should; else all are there.
    public let isBehind: Bool
    /// The number of the first entry that is not in the table.
    public let next: Int64
    /// How many entries under the checkpoint are not in it.
    public let waitingCount: Int64
    /// A code of what fails; null where nothing does.
    public let reason: String?

    /// A state.
    public init(table: String, isBehind: Bool, next: Int64, waitingCount: Int64, reason: String?) {
        self.table = table
        self.isBehind = isBehind
        self.next = next
        self.waitingCount = waitingCount
        self.reason = reason
    }

    func encode(into fields: inout EntryFields) {
        fields.text("table", table, bytesMax: EntryFields.Share.table)
        fields.set("state", .string(isBehind ? "behind" : "current"))
        fields.set("next", next)
        fields.set("waiting", waitingCount)
        fields.text("reason", reason, bytesMax: EntryFields.Share.code)
    }
}
