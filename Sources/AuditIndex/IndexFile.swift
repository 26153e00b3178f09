import Audit
import Foundation
import GRDB
import Glibc

/// The file of an index: opened if it is one, replaced as a whole.
struct IndexFile {
    private static let waitSeconds = 600.0
    private static let suffix = ".sqlite"

    let path: String
    private var opened: DatabaseQueue?

    init(path: String) { self.path = path }

    /// Makes sure that nothing else is overwritten, and that a log directory holds nothing but the log.
    static func requirePath(_ path: String, outside directories: [String]) throws(AuditError) {
        guard path.hasSuffix(suffix), !path.utf8.contains(0) else {
            throw AuditError(.file, "the name of an index ends in `\(suffix)`")
        }
        let own = resolved(path)
        for directory in directories where own.hasPrefix(resolved(directory) + "/") {
            throw AuditError(.file, "the index `\(path)` would be in the log directory, which holds the log only")
        }
    }

    private static func resolved(_ path: String) -> String {
        let url = URL(filePath: path)
        return url.deletingLastPathComponent().resolvingSymlinksInPath().path + "/" + url.lastPathComponent
    }

    /// The database, when the file is there and is not somebody else's.
    ///
    /// - Throws: `file` when it is another program's database.
    mutating func openIfOurs() throws -> DatabaseQueue? {
        if let opened { return opened }
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        let queue = try DatabaseQueue(path: path, configuration: Self.configuration(isNew: false))
        let isOurs = try queue.inDatabase { database in
            try Int.fetchOne(database, sql: "PRAGMA application_id") == IndexSchema.applicationID
                || Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_schema") == 0
        }
        guard isOurs else { throw AuditError(.file, "`\(path)` is the database of another program") }
        opened = queue
        return queue
    }

    /// Makes a file beside the old one, fills it, and puts it in the old one's place.
    mutating func replace(_ fill: (Database) throws -> Void) throws {
        opened = nil
        let new = path + ".new-\(getpid())"
        try? FileManager.default.removeItem(atPath: new)
        defer { try? FileManager.default.removeItem(atPath: new) }
        let descriptor = unsafe open(new, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw AuditError(.file, "`\(new)` could not be made: \(unsafe String(cString: strerror(errno)))")
        }
        defer { close(descriptor) }
        let queue = try DatabaseQueue(path: new, configuration: Self.configuration(isNew: true))
        try queue.inTransaction(.immediate) { database in
            try fill(database)
            return .commit
        }
        try queue.close()
        guard fsync(descriptor) == 0, unsafe rename(new, path) == 0 else {
            throw AuditError(.file, "`\(path)` could not be written: \(unsafe String(cString: strerror(errno)))")
        }
    }

    mutating func remove() {
        opened = nil
        try? FileManager.default.removeItem(atPath: path)
    }

    private static func configuration(isNew: Bool) -> GRDB.Configuration {
        var configuration = GRDB.Configuration()
        configuration.busyMode = .timeout(waitSeconds)
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF")
            // A file that nobody sees before it is whole needs no way back.
            try database.execute(
                sql: isNew
                    ? "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -400000"
                    : "PRAGMA cache_size = -65536"
            )
        }
        return configuration
    }

    /// Whether an error says that the file holds something else than it should, and not that it cannot be used.
    static func isOfContent(_ error: DatabaseError) -> Bool {
        [.SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_ERROR, .SQLITE_CONSTRAINT, .SQLITE_MISMATCH].contains(
            error.resultCode
        )
    }

    static func error(_ path: String, _ error: DatabaseError) -> AuditError {
        AuditError(.file, "the index `\(path)`: \(error.message ?? "SQLite says \(error.resultCode)")")
    }
}
