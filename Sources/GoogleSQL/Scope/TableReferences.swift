extension ParsedStatement {
    /// The tables, table functions, models and other objects that the statement names, in the order of the text.
    ///
    /// Names of common table expressions where they are visible, and paths that start with a name of the same FROM
    /// clause or of one around it (correlated arrays), are not in the list. Rules:
    /// `zetasql/public/table_name_resolver.cc`
    /// and the scoping of GoogleSQL's query syntax; where they leave doubt, a name counts as a table.
    public func tableReferences() -> [TableReference] {
        var collector = ReferenceCollector(tokens: tokens)
        collector.visit(hint)
        collector.visit(statement, [])
        return collector.sortedReferences
    }
}

extension ParsedScript {
    /// The objects that the script's statements name, in the order of the text; see
    /// `ParsedStatement.tableReferences()`.
    public func tableReferences() -> [TableReference] {
        var collector = ReferenceCollector(tokens: tokens)
        collector.visit(statements, [])
        return collector.sortedReferences
    }
}

extension ParsedExpression {
    /// The objects that queries inside the expression name, in the order of the text; see
    /// `ParsedStatement.tableReferences()`.
    public func tableReferences() -> [TableReference] {
        var collector = ReferenceCollector(tokens: tokens)
        collector.visit(expression, [])
        return collector.sortedReferences
    }
}

/// Walks a query and keeps track of which names are visible where.
///
/// `visible` holds the names that a path can start with to be an array of a row and not a table, in lower case.
struct ReferenceCollector {
    typealias Names = VisibleNames

    let tokens: [Token]
    private(set) var references: [TableReference] = []
    /// The common table expressions and the parameters that are tables in scope, in lower case.
    var commonTables: Names = []
    /// The view whose definition is visited, which is no table inside it.
    var recursiveView: [String]?
    private var isInHint = false

    init(tokens: [Token]) {
        self.tokens = tokens
    }

    /// The references in the order of the text.
    var sortedReferences: [TableReference] {
        references.sorted { $0.tokens.lowerBound < $1.tokens.lowerBound }
    }

    mutating func add(_ path: PathExpression, _ role: TableReference.Role) {
        let range = path.tokens
        guard let first = range.first, let last = range.last else { return }
        references.append(
            TableReference(
                path: path.names,
                role: role,
                isInHint: isInHint,
                tokens: range,
                bytes: tokens[first].range.lowerBound..<tokens[last].range.upperBound
            )
        )
    }

    mutating func visit(_ hint: Hint?) {
        guard let hint else { return }
        let outer = isInHint
        isInHint = true
        for entry in hint.entries { visit(entry.value, []) }
        isInHint = outer
    }

    // MARK: Queries

    /// Visits a query and returns the names that a table made of it lets later tables see.
    mutating func visit(_ query: Query, _ visible: Names) -> Names {
        let outer = commonTables
        defer { commonTables = outer }
        if let with = query.with { visit(with, visible) }
        var names = visible
        let rows = visit(query.body, visible, &names)
        if let orderBy = query.orderBy { visit(orderBy, rows ?? names) }
        if let limit = query.limit { visit(limit, names) }
        visit(query.pipes, visible, &names)
        return names
    }

    private mutating func visit(_ with: WithClause, _ visible: Names) {
        if with.isRecursive {
            for expression in with.expressions { commonTables.insert(expression.name.name.lowerCasedASCII) }
        }
        for expression in with.expressions {
            _ = visit(expression.query, visible)
            for bound in expression.depth?.bounds ?? [] { visit(bound, visible) }
            commonTables.insert(expression.name.name.lowerCasedASCII)
        }
    }

    /// Visits a body. Returns what is visible to ORDER BY, where that is more than `names`.
    private mutating func visit(_ body: QueryBody, _ visible: Names, _ names: inout Names) -> Names? {
        switch body {
        case .select(let select):
            return visit(select, visible)
        case .from(let from):
            visit(from.tables, visible, &names)
        case .table(let clause):
            visit(clause, visible)
        case .parenthesized(let node):
            _ = visit(node.query, visible)
            if let alias = node.alias { names.insert(alias.name.name.lowerCasedASCII) }
        case .setOperation(let node):
            var ignored = visible
            _ = visit(node.first, visible, &ignored)
            for operand in node.rest {
                visit(operand.operator.hint)
                ignored = visible
                _ = visit(operand.body, visible, &ignored)
            }
        case .graph(let node):
            add(node.graph, .graph)
            visit(node.block, visible)
        }
        return nil
    }

    private mutating func visit(_ select: Select, _ visible: Names) -> Names {
        var names = visible
        if let from = select.from { visit(from.tables, visible, &names) }
        visit(select.hint)
        for option in select.with?.options ?? [] { visit(option.value, names) }
        for item in select.items { visit(item, names) }
        if let filter = select.filter { visit(filter, names) }
        if let groupBy = select.groupBy { visit(groupBy, names) }
        if let having = select.having { visit(having, names) }
        if let qualify = select.qualify { visit(qualify, names) }
        for window in select.windows { visit(window.window, names) }
        return names
    }

    mutating func visit(_ clause: TableClause, _ visible: Names) {
        switch clause.source {
        case .path(let path):
            if !isCommonTable(path), path.names != recursiveView { add(path, .read) }
        case .function(let item):
            var names = visible
            visit(item, visible, &names)
        }
        if let filter = clause.filter { visit(filter, visible) }
    }

    private func isCommonTable(_ path: PathExpression) -> Bool {
        path.parts.count == 1 && commonTables.contains(path.parts[0].name.lowerCasedASCII)
    }

    // MARK: FROM

    /// Visits tables; `names` grows by what each of them makes visible to those after it.
    mutating func visit(_ tables: JoinChain, _ visible: Names, _ names: inout Names) {
        visit(tables.first, visible, &names)
        for join in tables.joins { visit(join, visible, &names) }
    }

    private mutating func visit(_ join: Join, _ visible: Names, _ names: inout Names) {
        visit(join.hint)
        visit(join.item, visible, &names)
        for condition in join.conditions {
            switch condition {
            case .on(let expression): visit(expression, names)
            case .using: break
            }
        }
    }

    mutating func visit(_ item: FromItem, _ visible: Names, _ names: inout Names) {
        visit(item.hint)
        var implied: String?
        var seesOthers = true
        switch item.source {
        case .path(let path):
            let first = path.parts[0].name.lowerCasedASCII
            let isArray = path.parts.count > 1 && names.contains(first)
            if !isArray, !isCommonTable(path), path.names != recursiveView { add(path, .read) }
            implied = path.parts[path.parts.count - 1].name
        case .unnest(let node):
            visit(node, names)
        case .subquery(let query):
            let inner = visit(query, item.isLateral ? names : visible)
            if item.alias == nil { names.formUnion(inner) }
            seesOthers = false
        case .parenthesized(let tables):
            var inner = visible
            visit(tables, visible, &inner)
            names.formUnion(inner)
            seesOthers = false
        case .function(let call):
            add(call.name, .tableFunction)
            visit(call, names)
        case .graph(let node):
            add(node.graph, .graph)
            visit(node.content, visible)
            seesOthers = false
        }
        for suffix in item.suffixes { visit(suffix, seesOthers ? names : visible) }
        if let name = item.alias?.name.name ?? implied { names.insert(name.lowerCasedASCII) }
    }

    mutating func visit(_ call: TableFunctionCall, _ visible: Names) {
        for argument in call.arguments { visit(argument, visible) }
    }

    mutating func visit(_ argument: TableFunctionArgument, _ visible: Names) {
        switch argument {
        case .expression(let expression): visit(expression, visible)
        case .named(let named): visit(named, visible)
        case .table(let table): visit(table, visible)
        }
    }

    // MARK: Pipes

    private mutating func visit(_ pipes: [PipeOperator], _ visible: Names, _ names: inout Names) {
        guard !pipes.isEmpty else { return }
        let outer = commonTables
        for pipe in pipes {
            switch pipe.kind {
            case .join(let join): visit(join, visible, &names)
            case .call(let item): visit(item, visible, &names)
            case .with(let with): visit(with, visible)
            case .alias(let name): names.insert(name.name.lowerCasedASCII)
            case .recursiveUnion(let node): visit(node, names)
            case .filter, .select, .extend, .rename, .aggregate, .limit, .orderBy, .setOperation, .window, .distinct,
                .sample, .describe, .staticDescribe, .assertion, .log, .drop, .set, .pivot, .unpivot, .conditional,
                .fork, .tee, .insert, .exportData, .createTable, .matchRecognize:
                visitRows(of: pipe.kind, names)
            }
        }
        commonTables = outer
    }

    private mutating func visit(_ node: PipeRecursiveUnion, _ visible: Names) {
        let outer = commonTables
        if let alias = node.alias { commonTables.insert(alias.name.name.lowerCasedASCII) }
        visit(node.operator.hint)
        switch node.input {
        case .query(let query): _ = visit(query, visible)
        case .subpipeline(let subpipeline): visit(subpipeline, visible)
        }
        commonTables = outer
    }

    mutating func visit(_ subpipeline: Subpipeline, _ visible: Names) {
        var names = visible
        visit(subpipeline.operators, visible, &names)
    }
}
