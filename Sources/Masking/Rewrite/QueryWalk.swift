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
    /// The names of the identifiers that were accounted for.
    private(set) var names: NameTable
    /// What the query does with each name.
    private var uses: [NameUse] = []
    /// The aliases and common table expressions that scopes hold.
    var frames = NameFrames()
    /// Paths such as `dataset.table.column`, which name a column through more than its table's alias.
    var longPaths: [LongPath] = []
    /// What is noted of pseudo-columns.
    var pseudo = PseudoNotes()

    /// What is noted of functions that somebody wrote.
    var routines = RoutineNotes()

    /// The variables that a script declared and whose values stand in the text now, lower case.
    var variables: Set<String> = []

    /// The places of `?`.
    var positional: [Range<Int>] = []

    private var tableIndices: [TableID: Int] = [:]
    /// The reads of each alias.
    private var readsByAlias: [Name: [Int]] = [:]
    private var rowUseSteps = 0
    /// Bounds the work that `SELECT *, *, *` over many tables can ask for.
    static let rowUseStepsMax = 1_000_000
    /// The name of each token of an identifier that was accounted for, -1 for other tokens.
    private var namesOfTokens: [Int32]

    init(parsed: ParsedStatement, defaults: NameDefaults, parameters: DeclaredParameters) {
        self.parsed = parsed
        self.defaults = defaults
        self.parameters = parameters
        names = NameTable(capacity: parsed.tokens.count / 4)
        namesOfTokens = [Int32](repeating: -1, count: parsed.tokens.count)
    }

    /// Walks the statement.
    mutating func run() {
        switch parsed.statement {
        case .query(let query):
            nameRoutineParameters()
            walk(query, in: NameScope())
            namePositionalParameters()
            resolveSuffixes()
        case .manipulation, .transfer, .creation, .alteration, .removal, .permission, .procedural:
            let kind = parsed.statement.kind
            let (code, name, fix) = kind.refusal
            refuse("statement.\(code)", "\(name) is not a query", at: parsed.statement.tokens, fix: fix)
        }
    }

    /// Gives each `?` its name, in the order of the text, which is not the order of the walk.
    private mutating func namePositionalParameters() {
        positional.sort { $0.lowerBound < $1.lowerBound }
        for (index, tokens) in positional.enumerated() {
            switch parameters.usePositional(index + 1) {
            case .named(let name): edits.append(TokenEdit(tokens: tokens, text: "@\(name)"))
            case .refused(let code, let message, let fix): refuse(code, message, at: tokens, fix: fix)
            case .asWritten: break
            }
        }
    }

    /// The number of a `?` in the order of the text, from 1; known once the walk is at its end.
    func number(ofPositional parameter: Parameter) -> Int {
        var low = 0
        var high = positional.count
        while low < high {
            let middle = low + (high - low) / 2
            if positional[middle].lowerBound <= parameter.tokens.lowerBound { low = middle + 1 } else { high = middle }
        }
        return low
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
    @discardableResult
    mutating func account(_ identifier: Identifier) -> Name {
        let name = mark(identifier)
        if uses[name.index].contains(.pseudo) { refusePseudo(name, at: identifier) }
        return name
    }

    private mutating func mark(_ identifier: Identifier) -> Name {
        let name = intern(identifier)
        for index in identifier.tokens where namesOfTokens.indices.contains(index) {
            namesOfTokens[index] = Int32(truncatingIfNeeded: name.index)
        }
        return name
    }

    @discardableResult
    mutating func account(_ alias: Alias?) -> Name? {
        alias.map { account($0.name) }
    }

    mutating func account(_ path: PathExpression) {
        for part in path.parts { account(part) }
    }

    /// The name of an identifier that was accounted for.
    func name(of identifier: Identifier) -> Name? {
        let token = identifier.tokens.lowerBound
        guard namesOfTokens.indices.contains(token), namesOfTokens[token] >= 0 else { return nil }
        return Name(index: Int(namesOfTokens[token]))
    }

    /// The name of an identifier's token.
    func name(ofToken token: Int) -> Name? {
        namesOfTokens[token] < 0 ? nil : Name(index: Int(namesOfTokens[token]))
    }

    /// The tokens of identifiers that the walk never came to. Not empty means that the walk and the tree disagree.
    func unaccountedIdentifiers() -> [Int] {
        parsed.tokens.indices.filter { parsed.tokens[$0].role.isIdentifier && namesOfTokens[$0] < 0 }
    }

    // MARK: Names

    private mutating func intern(_ identifier: Identifier) -> Name {
        let tokens = identifier.tokens
        // A word is in the text as it is; that is faster than through a string.
        if !identifier.isQuoted, tokens.count == 1, parsed.tokens.indices.contains(tokens.lowerBound) {
            let range = parsed.tokens[tokens.lowerBound].range
            if range.count == identifier.name.utf8.count { return known(names.intern(parsed.bytes, range)) }
        }
        return intern(identifier.name)
    }

    /// The name of a text that the query gives, as of an implied alias.
    mutating func intern(_ text: String) -> Name { known(names.intern(text)) }

    private mutating func known(_ name: Name) -> Name {
        if name.index == uses.count { uses.append(PseudoColumns.isPseudo(name, in: names) ? .pseudo : []) }
        return name
    }

    /// What the query does with a name.
    func use(of name: Name) -> NameUse { uses[name.index] }

    mutating func note(_ use: NameUse, of name: Name) { uses[name.index].insert(use) }

    /// Notes a column that a clause names by itself: in USING, UNPIVOT, BY NAME and the like.
    mutating func mention(_ identifier: Identifier, in scope: NameScope) {
        let name = account(identifier)
        note(.mentioned, of: name)
        regions[scope.region].names.append(name)
    }

    /// Notes a path in an expression: a column, a field of one, or a table's whole row.
    mutating func mention(_ path: PathExpression, in scope: NameScope) {
        guard let firstPart = path.parts.first else { return }
        let first = mark(firstPart)
        note(.mentioned, of: first)
        noteRoutineParameter(first, at: firstPart.tokens)
        var pseudo = uses[first.index].contains(.pseudo) ? first : nil
        guard path.parts.count > 1 else {
            if let pseudo { notePseudo(pseudo, path, in: scope) }
            note(.single, of: first)
            regions[scope.region].names.append(first)
            return
        }
        var second: Name?
        var inner: Int?
        let startsWithAlias = frames.contains(first, in: scope.rows)
        for index in 1..<path.parts.count {
            let name = mark(path.parts[index])
            note(.mentioned, of: name)
            if pseudo == nil && uses[name.index].contains(.pseudo) { pseudo = name }
            if second == nil { second = name }
            let isInner = index < path.parts.count - 1
            if isInner && inner == nil && !startsWithAlias && frames.contains(name, in: scope.rows) { inner = index }
        }
        if let pseudo { notePseudo(pseudo, path, in: scope) }
        if let inner { longPaths.append(LongPath(path: path, alias: inner)) }
        if startsWithAlias, let second {
            regions[scope.region].qualified.append(QualifiedName(alias: first, name: second))
        } else {
            regions[scope.region].names.append(first)
        }
    }

    // MARK: Regions and tables

    /// Opens a region inside another one, with room for aliases of its own.
    mutating func openRegion(in scope: NameScope) -> NameScope {
        regions.append(NameRegion(parent: scope.region))
        var inner = scope
        inner.region = regions.count - 1
        inner.rows = frames.open(on: scope.rows)
        return inner
    }

    /// Adds aliases to a scope that was opened for them.
    mutating func insert(_ aliases: [Name], into scope: NameScope) {
        guard let frame = scope.rows else { return }
        for alias in aliases { frames.insert(alias, into: frame) }
    }

    /// Notes one more place where a table is read, and returns its index.
    mutating func add(_ read: TableRead) -> Int {
        reads.append(read)
        for alias in read.aliases { readsByAlias[alias, default: []].append(reads.count - 1) }
        return reads.count - 1
    }

    /// Adds a name by which the columns of some reads can be qualified.
    mutating func alias(_ indices: [Int], as name: Name) {
        guard countRowUses(indices.count) else { return }
        for index in indices {
            reads[index].aliases.append(name)
            readsByAlias[name, default: []].append(index)
        }
    }

    /// The reads whose columns can be qualified by an alias.
    func reads(by alias: Name) -> [Int] { readsByAlias[alias] ?? [] }

    /// The index of a table in the list of tables.
    mutating func index(of table: TableID, at tokens: Range<Int>) -> Int {
        if let known = tableIndices[table] {
            // Equal as Unicode text, but other bytes: BigQuery may know two tables, of which one schema is read.
            if !tables[known].hasSameBytes(as: table) {
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
    ///
    /// - Parameter isShown: whether they are shown by a star or at the end of a pipeline, where something can be left
    ///   out of them.
    mutating func useRows(of indices: [Int], leavingOut names: Set<Name> = [], isShown: Bool = false) {
        guard countRowUses(indices.count) else { return }
        if !isShown { pseudo.wholeRows.formUnion(indices) }
        for index in indices where reads.indices.contains(index) {
            reads[index].rowUse = reads[index].rowUse?.intersection(names) ?? names
        }
    }

    private mutating func countRowUses(_ count: Int) -> Bool {
        rowUseSteps += count
        if rowUseSteps <= Self.rowUseStepsMax { return true }
        refuse(
            "limit.complexity",
            "the query shows whole rows of too many tables too often",
            at: 0..<0,
            fix: "name the columns"
        )
        return false
    }
}

/// A path whose first part is no alias, but a later one is.
struct LongPath {
    let path: PathExpression
    /// Which part is an alias.
    let alias: Int
}

extension TableID {
    fileprivate func hasSameBytes(as other: TableID) -> Bool {
        project.utf8.elementsEqual(other.project.utf8) && dataset.utf8.elementsEqual(other.dataset.utf8)
            && table.utf8.elementsEqual(other.table.utf8)
    }
}
