import Cryptography

/// A file that shows, without the log, that an entry is in it: a signed checkpoint and the path from the entry to its
/// tree's root.
///
/// <https://c2sp.org/tlog-proof>
public struct EntryProof: Sendable, Hashable {
    private static let header = "c2sp.org/tlog-proof@v1"

    /// The entry's number, from 0.
    public let index: Int64
    /// The hashes from the entry's sibling up.
    public let path: [TreeHash]
    /// The checkpoint.
    public let checkpoint: SignedNote

    /// A proof.
    public init(index: Int64, path: [TreeHash], checkpoint: SignedNote) {
        self.index = index
        self.path = path
        self.checkpoint = checkpoint
    }

    /// Reads a proof; `nil` when the bytes are none. A line `extra` is skipped: nothing vouches for it.
    public init?(_ bytes: [UInt8]) {
        guard let text = String(validating: bytes, as: UTF8.self) else { return nil }
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)[...]
        guard lines.popFirst() == Substring(Self.header), let end = lines.firstIndex(of: "") else { return nil }
        let note = lines[lines.index(after: end)...].joined(separator: "\n")
        lines = lines[..<end]
        if lines.first?.hasPrefix("extra ") ?? false { lines.removeFirst() }
        guard let first = lines.popFirst(), first.hasPrefix("index "),
            let index = TreeHead.number(first.dropFirst("index ".count)),
            let checkpoint = SignedNote(Array(note.utf8))
        else { return nil }
        var path: [TreeHash] = []
        for line in lines {
            guard let hash = (try? Base64.decode(String(line))).flatMap({ TreeHash($0) }) else { return nil }
            path.append(hash)
        }
        self.init(index: index, path: path, checkpoint: checkpoint)
    }

    /// The proof as it is kept and sent.
    public var serialized: String {
        let lines = [Self.header, "index \(index)"] + path.map { Base64.encode($0.bytes) }
        return lines.joined(separator: "\n") + "\n\n" + checkpoint.serialized
    }

    /// The tree head in which an entry of this hash has its place, when the path leads there. Whose signatures the
    /// checkpoint bears is for the caller to ask.
    public func head(provenFor leaf: TreeHash) -> TreeHead? {
        guard let head = TreeHead(text: checkpoint.text),
            TreeProof.root(of: leaf, at: index, size: head.size, proof: path) == head.root
        else { return nil }
        return head
    }
}
