import Audit
import Foundation
import GRDB
import JSON

/// Finds what rows only name by numbers, to make records of them.
final class RecordLookup {
    /// Who asked, as people read it.
    struct Caller {
        let person: String
        let client: String?
        let roles: [String]
    }

    private static let keptMax = 100_000

    let names: Lookup
    private let findCaller, findSessionName, findOrigin, findCallers, findTimes: Statement
    private let findJob, findSession: Statement
    private var callers: [Int64: Caller] = [:]
    private var origins: [Int64: String] = [:]

    init(_ database: Database) throws {
        names = try Lookup(database)
        findCaller = try database.makeStatement(
            sql: "SELECT subject, issuer, client, software, roles FROM callers WHERE id = ?"
        )
        findSessionName = try database.makeStatement(sql: "SELECT CAST(name AS BLOB) FROM sessions WHERE id = ?")
        findOrigin = try database.makeStatement(sql: "SELECT CAST(origin AS BLOB) FROM logs WHERE id = ?")
        findCallers = try database.makeStatement(sql: "SELECT caller, first FROM session_callers WHERE session = ?")
        findTimes = try database.makeStatement(
            sql: "SELECT log, time FROM session_entries WHERE session = ? ORDER BY log, seq"
        )
        findJob = try database.makeStatement(
            sql: "SELECT \(JobRow.columns), CAST(name AS BLOB) AS name_bytes FROM jobs WHERE id = ?"
        )
        findSession = try database.makeStatement(
            sql: "SELECT \(SessionRow.columns), CAST(name AS BLOB) AS name_bytes FROM sessions WHERE id = ?"
        )
    }

    func job(_ id: Int64) throws -> AuditJobRecord? {
        guard let row = try Row.fetchOne(findJob, arguments: [id]) else { return nil }
        return try AuditJobRecord(JobRow(row, name: Self.name(in: row)), self)
    }

    func session(_ id: Int64, gapSeconds: Int64) throws -> AuditSession? {
        guard let row = try Row.fetchOne(findSession, arguments: [id]) else { return nil }
        return try AuditSession(SessionRow(row, name: Self.name(in: row)), self, gapSeconds: gapSeconds)
    }

    private static func name(in row: Row) -> ExactText {
        ExactText(String(decoding: row["name_bytes"] as Data, as: UTF8.self))
    }

    func caller(_ id: Int64) throws -> Caller {
        if let known = callers[id] { return known }
        let caller = try makeCaller(id)
        if callers.count >= Self.keptMax { callers.removeAll() }
        callers[id] = caller
        return caller
    }

    private func makeCaller(_ id: Int64) throws -> Caller {
        guard let row = try Row.fetchOne(findCaller, arguments: [id]) else {
            return Caller(person: "nobody", client: nil, roles: [])
        }
        var person = "nobody"
        if let subject = try names.name(row["subject"]) {
            person = "\(subject) (\(try names.name(row["issuer"]) ?? "no issuer"))"
        }
        let roles = try names.name(row["roles"]).flatMap { try? JSONValue(parsing: Array($0.utf8)) }
        return Caller(
            person: person,
            client: try names.name(row["software"]) ?? names.name(row["client"]),
            roles: roles?.arrayValue?.compactMap(\.stringValue) ?? []
        )
    }

    /// Who asked in a session, the earliest first.
    func callers(ofSession id: Int64) throws -> [Caller] {
        let rows = try Row.fetchAll(findCallers, arguments: [id]).map { ($0["first"] as Int64, $0["caller"] as Int64) }
        let found = try rows.map { (first: $0.0, caller: try caller($0.1)) }
        return found.sorted { ($0.first, $0.caller.client ?? "") < ($1.first, $1.caller.client ?? "") }.map(\.caller)
    }

    func times(ofSession id: Int64) throws -> [(log: Int64, time: Int64)] {
        try Row.fetchAll(findTimes, arguments: [id]).map { ($0["log"], $0["time"]) }
    }

    func sessionName(_ id: Int64) throws -> String? {
        guard id != 0 else { return nil }
        return try Data.fetchOne(findSessionName, arguments: [id]).map { String(decoding: $0, as: UTF8.self) }
    }

    func origin(_ id: Int64) throws -> String {
        if let known = origins[id] { return known }
        let origin = try Data.fetchOne(findOrigin, arguments: [id]).map { String(decoding: $0, as: UTF8.self) } ?? ""
        origins[id] = origin
        return origin
    }

    func time(_ microseconds: Int64) -> String { AuditTime.text(microseconds: microseconds) }
}
