import Catalog
import GoogleSQL

/// A function that is written in SQL, as far as it can be judged without schemas.
struct SQLFunction: Sendable {
    /// Who made it.
    enum Origin: Sendable {
        /// The request itself: its name.
        case temporary(String)
        case persistent(RoutineID)
    }

    struct Parameter: Sendable {
        enum Kind: Sendable {
            /// A value, converted to a type; nil for ANY TYPE.
            case value(type: String?)
            /// A table, of which these columns are seen; nil for ANY TABLE.
            case table(columns: [String]?)
        }

        let name: String
        let kind: Kind

        var isTable: Bool {
            switch kind {
            case .value: false
            case .table: true
            }
        }
    }

    /// A column of the table that a table function gives.
    struct ResultColumn: Sendable {
        let name: String
        let type: String?
    }

    enum Result: Sendable {
        /// A value, converted to a type; nil where the body alone says it.
        case value(type: String?)
        /// A table with these columns; nil where the body alone says it.
        case table([ResultColumn]?)
    }

    let origin: Origin
    let parameters: [Parameter]
    let result: Result
    /// Whether it makes one value of many rows.
    let isAggregate: Bool
    /// The body as a query: `SELECT expression` for a value.
    let body: AnalyzedQuery
    /// Whether arguments can take the places of parameters: nothing in the body can catch a name of theirs.
    let takesArgumentsInPlace: Bool
    /// Whether the body gives another value each time.
    let isVolatile: Bool

    /// As callers are told of it.
    var name: String {
        switch origin {
        case .temporary(let name): name
        case .persistent(let id): id.description
        }
    }

    var isTable: Bool {
        switch result {
        case .value: false
        case .table: true
        }
    }

    /// - Parameters:
    ///   - text: the body as a query, with a common table expression for each parameter that is a table.
    ///   - temporary: the temporary functions that the body may call.
    init(
        origin: Origin,
        parameters: [Parameter],
        result: Result,
        isAggregate: Bool = false,
        text: String,
        defaults: NameDefaults,
        temporary: [SQLFunction] = []
    ) {
        self.origin = origin
        self.parameters = parameters
        self.result = result
        self.isAggregate = isAggregate
        var notes = RoutineNotes()
        notes.parameters = parameters.filter { !$0.isTable }.map(\.name)
        notes.temporary = SQLFunction.index(temporary)
        var body = AnalyzedQuery.analyze(body: text, defaults: defaults, routines: notes, functions: temporary)
        guard let walk = body.walk else {
            self.body = body
            takesArgumentsInPlace = false
            isVolatile = true
            return
        }
        let facts = TokenFacts(walk.parsed, Self.tokens(of: walk.parsed, result))
        isVolatile = facts.isVolatile
        switch result {
        case .value:
            takesArgumentsInPlace = !facts.bindsNames
            body.add(Self.problems(of: walk, facts, isAggregate: isAggregate))
        case .table:
            takesArgumentsInPlace = true
            body.add(Self.hiddenParameters(of: walk))
        }
        self.body = body
    }

    /// Temporary functions by name.
    static func index(_ functions: [SQLFunction]) -> [String: Int] {
        var found: [String: Int] = [:]
        for (index, function) in functions.enumerated() { found[function.name] = index }
        return found
    }

    /// The tokens of the body in its query: the one expression of a value, all of a table.
    func bodyTokens(of parsed: ParsedStatement) -> Range<Int> { Self.tokens(of: parsed, result) }

    private static func tokens(of parsed: ParsedStatement, _ result: Result) -> Range<Int> {
        switch result {
        case .value: expression(of: parsed)?.tokens ?? parsed.statement.tokens
        case .table: parsed.statement.tokens
        }
    }

    /// The expression of `SELECT expression`; nil for any other query.
    static func expression(of parsed: ParsedStatement) -> Expression? {
        guard case .query(let query) = parsed.statement, query.with == nil, query.orderBy == nil, query.limit == nil,
            query.pipes.isEmpty, case .select(let select) = query.body, select.from == nil, select.items.count == 1,
            case .expression(let item)? = select.items.first, item.alias == nil
        else { return nil }
        return item.expression
    }

    // MARK: What a body must not be

    private static func problems(of walk: QueryWalk, _ facts: TokenFacts, isAggregate: Bool) -> [Refusal] {
        func refusal(_ message: String, _ tokens: Range<Int>) -> Refusal {
            Refusal(
                code: "function.body",
                message: message,
                position: walk.position(of: tokens),
                fix: "write what the function does in the query itself"
            )
        }
        guard Self.expression(of: walk.parsed) != nil else { return [refusal("the body is no expression", 0..<0)] }
        if isAggregate {
            // Without an aggregate function in the body, a call would no longer make one row of many.
            guard facts.aggregate != nil, !facts.bindsNames, !facts.hasWindow else {
                return [refusal("the body aggregates in a way that cannot be written into a query", 0..<0)]
            }
        } else if let index = facts.aggregate {
            return [refusal("the body aggregates, or has a window, outside of a query", index..<index + 1)]
        }
        if !facts.bindsNames, let other = walk.routines.otherName {
            return [refusal("the body names `\(walk.parsed.sourceText(of: other))`, which is no parameter", other)]
        }
        return []
    }

    /// In a query a column goes before a parameter of its name. Each time that such a name stands for something else than
    /// a parameter, the function is not followed.
    private static func hiddenParameters(of walk: QueryWalk) -> [Refusal] {
        let names = walk.routines.parameterIndices
        guard !names.isEmpty else { return [] }
        let known = Set(walk.routines.parameterUses.map(\.tokens.lowerBound))
        for index in walk.parsed.tokens.indices where walk.parsed.tokens[index].role == .identifier {
            guard let name = walk.name(ofToken: index), let parameter = names[name], !known.contains(index) else {
                continue
            }
            return [
                Refusal(
                    code: "function.body",
                    message:
                        "`\(walk.routines.parameters[parameter])` is both a parameter and another name in the body",
                    position: walk.position(of: index..<index + 1),
                    fix: "give the parameter another name"
                )
            ]
        }
        return []
    }
}
