import Glibc
public import TransparencyLog

/// How far somebody has read a log: so many entries, which hash to this root.
public struct LogPlace: Sendable, Hashable {
    /// The number of entries.
    public let size: Int64
    /// The root of the tree over them.
    public let root: TreeHash

    /// A place.
    public init(size: Int64, root: TreeHash) {
        self.size = size
        self.root = root
    }

    /// Before the first entry.
    public static let start = LogPlace(size: 0, root: TreeHasher.emptyRoot)
}

/// Reads a log for who keeps what it says elsewhere: every entry is checked against the hashes that the checkpoint is
/// over, and those after the checkpoint by their links. Signatures are for `AuditVerifier`.
public struct CheckedLog: Sendable {
    private static let attemptsMax = 100
    private static let waitMicroseconds: UInt32 = 10_000

    private let reading: LogReading
    private var directory: String { reading.layout.directory }

    /// A reader of a log directory.
    public init(directory: String) {
        reading = LogReading(directory: directory)
    }

    /// Calls `body` with each entry after a place, in order.
    ///
    /// A log that is being written moves on meanwhile; who finds a file gone looks at the next checkpoint. What `body`
    /// was given counts only when this returns: the hashes are compared at the end.
    ///
    /// - Returns: the place behind the last entry; null when the log is not the one that had that place, and nothing was
    ///   read.
    /// - Throws: `file` when there is no log, `damaged` at an entry that is malformed or not the one of the tree; what
    ///   `body` throws.
    public func read(after place: LogPlace, _ body: (AuditEntry) throws -> Void) throws -> LogPlace? {
        var tree: TileTree?
        for attempt in 0..<Self.attemptsMax {
            if attempt > 0 { usleep(Self.waitMicroseconds) }
            let head = try reading.checkpoint().head
            var walk: TileTree
            if let known = tree {
                walk = known
            } else {
                walk = try self.tree(ofFirst: min(place.size, head.size), under: head)
                guard walk.size < place.size || walk.root() == place.root else { return nil }
            }
            try readBundles(until: head, &walk, body)
            // A walk that is still before the place has given nothing to `body`, and can begin anew.
            if walk.size >= place.size { tree = walk }
            guard walk.size >= head.size else { continue }
            if walk.size == head.size, walk.root() != head.root {
                throw AuditError(.damaged, "the \(head.size) entries of `\(directory)` do not lead to its checkpoint")
            }
            guard try readPending(after: place, &walk, body) else { continue }
            if walk.size < place.size {
                // Pending files go away one after the other once a later checkpoint is there.
                guard try reading.checkpoint().head == head else { continue }
                return nil
            }
            let root = walk.root()
            return walk.size > place.size || root == place.root ? LogPlace(size: walk.size, root: root) : nil
        }
        throw AuditError(.damaged, "entry \(tree?.size ?? place.size) is missing in `\(directory)`")
    }

    /// The tree of the first entries, by the tiles of the checkpoint's.
    private func tree(ofFirst size: Int64, under head: TreeHead) throws -> TileTree {
        let tree = try TileTree(size: size) { tile in
            guard case .hashes(let level) = tile.content else { return [] }
            let inRow = head.size >> Int64(level * Tile.height)
            let width = min(inRow - tile.index * Int64(Tile.fullWidth), Int64(Tile.fullWidth))
            let whole = Tile(tile.content, index: tile.index, width: Int(width))
            return Array(try reading.hashes(whole).prefix(tile.width))
        }
        guard let tree else { throw AuditError(.damaged, "a tile of `\(directory)` is too short") }
        return tree
    }

    /// Reads entries under the checkpoint, as far as their bundles are there.
    private func readBundles(
        until head: TreeHead,
        _ tree: inout TileTree,
        _ body: (AuditEntry) throws -> Void
    ) throws {
        var hasher = TreeHasher()
        while tree.size < head.size {
            let (index, place) = tree.size.quotientAndRemainder(dividingBy: Int64(Tile.fullWidth))
            let width = Int(min(head.size - index * Int64(Tile.fullWidth), Int64(Tile.fullWidth)))
            let found =
                try reading.bundle(Tile(.entries, index: index, width: width))
                ?? reading.bundle(Tile(.entries, index: index))
            guard let entries = found?.prefix(width) else { return }
            let hashes = try reading.hashes(Tile(.hashes(level: 0), index: index, width: width))
            var leaves: [TreeHash] = []
            for (offset, bytes) in entries.enumerated().dropFirst(Int(place)) {
                let leaf = hasher.leaf(bytes)
                let sequence = index * Int64(Tile.fullWidth) + Int64(offset)
                guard hashes.count > offset, hashes[offset] == leaf else {
                    throw AuditError(.damaged, "entry \(sequence) of `\(directory)` is not the one of the tree")
                }
                leaves.append(leaf)
                try body(entry(sequence, bytes))
            }
            if leaves.count == Tile.fullWidth {
                _ = tree.appendTile(root: hasher.perfectRoot(over: leaves[...]))
            } else {
                for leaf in leaves { _ = tree.append(leaf) }
            }
        }
    }

    /// Reads the entries that no checkpoint covers yet; `false` when their first file has gone. Those before the place
    /// are taken into the tree only.
    private func readPending(
        after place: LogPlace,
        _ tree: inout TileTree,
        _ body: (AuditEntry) throws -> Void
    ) throws -> Bool {
        let end = tree.size
        while true {
            let start = tree.size
            let path = reading.layout.pending(from: start)
            guard let bytes = try ReadOnlyFile.contents(path, bytesMax: LogReading.pendingBytesMax) else {
                return start > end
            }
            let records = try PendingRecords(bytes, start: start, path: path)
            guard records.root == tree.root() else { throw AuditError(.damaged, "`\(path)` continues another tree") }
            for record in records.entries {
                // The caller sees that it is another log.
                if tree.size == place.size, tree.root() != place.root { return true }
                let sequence = tree.size
                _ = tree.append(record.leaf)
                if sequence >= place.size { try body(entry(sequence, record.bytes[...])) }
            }
            if records.entries.isEmpty { return true }
        }
    }

    private func entry(_ sequence: Int64, _ bytes: ArraySlice<UInt8>) throws -> AuditEntry {
        guard let entry = AuditEntry(bytes: bytes), entry.sequence == sequence, entry.microseconds != nil else {
            throw AuditError(.damaged, "entry \(sequence) of `\(directory)` is malformed")
        }
        return entry
    }
}
