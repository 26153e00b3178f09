extension TableID {
    /// What the names of the tables begin with that a wildcard such as `events_*` stands for; nil for the name of one
    /// table.
    public var wildcardPrefix: String? {
        table.utf8.last == UInt8(ascii: "*") ? String(table.dropLast()) : nil
    }

    /// The value of `_TABLE_SUFFIX` in the rows of this table; nil when a wildcard does not match it. The star stands for
    /// one or more characters (<https://cloud.google.com/bigquery/docs/reference/standard-sql/wildcard-table-reference>).
    public func suffix(in wildcard: TableID) -> String? {
        guard let prefix = wildcard.wildcardPrefix, datasetID == wildcard.datasetID,
            table.utf8.count > prefix.utf8.count, table.utf8.starts(with: prefix.utf8)
        else { return nil }
        return String(decoding: table.utf8.dropFirst(prefix.utf8.count), as: UTF8.self)
    }
}

/// The tables that a wildcard stands for, as far as a query reads them.
public struct WildcardTables: Sendable, Hashable {
    /// The wildcard.
    public let pattern: TableID
    /// The most recently created match: BigQuery takes the wildcard's columns from it, read or not.
    public let newest: TableSchema
    /// The matches that may be read.
    public let tables: [TableSchema]
    /// The number of all matches.
    public let matchCount: Int

    /// Creates what is known of a wildcard.
    public init(pattern: TableID, newest: TableSchema, tables: [TableSchema], matchCount: Int) {
        self.pattern = pattern
        self.newest = newest
        self.tables = tables
        self.matchCount = matchCount
    }
}

/// Why a wildcard cannot be read although tables match it.
public enum WildcardProblem: Error, Sendable, Hashable {
    /// A match is a view, with which BigQuery reads no wildcard, whatever its suffix.
    case view(TableID)
    /// A match is of another kind than a table, as the listing names it.
    case kind(String, TableID)
    /// More matches would have to be read than are allowed.
    case tooMany(Int, allowed: Int)
    /// The dataset has more tables than are listed.
    case incompleteList
}

/// A table as a listing shows it: enough to tell which tables a wildcard stands for.
public struct TableListing: Sendable, Hashable {
    /// The full name.
    public let id: TableID
    /// BigQuery's name of what it is: `TABLE`, `VIEW`, …
    public let kind: String
    /// When it was created, in milliseconds since 1970; nil when that is not told.
    public let creationTime: Int64?

    /// Creates an entry of a listing.
    public init(id: TableID, kind: String, creationTime: Int64?) {
        self.id = id
        self.kind = kind
        self.creationTime = creationTime
    }
}

/// Which of a dataset's tables a query reads through a wildcard.
public struct WildcardSelection: Sendable, Hashable {
    /// The most recently created match.
    public let newest: TableID
    /// The matches that may be read, by name.
    public let tables: [TableID]
    /// The number of all matches.
    public let matchCount: Int

    /// Chooses among the tables of a dataset.
    ///
    /// - Parameters:
    ///   - max: the most tables that may be read.
    ///   - admits: whether the query may read the table of a suffix.
    /// - Returns: nil when nothing matches.
    public init?(
        of wildcard: TableID,
        among listing: [TableListing],
        max: Int,
        admits: (String) -> Bool
    ) throws(WildcardProblem) {
        var matches: [(listing: TableListing, suffix: String)] = []
        for entry in listing {
            if let suffix = entry.id.suffix(in: wildcard) { matches.append((entry, suffix)) }
        }
        for (entry, _) in matches where entry.kind != "TABLE" {
            throw entry.kind.hasSuffix("VIEW") ? .view(entry.id) : .kind(entry.kind, entry.id)
        }
        // Of two of one millisecond the later name is taken: BigQuery has no rule for it.
        guard
            let newest = matches.map(\.listing).max(by: {
                ($0.creationTime ?? 0, $0.id) < ($1.creationTime ?? 0, $1.id)
            })
        else { return nil }
        let chosen = matches.filter { admits($0.suffix) }.map(\.listing.id).sorted()
        guard chosen.count <= max else { throw .tooMany(chosen.count, allowed: max) }
        self.newest = newest.id
        tables = chosen
        matchCount = matches.count
    }
}

extension CatalogEntry {
    /// What is known of a wildcard where all tables are known.
    ///
    /// - Parameters:
    ///   - max: the most tables that may be read.
    ///   - admits: whether the query may read the table of a suffix.
    public static func wildcard(
        _ pattern: TableID,
        among tables: [TableSchema],
        max: Int,
        admits: (String) -> Bool
    ) -> CatalogEntry {
        let schemas = Dictionary(tables.map { ($0.id, $0) }) { first, _ in first }
        let listing = tables.map { TableListing(id: $0.id, kind: $0.kind.listedName, creationTime: $0.creationTime) }
        do {
            let chosen = try WildcardSelection(of: pattern, among: listing, max: max, admits: admits)
            guard let chosen, let newest = schemas[chosen.newest] else { return .absent }
            return .wildcard(
                WildcardTables(
                    pattern: pattern,
                    newest: newest,
                    tables: chosen.tables.compactMap { schemas[$0] },
                    matchCount: chosen.matchCount
                )
            )
        } catch {
            return .unusableWildcard(error)
        }
    }
}

extension TableKind {
    /// The name in a listing of tables, which knows no clones.
    fileprivate var listedName: String {
        if case .clone = self { "TABLE" } else { name }
    }
}
