import Audit
import Cryptography
import Foundation
import JSON
import Reconciliation

/// One log that is compared with BigQuery's history.
struct ReconciledLog {
    /// Where it is.
    let directory: String
    /// Its name.
    let origin: String
    private let check: CommitmentCheck?

    private init(directory: String, keys: KeyRing?) throws(AuditError) {
        self.directory = directory
        origin = try AuditReader(directory: directory).origin().description
        if let keys { check = try CommitmentCheck(directory: directory, keys: keys) } else { check = nil }
    }

    /// The logs in these directories, and those of admin commands beside them.
    ///
    /// - Throws: when two have one name: a copy of a log beside itself would double every job.
    static func all(in directories: [String], keys: KeyRing?) throws -> [ReconciledLog] {
        var logs: [ReconciledLog] = []
        for directory in directories {
            let bare = directory.hasSuffix("/") ? String(directory.dropLast()) : directory
            logs.append(try ReconciledLog(directory: bare, keys: keys))
            let admin = bare + "-admin"
            if !directories.contains(admin), FileManager.default.fileExists(atPath: admin) {
                logs.append(try ReconciledLog(directory: admin, keys: keys))
            }
        }
        var seen: Set<String> = []
        for log in logs where !seen.insert(log.origin).inserted {
            throw ConfigurationError("two of the directories hold a log named `\(log.origin)`")
        }
        return logs
    }

    /// The time of the first entry; null when there is none.
    func begin() throws(AuditError) -> Int64? {
        try AuditReader(directory: directory).entries(numbered: [0]).first.flatMap { Moment.microseconds($0.time) }
    }

    /// Adds the log's jobs; again, those that came meanwhile.
    func read(into jobs: inout LoggedJobs) throws(AuditError) {
        try AuditReader(directory: directory).forEachEntry { jobs.add($0, log: origin, text: text) }
    }

    /// The text that was sent; an admin's statement is the only text of its entry.
    private func text(of entry: AuditEntry) -> LoggedJob.Text {
        let shape = entry.json["sent_shape_sha256"]?.stringValue
        guard let check else { return .unknown(.noKeys, withoutLiterals: shape) }
        let name = entry.json["commitments"]?["rewritten_sql"] == nil ? "sql" : "rewritten_sql"
        do {
            let text = try check.text(commitment: name, of: entry)
            return .digest(Hex.encode(SHA256.hash(text)))
        } catch {
            return .unknown(error.code == .key ? .otherKey : .gone, withoutLiterals: shape)
        }
    }
}
