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
    /// What is known of the routines that the query names and of those that views and routines call.
    public let routines: [RoutineID: RoutineEntry]
    /// The routines that the caller may reach through a view or a routine only.
    public let hiddenRoutines: Set<RoutineID>

    /// Creates a snapshot of exactly these entries.
    public init(
        entries: [TableID: CatalogEntry],
        hidden: Set<TableID> = [],
        routines: [RoutineID: RoutineEntry] = [:],
        hiddenRoutines: Set<RoutineID> = []
    ) {
        self.entries = entries
        self.hidden = hidden
        self.routines = routines
        self.hiddenRoutines = hiddenRoutines
    }

    /// Creates a snapshot of tables whose schemas were all read.
    public init(tables: [TableSchema]) {
        self.init(entries: Dictionary(tables.map { ($0.id, .table($0)) }, uniquingKeysWith: { _, last in last }))
    }

    /// What is known of a table that the caller names; `nil` when it was not asked for.
    public subscript(id: TableID) -> CatalogEntry? { hidden.contains(id) ? .absent : entries[id] }

    /// Whether a name must not be told to the caller: that of a hidden table, or of a hidden routine.
    public func hides(_ name: TableID) -> Bool {
        hidden.contains(name)
            || hiddenRoutines.contains(RoutineID(project: name.project, dataset: name.dataset, routine: name.table))
    }

    /// What is known of a routine that the caller names; `nil` when it was not asked for.
    public subscript(id: RoutineID) -> RoutineEntry? { hiddenRoutines.contains(id) ? .absent : routines[id] }

    /// What is known of a table that a view or a routine reads; `nil` when it was not asked for.
    public subscript(belowView id: TableID) -> CatalogEntry? { entries[id] }
}
