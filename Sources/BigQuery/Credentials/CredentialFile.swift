internal import Cryptography
internal import Glibc

/// A credential file as it was at one moment.
struct CredentialFile: Sendable {
    /// Who may read or change a file.
    enum Secrecy: Sendable {
        /// Its content is secret: nobody else may read it. The group may, because that is how orchestrators give a file
        /// to a process that is not root.
        case secret
        /// Its content tells where tokens go: nobody else may change it.
        case unchangeable
    }

    /// Largest file that is read, in bytes.
    static let bytesMax = 65_536

    let bytes: [UInt8]
    let version: FileVersion
    /// Whether users outside the file's group may read it.
    let isReadByOthers: Bool

    /// What tells two contents apart.
    var digest: [UInt8] { SHA256.hash(bytes) }

    /// Reads a file.
    ///
    /// - Throws: why it cannot be used, with the path and nothing of the content.
    init(_ path: String, _ secrecy: Secrecy) throws(BigQueryError) {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw BigQueryError(credentials: "`\(path)` cannot be read") }
        defer { close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw BigQueryError(credentials: "`\(path)` is not a regular file")
        }
        guard status.st_uid == geteuid() || status.st_uid == 0 else {
            throw BigQueryError(credentials: "`\(path)` belongs to another user")
        }
        guard status.st_mode & 0o022 == 0 else {
            throw BigQueryError(credentials: "`\(path)` can be changed by others: chmod go-w it")
        }
        isReadByOthers = status.st_mode & 0o004 != 0
        if case .secret = secrecy, isReadByOthers {
            throw BigQueryError(credentials: "`\(path)` can be read by others: chmod 600 it")
        }
        guard status.st_size <= Self.bytesMax,
            let bytes = FileReading.bytes(from: descriptor, max: Self.bytesMax)
        else {
            throw BigQueryError(credentials: "`\(path)` is over \(Self.bytesMax) bytes, or cannot be read")
        }
        self.bytes = bytes
        version = FileVersion(status)
    }
}

/// Whole small files.
enum FileReading {
    /// The bytes of a file; nil when it is larger than that, or cannot be read.
    static func bytes(of path: String, max: Int) -> [UInt8]? {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        return bytes(from: descriptor, max: max)
    }

    /// The bytes from where a descriptor stands; nil when there are more than that, or on an error.
    static func bytes(from descriptor: Int32, max: Int) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: max + 1)
        var count = 0
        while count < bytes.count {
            let got = unsafe bytes.withUnsafeMutableBytes { buffer in
                unsafe read(descriptor, buffer.baseAddress?.advanced(by: count), buffer.count - count)
            }
            if got == 0 { return Array(bytes.prefix(count)) }
            if got < 0, errno == EINTR { continue }
            guard got > 0 else { return nil }
            count += got
        }
        return nil
    }
}

/// What tells two versions of a file apart without reading them.
struct FileVersion: Sendable, Hashable {
    private let device: UInt64
    private let inode: UInt64
    private let size: Int64
    private let modified: [Int]

    init(_ status: stat) {
        device = UInt64(status.st_dev)
        inode = UInt64(status.st_ino)
        size = Int64(status.st_size)
        modified = [Int(status.st_mtim.tv_sec), Int(status.st_mtim.tv_nsec)]
    }

    /// The version that is there now; nil when there is none.
    init?(of path: String) {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return nil }
        self.init(status)
    }
}

extension BigQueryError {
    /// A credential that cannot be used; nothing was sent.
    init(credentials detail: String) {
        self.init(.credentials, detail: detail, mayHaveBeenSent: false)
    }
}
