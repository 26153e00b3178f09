/// What is known of one table name.
public enum CatalogEntry: Sendable, Hashable {
    /// The table exists and its schema was read.
    case table(TableSchema)
    /// The name is a wildcard, and the schemas of the matches that the query may read were read.
    case wildcard(WildcardTables)
    /// The name is a wildcard that cannot be read.
    case unusableWildcard(WildcardProblem)
    /// There is no such table, or it is not to be seen.
    case absent
    /// The schema could not be read; nothing may be assumed of the table.
    case unreadable(reason: String)
}

/// The tables of one query as seen at one moment: what masking decides on.
///
/// A name that was never asked for has no entry, which counts as unreadable, never as empty.
public struct CatalogSnapshot: Sendable, Hashable {
    /// What is known, by full name, of the tables that the query names and of those that its views read.
    public let entries: [TableID: CatalogEntry]
    /// The tables that the caller may reach through a view only: by name they are as if absent.
    public let hidden: Set<TableID>

    /// Creates a snapshot of exactly these entries.
    public init(entries: [TableID: CatalogEntry], hidden: Set<TableID> = []) {
        self.entries = entries
        self.hidden = hidden
    }

    /// Creates a snapshot of tables whose schemas were all read.
    public init(tables: [TableSchema]) {
        self.init(entries: Dictionary(tables.map { ($0.id, .table($0)) }, uniquingKeysWith: { _, last in last }))
    }

    /// What is known of a table that the caller names; `nil` when it was not asked for.
    public subscript(id: TableID) -> CatalogEntry? { hidden.contains(id) ? .absent : entries[id] }

    /// What is known of a table that a view reads; `nil` when it was not asked for.
    public subscript(belowView id: TableID) -> CatalogEntry? { entries[id] }
}
