import TransparencyLog

/// The right edge of the tree under the last checkpoint: what must be known to grow it.
struct TreeEdge: Sendable {
    /// What a larger tree needs on the disk that the former one has not.
    struct Files {
        var tiles: [CheckpointWork.File] = []
        var blobs: [CheckpointWork.File] = []
        var obsolete: [String] = []
        var root: TreeHash
    }

    private(set) var size: Int64
    private var partialTiles: [Tile: [TreeHash]]
    /// The bundle of the last entries, when it is not full.
    private var bundle: [UInt8]

    init(size: Int64, partialTiles: [Tile: [TreeHash]], bundle: [UInt8]) {
        self.size = size
        self.partialTiles = partialTiles
        self.bundle = bundle
    }

    mutating func append(_ entries: [PendingEntry], in layout: LogLayout) -> Files {
        let known = partialTiles
        // The tiles are those of this size, so there is a tree.
        var tree = TileTree(size: size) { known[$0] ?? [] } ?? TileTree()
        var files = Files(root: TreeHasher.emptyRoot)
        var blobs: [UInt8] = []
        for entry in entries {
            let (index, place) = tree.size.quotientAndRemainder(dividingBy: Int64(Tile.fullWidth))
            _ = EntryBundle.append(entry.bytes, to: &bundle)
            if let blob = entry.blob {
                blobs.append(bigEndian: tree.size)
                blobs.append(bigEndian: UInt32(truncatingIfNeeded: blob.count))
                blobs += blob
            }
            for full in tree.append(entry.leaf) { files.add(full.tile, Self.bytes(of: full.hashes), in: layout) }
            if place == Int64(Tile.fullWidth) - 1 {
                files.add(Tile(.entries, index: index), bundle, in: layout)
                files.add(blobs: blobs, ofBundle: index, in: layout)
                bundle.removeAll()
                blobs.removeAll()
            }
        }
        size = tree.size
        files.add(blobs: blobs, ofBundle: size / Int64(Tile.fullWidth), in: layout)
        for (tile, hashes) in tree.partialTiles where known[tile] == nil {
            files.add(tile, Self.bytes(of: hashes), in: layout)
        }
        if !bundle.isEmpty {
            let tile = Tile(
                .entries,
                index: size / Int64(Tile.fullWidth),
                width: Int(size % Int64(Tile.fullWidth))
            )
            files.add(tile, bundle, in: layout)
        }
        partialTiles = Dictionary(uniqueKeysWithValues: tree.partialTiles.map { ($0.tile, $0.hashes) })
        files.root = tree.root()
        return files
    }

    private static func bytes(of hashes: [TreeHash]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(hashes.count * TreeHash.byteCount)
        for hash in hashes { hash.append(to: &bytes) }
        return bytes
    }
}

extension TreeEdge.Files {
    fileprivate mutating func add(_ tile: Tile, _ bytes: [UInt8], in layout: LogLayout) {
        tiles.append(CheckpointWork.File(path: layout.path(of: tile), bytes: bytes))
        if !tile.isPartial { obsolete.append(layout.partialDirectory(of: tile)) }
    }

    fileprivate mutating func add(blobs bytes: [UInt8], ofBundle index: Int64, in layout: LogLayout) {
        guard !bytes.isEmpty else { return }
        blobs.append(CheckpointWork.File(path: layout.blobs(ofBundle: index), bytes: bytes))
    }
}
