/// The hash of the perfect subtree with this many levels below it, the `index`-th of its row.
public typealias SubtreeReader = (_ level: Int, _ index: Int64) throws -> TreeHash

/// Proofs over a tree's hashes, and their checks (RFC 9162, 2.1.3 and 2.1.4).
public enum TreeProof {
    // MARK: Checks

    /// The root of a tree of `size` entries in which `leaf` is the entry `index`; `nil` when a proof has too few or too
    /// many hashes, or there is no such entry.
    public static func root(of leaf: TreeHash, at index: Int64, size: Int64, proof: [TreeHash]) -> TreeHash? {
        guard index >= 0, index < size else { return nil }
        var hasher = TreeHasher()
        var (node, last) = (index, size - 1)
        var root = leaf
        for hash in proof {
            guard last != 0 else { return nil }
            if node & 1 == 1 || node == last {
                root = hasher.node(hash, root)
                while node & 1 == 0, node != 0 {
                    node >>= 1
                    last >>= 1
                }
            } else {
                root = hasher.node(root, hash)
            }
            node >>= 1
            last >>= 1
        }
        return last == 0 ? root : nil
    }

    /// Whether a proof shows that a later tree begins with all of an earlier one.
    public static func isConsistent(
        _ earlier: (size: Int64, root: TreeHash),
        _ later: (size: Int64, root: TreeHash),
        proof: [TreeHash]
    ) -> Bool {
        guard earlier.size >= 0, earlier.size <= later.size else { return false }
        if earlier.size == later.size { return proof.isEmpty && earlier.root == later.root }
        if earlier.size == 0 { return proof.isEmpty && earlier.root == TreeHasher.emptyRoot }
        var hashes = proof[...]
        // A perfect earlier tree is itself the first hash.
        guard let first = earlier.size & (earlier.size - 1) == 0 ? earlier.root : hashes.popFirst() else {
            return false
        }
        var (node, last) = (earlier.size - 1, later.size - 1)
        while node & 1 == 1 {
            node >>= 1
            last >>= 1
        }
        var hasher = TreeHasher()
        var (old, new) = (first, first)
        for hash in hashes {
            guard last != 0 else { return false }
            if node & 1 == 1 || node == last {
                old = hasher.node(hash, old)
                new = hasher.node(hash, new)
                while node & 1 == 0, node != 0 {
                    node >>= 1
                    last >>= 1
                }
            } else {
                new = hasher.node(new, hash)
            }
            node >>= 1
            last >>= 1
        }
        return last == 0 && old == earlier.root && new == later.root
    }

    // MARK: Making them

    /// The proof that the entry `index` is in the tree of `size` entries.
    ///
    /// - Returns: `nil` when there is no such entry.
    public static func inclusion(of index: Int64, size: Int64, reading read: SubtreeReader) rethrows -> [TreeHash]? {
        guard index >= 0, index < size else { return nil }
        var hasher = TreeHasher()
        return try path(to: index, in: 0..<size, &hasher, read)
    }

    /// The proof that the tree of `size` entries begins with that of `earlier` entries.
    ///
    /// - Returns: `nil` when the earlier tree is the larger one.
    public static func consistency(
        from earlier: Int64,
        to size: Int64,
        reading read: SubtreeReader
    ) rethrows -> [TreeHash]? {
        guard earlier >= 0, earlier <= size else { return nil }
        guard earlier > 0, earlier < size else { return [] }
        var hasher = TreeHasher()
        return try path(from: earlier, in: 0..<size, isWhole: true, &hasher, read)
    }

    /// PATH of RFC 6962, 2.1.1, over a range of entries.
    private static func path(
        to index: Int64,
        in range: Range<Int64>,
        _ hasher: inout TreeHasher,
        _ read: SubtreeReader
    ) rethrows -> [TreeHash] {
        guard range.count > 1 else { return [] }
        let middle = range.lowerBound + split(Int64(range.count))
        let (left, right) = (range.lowerBound..<middle, middle..<range.upperBound)
        if index < middle {
            return try path(to: index, in: left, &hasher, read) + [root(of: right, &hasher, read)]
        }
        return try path(to: index, in: right, &hasher, read) + [root(of: left, &hasher, read)]
    }

    /// SUBPROOF of RFC 6962, 2.1.2, over a range of entries, of which the first `earlier` are the former tree.
    private static func path(
        from earlier: Int64,
        in range: Range<Int64>,
        isWhole: Bool,
        _ hasher: inout TreeHasher,
        _ read: SubtreeReader
    ) rethrows -> [TreeHash] {
        let count = Int64(range.count)
        guard earlier < count else { return isWhole ? [] : [try root(of: range, &hasher, read)] }
        let width = split(count)
        let middle = range.lowerBound + width
        let (left, right) = (range.lowerBound..<middle, middle..<range.upperBound)
        if earlier <= width {
            return try path(from: earlier, in: left, isWhole: isWhole, &hasher, read) + [root(of: right, &hasher, read)]
        }
        return try path(from: earlier - width, in: right, isWhole: false, &hasher, read)
            + [root(of: left, &hasher, read)]
    }

    /// The Merkle Tree Hash of a range that begins where a perfect subtree of at least its size does.
    private static func root(
        of range: Range<Int64>,
        _ hasher: inout TreeHasher,
        _ read: SubtreeReader
    ) rethrows -> TreeHash {
        let count = Int64(range.count)
        if count & (count - 1) == 0 {
            return try read(count.trailingZeroBitCount, range.lowerBound / count)
        }
        let middle = range.lowerBound + split(count)
        let left = try root(of: range.lowerBound..<middle, &hasher, read)
        return hasher.node(left, try root(of: middle..<range.upperBound, &hasher, read))
    }

    /// The largest power of two below a count of at least 2.
    private static func split(_ count: Int64) -> Int64 { 1 << Int64(63 - (count - 1).leadingZeroBitCount) }
}
