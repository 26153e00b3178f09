import TransparencyLog

/// Checks one full bundle of entries against its tile of hashes and its sealed texts. Bundles are independent of each
/// other, so that several are checked at once.
struct BundleCheck: Sendable {
    let entries: EntriesCheck
    /// The hashes that the rest of the tree rests on; null when neither entries nor tile can be read.
    let leaves: [TreeHash]?
    /// The hash over them.
    let root: TreeHash?

    init(index: Int64, layout: LogLayout, end: Int64) throws(AuditError) {
        let (bundle, tile) = (Tile(.entries, index: index), Tile(.hashes(level: 0), index: index))
        var hasher = TreeHasher()
        var entries = EntriesCheck(file: bundle.path, start: index * Int64(Tile.fullWidth))
        let bytes = try ReadOnlyFile.contents(layout.path(of: bundle), bytesMax: LogReading.bundleBytesMax)
        if let bytes {
            if let ranges = EntryBundle.ranges(in: bytes), ranges.count == Tile.fullWidth {
                for range in ranges { entries.check(bytes[range], hasher: hasher) }
            } else {
                entries.add("is not a bundle of \(Tile.fullWidth) entries")
            }
        } else {
            entries.add("is missing")
        }
        let stated = try Self.hashes(of: tile, layout: layout)
        if stated == nil { entries.add("is missing, or not \(Tile.fullWidth) hashes", file: tile.path) }
        let isWhole = entries.leaves.count == Tile.fullWidth
        var leaves = isWhole ? entries.leaves : stated
        if isWhole, let stated, stated != entries.leaves {
            // The tile above says which of the two is right.
            let above = try Self.hash(ofTile: index, layout: layout)
            let isTileRight = above == hasher.perfectRoot(over: stated[...])
            let isBundleRight = !isTileRight && above == hasher.perfectRoot(over: entries.leaves[...])
            if isTileRight { leaves = stated }
            for (place, hash) in stated.enumerated() where hash != entries.leaves[place] {
                let sequence = index * Int64(Tile.fullWidth) + Int64(place)
                if isBundleRight {
                    entries.add("the hash of this entry was changed", at: sequence, file: tile.path)
                } else {
                    entries.add("was changed: its hash is not that of `\(tile.path)`", at: sequence)
                }
            }
        }
        if isWhole {
            let name = LogLayout.blobName(ofBundle: index)
            let blobs = try ReadOnlyFile(ifPresent: layout.blobs(ofBundle: index))
            try entries.checkBlobs(blobs, file: name, end: end, mayBeAhead: false)
        }
        self.entries = entries
        self.leaves = leaves
        root = leaves.map { hasher.perfectRoot(over: $0[...]) }
    }

    static func hashes(of tile: Tile, layout: LogLayout) throws(AuditError) -> [TreeHash]? {
        let bytes = try ReadOnlyFile.contents(
            layout.path(of: tile),
            bytesMax: max(Tile.fullWidth * TreeHash.byteCount, 65_536)
        )
        return bytes.flatMap { hashes(in: $0, width: tile.width) }
    }

    static func hashes(in bytes: [UInt8], width: Int) -> [TreeHash]? {
        guard bytes.count == width * TreeHash.byteCount else { return nil }
        return (0..<width).compactMap {
            TreeHash(bytes[($0 * TreeHash.byteCount)..<(($0 + 1) * TreeHash.byteCount)])
        }
    }

    /// The hash that level 1 has of a tile of level 0, where it has one.
    private static func hash(ofTile index: Int64, layout: LogLayout) throws(AuditError) -> TreeHash? {
        let (above, place) = index.quotientAndRemainder(dividingBy: Int64(Tile.fullWidth))
        return try hashes(of: Tile(.hashes(level: 1), index: above), layout: layout)?[Int(place)]
    }
}
