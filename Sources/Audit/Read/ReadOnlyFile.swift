import Glibc

/// A file that is only read.
final class ReadOnlyFile {
    private let path: String
    private let descriptor: Int32

    /// Null when there is no such file.
    init?(ifPresent path: String) throws(AuditError) {
        self.path = path
        guard !path.utf8.contains(0) else { throw AuditError(.file, "a path has a NUL character") }
        descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            guard errno == ENOENT || errno == ENOTDIR else { throw Self.error(path, "could not be opened", errno) }
            return nil
        }
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    /// The length as it is now.
    func size() throws(AuditError) -> Int64 {
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw Self.error(path, "could not be examined", errno) }
        return Int64(status.st_size)
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

    /// The next bytes, as many as asked for unless the file ends before.
    func readFully(count: Int) throws(AuditError) -> [UInt8] {
        var bytes = try read(count: count)
        while bytes.count < count {
            let more = try read(count: count - bytes.count)
            if more.isEmpty { break }
            bytes += more
        }
        return bytes
    }

    /// Leaves out the next bytes; beyond the end there is nothing to read.
    func skip(count: Int) throws(AuditError) {
        guard lseek(descriptor, off_t(count), SEEK_CUR) >= 0 else { throw Self.error(path, "could not be read", errno) }
    }

    /// The whole file, which must not be larger than `bytesMax`; null when there is none.
    static func contents(_ path: String, bytesMax: Int) throws(AuditError) -> [UInt8]? {
        guard let file = try ReadOnlyFile(ifPresent: path) else { return nil }
        let size = Int(clamping: try file.size())
        guard size <= bytesMax else { throw AuditError(.file, "`\(path)` is larger than \(bytesMax) bytes") }
        var contents = try file.readFully(count: size)
        // What is added between is not waited for, and may be.
        while contents.count < bytesMax {
            let more = try file.read(count: min(65_536, bytesMax - contents.count))
            if more.isEmpty { break }
            contents += more
        }
        return contents
    }

    static func error(_ path: String, _ what: String, _ code: Int32) -> AuditError {
        AuditError(.file, "`\(path)` \(what): \(unsafe String(cString: strerror(code)))")
    }
}
