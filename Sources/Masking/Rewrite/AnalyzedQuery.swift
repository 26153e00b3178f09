public import Catalog
import GoogleSQL

/// A query as far as it can be judged without schemas: its tables by full name, and the reasons against it so far.
public struct AnalyzedQuery: Sendable {
    /// The most tables that one query may name; BigQuery's own limit.
    public static let tablesMax = 1000

    /// Every table that the query reads, with what it lets through of its wildcards: what a catalog snapshot has to hold.
    public let needs: TableNeeds
    /// The reasons against it that need no schema. The rewriter adds its own, so that all come at once.
    public let refusals: [Refusal]

    /// Every table that the query reads, by full name.
    public var tables: Set<TableID> { needs.tables }

    /// What the rewriter works on; nil when the text could not be parsed.
    let walk: QueryWalk?

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
                return folded(sql, error, defaults, declared) ?? AnalyzedQuery(error, parameters: declared)
            case .syntax, .limit, .legacySQL, .unsupported: return AnalyzedQuery(error, parameters: declared)
            }
        }
    }

    /// A script of constants and one query as that query; nil when it is another script.
    private static func folded(
        _ sql: String,
        _ error: SyntaxError,
        _ defaults: NameDefaults,
        _ parameters: DeclaredParameters
    ) -> AnalyzedQuery? {
        guard let script = try? Parser.parse(script: sql), let outcome = ScriptFolding.fold(script) else { return nil }
        switch outcome {
        case .failure(let list): return AnalyzedQuery(refusals: list.refusals + parameters.refusals)
        case .success(let folding):
            do {
                let parsed = try Parser.parse(statement: folding.text)
                return AnalyzedQuery(
                    parsed,
                    defaults: defaults,
                    parameters: parameters,
                    variables: folding.variables
                )
            } catch {
                // A variable stands where no value can.
                return nil
            }
        }
    }

    private init(refusals: [Refusal]) {
        self.refusals = refusals
        needs = TableNeeds(tables: [])
        walk = nil
    }

    /// - Parameter variables: what a script declared; then the text is not the caller's, and places in it say nothing.
    private init(
        _ parsed: ParsedStatement,
        defaults: NameDefaults,
        parameters: DeclaredParameters,
        variables: Set<String> = []
    ) {
        var walk = QueryWalk(parsed: parsed, defaults: defaults, parameters: parameters)
        walk.variables = variables
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
        needs = walk.needs
        self.walk = walk
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
        // What reads nothing but its argument is no table; the walk refuses all other table functions.
        let references = walk.parsed.tableReferences().filter { reference in
            !reference.isInHint
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
