/// One value of a row, where it stands in the window.
struct RowToken {
    enum Kind: UInt64 {
        case null
        /// A string that stands for itself.
        case text
        /// A string with escapes in it.
        case escapedText
        /// An array; its elements follow.
        case list
        /// A row or STRUCT; its fields follow.
        case record
    }

    private let bits: UInt64

    /// - Parameters:
    ///   - start: the first byte after the opening quote; for others where they begin.
    ///   - count: bytes up to the closing quote, or elements, or fields.
    @inline(__always)
    init(_ kind: Kind, start: Int, count: Int) {
        // Limits keep both below 2^28.
        bits = kind.rawValue << 60 | UInt64(truncatingIfNeeded: count) << 30 | UInt64(truncatingIfNeeded: start)
    }

    @inline(__always)
    fileprivate init(bits: UInt64) { self.bits = bits }

    @inline(__always)
    var kind: Kind { Kind(rawValue: bits >> 60) ?? .null }
    @inline(__always)
    var start: Int { Int(truncatingIfNeeded: bits & 0x3FFF_FFFF) }
    @inline(__always)
    var count: Int { Int(truncatingIfNeeded: bits >> 30 & 0x3FFF_FFFF) }
    @inline(__always)
    var isNull: Bool { bits >> 60 == Kind.null.rawValue }
    @inline(__always)
    var isPlainText: Bool { bits >> 60 == Kind.text.rawValue }

    fileprivate var rawBits: UInt64 { bits }
}

/// The values of one row in the order in which they stand, nested ones behind what holds them.
@safe
final class RowTape {
    private var memory: UnsafeMutablePointer<UInt64>
    private var capacity: Int
    private(set) var count = 0

    init() {
        capacity = 1024
        unsafe memory = .allocate(capacity: capacity)
    }

    deinit { unsafe memory.deallocate() }

    @inline(__always)
    func clear() { count = 0 }

    @inline(__always)
    func append(_ token: RowToken) {
        if count == capacity { grow() }
        unsafe memory[count] = token.rawBits
        count &+= 1
    }

    @inline(never)
    private func grow() {
        let larger = UnsafeMutablePointer<UInt64>.allocate(capacity: capacity * 2)
        unsafe larger.update(from: memory, count: count)
        unsafe memory.deallocate()
        unsafe memory = larger
        capacity *= 2
    }

    /// A token; what lies behind the last one reads as null.
    @inline(__always)
    subscript(_ index: Int) -> RowToken {
        get {
            guard index >= 0, index < count else { return RowToken(.null, start: 0, count: 0) }
            return unsafe RowToken(bits: memory[index])
        }
        set {
            guard index >= 0, index < count else { return }
            unsafe memory[index] = newValue.rawBits
        }
    }
}
