public import Catalog
import GoogleSQL

/// A query as far as it can be judged without schemas: its tables by full name, and the reasons against it so far.
public struct AnalyzedQuery: Sendable {
    /// The most tables that one query may name; BigQuery's own limit.
    public static let tablesMax = 1000

    /// Every table that the query reads, with what it lets through of its wildcards: what a catalog snapshot has to hold.
    public let needs: TableNeeds
    /// The reasons against it that need no schema. The rewriter adds its own, so that all come at once.
    public private(set) var refusals: [Refusal]

    /// Every table that the query reads, by full name.
    public var tables: Set<TableID> { needs.tables }

    /// What the rewriter works on; nil when the text could not be parsed.
    let walk: QueryWalk?
    /// The temporary functions of the request.
    let functions: [SQLFunction]

    /// Parses a text, resolves its tables and collects every reason to refuse it.
    public static func analyze(
        _ sql: String,
        defaults: NameDefaults,
        parameters: [QueryParameter] = []
    ) -> AnalyzedQuery {
        do {
            let parsed = try Parser.parse(statement: sql)
            return AnalyzedQuery(parsed, defaults: defaults, parameters: DeclaredParameters(parameters))
        } catch {
            let declared = DeclaredParameters(parameters)
            switch error.code {
            case .script, .severalStatements:
                return folded(sql, defaults, declared) ?? AnalyzedQuery(error, parameters: declared)
            case .syntax, .limit, .legacySQL, .unsupported: return AnalyzedQuery(error, parameters: declared)
            }
        }
    }

    /// The body of a function as a query.
    static func analyze(
        body sql: String,
        defaults: NameDefaults,
        routines: RoutineNotes,
        functions: [SQLFunction]
    ) -> AnalyzedQuery {
        // What the caller declared means nothing in a body, as in BigQuery.
        let parameters = DeclaredParameters([])
        do {
            let parsed = try Parser.parse(statement: sql)
            return AnalyzedQuery(
                parsed,
                defaults: defaults,
                parameters: parameters,
                routines: routines,
                functions: functions
            )
        } catch {
            return AnalyzedQuery(error, parameters: parameters)
        }
    }

    /// A script of temporary functions, constants and one query as that query; nil when it is another script.
    private static func folded(
        _ sql: String,
        _ defaults: NameDefaults,
        _ parameters: DeclaredParameters
    ) -> AnalyzedQuery? {
        let script: ParsedScript
        do {
            script = try Parser.parse(script: sql)
        } catch {
            // What is wrong in one statement says more than that there are several.
            return error.code == .syntax ? AnalyzedQuery(error, parameters: parameters) : nil
        }
        var functions = TemporaryFunctions(script: script, defaults: defaults)
        guard let query = functions.read() else { return nil }
        var routines = RoutineNotes()
        routines.temporary = SQLFunction.index(functions.functions)
        var variables: Set<String> = []
        var refusals = functions.refusals
        var text = query
        switch ScriptFolding.fold(script) {
        case nil: if functions.functions.isEmpty && refusals.isEmpty || functions.hasVariables { return nil }
        case .failure(let list): refusals += list.refusals
        case .success(let folding):
            text = folding.text
            variables = folding.variables
        }
        guard refusals.isEmpty else { return AnalyzedQuery(refusals: refusals + parameters.refusals) }
        // A variable may stand where no value can.
        guard let parsed = try? Parser.parse(statement: text) else { return nil }
        return AnalyzedQuery(
            parsed,
            defaults: defaults,
            parameters: parameters,
            variables: variables,
            routines: routines,
            functions: functions.functions
        )
    }

    /// Adds reasons that were found outside of the walk.
    mutating func add(_ refusals: [Refusal]) { self.refusals += refusals }

    private init(refusals: [Refusal]) {
        self.refusals = refusals
        needs = TableNeeds(tables: [])
        walk = nil
        functions = []
    }

    /// - Parameter variables: what a script declared; then the text is not the caller's, and places in it say nothing.
    private init(
        _ parsed: ParsedStatement,
        defaults: NameDefaults,
        parameters: DeclaredParameters,
        variables: Set<String> = [],
        routines: RoutineNotes = RoutineNotes(),
        functions: [SQLFunction] = []
    ) {
        var walk = QueryWalk(parsed: parsed, defaults: defaults, parameters: parameters)
        walk.variables = variables
        walk.routines = routines
        walk.run()
        var refusals = walk.refusals + parameters.refusals
        if refusals.isEmpty, let leftover = walk.parameters.leftover() { refusals.append(leftover) }
        if walk.tables.count > Self.tablesMax {
            refusals.append(
                Refusal(
                    code: "limit.tables",
                    message: "the query names \(walk.tables.count) tables, allowed are \(Self.tablesMax)",
                    position: nil,
                    fix: "split the query"
                )
            )
        }
        if refusals.isEmpty { refusals = Self.inconsistencies(of: walk) }
        self.refusals = refusals
        var needs = walk.needs
        needs.routines = walk.routines.persistent
        // Those that are not called are checked as well.
        for function in functions { needs.formUnion(function.body.needs) }
        self.needs = needs
        self.walk = walk
        self.functions = functions
    }

    private init(_ error: SyntaxError, parameters: DeclaredParameters) {
        let (code, fix) =
            switch error.code {
            case .syntax: ("syntax.invalid", "correct the text at this place")
            case .limit: ("limit.query", "shorten or simplify the query")
            case .severalStatements: ("statement.several", "send one statement a call")
            case .script:
                ("statement.script", "send one query; values can come as parameters, and WITH RECURSIVE repeats")
            case .legacySQL: ("statement.legacy_sql", "write GoogleSQL, without `#legacySQL`")
            case .unsupported: ("syntax.unsupported", "write it another way")
            }
        let refusal = Refusal(code: code, message: error.message, position: error.position, fix: fix)
        refusals = [refusal] + parameters.refusals
        needs = TableNeeds(tables: [])
        walk = nil
        functions = []
    }

    /// Where the walk and the parser disagree on what the text names. This is never expected; it must not pass.
    private static func inconsistencies(of walk: QueryWalk) -> [Refusal] {
        var refusals: [Refusal] = []
        let fix = "this is a defect of the proxy: report the query's shape"
        for token in walk.unaccountedIdentifiers() {
            refusals.append(
                Refusal(
                    code: "syntax.unaccounted",
                    message: "a name at this place was not understood",
                    position: walk.position(of: token..<token + 1),
                    fix: fix
                )
            )
        }
        // The parser takes the name of a table function for a table too. What is BigQuery's own reads nothing but its
        // argument, and others become their bodies; the walk refuses all that are left.
        let functions = Set(walk.routines.calls.filter(\.isTable).map(\.nameTokens))
        let references = walk.parsed.tableReferences().filter { reference in
            !reference.isInHint && !functions.contains(reference.tokens)
                && !(reference.role == .tableFunction && TransformingFunction(reference.path) != nil)
        }
        let expected = references.map(\.tokens)
        let found = walk.reads.map(\.pathTokens).sorted { $0.lowerBound < $1.lowerBound }
        if expected == found { return refusals }
        for tokens in Set(expected).symmetricDifference(found) {
            refusals.append(
                Refusal(
                    code: "table.unaccounted",
                    message: "it is not certain whether this names a table",
                    position: walk.position(of: tokens),
                    fix: "give the table an alias and use that in the rest of the query"
                )
            )
        }
        return refusals
    }
}
