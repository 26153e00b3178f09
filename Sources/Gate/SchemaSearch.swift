import Catalog
import JSON
import Masking

/// A search for tables and columns by words: each word must be in a name, or in the description of something that is
/// not masked, in any order and ignoring case.
struct SchemaSearch: Sendable {
    /// The longest text, in UTF-8 bytes.
    static let textBytesMax = 400
    /// Matches of an answer when the caller does not say.
    static let matchesDefault = 20
    /// Matches of an answer at most.
    static let matchesMax = 100
    /// Tables whose columns are searched; those whose own name has a word of the text come first.
    static let tablesReadMax = 500

    /// In lower case.
    let words: [String]

    /// Takes a text apart; nil when it has no word or is too long.
    init?(_ text: String) {
        guard text.utf8.count <= Self.textBytesMax else { return nil }
        words = text.lowercased().split { $0.isWhitespace || $0 == "," || $0 == "`" }.map(String.init)
        if words.isEmpty { return nil }
    }

    /// Whether a text has some word.
    func hasWord(in text: String) -> Bool {
        let text = text.lowercased()
        return words.contains { text.contains($0) }
    }

    private func hasAllWords(in text: String) -> Bool { words.allSatisfy { text.contains($0) } }

    /// What matches of one table: the table, and its columns that have a word of their own.
    ///
    /// - Parameters:
    ///   - name: the table as callers write it.
    ///   - kind: BigQuery's name of what it is.
    ///   - schema: nil when the columns are not searched.
    func matches(table name: String, kind: String, schema: TableSchema?, under policy: MaskingPolicy) -> [SchemaMatch] {
        let columns = schema.map { policy.describe($0) } ?? []
        var found: [SchemaMatch] = []
        // A table's description may quote values of any column, so it counts only where none is masked. What a
        // view's columns derive from is not known here.
        let isView = schema?.kind.viewDefinition != nil
        let description = isView || columns.contains { $0.mask != nil } ? nil : schema?.description
        if let rank = rank(name: name.lowercased(), context: "", description: description) {
            found.append(SchemaMatch(rank: rank, table: name, type: kind, column: nil, view: nil))
        }
        for column in columns {
            let path = column.path.lowercased()
            let text = isView ? nil : column.description
            let own = text.map { "\(path) \($0)" } ?? path
            guard hasWord(in: own) else { continue }
            if let rank = rank(name: path, context: name.lowercased(), description: text) {
                found.append(
                    SchemaMatch(
                        rank: rank,
                        table: name,
                        type: column.column.type.name,
                        column: column,
                        view: isView ? schema : nil
                    )
                )
            }
        }
        return found
    }

    /// 0 when the name says it all, 1 with the table's name, 2 with a description; nil when words are missing.
    private func rank(name: String, context: String, description: String?) -> Int? {
        if hasAllWords(in: name) { return 0 }
        let names = "\(context) \(name)"
        if hasAllWords(in: names) { return 1 }
        guard let description, hasAllWords(in: "\(names) \(description.lowercased())") else { return nil }
        return 2
    }
}

/// A table or a column that was found.
struct SchemaMatch: Sendable {
    /// How many ranks there are within one table.
    static let ranks = 3

    /// 0 is the best.
    var rank: Int
    let table: String
    let type: String
    /// nil when the table itself is meant.
    let column: DescribedColumn?
    /// The view that the column is of; nil for a table.
    let view: TableSchema?

    /// - Parameter derived: the masks that the columns of the view derive from, by position.
    func json(derived: [ColumnMask?]) -> JSONValue {
        guard let column else { return ["table": .string(table), "type": .string(type)] }
        let top = column.path.prefix { $0 != "." }
        let position = view?.columns.firstIndex { $0.name == top }
        let mask = position.flatMap { derived.indices.contains($0) ? derived[$0] : nil } ?? column.mask
        return [
            "table": .string(table),
            "column": .string(column.path),
            "type": .string(type),
            "masked": mask.map(QueryAnswer.maskJSON) ?? .null,
        ]
    }
}

/// Tables of one name but for the day at its end, such as `events_20250131`, which have the same columns as a rule.
enum DayShards {
    private static let dayDigits = 8

    /// The name without the day; nil when there is none.
    static func family(of table: String) -> String? {
        let day = table.suffix(dayDigits)
        guard day.count == dayDigits, day.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else { return nil }
        return String(table.dropLast(dayDigits))
    }

    /// The tables that are not the newest of their family.
    static func older(of tables: [String]) -> Set<String> {
        var newest: [String: String] = [:]
        var older: Set<String> = []
        for table in tables {
            guard let family = family(of: table) else { continue }
            guard let other = newest[family] else {
                newest[family] = table
                continue
            }
            older.insert(min(other, table))
            newest[family] = max(other, table)
        }
        return older
    }
}
