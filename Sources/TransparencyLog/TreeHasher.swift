import Cryptography

/// Hashes leaves and nodes of a Merkle tree (RFC 6962, 2.1). One owner at a time, because it keeps its buffers.
public struct TreeHasher {
    private static let leafMark: [UInt8] = [0]

    private let stream = SHA256Stream()
    private var buffer: [UInt8] = []

    /// A hasher.
    public init() {
        buffer.reserveCapacity(1 + 2 * TreeHash.byteCount)
    }

    /// The hash of the tree without leaves: that of no bytes.
    public static let emptyRoot = TreeHash(words: SHA256Stream().finishWords())

    /// SHA-256(0x00 ‖ entry).
    public func leaf(_ entry: ArraySlice<UInt8>) -> TreeHash {
        stream.update(Self.leafMark)
        stream.update(entry)
        return TreeHash(words: stream.finishWords())
    }

    /// SHA-256(0x00 ‖ entry).
    public func leaf(_ entry: [UInt8]) -> TreeHash { leaf(entry[...]) }

    /// SHA-256(0x01 ‖ left ‖ right).
    public mutating func node(_ left: TreeHash, _ right: TreeHash) -> TreeHash {
        buffer.removeAll(keepingCapacity: true)
        buffer.append(1)
        left.append(to: &buffer)
        right.append(to: &buffer)
        stream.update(buffer)
        return TreeHash(words: stream.finishWords())
    }

    /// The root over neighbouring subtrees of one size and, at their right, one smaller tree where there is one: the
    /// Merkle Tree Hash of RFC 6962 over them; `nil` when there are neither.
    mutating func root(over hashes: ArraySlice<TreeHash>, joining rest: TreeHash? = nil) -> TreeHash? {
        // The perfect subtrees from left to right are the bits of the count from high to low.
        var root = rest
        var end = hashes.endIndex
        var size = 1
        while end > hashes.startIndex {
            if (end - hashes.startIndex) & size != 0 {
                let subtree = perfectRoot(over: hashes[(end - size)..<end])
                root = root.map { node(subtree, $0) } ?? subtree
                end -= size
            }
            size *= 2
        }
        return root
    }

    /// The root over hashes whose number is a power of two.
    public mutating func perfectRoot(over hashes: ArraySlice<TreeHash>) -> TreeHash {
        var row = Array(hashes)
        while row.count > 1 {
            for index in 0..<(row.count / 2) { row[index] = node(row[2 * index], row[2 * index + 1]) }
            row.removeLast(row.count / 2)
        }
        return row[0]
    }
}
