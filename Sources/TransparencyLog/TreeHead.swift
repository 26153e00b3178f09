import Cryptography

/// What a checkpoint says: which log, how many entries, and the hash of the tree over them.
///
/// <https://c2sp.org/tlog-checkpoint>
public struct TreeHead: Sendable, Hashable {
    /// The name of the log.
    public let origin: String
    /// The number of entries.
    public let size: Int64
    /// The hash of the tree.
    public let root: TreeHash

    /// A tree head.
    public init(origin: String, size: Int64, root: TreeHash) {
        self.origin = origin
        self.size = size
        self.root = root
    }

    /// Reads the text of a checkpoint. Extension lines are taken and say nothing: nobody audits them.
    public init?(text: String) {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count >= 4, lines.removeLast().isEmpty, lines.allSatisfy({ !$0.isEmpty }) else { return nil }
        guard let size = Self.number(lines[1]), let bytes = try? Base64.decode(String(lines[2])),
            let root = TreeHash(bytes)
        else { return nil }
        self.init(origin: String(lines[0]), size: size, root: root)
    }

    /// A decimal number without leading zeros.
    static func number(_ text: Substring) -> Int64? {
        guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), text == "0" || !text.hasPrefix("0") else {
            return nil
        }
        return Int64(text)
    }

    /// The text of a checkpoint, which is what is signed.
    public var text: String { "\(origin)\n\(size)\n\(Base64.encode(root.bytes))\n" }
}
