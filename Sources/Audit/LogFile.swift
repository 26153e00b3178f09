import Glibc

/// One open file or directory of the log.
final class LogFile: Sendable {
    let path: String
    private let descriptor: Int32

    init(opening path: String, flags: Int32) throws(AuditError) {
        self.path = path
        guard !path.utf8.contains(0) else { throw AuditError(.file, "a path has a NUL character") }
        descriptor = unsafe open(path, flags | O_CLOEXEC, mode_t(0o600))
        guard descriptor >= 0 else { throw Self.error(path, "could not be opened", errno) }
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    static func exists(_ path: String) -> Bool {
        unsafe access(path, F_OK) == 0
    }

    /// Makes a directory with mode 0700, and the missing ones above it; each is synced into its parent.
    static func makeDirectory(_ path: String) throws(AuditError) {
        guard !exists(path) else { return }
        let parent = parent(of: path)
        if parent != path { try makeDirectory(parent) }
        guard unsafe mkdir(path, 0o700) == 0 || errno == EEXIST else {
            throw error(path, "could not be made", errno)
        }
        try LogFile(opening: parent, flags: O_RDONLY | O_DIRECTORY).sync()
    }

    /// Takes the lock that one process holds on a log for as long as the descriptor is open.
    func lock() throws(AuditError) {
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            guard errno == EWOULDBLOCK else { throw Self.error(path, "could not be locked", errno) }
            throw AuditError(.locked, "audit log `\(path)` is open in another process")
        }
    }

    func size() throws(AuditError) -> Int64 {
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw Self.error(path, "could not be examined", errno) }
        return Int64(status.st_size)
    }

    /// Reads at most `count` bytes from `offset` on; fewer only at the end of the file.
    func read(at offset: Int64, count: Int) throws(AuditError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            let got = unsafe bytes.withUnsafeMutableBytes { buffer in
                unsafe pread(
                    descriptor,
                    buffer.baseAddress?.advanced(by: filled),
                    buffer.count - filled,
                    off_t(offset) + off_t(filled)
                )
            }
            if got == 0 { break }
            if got < 0, errno == EINTR { continue }
            guard got > 0 else { throw Self.error(path, "could not be read", errno) }
            filled += got
        }
        bytes.removeLast(count - filled)
        return bytes
    }

    func write(_ bytes: [UInt8]) throws(AuditError) {
        var written = 0
        while written < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { buffer in
                unsafe Glibc.write(descriptor, buffer.baseAddress?.advanced(by: written), buffer.count - written)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw Self.error(path, "could not be written", errno) }
            written += count
        }
    }

    /// Waits until the data, and the size needed to read it, are on the disk.
    func syncData() throws(AuditError) {
        guard fdatasync(descriptor) == 0 else { throw Self.error(path, "could not be synced", errno) }
    }

    /// Waits until everything about the file or directory is on the disk.
    func sync() throws(AuditError) {
        guard fsync(descriptor) == 0 else { throw Self.error(path, "could not be synced", errno) }
    }

    func truncate(to size: Int64) throws(AuditError) {
        guard ftruncate(descriptor, off_t(size)) == 0 else { throw Self.error(path, "could not be cut", errno) }
        try sync()
    }

    static func rename(_ from: String, to path: String) throws(AuditError) {
        guard unsafe Glibc.rename(from, path) == 0 else { throw error(path, "could not be replaced", errno) }
    }

    private static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    private static func error(_ path: String, _ what: String, _ code: Int32) -> AuditError {
        AuditError(.file, "`\(path)` \(what): \(unsafe String(cString: strerror(code)))")
    }
}
