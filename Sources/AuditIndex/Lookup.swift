import Foundation
import GRDB
import JSON

/// Finds numbers by text, and text by numbers.
final class Lookup {
    private static let keptMax = 100_000

    private let database: Database
    private let findName, findText: Statement
    private var names: [Int64: String] = [:]

    init(_ database: Database) throws {
        self.database = database
        findName = try database.makeStatement(sql: "SELECT CAST(text AS BLOB) FROM names WHERE id = ?")
        findText = try database.makeStatement(sql: "SELECT CAST(text AS BLOB) FROM texts WHERE id = ?")
    }

    // MARK: Text by number

    func name(_ id: Int64) throws -> String? {
        guard id != 0 else { return nil }
        if let known = names[id] { return known }
        guard let data = try Data.fetchOne(findName, arguments: [id]) else { return nil }
        let name = String(decoding: data, as: UTF8.self)
        if names.count >= Self.keptMax { names.removeAll() }
        names[id] = name
        return name
    }

    func text(_ id: Int64) throws -> String? {
        guard id != 0 else { return nil }
        return try Data.fetchOne(findText, arguments: [id]).map { String(decoding: $0, as: UTF8.self) }
    }

    func list(_ id: Int64) throws -> [JSONValue] {
        guard let text = try text(id) else { return [] }
        return (try? JSONValue(parsing: Array(text.utf8)))?.arrayValue ?? []
    }

    // MARK: Numbers by text

    /// The number of a session or a job.
    func id(of name: String, in table: String) throws -> Int64? {
        try numbers("SELECT id FROM \(table) WHERE name = CAST(? AS TEXT)", name).first
    }

    /// Callers with this subject, with this role, or with a client that this is in.
    func callers(subject: String) throws -> [Int64] {
        try numbers(
            "SELECT c.id FROM callers c JOIN names n ON n.id = c.subject WHERE n.text = CAST(? AS TEXT)",
            subject
        )
    }

    func callers(role: String) throws -> [Int64] {
        try numbers(
            "SELECT r.caller FROM caller_roles r JOIN names n ON n.id = r.role WHERE n.text = CAST(? AS TEXT)",
            role
        )
    }

    func callers(client: String) throws -> [Int64] {
        let found = try numbers("SELECT id FROM names WHERE \(Self.contains("text"))", client)
        let matching = Set(found)
        return try Row.fetchAll(database, sql: "SELECT id, client, software FROM callers").compactMap { row in
            matching.contains(row["client"]) || matching.contains(row["software"]) ? row["id"] : nil
        }
    }

    func name(of text: String) throws -> [Int64] {
        try numbers("SELECT id FROM names WHERE text = CAST(? AS TEXT)", text)
    }

    /// SQL that this is in.
    func sql(containing part: String) throws -> [Int64] {
        try numbers("SELECT id FROM texts WHERE is_sql AND \(Self.contains("text"))", part)
    }

    func terms(tag: String) throws -> [Int64] {
        try numbers(
            "SELECT t.id FROM terms t JOIN names n ON n.id = t.name WHERE t.kind = \(TermKind.tag.rawValue)"
                + " AND n.text = CAST(? AS TEXT)",
            tag
        )
    }

    /// Tables with this name, or with one that ends in it after a dot.
    func terms(table: String) throws -> [Int64] {
        try matchingTables(table, kind: .table, name: "name").map(\.term)
    }

    /// Masked columns of this name, of tables that match.
    func terms(column: String, table: String?) throws -> [Int64] {
        var found: [Int64] = []
        if table == nil {
            found = try numbers(
                "SELECT t.id FROM terms t JOIN names n ON n.id = t.name WHERE t.kind = \(TermKind.column.rawValue)"
                    + " AND n.text = CAST(? AS TEXT)",
                column
            )
        }
        let parts = column.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        // `bank.customers.address.city` can be a column `city`, or a field of a column of that table.
        for split in 0..<parts.count where split > 0 || table != nil {
            let prefix = parts[..<split].joined(separator: ".")
            guard let name = try name(of: parts[split...].joined(separator: ".")).first else { continue }
            for term in try matchingTables(prefix, kind: .columnOfTable, name: "scope", and: "t.name = \(name)") {
                if let table, !Self.matches(term.table, table) { continue }
                found.append(term.term)
            }
        }
        return found
    }

    private func matchingTables(
        _ table: String,
        kind: TermKind,
        name: String,
        and condition: String = "1"
    ) throws -> [(term: Int64, table: String)] {
        let sql = """
            SELECT t.id AS term, CAST(n.text AS BLOB) AS name FROM terms t JOIN names n ON n.id = t.\(name)
            WHERE t.kind = \(kind.rawValue) AND \(condition)
            """
        return try Row.fetchAll(database, sql: sql).compactMap { row in
            let found = String(decoding: row["name"] as Data, as: UTF8.self)
            return Self.matches(found, table) ? (row["term"], found) : nil
        }
    }

    /// Whether a table has a name, or one that ends in it after a dot; every table has no name.
    private static func matches(_ table: String, _ name: String) -> Bool {
        let (table, name) = (Array(table.utf8), Array(name.utf8))
        return name.isEmpty || table == name || table.suffix(name.count + 1) == ([UInt8(ascii: ".")] + name)[...]
    }

    private static func contains(_ column: String) -> String {
        "instr(lower(\(column)), lower(CAST(? AS TEXT))) > 0"
    }

    private func numbers(_ sql: String, _ text: String) throws -> [Int64] {
        try Int64.fetchAll(database, sql: sql, arguments: [ExactText(text).data])
    }
}
