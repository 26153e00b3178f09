import Glibc

/// The lines of a file one after the other, with memory for one piece of the file and one line.
struct LineStream {
    /// What was found.
    enum Item {
        /// A line without its newline.
        case line(ArraySlice<UInt8>)
        /// Bytes after the last newline, or a line longer than allowed, of which only the length is kept.
        case unfinished(byteCount: Int)
        case end
    }

    private static let pieceBytes = 262_144
    private static let waitsMax = 10
    private static let waitMicroseconds: UInt32 = 20_000

    private let file: ReadOnlyFile
    private let lineBytesMax: Int
    private var piece: [UInt8] = []
    private var position = 0
    /// The offset in the file of the next line.
    private(set) var offset: Int64 = 0

    init(path: String, lineBytesMax: Int) throws(AuditError) {
        file = try ReadOnlyFile(path: path)
        self.lineBytesMax = lineBytesMax
    }

    mutating func next() throws(AuditError) -> Item {
        var searched = position
        while true {
            if let newline = piece[searched...].firstIndex(of: UInt8(ascii: "\n")) {
                let line = piece[position..<newline]
                position = newline + 1
                offset += Int64(line.count) + 1
                return .line(line)
            }
            piece.removeFirst(position)
            position = 0
            searched = piece.count
            guard piece.count <= lineBytesMax else { return try skipLongLine() }
            var more = try file.read(count: Self.pieceBytes)
            // A log that is being written may show half of a write for a moment.
            for _ in 0..<Self.waitsMax where more.isEmpty && !piece.isEmpty {
                usleep(Self.waitMicroseconds)
                more = try file.read(count: Self.pieceBytes)
            }
            if more.isEmpty {
                guard !piece.isEmpty else { return .end }
                let byteCount = piece.count
                piece = []
                offset += Int64(byteCount)
                return .unfinished(byteCount: byteCount)
            }
            piece += more
        }
    }

    private mutating func skipLongLine() throws(AuditError) -> Item {
        var byteCount = piece.count
        piece = []
        while true {
            let more = try file.read(count: Self.pieceBytes)
            if let newline = more.firstIndex(of: UInt8(ascii: "\n")) {
                byteCount += newline + 1
                piece = Array(more[(newline + 1)...])
                break
            }
            byteCount += more.count
            if more.isEmpty { break }
        }
        offset += Int64(byteCount)
        return .unfinished(byteCount: byteCount)
    }
}

/// A file that is only read, from its start on.
final class ReadOnlyFile {
    private let path: String
    private let descriptor: Int32

    init(path: String) throws(AuditError) {
        self.path = path
        guard !path.utf8.contains(0) else { throw AuditError(.file, "a path has a NUL character") }
        descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Self.error(path, "could not be opened", errno) }
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    /// The next bytes; empty at the end.
    func read(count: Int) throws(AuditError) -> [UInt8] {
        while true {
            var got = 0
            let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
                got = unsafe Glibc.read(descriptor, buffer.baseAddress, buffer.count)
                initialized = max(got, 0)
            }
            if got >= 0 { return bytes }
            guard errno == EINTR else { throw Self.error(path, "could not be read", errno) }
        }
    }

    /// The whole file, which must not be larger than `bytesMax`.
    static func contents(_ path: String, bytesMax: Int) throws(AuditError) -> [UInt8] {
        let file = try ReadOnlyFile(path: path)
        var contents: [UInt8] = []
        while contents.count <= bytesMax {
            let more = try file.read(count: bytesMax + 1)
            if more.isEmpty { return contents }
            contents += more
        }
        throw AuditError(.file, "`\(path)` is larger than \(bytesMax) bytes")
    }

    private static func error(_ path: String, _ what: String, _ code: Int32) -> AuditError {
        AuditError(.file, "`\(path)` \(what): \(unsafe String(cString: strerror(code)))")
    }
}
