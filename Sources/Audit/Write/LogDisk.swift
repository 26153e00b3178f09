import Glibc

/// One change of a log's files, as it is about to be made.
package enum DiskOperation: Sendable, Hashable {
    case makeDirectory(String)
    /// A file is made, or emptied where there is one.
    case create(String)
    /// A file is opened to be written on, and made where there is none.
    case open(String)
    case append(String, [UInt8])
    case truncate(String, size: Int64)
    case syncFile(String)
    case syncDirectory(String)
    case rename(String, to: String)
    case remove(String)
    case removeDirectory(String)
}

/// Everything that changes files of a log goes through here. An observer hears of each change before it is made, and
/// can prevent it: with what it heard, tests make the disks that a power cut at any time could leave.
struct LogDisk: Sendable {
    typealias Observer = @Sendable (DiskOperation) throws(AuditError) -> Void

    private let observer: Observer?

    init(observer: Observer? = nil) {
        self.observer = observer
    }

    func announce(_ operation: DiskOperation) throws(AuditError) { try observer?(operation) }

    /// A file of these bytes and no others, not yet synced.
    func create(_ path: String, _ bytes: [UInt8]) throws(AuditError) -> LogFile {
        try announce(.create(path))
        let file = try LogFile(opening: path, flags: O_WRONLY | O_CREAT | O_TRUNC, disk: self)
        try file.append(bytes)
        return file
    }

    /// A file to write on.
    func open(_ path: String) throws(AuditError) -> LogFile {
        try announce(.open(path))
        return try LogFile(opening: path, flags: O_RDWR | O_APPEND | O_CREAT, disk: self)
    }

    /// Puts a whole file in the place of another: written beside, synced, renamed, directory synced.
    func replace(_ path: String, by bytes: [UInt8], writing beside: String, in directory: String) throws(AuditError) {
        try create(beside, bytes).sync()
        try rename(beside, to: path)
        try syncDirectory(directory)
    }

    /// Puts a file in the place of another, not yet durably.
    func rename(_ beside: String, to path: String) throws(AuditError) {
        try announce(.rename(beside, to: path))
        guard unsafe Glibc.rename(beside, path) == 0 else { throw LogFile.error(path, "could not be replaced", errno) }
    }

    /// Makes a directory with mode 0700 in one that is there; whether it was missing.
    @discardableResult
    func makeDirectory(_ path: String) throws(AuditError) -> Bool {
        guard !LogFile.exists(path) else { return false }
        try announce(.makeDirectory(path))
        guard unsafe mkdir(path, 0o700) == 0 || errno == EEXIST else {
            throw LogFile.error(path, "could not be made", errno)
        }
        return true
    }

    /// Makes the log's directory and the missing ones above it, each synced into its parent.
    func makeDirectories(_ path: String) throws(AuditError) {
        guard !LogFile.exists(path) else { return }
        let parent = LogLayout.parent(of: path)
        if parent != path { try makeDirectories(parent) }
        try makeDirectory(path)
        try syncDirectory(parent)
    }

    func syncDirectory(_ path: String) throws(AuditError) {
        try announce(.syncDirectory(path))
        try LogFile(opening: path, flags: O_RDONLY | O_DIRECTORY, disk: self).flush()
    }

    func remove(_ path: String) throws(AuditError) {
        try announce(.remove(path))
        guard unsafe unlink(path) == 0 || errno == ENOENT else {
            throw LogFile.error(path, "could not be removed", errno)
        }
    }

    /// Removes a directory of files with the files; nothing happens when it is not there.
    func removeDirectory(_ path: String) throws(AuditError) {
        guard LogFile.exists(path) else { return }
        for name in try LogFile.names(in: path) { try remove(path + "/" + name) }
        try announce(.removeDirectory(path))
        guard unsafe rmdir(path) == 0 || errno == ENOENT else {
            throw LogFile.error(path, "could not be removed", errno)
        }
    }
}
