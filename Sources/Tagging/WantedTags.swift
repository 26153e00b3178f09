public import Catalog
public import JSON

/// The state that an admin wants: for columns of tables the name of a tag, or null for none. What is not named stays.
public struct WantedTags: Sendable, Hashable {
    /// One column.
    public struct Wish: Sendable, Hashable {
        /// The column; nested ones as `a.b`.
        public let column: String
        /// The tag's name in `tags.yaml`; null takes the tag away.
        public let tag: String?
    }

    /// The columns, by table.
    public let tables: [TableID: [Wish]]

    /// Reads the file's map: `dataset.table` or `project.dataset.table` to a map of columns to tag names.
    ///
    /// - Parameter project: the project of names that have none.
    public init(_ document: JSONValue, project: String) throws(TaggingError) {
        guard let root = document.objectValue, !root.isEmpty else {
            throw TaggingError("the file must be a map of tables, as `bank.customers: {ssn: pii.ssn}`")
        }
        var tables: [TableID: [Wish]] = [:]
        for (name, value) in root {
            guard let table = Self.table(name, project: project) else {
                throw TaggingError("`\(name)` is neither `dataset.table` nor `project.dataset.table`")
            }
            guard let columns = value.objectValue, !columns.isEmpty else {
                throw TaggingError("`\(name)` must be a map of columns to tag names")
            }
            guard tables[table] == nil else { throw TaggingError("`\(table)` is there twice") }
            tables[table] = try Self.wishes(columns, of: name)
        }
        self.tables = tables
    }

    private static func wishes(_ columns: JSONObject, of table: String) throws(TaggingError) -> [Wish] {
        var wishes: [Wish] = []
        var seen: Set<String> = []
        for (column, tag) in columns {
            guard tag.isNull || tag.stringValue?.isEmpty == false else {
                throw TaggingError("`\(table)`: `\(column)` must be one tag's name, or null to take the tag away")
            }
            guard seen.insert(column.lowercased()).inserted else {
                throw TaggingError("`\(table)`: `\(column)` is there twice; names of columns have no case")
            }
            wishes.append(Wish(column: column, tag: tag.stringValue))
        }
        return wishes
    }

    /// A table's name in two or three parts; a project may have a domain with dots, before a colon.
    static func table(_ name: String, project: String) -> TableID? {
        let (domain, rest) =
            name.firstIndex(of: ":").map { (name[...$0], name[name.index(after: $0)...]) } ?? ("", name[...])
        let parts = rest.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard parts.allSatisfy({ !$0.isEmpty }) else { return nil }
        switch parts.count {
        case 2 where domain.isEmpty: return TableID(project: project, dataset: parts[0], table: parts[1])
        case 3: return TableID(project: domain + parts[0], dataset: parts[1], table: parts[2])
        default: return nil
        }
    }
}
