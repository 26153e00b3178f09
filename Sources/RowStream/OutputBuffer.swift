/// Bytes that are being written.
///
/// Writers ask for room once for several small writes. Each write has ``slack`` bytes behind what was asked for, so that
/// short texts can be copied in whole words.
@safe
final class OutputBuffer {
    /// Bytes that may be written, and then overwritten, behind the room that was asked for.
    static let slack = 32

    private var memory: UnsafeMutableRawPointer
    private var capacity: Int
    /// The number of bytes written.
    private(set) var count = 0

    init(capacity: Int = 4096) {
        self.capacity = max(capacity, 64)
        unsafe memory = .allocate(byteCount: self.capacity + Self.slack, alignment: 16)
    }

    deinit { unsafe memory.deallocate() }

    /// Makes room for a number of bytes more.
    @inline(__always)
    func reserve(_ room: Int) {
        if room > capacity - count { grow(room) }
    }

    @inline(never)
    private func grow(_ room: Int) {
        let larger = max(count + max(room, 0), capacity * 2)
        let copy = UnsafeMutableRawPointer.allocate(byteCount: larger + Self.slack, alignment: 16)
        unsafe copy.copyMemory(from: memory, byteCount: count)
        unsafe memory.deallocate()
        unsafe memory = copy
        capacity = larger
    }

    /// Forgets what was written from a position on.
    func truncate(to count: Int) {
        precondition(count >= 0 && count <= self.count)
        self.count = count
    }

    /// A copy of everything written, which is then forgotten.
    func take() -> [UInt8] {
        defer { count = 0 }
        return unsafe [UInt8](UnsafeRawBufferPointer(start: memory, count: count))
    }

    /// A copy of what was written from a position on.
    func bytes(from position: Int) -> [UInt8] {
        precondition(position >= 0 && position <= count)
        return unsafe [UInt8](
            UnsafeRawBufferPointer(start: memory.advanced(by: position), count: count - position)
        )
    }

    // MARK: Writes into reserved room

    /// Writes a byte.
    @inline(__always)
    func put(_ byte: UInt8) {
        assert(count < capacity)
        unsafe memory.storeBytes(of: byte, toByteOffset: count, as: UInt8.self)
        count &+= 1
    }

    /// Writes the lowest bytes of a word, the lowest first.
    @inline(__always)
    func put(_ word: UInt64, bytes: Int) {
        assert(bytes >= 0 && bytes <= 8 && count + bytes <= capacity)
        unsafe memory.storeBytes(of: word.littleEndian, toByteOffset: count, as: UInt64.self)
        count &+= bytes
    }

    /// Writes a value of fixed width, little-endian as Arrow has it.
    @inline(__always)
    func put<Value: FixedWidthInteger & BitwiseCopyable>(value: Value) {
        assert(count + MemoryLayout<Value>.size <= capacity)
        unsafe memory.storeBytes(of: value.littleEndian, toByteOffset: count, as: Value.self)
        count &+= MemoryLayout<Value>.size
    }

    /// Writes bytes of a page.
    @inline(__always)
    func put(_ window: InputWindow, _ start: Int, _ length: Int) {
        assert(length >= 0 && count + length <= capacity)
        if length <= 32 {
            // Loads reach at most 32 bytes behind the start, within the slack of both buffers.
            unsafe memory.storeBytes(of: window.block(start), toByteOffset: count, as: SIMD2<UInt64>.self)
            if length > 16 {
                unsafe memory.storeBytes(
                    of: window.block(start &+ 16),
                    toByteOffset: count &+ 16,
                    as: SIMD2<UInt64>.self
                )
            }
        } else {
            unsafe window.copy(start, length, to: memory.advanced(by: count))
        }
        count &+= length
    }

    // MARK: Writes that make room themselves

    /// Appends bytes.
    func append(_ bytes: [UInt8]) {
        reserve(bytes.count)
        unsafe bytes.withUnsafeBytes { source in
            guard let address = source.baseAddress else { return }
            unsafe memory.advanced(by: count).copyMemory(from: address, byteCount: source.count)
        }
        count += bytes.count
    }

    /// Appends all bytes of another buffer.
    func append(_ other: OutputBuffer) {
        precondition(other !== self)
        reserve(other.count)
        unsafe memory.advanced(by: count).copyMemory(from: other.memory, byteCount: other.count)
        count += other.count
    }

    /// Appends a text.
    func append(_ text: StaticString) {
        reserve(text.utf8CodeUnitCount)
        text.withUTF8Buffer { source in
            for index in 0..<source.count { put(unsafe source[index]) }
        }
    }

    /// Appends zeros.
    func appendZeros(_ number: Int) {
        reserve(number)
        unsafe memory.advanced(by: count).initializeMemory(as: UInt8.self, repeating: 0, count: number)
        count += number
    }

    /// Sets a bit of a byte that was written.
    @inline(__always)
    func setBit(_ position: Int) {
        assert(position >= 0 && position >> 3 < count)
        let byte = unsafe memory.load(fromByteOffset: position >> 3, as: UInt8.self)
        unsafe memory.storeBytes(of: byte | 1 << UInt8(position & 7), toByteOffset: position >> 3, as: UInt8.self)
    }

    /// Whether what was written from a position on stands in quotes.
    func isQuoted(from position: Int) -> Bool {
        precondition(position >= 0 && position <= count)
        guard count - position >= 2 else { return false }
        return unsafe memory.load(fromByteOffset: position, as: UInt8.self) == UInt8(ascii: "\"")
    }

    /// Takes the first and the last byte away from what was written from a position on.
    func unquote(from position: Int) {
        precondition(position >= 0 && count - position >= 2)
        let target = unsafe memory.advanced(by: position)
        unsafe target.copyMemory(from: target.advanced(by: 1), byteCount: count - position - 2)
        count -= 2
    }

    /// What was written, to read it again.
    func copy(into input: InputBuffer) {
        input.reset()
        unsafe input.append(Span(_unsafeBytes: UnsafeRawBufferPointer(start: memory, count: count)))
    }
}
