public import struct FoundationEssentials.Date
import Glibc

extension KeyRing {
    /// The largest file that is looked at.
    public static let fileBytesMax = 65_536

    /// Reads a ring from its file.
    ///
    /// - Throws: `keyRing` when the file is missing, not a regular file, open to group or others, owned by somebody
    ///   other than this process's user or root, larger than `fileBytesMax`, or malformed.
    public static func load(file path: String) throws(CryptographyError) -> KeyRing {
        let file = try KeyRingDescriptor(opening: path, flags: O_RDONLY, mode: 0)
        try file.checkIsPrivate()
        let text = try String(decoding: file.read(bytesMax: fileBytesMax), as: UTF8.self)
        do {
            return try KeyRing(text: text)
        } catch {
            throw CryptographyError(error.code, "`\(path)`: \(error.message)")
        }
    }

    /// Makes a ring of one fresh key and writes it to a file that does not exist yet.
    ///
    /// The file appears whole and synced or not at all, and of two processes that make the same file one fails.
    ///
    /// - Throws: `keyRing` when the file exists or cannot be written.
    @discardableResult
    public static func make(file path: String, now: Date = Date()) throws(CryptographyError) -> KeyRing {
        let ring = try generate(now: now)
        let temporary = try ring.writeBeside(path)
        defer { unsafe unlink(temporary) }
        guard unsafe link(temporary, path) == 0 else { throw fileError(path, "could not be made", errno) }
        try syncDirectory(of: path)
        return ring
    }

    /// Puts a fresh key in front of the ring in a file; the former keys stay.
    ///
    /// - Throws: `keyRing` when the file cannot be read or written.
    @discardableResult
    public static func rotate(file path: String, now: Date = Date()) throws(CryptographyError) -> KeyRing {
        let ring = try load(file: path).rotated(now: now)
        let temporary = try ring.writeBeside(path)
        guard unsafe rename(temporary, path) == 0 else {
            let code = errno
            unsafe unlink(temporary)
            throw Self.fileError(path, "could not be replaced", code)
        }
        try syncDirectory(of: path)
        return ring
    }

    /// Reads the ring of a file, or makes it when there is no such file.
    public static func loadOrMake(file path: String, now: Date = Date()) throws(CryptographyError) -> KeyRing {
        if unsafe access(path, F_OK) != 0, errno == ENOENT {
            do {
                return try make(file: path, now: now)
            } catch {
                // Another process may have made it since; if not, the error of reading says what is wrong.
                guard unsafe access(path, F_OK) == 0 else { throw error }
            }
        }
        return try load(file: path)
    }

    /// Writes and syncs the text to a new file in the same directory and gives its path.
    private func writeBeside(_ path: String) throws(CryptographyError) -> String {
        let temporary = path + ".new-" + Base32.encode(try SecureRandom.bytes(10))
        let file = try KeyRingDescriptor(opening: temporary, flags: O_WRONLY | O_CREAT | O_EXCL, mode: 0o600)
        do {
            try file.write(Array(text.utf8))
        } catch {
            unsafe unlink(temporary)
            throw error
        }
        return temporary
    }

    private static func syncDirectory(of path: String) throws(CryptographyError) {
        let slash = path.lastIndex(of: "/")
        let directory = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        try KeyRingDescriptor(opening: directory, flags: O_RDONLY | O_DIRECTORY, mode: 0).sync()
    }

    fileprivate static func fileError(_ path: String, _ what: String, _ code: Int32) -> CryptographyError {
        CryptographyError(.keyRing, "key ring `\(path)` \(what): \(unsafe String(cString: strerror(code)))")
    }
}

/// One open file of a key ring.
private final class KeyRingDescriptor {
    private let descriptor: Int32
    private let path: String

    init(opening path: String, flags: Int32, mode: mode_t) throws(CryptographyError) {
        descriptor = unsafe Glibc.open(path, flags | O_CLOEXEC, mode)
        self.path = path
        guard descriptor >= 0 else { throw KeyRing.fileError(path, "could not be opened", errno) }
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    func checkIsPrivate() throws(CryptographyError) {
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else {
            throw KeyRing.fileError(path, "could not be examined", errno)
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw CryptographyError(.keyRing, "key ring `\(path)` is not a regular file")
        }
        guard status.st_mode & 0o077 == 0 else {
            throw CryptographyError(.keyRing, "key ring `\(path)` is open to group or others: chmod 600 it")
        }
        guard status.st_uid == geteuid() || status.st_uid == 0 else {
            throw CryptographyError(.keyRing, "key ring `\(path)` belongs to another user")
        }
    }

    func read(bytesMax: Int) throws(CryptographyError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: bytesMax + 1)
        var count = 0
        while count < bytes.count {
            let got = unsafe bytes.withUnsafeMutableBytes { buffer in
                unsafe Glibc.read(descriptor, buffer.baseAddress?.advanced(by: count), buffer.count - count)
            }
            if got == 0 { return Array(bytes.prefix(count)) }
            if got < 0, errno == EINTR { continue }
            guard got > 0 else { throw KeyRing.fileError(path, "could not be read", errno) }
            count += got
        }
        throw CryptographyError(.keyRing, "key ring `\(path)` is larger than \(bytesMax) bytes")
    }

    func write(_ bytes: [UInt8]) throws(CryptographyError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { throw KeyRing.fileError(path, "could not be written", errno) }
            rest = rest.dropFirst(written)
        }
        try sync()
    }

    func sync() throws(CryptographyError) {
        guard fsync(descriptor) == 0 else { throw KeyRing.fileError(path, "could not be synced", errno) }
    }
}
