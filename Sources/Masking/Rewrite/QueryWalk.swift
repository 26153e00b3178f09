import Catalog
import GoogleSQL

/// One pass over a parsed query: finds every table read, what its columns may be named by, what has to be printed
/// differently, and every reason to refuse.
///
/// The switches are exhaustive and have no default, so that a new kind of node does not compile before somebody has
/// decided what it reads. What is not understood is refused. Each identifier that is visited is accounted for; one that
/// is not is a refusal too (``unaccountedIdentifiers()``).
struct QueryWalk {
    let parsed: ParsedStatement
    let defaults: NameDefaults
    var parameters: DeclaredParameters

    var refusals: [Refusal] = []
    var edits: [TokenEdit] = []
    var reads: [TableRead] = []
    var tables: [TableID] = []
    var regions: [NameRegion] = [NameRegion(parent: nil)]
    /// Every part of every path in an expression and every column named in a clause, lower case: what a scan has to
    /// offer.
    var mentioned: Set<String> = []
    /// One-part paths in expressions, lower case: each may be the whole row of a table of that alias.
    var singles: Set<String> = []
    /// Paths such as `dataset.table.column`, which name a column through more than its table's alias.
    var longPaths: [LongPath] = []
    /// Columns of EXCEPT, REPLACE and DROP, lower case: a scan must offer them too, but nothing of them is shown.
    var leftOut: Set<String> = []

    /// The variables that a script declared and whose values stand in the text now, lower case.
    var variables: Set<String> = []

    /// The places of `?`.
    var positional: [Range<Int>] = []

    private var tableIndices: [TableID: Int] = [:]
    private var rowUseSteps = 0
    /// Bounds the work that `SELECT *, *, *` over many tables can ask for.
    static let rowUseStepsMax = 1_000_000
    private var accounted: [Bool]

    init(parsed: ParsedStatement, defaults: NameDefaults, parameters: DeclaredParameters) {
        self.parsed = parsed
        self.defaults = defaults
        self.parameters = parameters
        accounted = [Bool](repeating: false, count: parsed.tokens.count)
    }

    /// Walks the statement.
    mutating func run() {
        switch parsed.statement {
        case .query(let query):
            walk(query, in: NameScope())
            namePositionalParameters()
        case .manipulation, .transfer, .creation, .alteration, .removal, .permission, .procedural:
            refuse(
                "statement.not_select",
                "\(Self.plainName(of: parsed.statement.kind)) is not a query",
                at: parsed.statement.tokens,
                fix: "send one SELECT, or one query that begins with WITH or FROM"
            )
        }
    }

    private static func plainName(of kind: StatementKind) -> String {
        let name = kind.rawValue.hasSuffix("Statement") ? kind.rawValue.dropLast("Statement".count) : kind.rawValue[...]
        return "`\(name)`"
    }

    /// Gives each `?` its name, in the order of the text, which is not the order of the walk.
    private mutating func namePositionalParameters() {
        for (index, tokens) in positional.sorted(by: { $0.lowerBound < $1.lowerBound }).enumerated() {
            switch parameters.usePositional(index + 1) {
            case .named(let name): edits.append(TokenEdit(tokens: tokens, text: "@\(name)"))
            case .refused(let code, let message, let fix): refuse(code, message, at: tokens, fix: fix)
            case .asWritten: break
            }
        }
    }

    // MARK: Reasons

    mutating func refuse(_ code: String, _ message: String, at tokens: Range<Int>, fix: String) {
        // A text of a thousand wrong things must not cost a thousand searches for their lines.
        guard refusals.count <= RefusalList.refusalsMax else { return }
        refusals.append(Refusal(code: code, message: message, position: position(of: tokens), fix: fix))
    }

    func position(of tokens: Range<Int>) -> SourcePosition? {
        guard variables.isEmpty, parsed.tokens.indices.contains(tokens.lowerBound) else { return nil }
        return parsed.position(of: tokens.lowerBound)
    }

    // MARK: Identifiers

    /// Notes that an identifier was seen and what it means was decided.
    mutating func account(_ identifier: Identifier) {
        for index in identifier.tokens where accounted.indices.contains(index) { accounted[index] = true }
    }

    mutating func account(_ alias: Alias?) {
        if let alias { account(alias.name) }
    }

    mutating func account(_ path: PathExpression) {
        for part in path.parts { account(part) }
    }

    /// The tokens of identifiers that the walk never came to. Not empty means that the walk and the tree disagree.
    func unaccountedIdentifiers() -> [Int] {
        parsed.identifierTokens.filter { !accounted.indices.contains($0) || !accounted[$0] }
    }

    /// Notes a column that a clause names by itself: in USING, UNPIVOT, BY NAME and the like.
    mutating func mention(_ identifier: Identifier, in scope: NameScope) {
        account(identifier)
        let name = identifier.name.lowercased()
        mentioned.insert(name)
        regions[scope.region].names.insert(name)
    }

    /// Notes a path in an expression: a column, a field of one, or a table's whole row.
    mutating func mention(_ path: PathExpression, in scope: NameScope) {
        account(path)
        let names = path.parts.map { $0.name.lowercased() }
        guard let first = names.first else { return }
        if let pseudo = names.first(where: { PseudoColumns.names.contains($0) }) {
            refuse(
                "column.pseudo",
                "`\(pseudo)` is a pseudo-column, which a masked table does not have",
                at: path.tokens,
                fix: "filter on a column that describe_table shows"
            )
        }
        mentioned.formUnion(names)
        if names.count == 1 { singles.insert(first) }
        if !scope.rows.contains(first), let alias = names.dropFirst().dropLast().firstIndex(where: scope.rows.contains)
        {
            longPaths.append(LongPath(path: path, alias: alias))
        }
        if names.count > 1 && scope.rows.contains(first) {
            regions[scope.region].qualified[first, default: []].insert(names[1])
        } else {
            regions[scope.region].names.insert(first)
        }
    }

    // MARK: Regions and tables

    /// Opens a region inside another one.
    mutating func openRegion(in scope: NameScope) -> NameScope {
        regions.append(NameRegion(parent: scope.region))
        var inner = scope
        inner.region = regions.count - 1
        return inner
    }

    /// The index of a table in the list of tables.
    mutating func index(of table: TableID, at tokens: Range<Int>) -> Int {
        if let known = tableIndices[table] {
            // Equal as Unicode text, but other bytes: BigQuery may know two tables, of which one schema is read.
            if !tables[known].description.utf8.elementsEqual(table.description.utf8) {
                refuse(
                    "table.name",
                    "two spellings of `\(table)` differ in bytes only",
                    at: tokens,
                    fix: "spell the table as list_tables does"
                )
            }
            return known
        }
        tables.append(table)
        tableIndices[table] = tables.count - 1
        return tables.count - 1
    }

    /// Notes that whole rows of some tables are used, but for some columns.
    mutating func useRows(of indices: [Int], leavingOut names: Set<String> = []) {
        rowUseSteps += indices.count
        guard rowUseSteps <= Self.rowUseStepsMax else {
            refuse(
                "limit.complexity",
                "the query shows whole rows of too many tables too often",
                at: 0..<0,
                fix: "name the columns"
            )
            return
        }
        for index in indices where reads.indices.contains(index) {
            reads[index].rowUse = reads[index].rowUse?.intersection(names) ?? names
        }
    }
}

/// A path whose first part is no alias, but a later one is.
struct LongPath {
    let path: PathExpression
    /// Which part is an alias.
    let alias: Int
}

/// Columns that BigQuery adds to a table by itself and that a subquery does not have.
enum PseudoColumns {
    /// Lower case.
    static let names: Set<String> = [
        "_partitiontime", "_partitiondate", "_file_name", "_table_suffix", "_change_sequence_number", "_change_type",
        "_change_timestamp", "_row_timestamp",
    ]
}
