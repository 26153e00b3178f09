/// A SHA-256 digest as a value without storage of its own: trees hold millions of them.
public struct TreeHash: Sendable, Hashable {
    /// The length of a hash.
    public static let byteCount = 32

    private let words: (UInt64, UInt64, UInt64, UInt64)

    /// The hash in 32 bytes; `nil` for any other number of them.
    public init?(_ bytes: ArraySlice<UInt8>) {
        guard bytes.count == Self.byteCount else { return nil }
        words = unsafe bytes.withUnsafeBytes { bytes in
            func word(_ start: Int) -> UInt64 {
                unsafe UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: start, as: UInt64.self))
            }
            return (word(0), word(8), word(16), word(24))
        }
    }

    /// The hash in 32 bytes; `nil` for any other number of them.
    public init?(_ bytes: [UInt8]) { self.init(bytes[...]) }

    /// What ``SHA256Stream/finishWords()`` gave.
    init(words: (UInt64, UInt64, UInt64, UInt64)) { self.words = words }

    /// The 32 bytes.
    public var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.byteCount)
        append(to: &bytes)
        return bytes
    }

    /// Adds the 32 bytes to `bytes`.
    public func append(to bytes: inout [UInt8]) {
        let stored = (words.0.bigEndian, words.1.bigEndian, words.2.bigEndian, words.3.bigEndian)
        unsafe withUnsafeBytes(of: stored) { unsafe bytes.append(contentsOf: $0) }
    }

    /// Whether all bytes are the same.
    public static func == (left: TreeHash, right: TreeHash) -> Bool {
        left.words.0 == right.words.0 && left.words.1 == right.words.1 && left.words.2 == right.words.2
            && left.words.3 == right.words.3
    }

    /// Any part of a digest is as good as random.
    public func hash(into hasher: inout Hasher) { hasher.combine(words.0) }
}
