/// The bytes of a page that have come and are not used yet.
///
/// Behind the last byte there are always ``slack`` bytes of zero. Zero is allowed nowhere in JSON, so a reader that
/// stops at every byte it does not expect cannot run past the end, and may load whole words without asking how many
/// bytes are left. This file and `OutputBuffer.swift` are all of the module that touches memory by address; debug
/// builds, and so the tests, check every access.
@safe
final class InputBuffer {
    /// Zero bytes behind the end; more than the widest load plus the furthest step of a reader.
    static let slack = 64

    private var memory: UnsafeMutableRawPointer
    private var capacity: Int
    /// Where the unused bytes begin.
    private(set) var start = 0
    /// Where they end.
    private(set) var end = 0
    /// How many bytes came before the first one that is in memory.
    private(set) var offset = 0

    init(capacity: Int = 131_072) {
        self.capacity = max(capacity, 0)
        unsafe memory = .allocate(byteCount: self.capacity + Self.slack, alignment: 16)
        unsafe memory.initializeMemory(as: UInt8.self, repeating: 0, count: self.capacity + Self.slack)
    }

    deinit { unsafe memory.deallocate() }

    /// The number of unused bytes.
    var count: Int { end - start }

    /// What there is to read.
    var window: InputWindow { unsafe InputWindow(memory: UnsafeRawPointer(memory), start: start, end: end) }

    /// Marks everything before a position as used.
    func use(upTo position: Int) {
        start = min(max(position, start), end)
    }

    /// Forgets all bytes, and counts from 0 again.
    func reset() {
        (start, end, offset) = (0, 0, 0)
        terminate()
    }

    /// Adds bytes; windows made before are no longer valid.
    func append(_ bytes: Span<UInt8>) {
        makeRoom(bytes.count)
        unsafe bytes.withUnsafeBytes { source in
            guard let address = source.baseAddress else { return }
            unsafe memory.advanced(by: end).copyMemory(from: address, byteCount: source.count)
        }
        end += bytes.count
        terminate()
    }

    /// Adds one byte, and no zeros behind it: ``terminate()`` comes after the last of them.
    @inline(__always)
    func append(_ byte: UInt8) {
        if end == capacity { makeRoom(1) }
        unsafe memory.storeBytes(of: byte, toByteOffset: end, as: UInt8.self)
        end &+= 1
    }

    /// Puts zeros behind the end.
    func terminate() {
        unsafe memory.advanced(by: end).initializeMemory(as: UInt8.self, repeating: 0, count: Self.slack)
    }

    private func makeRoom(_ count: Int) {
        guard end + count > capacity else { return }
        // Used bytes go first; only a row that is longer than the buffer makes it grow.
        let unused = end - start
        if unused + count <= capacity {
            unsafe memory.copyMemory(from: memory.advanced(by: start), byteCount: unused)
        } else {
            let larger = max(unused + count, capacity * 2)
            let copy = UnsafeMutableRawPointer.allocate(byteCount: larger + Self.slack, alignment: 16)
            unsafe copy.initializeMemory(as: UInt8.self, repeating: 0, count: larger + Self.slack)
            unsafe copy.copyMemory(from: memory.advanced(by: start), byteCount: unused)
            unsafe memory.deallocate()
            unsafe memory = copy
            capacity = larger
        }
        offset += start
        (start, end) = (0, unused)
    }
}

/// A view of an ``InputBuffer``, valid until the buffer changes.
@safe
struct InputWindow {
    private let memory: UnsafeRawPointer
    let start: Int
    let end: Int

    fileprivate init(memory: UnsafeRawPointer, start: Int, end: Int) {
        unsafe self.memory = unsafe memory
        self.start = start
        self.end = end
    }

    /// The byte at a position; zero at the end.
    @inline(__always)
    func byte(_ position: Int) -> UInt8 {
        assert(position >= 0 && position < end + InputBuffer.slack)
        return unsafe memory.load(fromByteOffset: position, as: UInt8.self)
    }

    /// Two bytes, the first of them lowest.
    @inline(__always)
    func half(_ position: Int) -> UInt16 {
        assert(position >= 0 && position + 2 <= end + InputBuffer.slack)
        return unsafe memory.loadUnaligned(fromByteOffset: position, as: UInt16.self).littleEndian
    }

    /// Eight bytes, the first of them lowest; zeros from the end on.
    @inline(__always)
    func word(_ position: Int) -> UInt64 {
        assert(position >= 0 && position + 8 <= end + InputBuffer.slack)
        return unsafe memory.loadUnaligned(fromByteOffset: position, as: UInt64.self).littleEndian
    }

    /// Sixteen bytes to be copied as they are.
    @inline(__always)
    func block(_ position: Int) -> SIMD2<UInt64> {
        assert(position >= 0 && position + 16 <= end + InputBuffer.slack)
        return unsafe memory.loadUnaligned(fromByteOffset: position, as: SIMD2<UInt64>.self)
    }

    /// How many bytes of a word stand at a position.
    func matching(_ word: StaticString, at position: Int) -> Int {
        assert(word.utf8CodeUnitCount <= 16)
        return word.withUTF8Buffer { expected in
            for index in 0..<expected.count where unsafe byte(position + index) != expected[index] { return index }
            return expected.count
        }
    }

    /// A copy of some of the bytes.
    func bytes(_ range: Range<Int>) -> [UInt8] {
        precondition(range.lowerBound >= 0 && range.upperBound <= end)
        return unsafe [UInt8](UnsafeRawBufferPointer(start: memory.advanced(by: range.lowerBound), count: range.count))
    }

    /// Some of the bytes, which are known to be UTF-8, as a string.
    func string(_ range: Range<Int>) -> String {
        precondition(range.lowerBound >= 0 && range.upperBound <= end)
        let buffer = unsafe UnsafeRawBufferPointer(start: memory.advanced(by: range.lowerBound), count: range.count)
        return unsafe String(decoding: buffer, as: UTF8.self)
    }

    /// Hands some of the bytes to code that copies many of them.
    @inline(__always)
    func copy(_ start: Int, _ count: Int, to target: UnsafeMutableRawPointer) {
        assert(start >= 0 && count >= 0 && start + count <= end)
        unsafe target.copyMemory(from: memory.advanced(by: start), byteCount: count)
    }
}
