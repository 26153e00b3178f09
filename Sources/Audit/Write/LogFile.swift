import Glibc

/// One open file or directory of the log.
final class LogFile: Sendable {
    let path: String
    private let descriptor: Int32
    private let disk: LogDisk

    init(opening path: String, flags: Int32, disk: LogDisk = LogDisk()) throws(AuditError) {
        self.path = path
        self.disk = disk
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

    /// The whole file.
    static func contents(_ path: String) throws(AuditError) -> [UInt8] {
        let file = try LogFile(opening: path, flags: O_RDONLY)
        return try file.read(at: 0, count: Int(file.size()))
    }

    /// The names in a directory, sorted.
    static func names(in path: String) throws(AuditError) -> [String] {
        guard let stream = unsafe opendir(path) else { throw error(path, "could not be read", errno) }
        defer { unsafe closedir(stream) }
        var names: [String] = []
        errno = 0
        while let entry = unsafe readdir(stream) {
            let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
            errno = 0
        }
        guard errno == 0 else { throw error(path, "could not be read", errno) }
        return names.sorted()
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

    /// Writes on at the end of the file.
    func append(_ bytes: [UInt8]) throws(AuditError) {
        guard !bytes.isEmpty else { return }
        try disk.announce(.append(path, bytes))
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
    func sync() throws(AuditError) {
        try disk.announce(.syncFile(path))
        guard fdatasync(descriptor) == 0 else { throw Self.error(path, "could not be synced", errno) }
    }

    /// Waits until everything about the file or directory is on the disk; for those that were announced.
    func flush() throws(AuditError) {
        guard fsync(descriptor) == 0 else { throw Self.error(path, "could not be synced", errno) }
    }

    func truncate(to size: Int64) throws(AuditError) {
        try disk.announce(.truncate(path, size: size))
        guard ftruncate(descriptor, off_t(size)) == 0 else { throw Self.error(path, "could not be cut", errno) }
        try sync()
    }

    static func error(_ path: String, _ what: String, _ code: Int32) -> AuditError {
        AuditError(.file, "`\(path)` \(what): \(unsafe String(cString: strerror(code)))")
    }
}
