import JSON

/// Somebody outside who keeps checkpoints began to fail, or ended to.
public struct AnchorChanged: Sendable {
    /// The kind of keeper and its name: `webhook https://anchors.example`, `witness witness.example/w1`.
    public let anchor: String
    /// Why it does not keep them; null when it does again.
    public let reason: String?
    /// How many entries the last checkpoint has that it keeps, as far as this server knows.
    public let keptCount: Int64?

    /// A change.
    public init(anchor: String, reason: String?, keptCount: Int64?) {
        self.anchor = anchor
        self.reason = reason
        self.keptCount = keptCount
    }

    func encode(into fields: inout EntryFields) {
        fields.text("anchor", anchor)
        fields.text("state", reason == nil ? "working" : "failing", bytesMax: EntryFields.Share.code)
        fields.text("reason", reason)
        fields.set("kept", keptCount)
    }
}
