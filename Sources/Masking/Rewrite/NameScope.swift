/// What names mean at one place of a query: enough to tell a table from a common table expression and from an array.
///
/// A mistake here cannot show raw data: whatever is taken for a table is masked, whatever is taken for an array is
/// printed inside UNNEST, and a bare name that is taken for a common table expression cannot be a table, because
/// BigQuery is sent no default dataset.
struct NameScope {
    /// The common table expressions, lower case.
    var tables: Set<String> = []
    /// The aliases of tables whose columns can be named, lower case, those of outer queries included.
    var rows: Set<String> = []
    /// The region of the query that names stand in.
    var region: Int = 0
}

/// A part of a query in which names are looked up together: one SELECT with its FROM, or one pipeline.
struct NameRegion {
    /// The region around it, whose columns can be named as well.
    let parent: Int?
    /// The first parts of column paths, lower case. A one-part path may also be a table's whole row.
    var names: Set<String> = []
    /// The second parts, by a first part that is an alias, both lower case.
    var qualified: [String: Set<String>] = [:]
}

/// One place where a table is read.
struct TableRead {
    /// The tokens to replace: path, hint and alias.
    let tokens: Range<Int>
    /// The path alone: where a refusal points.
    let pathTokens: Range<Int>
    /// The end of the suffixes that stay inside the scan (FOR SYSTEM_TIME, TABLESAMPLE); nil when there are none.
    let innerEnd: Int?
    /// The alias, written or implied.
    let alias: String
    /// Every name by which its columns can be qualified, lower case: the alias, and what `|> AS` adds.
    var aliases: Set<String>
    /// The region whose columns it adds.
    let region: Int
    /// Whether its whole row is used, by `*` and the like: then the columns that every such use leaves out, lower case.
    var rowUse: Set<String>?
    /// Index into the analyzed query's list of tables.
    let table: Int
}
