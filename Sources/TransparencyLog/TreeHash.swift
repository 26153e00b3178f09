/// A SHA-256 digest as a value without storage of its own: trees hold millions of them.
public struct TreeHash: Sendable, Hashable {
    /// The length of a hash.
    public static let byteCount = 32

    private let words: (UInt64, UInt64, UInt64, UInt64)

    /// The hash in 32 bytes; `nil` for any other number of them.
    public init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == Self.byteCount else { return nil }
        var words: [UInt64] = [0, 0, 0, 0]
        for (index, byte) in bytes.enumerated() { words[index / 8] = words[index / 8] << 8 | UInt64(byte) }
        self.words = (words[0], words[1], words[2], words[3])
    }

    /// The first 32 bytes of what ``SHA256`` gave.
    init(digest: [UInt8]) {
        func word(_ start: Int) -> UInt64 {
            var word: UInt64 = 0
            for offset in 0..<8 { word = word << 8 | UInt64(digest[start + offset]) }
            return word
        }
        words = (word(0), word(8), word(16), word(24))
    }

    /// The 32 bytes.
    public var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.byteCount)
        append(to: &bytes)
        return bytes
    }

    /// Adds the 32 bytes to `bytes`.
    public func append(to bytes: inout [UInt8]) {
        for word in [words.0, words.1, words.2, words.3] {
            for shift in stride(from: 56, through: 0, by: -8) {
                bytes.append(UInt8(truncatingIfNeeded: word >> UInt64(shift)))
            }
        }
    }

    /// Whether all bytes are the same.
    public static func == (left: TreeHash, right: TreeHash) -> Bool {
        left.words.0 == right.words.0 && left.words.1 == right.words.1 && left.words.2 == right.words.2
            && left.words.3 == right.words.3
    }

    /// Any part of a digest is as good as random.
    public func hash(into hasher: inout Hasher) { hasher.combine(words.0) }
}
