/// A growing Merkle tree, of which only the tiles at the right edge are kept: all that is needed to go on.
///
/// Tiles that are full are handed out as they fill, and never change again.
public struct TileTree {
    /// A tile that is full, with its hashes.
    public struct FullTile: Sendable {
        /// Its place.
        public let tile: Tile
        /// 256 hashes.
        public let hashes: [TreeHash]
    }

    /// The hashes of the partial tile of each level; fewer than 256 each.
    private var edge: [[TreeHash]] = []
    /// The number of entries.
    public private(set) var size: Int64 = 0
    private var hasher = TreeHasher()

    /// The tree without entries.
    public init() {}

    /// A tree that is known by the hashes at its right edge.
    ///
    /// - Parameters:
    ///   - size: the number of entries.
    ///   - edge: the hashes of a partial tile that the tree has.
    /// - Returns: `nil` when a partial tile has another number of hashes than the size says.
    public init?(size: Int64, edge partial: (Tile) throws -> [TreeHash]) rethrows {
        guard size >= 0 else { return nil }
        self.size = size
        var count = size
        var level = 0
        while count > 0 {
            let rest = Int(count % Int64(Tile.fullWidth))
            let index = count / Int64(Tile.fullWidth)
            let hashes = rest == 0 ? [] : try partial(Tile(.hashes(level: level), index: index, width: rest))
            guard hashes.count == rest else { return nil }
            edge.append(hashes)
            count = index
            level += 1
        }
    }

    /// Adds the hash of an entry; gives the tiles that it filled, from level 0 up.
    public mutating func append(_ leaf: TreeHash) -> [FullTile] {
        size += 1
        return append(leaf, atLevel: 0)
    }

    /// Adds the hashes of a full tile of entries at once.
    ///
    /// - Parameter root: the hash over them, as ``TreeHasher/perfectRoot(over:)`` gives it.
    /// - Returns: the tiles that they filled, from level 1 up; `nil`, and nothing added, where no tile begins.
    public mutating func appendTile(root: TreeHash) -> [FullTile]? {
        guard size % Int64(Tile.fullWidth) == 0 else { return nil }
        size += Int64(Tile.fullWidth)
        if edge.isEmpty { edge.append([]) }
        return append(root, atLevel: 1)
    }

    /// Adds a hash to a level, and the tiles' own hashes to those above.
    private mutating func append(_ hash: TreeHash, atLevel start: Int) -> [FullTile] {
        var filled: [FullTile] = []
        var hash = hash
        var level = start
        var index = size >> Int64(start * Tile.height)
        while true {
            index /= Int64(Tile.fullWidth)
            if edge.count == level { edge.append([]) }
            edge[level].append(hash)
            guard edge[level].count == Tile.fullWidth, let root = hasher.root(over: edge[level][...]) else {
                return filled
            }
            filled.append(FullTile(tile: Tile(.hashes(level: level), index: index - 1), hashes: edge[level]))
            edge[level].removeAll(keepingCapacity: true)
            hash = root
            level += 1
        }
    }

    /// The hash of the tree as it is.
    public mutating func root() -> TreeHash {
        var root: TreeHash?
        for hashes in edge {
            // What lies right of a level's subtrees is smaller than each of them.
            root = hasher.root(over: hashes[...], joining: root)
        }
        return root ?? TreeHasher.emptyRoot
    }

    /// The partial tiles, which a log must have for a tree that it signs, with their hashes.
    public var partialTiles: [(tile: Tile, hashes: [TreeHash])] {
        var count = size
        var tiles: [(tile: Tile, hashes: [TreeHash])] = []
        for (level, hashes) in edge.enumerated() {
            let index = count / Int64(Tile.fullWidth)
            if !hashes.isEmpty {
                tiles.append((Tile(.hashes(level: level), index: index, width: hashes.count), hashes))
            }
            count = index
        }
        return tiles
    }
}
