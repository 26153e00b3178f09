public import Catalog

/// Which values of `_TABLE_SUFFIX` a condition may let through, as far as literals tell. What it does not admit cannot
/// fulfil the condition; what it admits may fail it still.
public indirect enum SuffixFilter: Sendable, Hashable {
    /// Nothing is known.
    case everything
    /// One of some texts.
    case among(Set<String>)
    /// Less than a text, in the order of bytes, which is that of BigQuery.
    case below(String, orEqual: Bool)
    /// Greater than a text.
    case above(String, orEqual: Bool)
    /// What begins with a text.
    case prefix(String)
    /// What all of these admit.
    case all([SuffixFilter])
    /// What any of these admits.
    case any([SuffixFilter])

    /// Whether a table may be read for the sake of the condition.
    public func admits(_ suffix: String) -> Bool {
        switch self {
        case .everything: true
        case .among(let texts): texts.contains(suffix)
        case .below(let text, let orEqual): Self.isOrdered(suffix, text, orEqual: orEqual)
        case .above(let text, let orEqual): Self.isOrdered(text, suffix, orEqual: orEqual)
        case .prefix(let text): suffix.utf8.starts(with: text.utf8)
        case .all(let filters): filters.allSatisfy { $0.admits(suffix) }
        case .any(let filters): filters.contains { $0.admits(suffix) }
        }
    }

    private static func isOrdered(_ left: String, _ right: String, orEqual: Bool) -> Bool {
        if left.utf8.elementsEqual(right.utf8) { return orEqual }
        return left.utf8.lexicographicallyPrecedes(right.utf8)
    }
}

/// What a query, or the text of a view, reads: what a catalog snapshot has to hold.
public struct TableNeeds: Sendable, Hashable {
    /// The tables by full name, wildcards among them.
    public private(set) var tables: Set<TableID>
    /// The routines by full name.
    public internal(set) var routines: Set<RoutineID> = []
    /// What the query's own conditions let through of each wildcard: one filter for each time that it is read.
    private var suffixes: [TableID: [SuffixFilter]]

    /// Creates the need of tables; of wildcards, without a filter, all matches are needed.
    public init(tables: Set<TableID>, suffixes: [TableID: [SuffixFilter]] = [:]) {
        self.tables = tables
        self.suffixes = suffixes
    }

    /// Whether the table of a suffix may be read through a wildcard.
    public func admits(_ suffix: String, of wildcard: TableID) -> Bool {
        suffixes[wildcard].map { $0.contains { $0.admits(suffix) } } ?? true
    }

    /// The needs of both.
    public mutating func formUnion(_ other: TableNeeds) {
        for table in other.tables where table.wildcardPrefix != nil {
            let known = tables.contains(table) ? suffixes[table] : []
            suffixes[table] = known.flatMap { known in other.suffixes[table].map { known + $0 } }
        }
        tables.formUnion(other.tables)
        routines.formUnion(other.routines)
    }

    /// The same but for some tables.
    public func without(_ others: Set<TableID>) -> TableNeeds {
        var rest = self
        rest.tables.subtract(others)
        return rest
    }

    /// How many tables and routines are needed.
    public var count: Int { tables.count + routines.count }

    /// Whether nothing is needed.
    public var isEmpty: Bool { tables.isEmpty && routines.isEmpty }

    /// The same but for some routines.
    public func without(_ others: Set<RoutineID>) -> TableNeeds {
        var rest = self
        rest.routines.subtract(others)
        return rest
    }

    /// What is needed beyond what others need: tables and routines that they lack, and wildcards, of which more may be read.
    public func subtracting(_ other: TableNeeds) -> TableNeeds {
        var rest = self
        rest.routines.subtract(other.routines)
        rest.tables = tables.filter { table in
            guard other.tables.contains(table) else { return true }
            guard table.wildcardPrefix != nil, let known = other.suffixes[table] else { return false }
            return suffixes[table].map { !Set($0).isSubset(of: known) } ?? true
        }
        return rest
    }
}
