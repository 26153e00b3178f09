import Audit
import Foundation
import GRDB

extension AuditIndex {
    /// The least length of a gap unless told, in seconds: who is at work asks something within a quarter of an hour.
    public static let gapSecondsDefault: Int64 = 900

    /// Calls `body` with each job that matches.
    ///
    /// - Throws: `file` when the index cannot be read, or has no job of the ID to begin after; what `body` throws.
    public func jobs(
        matching filter: AuditFilter = AuditFilter(),
        by order: JobOrder = .time,
        page: AuditPage = AuditPage(),
        _ body: (AuditJobRecord) throws -> Void
    ) throws {
        try read { database in
            let lookup = try RecordLookup(database)
            var selection = try Self.selection(filter, lookup.names, in: database)
            let after = try page.after.map { name in
                let id = try Self.known(lookup.names.id(of: name, in: "jobs"), "job", name)
                return (key: try Self.key(of: order.key, "jobs j", id, in: database), id: id)
            }
            var sql: String
            if order == .time {
                sql = try selection.jobs(
                    after: after.map { (time: $0.key, job: $0.id) },
                    isDescending: page.isDescending
                )
            } else {
                let chosen = try filter.isEmpty ? "" : "j.id IN (SELECT id FROM (\(selection.jobs())))"
                sql = Self.sorted("jobs j", by: order.key, after, page, where: chosen.isEmpty ? [] : [chosen])
            }
            if let limit = page.limit { sql += " LIMIT \(limit)" }
            let found = try Row.fetchCursor(database, sql: sql)
            while let row = try found.next() {
                if let record = try lookup.job(row["id"]) { try body(record) }
            }
        }
    }

    /// Calls `body` with each session that matches; of conditions that are on jobs, one job must meet all.
    ///
    /// - Parameter gapSeconds: how long nothing must have been recorded for it to be a gap.
    /// - Throws: `file` when the index cannot be read, or has no session of the ID to begin after; what `body` throws.
    public func sessions(
        matching filter: AuditFilter = AuditFilter(),
        by order: SessionOrder = .time,
        page: AuditPage = AuditPage(),
        gapSeconds: Int64 = gapSecondsDefault,
        _ body: (AuditSession) throws -> Void
    ) throws {
        try read { database in
            let lookup = try RecordLookup(database)
            let after = try page.after.map { name in
                let id = try Self.known(lookup.names.id(of: name, in: "sessions"), "session", name)
                return (key: try Self.key(of: order.key, "sessions j", id, in: database), id: id)
            }
            let conditions = try Self.sessionConditions(filter, lookup.names, in: database)
            var sql = Self.sorted("sessions j", by: order.key, after, page, where: conditions)
            if let limit = page.limit { sql += " LIMIT \(limit)" }
            let found = try Row.fetchCursor(database, sql: sql)
            while let row = try found.next() {
                if let record = try lookup.session(row["id"], gapSeconds: gapSeconds) { try body(record) }
            }
        }
    }

    // MARK: SQL

    /// Rows in the order of a number; it is alike for those that have none, and less than any other.
    private static func sorted(
        _ table: String,
        by key: String,
        _ after: (key: Int64, id: Int64)?,
        _ page: AuditPage,
        where conditions: [String]
    ) -> String {
        let (order, comparison) = page.isDescending ? (" DESC", "<") : ("", ">")
        let next = after.map { "(\(key), j.id) \(comparison) (\($0.key), \($0.id))" }
        return "SELECT \(key) AS key, j.id AS id FROM \(table)"
            + Selection.whole(conditions + (next.map { [$0] } ?? []))
            + " ORDER BY \(key)\(order), j.id\(order)"
    }

    private static func key(of key: String, _ table: String, _ id: Int64, in database: Database) throws -> Int64 {
        try Int64.fetchOne(database, sql: "SELECT \(key) FROM \(table) WHERE j.id = \(id)") ?? 0
    }

    private static func known(_ id: Int64?, _ what: String, _ name: String) throws -> Int64 {
        guard let id else { throw AuditError(.file, "the log has no \(what) `\(name)` to begin after") }
        return id
    }

    /// The jobs that a filter is for.
    private static func selection(
        _ filter: AuditFilter,
        _ lookup: Lookup,
        in database: Database
    ) throws -> Selection {
        var selection = Selection(database, from: filter.from, to: filter.to)
        func values(_ column: String, _ numbers: [Int64]) {
            selection.add(.values(column: column, index: "jobs_\(column)", numbers))
        }
        if let name = filter.session {
            // 0 is for jobs without a session.
            values("session", try lookup.id(of: name, in: "sessions").map { [$0] } ?? [])
        }
        if let callers = try callers(filter, lookup) { values("caller", callers) }
        if let part = filter.statement { values("sql", try lookup.sql(containing: part)) }
        if let outcome = filter.outcome {
            values("outcome", outcome == "running" ? [0] : try lookup.name(of: outcome))
        }
        if let column = filter.column {
            selection.add(.terms(try lookup.terms(column: column, table: filter.table)))
        } else if let table = filter.table {
            selection.add(.terms(try lookup.terms(table: table)))
        }
        if let tag = filter.tag { selection.add(.terms(try lookup.terms(tag: tag))) }
        if let job = filter.job { selection.job = try lookup.id(of: job, in: "jobs") ?? 0 }
        if let bytes = filter.bytesMin { selection.add("j.bytes_processed >= \(bytes)") }
        if let bytes = filter.bytesMax { selection.add("j.bytes_processed <= \(bytes)") }
        return selection
    }

    /// Callers that are of the person, the role and the client; null where none of these is asked for.
    private static func callers(_ filter: AuditFilter, _ lookup: Lookup) throws -> [Int64]? {
        let sets = [
            try filter.subject.map { try lookup.callers(subject: $0) },
            try filter.role.map { try lookup.callers(role: $0) },
            try filter.client.map { try lookup.callers(client: $0) },
        ].compactMap { $0 }
        guard var common = sets.first.map({ Set($0) }) else { return nil }
        for set in sets.dropFirst() { common.formIntersection(set) }
        return common.sorted()
    }

    private static func sessionConditions(
        _ filter: AuditFilter,
        _ lookup: Lookup,
        in database: Database
    ) throws -> [String] {
        var conditions: [String] = []
        if let name = filter.session { conditions.append("j.id = \(try lookup.id(of: name, in: "sessions") ?? 0)") }
        if let from = filter.from { conditions.append("j.last >= \(from)") }
        if let to = filter.to { conditions.append("j.first < \(to)") }
        var selection = try selection(filter, lookup, in: database)
        if let callers = try callers(filter, lookup) {
            let list = try selection.list(callers)
            conditions.append("j.id IN (SELECT session FROM session_callers WHERE caller IN \(list))")
        }
        if filter.asksForJobs {
            let jobs = try selection.jobs()
            conditions.append("j.id IN (SELECT session FROM jobs WHERE id IN (SELECT id FROM (\(jobs))))")
        }
        return conditions
    }
}

extension JobOrder {
    fileprivate var key: String {
        switch self {
        case .time: "j.time"
        case .ended: "ifnull(j.ended, -1)"
        case .bytes: "ifnull(j.bytes_processed, -1)"
        case .rows: "j.rows"
        case .pages: "j.pages"
        }
    }
}

extension SessionOrder {
    fileprivate var key: String {
        switch self {
        case .time: "j.first"
        case .last: "j.last"
        case .requests: "j.requests"
        case .jobs: "j.jobs"
        case .refusals: "j.refusals"
        case .rows: "j.rows"
        }
    }
}
