import Cryptography
import Testing
import TransparencyLog

/// The Merkle tree against the definitions of RFC 6962, 2.1, written down as they stand there, and against the roots
/// that the reference implementation of Certificate Transparency publishes for its test leaves.
@Suite struct TreeTests {
    /// The test leaves of Certificate Transparency, and the roots of the trees over the first 1 to 8 of them.
    private static let leaves = [
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
    ]
    private static let roots = [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ]

    @Test func rootsAreThoseOfCertificateTransparency() throws {
        var tree = TileTree()
        #expect(Hex.encode(tree.root().bytes) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        for (leaf, root) in zip(Self.leaves, Self.roots) {
            _ = tree.append(TreeHasher().leaf(try Hex.decode(leaf)))
            #expect(Hex.encode(tree.root().bytes) == root)
        }
    }

    @Test func rootsTilesAndRecoveryAgreeWithTheDefinition() throws {
        var log = TileLog()
        for size in 1...70_000 {
            log.append(leaf(size - 1))
            // Around the places where something changes shape, and some others.
            guard size < 600 || [65_535, 65_536, 65_537, 65_792, 70_000].contains(size) || size % 9_973 == 0 else {
                continue
            }
            let root = log.tree.root()
            if size < 600 { #expect(root == naiveRoot(log.leaves[...])) }
            let found = TileTree(size: Int64(size)) { tile in Array(log.hashes(of: tile)) }
            var recovered = try #require(found)
            #expect(recovered.root() == root)
            #expect(recovered.size == Int64(size))
        }
        #expect(log.tree.root() == naiveRoot(log.leaves[...]))
    }

    @Test func aTreeIsNotTakenUpFromTilesOfAnotherWidth() {
        let tree = TileTree(size: 5) { _ in [TreeHasher.emptyRoot] }
        #expect(tree == nil)
    }

    @Test func theTilesOfATreeAreThoseOfTheSpecification() {
        let tiles = Tile.all(forSize: 70_000)
        #expect(tiles.filter { $0.content == .hashes(level: 0) && !$0.isPartial }.count == 273)
        #expect(tiles.filter { $0.content == .hashes(level: 1) && !$0.isPartial }.count == 1)
        #expect(tiles.filter(\.isPartial).map(\.path) == ["tile/0/273.p/112", "tile/1/001.p/17", "tile/2/000.p/1"])
        #expect(Tile.all(forSize: 256).map(\.path) == ["tile/0/000", "tile/1/000.p/1"])
        #expect(Tile.all(forSize: 0).isEmpty)
    }

    @Test(arguments: [
        ("tile/0/000", Tile(.hashes(level: 0), index: 0)),
        ("tile/3/x001/x234/067", Tile(.hashes(level: 3), index: 1_234_067)),
        ("tile/entries/x001/000.p/255", Tile(.entries, index: 1_000, width: 255)),
        ("tile/63/999.p/1", Tile(.hashes(level: 63), index: 999, width: 1)),
    ])
    func pathsAreThoseOfTheSpecification(path: String, tile: Tile) {
        #expect(tile.path == path)
        #expect(Tile(path: path) == tile)
    }

    @Test(arguments: [
        "tile/0/0", "tile/0/00", "tile/00/000", "tile/64/000", "tile/0/x000/001", "tile/0/001/067", "tile/0/x1/067",
        "tile/0/000.p/0", "tile/0/000.p/256", "tile/0/000.p/01", "tile/0/000.p", "tile/0/000/", "tile//000", "tile/0",
        "tiles/0/000", "tile/entries", "tile/0/+00", "tile/0/x999/x999/x999/x999/x999/x999/999", "tile/-1/000", "",
    ])
    func otherPathsNameNoTile(path: String) {
        #expect(Tile(path: path) == nil)
    }

    @Test func bundlesKeepEntriesApart() throws {
        let entries: [[UInt8]] = [
            [], [1], Array(repeating: 7, count: 256), Array(repeating: 9, count: EntryBundle.entryBytesMax),
        ]
        var bundle: [UInt8] = []
        for entry in entries { #expect(EntryBundle.append(entry, to: &bundle)) }
        let before = bundle
        #expect(!EntryBundle.append(Array(repeating: 0, count: EntryBundle.entryBytesMax + 1), to: &bundle))
        #expect(bundle == before)
        #expect(try #require(EntryBundle.ranges(in: bundle)).map { Array(bundle[$0]) } == entries)
        for cut in [1, 2, 3, 200, 60_000] {
            #expect(EntryBundle.ranges(in: Array(bundle.dropLast(cut))) == nil || cut == 65_537)
        }
        #expect(EntryBundle.ranges(in: []) == [])
    }
}

/// A log in memory.
struct TileLog {
    var tree = TileTree()
    var leaves: [TreeHash] = []
    private var full: [Tile: [TreeHash]] = [:]

    mutating func append(_ leaf: TreeHash) {
        leaves.append(leaf)
        for filled in tree.append(leaf) { full[filled.tile] = filled.hashes }
    }

    /// The hashes of a tile, from the full one or the right edge.
    func hashes(of tile: Tile) -> ArraySlice<TreeHash> {
        if let hashes = full[Tile(tile.content, index: tile.index)] { return hashes.prefix(tile.width) }
        return tree.partialTiles.first { $0.tile.content == tile.content && $0.tile.index == tile.index }?.hashes
            .prefix(tile.width) ?? []
    }
}

/// A leaf that is unlike every other.
func leaf(_ number: Int) -> TreeHash { TreeHasher().leaf(Array("entry \(number)".utf8)) }

/// MTH of RFC 6962, 2.1.
func naiveRoot(_ leaves: ArraySlice<TreeHash>) -> TreeHash {
    guard let first = leaves.first else { return TreeHasher.emptyRoot }
    guard leaves.count > 1 else { return first }
    var width = 1
    while width * 2 < leaves.count { width *= 2 }
    var hasher = TreeHasher()
    let middle = leaves.startIndex + width
    return hasher.node(naiveRoot(leaves[..<middle]), naiveRoot(leaves[middle...]))
}
