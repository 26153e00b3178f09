import Foundation
import GRDB
import JSON

/// Puts each text into the index once, and numbers it in the order of first sight.
final class Interning {
    /// What is kept in memory of each kind; a log with more is looked up in the file.
    private static let keptMax = 200_000

    struct Term: Hashable {
        let kind: TermKind
        let scope: Int64
        let name: Int64
    }

    struct Caller: Hashable {
        let subject, issuer, client, software, roles: Int64
    }

    private let database: Database
    private var names: [ExactText: Int64] = [:]
    private var texts: [ExactText: Int64] = [:]
    private var callers: [Caller: Int64] = [:]
    private var terms: [Term: Int64] = [:]
    private var tableTerms: [Int64: [Int64]] = [:]
    private var maskTerms: [Int64: [Int64]] = [:]
    private let findName, addName, findText, addText: Statement
    private let findCaller, addCaller, addRole, findTerm, addTerm: Statement

    init(_ database: Database) throws {
        self.database = database
        findName = try database.makeStatement(sql: "SELECT id FROM names WHERE text = CAST(? AS TEXT)")
        addName = try database.makeStatement(sql: "INSERT INTO names(text) VALUES (CAST(? AS TEXT))")
        // Whoever finds two texts with the same 8 bytes must not get one for the other.
        findText = try database.makeStatement(
            sql: "SELECT id FROM texts WHERE digest = ? AND is_sql = ? AND text = CAST(? AS TEXT)"
        )
        addText = try database.makeStatement(
            sql: "INSERT INTO texts(digest, is_sql, text) VALUES (?, ?, CAST(? AS TEXT))"
        )
        findCaller = try database.makeStatement(
            sql: "SELECT id FROM callers WHERE (subject, issuer, client, software, roles) = (?, ?, ?, ?, ?)"
        )
        addCaller = try database.makeStatement(
            sql: "INSERT INTO callers(subject, issuer, client, software, roles) VALUES (?, ?, ?, ?, ?)"
        )
        addRole = try database.makeStatement(sql: "INSERT OR IGNORE INTO caller_roles(role, caller) VALUES (?, ?)")
        findTerm = try database.makeStatement(sql: "SELECT id FROM terms WHERE (kind, scope, name) = (?, ?, ?)")
        addTerm = try database.makeStatement(sql: "INSERT INTO terms(kind, scope, name) VALUES (?, ?, ?)")
    }

    /// The number of a short text; 0 for none.
    func name(_ text: String?) throws -> Int64 {
        guard let text = text.map(ExactText.init) else { return 0 }
        return try Self.known(text, in: &names) { try add([text.data], find: findName, insert: addName) }
    }

    /// The number of SQL.
    func sql(_ text: String?) throws -> Int64 {
        guard let text = text.map(ExactText.init) else { return 0 }
        return try Self.known(text, in: &texts) {
            try add([text.digest, 1, text.data], find: findText, insert: addText)
        }
    }

    /// The number of a list as the log has it; 0 for none, and for one without items.
    func list(_ value: JSONValue?) throws -> Int64 {
        guard let items = value?.arrayValue, !items.isEmpty else { return 0 }
        let text = ExactText(JSONValue.array(items).text)
        return try Self.known(text, in: &texts) {
            try add([text.digest, 0, text.data], find: findText, insert: addText)
        }
    }

    /// The number of who asks, in an entry's members `actor` and `software`.
    func caller(actor: JSONValue?, software: String?) throws -> Int64 {
        let roles = actor?["roles"]?.arrayValue ?? []
        let caller = Caller(
            subject: try name(actor?["subject"]?.stringValue),
            issuer: try name(actor?["issuer"]?.stringValue),
            client: try name(actor?["client"]?.stringValue),
            software: try name(software),
            roles: roles.isEmpty ? 0 : try name(JSONValue.array(roles).text)
        )
        return try Self.known(caller, in: &callers) {
            let values = [caller.subject, caller.issuer, caller.client, caller.software, caller.roles]
            let id = try add(values, find: findCaller, insert: addCaller)
            for role in roles {
                try addRole.execute(arguments: [try name(role.stringValue), id])
            }
            return id
        }
    }

    func term(_ kind: TermKind, _ name: Int64, of scope: Int64 = 0) throws -> Int64 {
        try Self.known(Term(kind: kind, scope: scope, name: name), in: &terms) {
            try add([kind.rawValue, scope, name], find: findTerm, insert: addTerm)
        }
    }

    /// What a list of tables says that a job is found by.
    func terms(ofTables list: Int64) throws -> [Int64] {
        try terms(of: list, in: &tableTerms) { table in
            guard let name = table.stringValue else { return [] }
            return [try term(.table, try self.name(name))]
        }
    }

    /// What a list of masked columns says that a job is found by.
    func terms(ofMasks list: Int64) throws -> [Int64] {
        try terms(of: list, in: &maskTerms) { mask in
            guard let table = mask["table"]?.stringValue, let column = mask["column"]?.stringValue else { return [] }
            let (tableName, columnName) = (try name(table), try name(column))
            var found = [try term(.column, columnName), try term(.columnOfTable, columnName, of: tableName)]
            if let tag = mask["tag"]?.stringValue { found.append(try term(.tag, try name(tag))) }
            return found
        }
    }

    private func terms(
        of list: Int64,
        in kept: inout [Int64: [Int64]],
        _ make: (JSONValue) throws -> [Int64]
    ) throws -> [Int64] {
        guard list != 0 else { return [] }
        return try Self.known(list, in: &kept) {
            let sql = "SELECT CAST(text AS BLOB) FROM texts WHERE id = ?"
            let data = try Data.fetchOne(database, sql: sql, arguments: [list])
            let items = data.flatMap { try? JSONValue(parsing: Array($0)) }?.arrayValue ?? []
            return try items.flatMap(make)
        }
    }

    private func add(_ values: [any DatabaseValueConvertible], find: Statement, insert: Statement) throws -> Int64 {
        let arguments = StatementArguments(values)
        if let id = try Int64.fetchOne(find, arguments: arguments) { return id }
        try insert.execute(arguments: arguments)
        return database.lastInsertedRowID
    }

    private static func known<Key: Hashable, Value>(
        _ key: Key,
        in kept: inout [Key: Value],
        _ find: () throws -> Value
    ) rethrows -> Value {
        if let id = kept[key] { return id }
        let id = try find()
        if kept.count >= keptMax { kept.removeAll(keepingCapacity: true) }
        kept[key] = id
        return id
    }
}
