public import Audit
import Foundation
import GRDB
import TransparencyLog

/// An index over one or several logs, for questions that would take a walk through all entries.
///
/// It holds nothing that the logs do not, and can be thrown away: whatever is wrong with it, it is made anew.
public final class AuditIndex {
    /// One of the logs.
    public struct Log: Sendable, Hashable {
        /// Its name.
        public let origin: String
        /// Where it is.
        public let directory: String
        /// How many of its entries are in the index.
        public fileprivate(set) var entryCount: Int64 = 0

        /// A log.
        public init(origin: String, directory: String) {
            self.origin = origin
            self.directory = directory
        }
    }

    /// The file.
    public let path: String
    /// The logs, by name.
    public private(set) var logs: [Log]
    /// Whether it was made anew when it was opened.
    public private(set) var isRebuilt = false
    private var file: IndexFile

    /// Opens the index of these logs, and brings it up to date: entries that were added since are added; where a log is
    /// another, the index is damaged or of another version, it is made anew.
    ///
    /// - Parameters:
    ///   - path: the file, whose name ends in `.sqlite`; made if it is absent.
    ///   - directories: the log directories, or copies of them, each of another log.
    ///   - isRebuilding: whether it is made anew in any case.
    /// - Throws: `file` when there is no log or the index cannot be written, `damaged` when a log is.
    public init(path: String, directories: [String], isRebuilding: Bool = false) throws(AuditError) {
        self.path = path
        var logs: [Log] = []
        for directory in directories {
            let origin = try AuditReader(directory: directory).origin().description
            if let other = logs.first(where: { ExactText($0.origin) == ExactText(origin) }) {
                throw AuditError(.file, "`\(other.directory)` and `\(directory)` are both the log `\(origin)`")
            }
            logs.append(Log(origin: origin, directory: directory))
        }
        logs.sort { $0.origin.utf8.lexicographicallyPrecedes($1.origin.utf8) }
        self.logs = logs
        try IndexFile.requirePath(path, outside: directories)
        file = IndexFile(path: path)
        try Self.reporting(path) {
            if try isRebuilding || !update() { try rebuild() }
        }
    }

    // MARK: Bringing it up to date

    /// Adds what is new; `false` when the index has to be made anew.
    private func update() throws -> Bool {
        do {
            guard let queue = try file.openIfOurs() else { return false }
            var isGood = false
            try queue.inTransaction(.immediate) { database in
                isGood = try IndexSchema.isCurrent(in: database) && addNew(to: database)
                return isGood ? .commit : .rollback
            }
            return isGood
        } catch let error as DatabaseError where IndexFile.isOfContent(error) {
            return false
        }
    }

    private func rebuild() throws {
        do {
            // What is somebody else's is not replaced.
            _ = try file.openIfOurs()
        } catch let error as DatabaseError where IndexFile.isOfContent(error) {}
        isRebuilt = true
        try file.replace { database in
            try IndexSchema.create(in: database)
            guard try addNew(to: database) else {
                throw AuditError(.damaged, "a log has changed while it was read")
            }
        }
    }

    /// Adds the entries that are not there yet; `false` when what is there is not of these logs.
    private func addNew(to database: Database) throws -> Bool {
        let known = try Row.fetchAll(
            database,
            sql: "SELECT id, CAST(origin AS BLOB) AS origin, size, root FROM logs ORDER BY id"
        )
        // Logs are numbered by their names, so that an index does not depend on when they were added.
        guard known.count <= logs.count else { return false }
        for (index, row) in known.enumerated() {
            guard row["origin"] as Data == Data(logs[index].origin.utf8) else { return false }
        }
        for index in logs.indices {
            let id = Int64(index) + 1
            var place = LogPlace.start
            if index < known.count {
                guard let stored = LogPlace(known[index]) else { return false }
                place = stored
            }
            let writer = try IndexWriter(database, log: id)
            let read = try CheckedLog(directory: logs[index].directory).read(after: place) { try writer.add($0) }
            guard let end = read else { return false }
            try writer.flush()
            logs[index].entryCount = end.size
            if index < known.count, end == place { continue }
            try database.execute(
                sql: "REPLACE INTO logs(id, origin, size, root) VALUES (?, CAST(? AS TEXT), ?, ?)",
                arguments: [id, Data(logs[index].origin.utf8), end.size, Data(end.root.bytes)]
            )
        }
        return true
    }

    // MARK: Questions

    /// Runs a question on one state of the index.
    func read(_ body: (Database) throws -> Void) throws {
        do {
            guard let queue = try file.openIfOurs() else { throw AuditError(.file, "the index `\(path)` is gone") }
            try queue.inTransaction(.deferred) { database in
                try body(database)
                return .commit
            }
        } catch let error as DatabaseError {
            if IndexFile.isOfContent(error) {
                file.remove()
                throw AuditError(
                    .file,
                    "the index `\(path)` was damaged and is removed: the next command makes it anew"
                )
            }
            throw IndexFile.error(path, error)
        }
    }

    /// The entries about a job or of a session, or refusals that name a job that never was, in the order of each log.
    public func entries(named name: String) throws -> [(log: Log, sequence: Int64)] {
        var found: [(log: Log, sequence: Int64)] = []
        try read { database in
            let sql = """
                SELECT log, seq FROM session_entries WHERE session = (SELECT id FROM sessions WHERE name = CAST(?1 AS TEXT))
                UNION SELECT log, seq FROM job_entries WHERE job = (SELECT id FROM jobs WHERE name = CAST(?1 AS TEXT))
                UNION SELECT log, seq FROM job_mentions WHERE name = CAST(?1 AS TEXT)
                ORDER BY 1, 2
                """
            for row in try Row.fetchAll(database, sql: sql, arguments: [ExactText(name).data]) {
                let index = (row["log"] as Int) - 1
                if logs.indices.contains(index) { found.append((logs[index], row["seq"])) }
            }
        }
        return found
    }

    /// How many sessions and jobs there are.
    public func counts() throws -> (sessions: Int64, jobs: Int64) {
        var counts: (sessions: Int64, jobs: Int64) = (0, 0)
        try read { database in
            counts.sessions = try Int64.fetchOne(database, sql: "SELECT count(*) FROM sessions") ?? 0
            counts.jobs = try Int64.fetchOne(database, sql: "SELECT count(*) FROM jobs") ?? 0
        }
        return counts
    }

    private static func reporting(_ path: String, _ body: () throws -> Void) throws(AuditError) {
        do {
            try body()
        } catch let error as AuditError {
            throw error
        } catch let error as DatabaseError {
            throw IndexFile.error(path, error)
        } catch {
            throw AuditError(.file, "the index `\(path)` cannot be written")
        }
    }
}

extension LogPlace {
    /// A place as it was written.
    fileprivate init?(_ row: Row) {
        guard let root = TreeHash([UInt8](row["root"] as Data)) else { return nil }
        self.init(size: row["size"], root: root)
    }
}
