/// Reads hashes of subtrees out of the tiles of one tree, for proofs. One owner at a time.
public struct TileSubtrees {
    private let size: Int64
    private let read: (Tile) throws -> [TreeHash]
    private var hasher = TreeHasher()
    private var kept: [Tile: [TreeHash]] = [:]

    /// - Parameters:
    ///   - size: the number of the tree's entries.
    ///   - read: reads a tile of that tree; it may give more hashes than the tile's width, of which the first count.
    public init(size: Int64, read: @escaping (Tile) throws -> [TreeHash]) {
        self.size = size
        self.read = read
    }

    /// The hash of a perfect subtree; `nil` when the tree does not hold it whole, or a tile is too short.
    public mutating func hash(level: Int, index: Int64) throws -> TreeHash? {
        let below = level % Tile.height
        guard level >= 0, index >= 0, level < 63, index < size >> Int64(level) else { return nil }
        let row = level / Tile.height
        let inRow = size >> Int64(row * Tile.height)
        let first = index << Int64(below)
        let tileIndex = first / Int64(Tile.fullWidth)
        let width = min(Int64(Tile.fullWidth), inRow - tileIndex * Int64(Tile.fullWidth))
        let tile = Tile(.hashes(level: row), index: tileIndex, width: Int(width))
        let hashes: [TreeHash]
        if let known = kept[tile] {
            hashes = known
        } else {
            hashes = try read(tile)
            kept[tile] = hashes
        }
        let start = Int(first % Int64(Tile.fullWidth))
        guard hashes.count >= start + 1 << below else { return nil }
        return hasher.perfectRoot(over: hashes[start..<(start + 1 << below)])
    }
}
