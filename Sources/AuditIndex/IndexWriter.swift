import Audit
import Foundation
import GRDB
import JSON

/// Puts entries into the index, many at a time: a job's entries mostly come close to each other, so that its row and
/// what it is found by are written once.
final class IndexWriter {
    private static let batchEntries = 50_000

    fileprivate struct Posting: Hashable, Comparable {
        let term, time, job: Int64

        static func < (left: Posting, right: Posting) -> Bool {
            (left.term, left.time, left.job) < (right.term, right.time, right.job)
        }
    }

    private let log: Int64
    private let interning: Interning
    private let statements: Statements
    private var nextJob: Int64
    private var nextSession: Int64
    private var jobs: [ExactText: JobRow] = [:]
    private var sessions: [ExactText: SessionRow] = [:]
    private var sessionEntries: [(session: Int64, sequence: Int64, time: Int64)] = []
    private var jobEntries: [(job: Int64, sequence: Int64)] = []
    private var count = 0

    /// - Parameter log: the log whose entries come, by its number in the index.
    init(_ database: Database, log: Int64) throws {
        self.log = log
        interning = try Interning(database)
        statements = try Statements(database)
        nextJob = try (Int64.fetchOne(database, sql: "SELECT max(id) FROM jobs") ?? 0) + 1
        nextSession = try (Int64.fetchOne(database, sql: "SELECT max(id) FROM sessions") ?? 0) + 1
    }

    /// Takes the next entry of the log.
    func add(_ entry: AuditEntry) throws {
        guard let time = entry.microseconds else { return }
        var session: Int64 = 0
        var caller: Int64 = 0
        let job = entry.json["job"]?["job_id"]?.stringValue
        if entry.session != nil || job != nil {
            caller = try interning.caller(actor: entry.json["actor"], software: entry.json["software"]?.stringValue)
        }
        if let name = entry.session.map(ExactText.init) {
            var row = try sessions.removeValue(forKey: name) ?? findSession(name, time: time)
            row.add(entry, time: time, caller: caller)
            session = row.id
            sessions[name] = row
            sessionEntries.append((session, entry.sequence, time))
        }
        if let name = job.map(ExactText.init) {
            let facts = EntryFacts(entry: entry, log: log, time: time, session: session, caller: caller)
            var row = try jobs.removeValue(forKey: name) ?? findJob(name, facts)
            try row.add(facts, in: interning)
            jobEntries.append((row.id, entry.sequence))
            jobs[name] = row
        } else if let name = entry.jobID.map(ExactText.init) {
            try statements.addMention.execute(arguments: [name.data, log, entry.sequence])
        }
        count += 1
        if count >= Self.batchEntries { try flush() }
    }

    private func findSession(_ name: ExactText, time: Int64) throws -> SessionRow {
        if let row = try Row.fetchOne(statements.findSession, arguments: [name.data]) {
            return SessionRow(row, name: name)
        }
        defer { nextSession += 1 }
        return SessionRow(id: nextSession, name: name, time: time)
    }

    private func findJob(_ name: ExactText, _ facts: EntryFacts) throws -> JobRow {
        if let row = try Row.fetchOne(statements.findJob, arguments: [name.data]) { return JobRow(row, name: name) }
        defer { nextJob += 1 }
        return JobRow(id: nextJob, name: name, time: facts.time, log: log, sequence: facts.entry.sequence)
    }

    // MARK: Writing

    /// Writes what is kept back.
    func flush() throws {
        for var row in sessions.values.sorted(by: { $0.id < $1.id }) { try write(&row) }
        for entry in sessionEntries.sorted(by: { ($0.session, $0.sequence) < ($1.session, $1.sequence) }) {
            try statements.addSessionEntry.execute(arguments: [entry.session, log, entry.sequence, entry.time])
        }
        var added: [Posting] = []
        for row in jobs.values.sorted(by: { $0.id < $1.id }) {
            try (row.isNew ? statements.addJob : statements.replaceJob).execute(arguments: row.values)
            guard row.isNew || row.terms != row.written else { continue }
            let (old, new) = (row.isNew ? [] : try postings(row.written, of: row), try postings(row.terms, of: row))
            for posting in old.subtracting(new) {
                try statements.removePosting.execute(arguments: [posting.term, posting.time, posting.job])
            }
            added += new.subtracting(old)
        }
        for posting in added.sorted() {
            try statements.addPosting.execute(arguments: [posting.term, posting.time, posting.job])
        }
        for entry in jobEntries.sorted(by: { ($0.job, $0.sequence) < ($1.job, $1.sequence) }) {
            try statements.addJobEntry.execute(arguments: [entry.job, log, entry.sequence])
        }
        jobs.removeAll(keepingCapacity: true)
        sessions.removeAll(keepingCapacity: true)
        sessionEntries.removeAll(keepingCapacity: true)
        jobEntries.removeAll(keepingCapacity: true)
        count = 0
    }

    private func write(_ row: inout SessionRow) throws {
        for request in row.newRequests.sorted() {
            try statements.addRequest.execute(arguments: [row.id, request])
            row.requests += Int64(statements.changesCount)
        }
        for (caller, first) in row.newCallers.sorted(by: { $0.key < $1.key }) {
            try statements.addSessionCaller.execute(arguments: [row.id, caller, first])
        }
        try (row.isNew ? statements.addSession : statements.replaceSession).execute(arguments: row.values)
    }

    private func postings(_ terms: JobRow.Terms, of row: JobRow) throws -> Set<Posting> {
        var found = try interning.terms(ofTables: terms.tables) + interning.terms(ofTables: terms.endedTables)
        found += try interning.terms(ofMasks: terms.masks)
        return Set(found.map { Posting(term: $0, time: terms.time, job: row.id) })
    }
}

/// The statements of a writer, prepared once.
private final class Statements {
    let findSession, addSession, replaceSession, addSessionEntry, addSessionCaller, addRequest: Statement
    let findJob, addJob, replaceJob, addJobEntry, addMention, addPosting, removePosting: Statement
    private let database: Database

    /// How many rows the last statement changed.
    var changesCount: Int { database.changesCount }

    init(_ database: Database) throws {
        self.database = database
        func insert(_ table: String, _ columns: String, _ verb: String = "INSERT") throws -> Statement {
            let values = columns.split(separator: ",").map {
                $0.trimmingCharacters(in: .whitespacesAndNewlines) == "name" ? "CAST(? AS TEXT)" : "?"
            }
            return try database.makeStatement(
                sql: "\(verb) INTO \(table)(\(columns)) VALUES (\(values.joined(separator: ", ")))"
            )
        }
        findSession = try database.makeStatement(
            sql: "SELECT \(SessionRow.columns) FROM sessions WHERE name = CAST(? AS TEXT)"
        )
        addSession = try insert("sessions", SessionRow.columns)
        replaceSession = try insert("sessions", SessionRow.columns, "REPLACE")
        addSessionEntry = try insert("session_entries", "session, log, seq, time")
        addSessionCaller = try database.makeStatement(
            sql: """
                INSERT INTO session_callers(session, caller, first) VALUES (?, ?, ?)
                ON CONFLICT DO UPDATE SET first = min(first, excluded.first)
                """
        )
        addRequest = try insert("session_requests", "session, request", "INSERT OR IGNORE")
        findJob = try database.makeStatement(sql: "SELECT \(JobRow.columns) FROM jobs WHERE name = CAST(? AS TEXT)")
        addJob = try insert("jobs", JobRow.columns)
        replaceJob = try insert("jobs", JobRow.columns, "REPLACE")
        addJobEntry = try insert("job_entries", "job, log, seq")
        addMention = try insert("job_mentions", "name, log, seq")
        addPosting = try insert("postings", "term, time, job")
        removePosting = try database.makeStatement(sql: "DELETE FROM postings WHERE (term, time, job) = (?, ?, ?)")
    }
}
