import Testing
import TransparencyLog

/// Proofs, which must hold for what they are about and for nothing else.
@Suite struct ProofTests {
    private static let sizeMax = 66

    @Test func everyEntryOfEverySmallTreeCanBeProved() throws {
        var log = TileLog()
        for size in 1...Self.sizeMax {
            log.append(leaf(size - 1))
            let root = log.tree.root()
            for index in 0..<size {
                let path = try proof(of: index, in: log)
                let head = TreeProof.root(of: log.leaves[index], at: Int64(index), size: Int64(size), proof: path)
                #expect(head == root)
                // Another entry, another place, another size, a hash too many, too few or changed.
                #expect(TreeProof.root(of: leaf(-1), at: Int64(index), size: Int64(size), proof: path) != root)
                #expect(
                    TreeProof.root(of: log.leaves[index], at: Int64(index), size: Int64(size), proof: path + [root])
                        == nil
                )
                if !path.isEmpty {
                    let short = Array(path.dropLast())
                    #expect(
                        TreeProof.root(of: log.leaves[index], at: Int64(index), size: Int64(size), proof: short) != root
                    )
                    #expect(
                        TreeProof.root(of: log.leaves[index], at: Int64(index) ^ 1, size: Int64(size), proof: path)
                            != root
                    )
                    var changed = path
                    changed[index % path.count] = leaf(-2)
                    #expect(
                        TreeProof.root(of: log.leaves[index], at: Int64(index), size: Int64(size), proof: changed)
                            != root
                    )
                }
            }
            #expect(TreeProof.root(of: root, at: Int64(size), size: Int64(size), proof: []) == nil)
            #expect(TreeProof.root(of: root, at: -1, size: Int64(size), proof: []) == nil)
        }
    }

    @Test func everySmallTreeContinuesEveryEarlierOne() throws {
        var log = TileLog()
        var roots = [log.tree.root()]
        for size in 1...Self.sizeMax {
            log.append(leaf(size - 1))
            roots.append(log.tree.root())
            for earlier in 0...size {
                let path = try continuation(of: earlier, in: log)
                let (old, new) = ((Int64(earlier), roots[earlier]), (Int64(size), roots[size]))
                #expect(TreeProof.isConsistent(old, new, proof: path))
                #expect(!TreeProof.isConsistent((Int64(earlier), leaf(-1)), new, proof: path))
                #expect(!TreeProof.isConsistent(old, (Int64(size), leaf(-1)), proof: path) || earlier == 0)
                #expect(!TreeProof.isConsistent(old, new, proof: path + [leaf(-1)]))
                if !path.isEmpty { #expect(!TreeProof.isConsistent(old, new, proof: Array(path.dropLast()))) }
            }
            #expect(!TreeProof.isConsistent((Int64(size + 1), roots[size]), (Int64(size), roots[size]), proof: []))
        }
    }

    @Test func entriesOfLargeTreesAreProvedThroughTiles() throws {
        var log = TileLog()
        for number in 0..<66_000 { log.append(leaf(number)) }
        let root = log.tree.root()
        for index in [0, 255, 256, 65_535, 65_536, 65_791, 65_792, 65_999] {
            let path = try proof(of: index, in: log)
            #expect(TreeProof.root(of: log.leaves[index], at: Int64(index), size: 66_000, proof: path) == root)
        }
    }

    @Test func subtreesBeyondTheTreeAreNotThere() throws {
        var log = TileLog()
        for number in 0..<300 { log.append(leaf(number)) }
        var subtrees = TileSubtrees(size: 300) { [log] tile in Array(log.hashes(of: tile)) }
        for (level, index) in [(0, 300), (8, 1), (9, 0), (0, -1), (-1, 0), (63, 0), (64, 0)] as [(Int, Int64)] {
            #expect(try subtrees.hash(level: level, index: index) == nil)
        }
        var short = TileSubtrees(size: 300) { _ in [] }
        #expect(try short.hash(level: 0, index: 0) == nil)
    }
}

/// The inclusion proof of an entry in a whole log.
func proof(of index: Int, in log: TileLog) throws -> [TreeHash] {
    let size = Int64(log.leaves.count)
    var subtrees = TileSubtrees(size: size) { tile in Array(log.hashes(of: tile)) }
    let path = try TreeProof.inclusion(of: Int64(index), size: size) { level, index in
        let hash = try subtrees.hash(level: level, index: index)
        return try #require(hash)
    }
    return try #require(path)
}

/// The proof that a whole log begins with an earlier tree.
private func continuation(of earlier: Int, in log: TileLog) throws -> [TreeHash] {
    let size = Int64(log.leaves.count)
    var subtrees = TileSubtrees(size: size) { tile in Array(log.hashes(of: tile)) }
    let path = try TreeProof.consistency(from: Int64(earlier), to: size) { level, index in
        let hash = try subtrees.hash(level: level, index: index)
        return try #require(hash)
    }
    return try #require(path)
}
