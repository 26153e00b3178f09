import GoogleSQL

/// What a body or a FROM clause leaves for what stands after it.
struct WalkedRows {
    /// The scope in which ORDER BY, pipes and the select list stand.
    var scope: NameScope
    /// The tables that are read directly, whose columns `*` shows, and which come out of a pipeline that ends here.
    var reads: [Int] = [] {
        didSet { if reads.isEmpty { dropped = [] } }
    }
    /// Columns that `|> DROP` has taken out of them, each with how many of them there were then.
    var dropped: [(name: Name, readCount: Int)] = []
    /// Whether the scope has room for common table expressions of its own.
    var ownsTables = false
    /// Whether no operator of a pipeline has changed the rows so far.
    var isUnchanged = true
}

extension QueryWalk {
    mutating func walk(_ query: Query, in outer: NameScope) {
        var scope = outer
        if let with = query.with {
            scope.tables = frames.open(on: outer.tables)
            walk(with, into: scope)
        }
        var rows = walk(query.body, in: scope)
        rows.isUnchanged = query.orderBy == nil && query.limit == nil
        if let orderBy = query.orderBy { walk(orderBy, in: rows.scope) }
        if let limit = query.limit { walk(limit, in: rows.scope) }
        walk(query.pipes, on: &rows)
        useRows(of: rows, isShown: true)
        if !rows.reads.isEmpty {
            pseudo.pipelineEnds.append(PseudoNotes.PipelineEnd(reads: rows.reads, end: query.tokens.upperBound))
        }
    }

    /// Adds the names of a WITH clause to a scope that was opened for them.
    mutating func walk(_ with: WithClause, into scope: NameScope) {
        guard let frame = scope.tables else { return }
        if with.isRecursive {
            for expression in with.expressions { frames.insert(intern(expression.name.name), into: frame) }
        }
        for expression in with.expressions {
            let name = account(expression.name)
            if expression.name.name.holdsDot {
                refuse(
                    "table.cte_name",
                    "the name of a common table expression holds a dot",
                    at: expression.name.tokens,
                    fix: "use a name without dots"
                )
            }
            // A WITH clause sees the columns around it as little as its own later names do.
            walk(expression.query, in: openRegion(in: scope))
            if let depth = expression.depth { walk(depth, in: scope) }
            frames.insert(name, into: frame)
        }
    }

    /// Adds what PIVOT and the like call their rows to a scope that was opened for it.
    mutating func insertAlias(_ alias: Alias?, into scope: NameScope) {
        if let alias { insert([account(alias.name)], into: scope) }
    }

    mutating func walk(_ depth: RecursionDepth, in scope: NameScope) {
        account(depth.alias)
        for bound in depth.bounds { walk(bound, in: scope) }
    }

    private mutating func walk(_ body: QueryBody, in scope: NameScope) -> WalkedRows {
        switch body {
        case .select(let select): return walk(select, in: scope)
        case .from(let clause):
            return walkFrom(clause.tables, in: scope)
        case .table(let clause):
            walk(clause, in: scope)
            return WalkedRows(scope: openRegion(in: scope))
        case .parenthesized(let node):
            account(node.alias)
            walk(node.query, in: scope)
            let inner = openRegion(in: scope)
            insertAlias(node.alias, into: inner)
            return WalkedRows(scope: inner)
        case .setOperation(let operation):
            walkOperand(operation.first, in: scope)
            for operand in operation.rest {
                walk(operand.operator, in: scope)
                walkOperand(operand.body, in: scope)
            }
            return WalkedRows(scope: openRegion(in: scope))
        case .graph(let node):
            refuseGraph(at: node.tokens)
            return WalkedRows(scope: openRegion(in: scope))
        }
    }

    /// Notes that whole rows are used, but for what was dropped before: of tables that were joined afterwards nothing was.
    mutating func useRows(of rows: WalkedRows, leavingOut names: Set<Name> = [], isShown: Bool = false) {
        guard !rows.dropped.isEmpty else { return useRows(of: rows.reads, leavingOut: names, isShown: isShown) }
        for (position, read) in rows.reads.enumerated() {
            let dropped = rows.dropped.lazy.filter { $0.readCount > position }.map(\.name)
            useRows(of: [read], leavingOut: names.union(dropped), isShown: isShown)
        }
    }

    /// A body whose rows leave the query as they are.
    private mutating func walkOperand(_ body: QueryBody, in scope: NameScope) {
        let rows = walk(body, in: scope)
        useRows(of: rows)
    }

    mutating func walk(_ setOperator: SetOperator, in scope: NameScope) {
        switch setOperator.matching {
        case .position: break
        case .corresponding(let columns), .byName(let columns):
            for column in columns { mention(column, in: scope) }
        }
    }

    mutating func walk(_ clause: TableClause, in scope: NameScope) {
        refuse(
            "table.clause",
            "TABLE as a query is not offered",
            at: clause.tokens,
            fix: "write `SELECT * FROM` the table"
        )
        switch clause.source {
        case .path(let path): account(path)
        case .function(let item): _ = walk(item, siblings: scope, outer: scope)
        }
        if let filter = clause.filter { walk(filter, in: scope) }
    }

    // MARK: SELECT

    private mutating func walk(_ select: Select, in scope: NameScope) -> WalkedRows {
        var rows = WalkedRows(scope: openRegion(in: scope))
        if let from = select.from { rows = walkFrom(from.tables, in: scope) }
        walkClauses(of: select, over: rows)
        rows.reads = []
        return rows
    }

    /// Walks all of a SELECT but FROM. Also for the SELECT of a pipeline.
    mutating func walkClauses(of select: Select, over rows: WalkedRows) {
        if let with = select.with { walk(with, in: rows.scope) }
        if let shape = select.shape { walk(shape) }
        for item in select.items { walk(item, over: rows) }
        if let filter = select.filter { walk(filter: filter, over: rows.reads, in: rows.scope) }
        if let groupBy = select.groupBy { walk(groupBy, in: rows.scope) }
        if let having = select.having { walk(having, in: rows.scope) }
        if let qualify = select.qualify { walk(qualify, in: rows.scope) }
        for window in select.windows { walk(window, in: rows.scope) }
    }

    private mutating func walk(_ shape: Select.Shape) {
        switch shape {
        case .structure, .value: break
        case .type(let path):
            account(path)
            refuse("syntax.type", "SELECT AS a type is not offered", at: path.tokens, fix: "use SELECT AS STRUCT")
        }
    }

    mutating func walk(_ with: SelectWith, in scope: NameScope) {
        account(with.name)
        refuse(
            "statement.select_with",
            "SELECT WITH `\(with.name.name)` is not offered",
            at: with.tokens,
            fix: "leave the clause out"
        )
        walk(with.options, in: scope)
    }

    mutating func walk(_ options: [HintEntry], in scope: NameScope) {
        for option in options {
            if let qualifier = option.qualifier { account(qualifier) }
            account(option.name)
            walk(option.value, in: scope)
        }
    }

    mutating func walk(_ item: SelectItem, over rows: WalkedRows) {
        switch item {
        case .expression(let node):
            account(node.alias)
            walk(node.expression, in: rows.scope)
        case .star(let node):
            useRows(of: rows, leavingOut: walk(node.modifiers, in: rows.scope), isShown: true)
            noteStar(of: rows.reads, node.modifiers, after: node.tokens.lowerBound)
        case .dotStar(let node): walk(node, over: rows)
        }
    }

    mutating func walk(_ node: DotStarItem, over rows: WalkedRows) {
        let leftOut = walk(node.modifiers, in: rows.scope)
        guard case .path(let path) = node.base, path.parts.count == 1, let part = path.parts.first else {
            walk(node.base, in: rows.scope)
            return
        }
        let alias = account(part)
        let named = reads(by: alias)
        guard !named.isEmpty else {
            walk(node.base, in: rows.scope)
            return
        }
        // `u.*` of a table; a column `u` of another one may be meant as well, so it is mentioned.
        note(.mentioned, of: alias)
        useRows(of: named, leavingOut: leftOut, isShown: true)
        noteStar(of: named, node.modifiers, after: node.base.tokens.upperBound)
    }

    /// Walks EXCEPT and REPLACE.
    ///
    /// - Returns: the columns that they leave out.
    private mutating func walk(_ modifiers: StarModifiers, in scope: NameScope) -> Set<Name> {
        var names: Set<Name> = []
        for identifier in modifiers.except {
            let name = account(identifier)
            note(.leftOut, of: name)
            names.insert(name)
        }
        for replacement in modifiers.replace {
            walk(replacement.expression, in: scope)
            let name = account(replacement.name)
            note(.leftOut, of: name)
            names.insert(name)
        }
        return names
    }

    // MARK: Clauses

    mutating func walk(_ groupBy: GroupBy, in scope: NameScope) {
        for item in groupBy.items {
            switch item {
            case .expression(let node): walk(node, in: scope)
            case .empty: break
            case .rollup(let expressions), .cube(let expressions): walk(expressions, in: scope)
            case .groupingSets(let sets):
                for set in sets {
                    switch set {
                    case .empty: break
                    case .expression(let expression): walk(expression, in: scope)
                    case .rollup(let expressions), .cube(let expressions): walk(expressions, in: scope)
                    }
                }
            }
        }
    }

    mutating func walk(_ node: OrderedExpression, in scope: NameScope) {
        account(node.alias)
        walk(node.expression, in: scope)
    }

    mutating func walk(_ orderBy: OrderBy, in scope: NameScope) {
        for item in orderBy.items {
            walk(item.expression, in: scope)
            if let collation = item.collation { walk(collation.name, in: scope) }
        }
    }

    mutating func walk(_ limit: Limit, in scope: NameScope) {
        if let count = limit.count { walk(count, in: scope) }
        if let offset = limit.offset { walk(offset, in: scope) }
    }

    mutating func walk(_ window: NamedWindow, in scope: NameScope) {
        account(window.name)
        walk(window.window, in: scope)
    }

    mutating func walk(_ window: WindowReference, in scope: NameScope) {
        switch window {
        case .named(let name): account(name)
        case .inline(let specification):
            if let base = specification.base { account(base) }
            walk(specification.partitionBy, in: scope)
            if let orderBy = specification.orderBy { walk(orderBy, in: scope) }
            if let frame = specification.frame {
                walk(frame.start, in: scope)
                if let end = frame.end { walk(end, in: scope) }
            }
        }
    }

    private mutating func walk(_ bound: WindowFrame.Bound, in scope: NameScope) {
        switch bound {
        case .unboundedPreceding, .unboundedFollowing, .currentRow: break
        case .preceding(let expression), .following(let expression): walk(expression, in: scope)
        }
    }

    private static let graphAdvice = "join the tables that the graph is made of"

    /// Refuses graph syntax without a look inside.
    mutating func refuseGraph(at tokens: Range<Int>) {
        refuse("statement.graph", "graph queries read tables that are not seen here", at: tokens, fix: Self.graphAdvice)
    }
}
