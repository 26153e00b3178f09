import Catalog
import GoogleSQL

/// Follows masked columns from the tables to the columns of the result.
///
/// It decides nothing about what may leave: every value it follows is masked already. Where it is not sure it takes all
/// that a value may derive from, so that a column is rather said to be masked than not.
struct LineageWalk {
    /// How often a recursive query is followed before everything in it is taken together.
    private static let recursionRoundsMax = 8
    /// How many recursive queries inside one another are followed: each follows what is inside it several times.
    private static let recursionDepthMax = 4

    let context: LineageContext
    private let reads: [TableRead]
    /// Indices into `reads`, by the first token of the path.
    private let readsByToken: [Int: Int]
    private let rows: [LineageRows]
    /// What calls of functions that somebody wrote derive from beside their arguments, by the first token of each.
    private let calls: [Int: LineageRows]
    /// All masked columns of the query.
    let everything: MaskSources

    /// - Parameter tables: the columns of each table.
    init(_ walk: QueryWalk, tables: [LineageRows], calls: [Int: CallSources] = [:], context: LineageContext) {
        self.context = context
        reads = walk.reads
        readsByToken = Dictionary(
            walk.reads.indices.map { (walk.reads[$0].pathTokens.lowerBound, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        rows = tables
        var everything = MaskSources()
        for table in tables { everything.formUnion(table.taint.blurred) }
        for call in calls.values { everything.formUnion(MaskSources(call.masked)) }
        self.everything = everything
        let passed = everything
        self.calls = calls.mapValues { call in
            let taint = call.takesTables ? passed : MaskSources(call.masked)
            guard let columns = call.columns, columns.allSatisfy({ $0.name != nil }), !call.takesTables else {
                return LineageRows(columns: nil, taint: taint)
            }
            let found = columns.map { column in
                let value = LineageValue(sources: MaskSources(column.masked), shape: .unknown)
                return LineageColumn(label: column.name, name: column.name.map { context.name(of: $0) }, value: value)
            }
            return LineageRows(columns: found, taint: taint)
        }
    }

    /// What a call at some tokens gives, if it is of a function that somebody wrote.
    func rows(ofCallAt tokens: Range<Int>) -> LineageRows? { calls[tokens.lowerBound] }

    /// The result's columns.
    func output(of query: Query) -> OutputLineage {
        guard let columns = rows(of: query, in: LineageScope()).columns, !context.isSpent else {
            return OutputLineage(columns: nil, labels: [])
        }
        return OutputLineage(
            columns: columns.map { $0.value.sources.indices },
            labels: columns.map(\.label)
        )
    }

    /// The columns of a table that is read at a path, and its alias; nil when the path names no table.
    func table(at path: PathExpression) -> (rows: LineageRows, alias: Name?)? {
        guard let index = readsByToken[path.tokens.lowerBound], rows.indices.contains(reads[index].table) else {
            return nil
        }
        return (rows[reads[index].table], reads[index].aliases.first)
    }

    /// A value of which nothing is known.
    var unknown: LineageValue { LineageValue(sources: everything, shape: .unknown) }

    /// Rows of which nothing is known.
    var unknownRows: LineageRows { LineageRows(columns: nil, taint: everything) }

    // MARK: Queries

    func rows(of query: Query, in outer: LineageScope) -> LineageRows {
        guard context.spend(LineageContext.stepsOfQuery) else { return unknownRows }
        var scope = outer
        if let with = query.with {
            scope.tables = LineageTables(parent: outer.tables)
            add(with, to: scope)
        }
        var frame = frame(of: query.body, in: scope)
        if let orderBy = query.orderBy { order(frame, by: orderBy, in: scope) }
        if !query.pipes.isEmpty {
            scope.tables = LineageTables(parent: scope.tables)
            for pipe in query.pipes { apply(pipe, to: &frame, in: scope) }
        }
        return frame.star
    }

    /// Adds the rows of a WITH clause to a scope that has tables of its own.
    func add(_ with: WithClause, to scope: LineageScope) {
        let names = with.expressions.map { context.name(of: $0.name) }
        guard with.isRecursive else {
            for (name, expression) in zip(names, with.expressions) {
                scope.tables?[name] = rows(of: expression, in: scope)
            }
            return
        }
        context.recursionDepth += 1
        defer { context.recursionDepth -= 1 }
        for name in names { scope.tables?[name] = LineageRows(columns: nil) }
        for _ in 0..<(context.recursionDepth <= Self.recursionDepthMax ? Self.recursionRoundsMax : 0) {
            var isStable = true
            for (name, expression) in zip(names, with.expressions) {
                let next = rows(of: expression, in: scope)
                isStable = isStable && scope.tables?[name].map { Self.isSame($0, next) } ?? false
                scope.tables?[name] = next
            }
            if isStable { return }
        }
        for name in names { scope.tables?[name] = unknownRows }
    }

    private func rows(of expression: CommonTableExpression, in scope: LineageScope) -> LineageRows {
        let found = rows(of: expression.query, in: scope)
        guard let alias = expression.depth?.alias, let columns = found.columns else { return found }
        let depth = column(alias.name, LineageValue())
        return LineageRows(columns: columns + [depth], taint: found.taint, choice: found.choice)
    }

    private static func isSame(_ left: LineageRows, _ right: LineageRows) -> Bool {
        guard left.taint == right.taint, left.choice == right.choice else { return false }
        guard let leftColumns = left.columns, let rightColumns = right.columns else {
            return left.columns == nil && right.columns == nil
        }
        return leftColumns.count == rightColumns.count
            && zip(leftColumns, rightColumns).allSatisfy { $0.value.sources == $1.value.sources }
    }

    private func frame(of body: QueryBody, in scope: LineageScope) -> LineageFrame {
        switch body {
        case .select(let select):
            let from = select.from.map { frame(of: $0.tables, in: scope) } ?? LineageFrame()
            let rows = LineageFrame(rows(of: select, over: from, in: scope))
            rows.from = from
            return rows
        case .from(let clause): return frame(of: clause.tables, in: scope)
        case .table, .graph: return LineageFrame(unknownRows)
        case .parenthesized(let node):
            return LineageFrame(rows(of: node.query, in: scope), alias: context.name(of: node.alias))
        case .setOperation(let operation):
            var found = frame(of: operation.first, in: scope).star
            for operand in operation.rest {
                let next = frame(of: operand.body, in: scope).star
                guard context.spend(found.count ?? 1) else { return LineageFrame(unknownRows) }
                found = Self.union(found, next, by: operand.operator)
            }
            return LineageFrame(found)
        }
    }

    static func union(_ left: LineageRows, _ right: LineageRows, by setOperator: SetOperator) -> LineageRows {
        var choice = left.choice.union(right.choice)
        // Which rows are equal to others decides which are left.
        if setOperator.quantifier == .distinct || setOperator.kind != .union {
            choice.formUnion(left.taint.union(right.taint).blurred)
        }
        let unknown = LineageRows(columns: nil, taint: left.taint.union(right.taint), choice: choice)
        switch setOperator.matching {
        case .position: return left.union(byPosition: right).chosen(by: choice)
        case .corresponding(let columns), .byName(let columns):
            // With a mode or a list, columns appear, vanish or change their order.
            return setOperator.mode == nil && columns.isEmpty ? left.union(byName: right).chosen(by: choice) : unknown
        }
    }

    // MARK: SELECT

    /// The columns of a SELECT. Also for the SELECT of a pipeline.
    func rows(of select: Select, over frame: LineageFrame, in scope: LineageScope) -> LineageRows {
        let inner = scope.inside(frame)
        if let filter = select.filter { frame.choose(by: value(of: filter, in: inner).sources) }
        var columns = columns(of: select.items, over: frame, in: inner)
        if case .value? = select.shape, let all = columns {
            columns = all.count == 1 ? all.first.flatMap { self.columns(of: $0.value, as: $0) } : nil
        }
        // What follows may name what the select list does.
        let named = inner.inside(LineageFrame(LineageRows(columns: columns, taint: frame.taint)))
        if let groupBy = select.groupBy {
            let groups = groups(of: groupBy, columns, in: named)
            frame.choose(by: groups)
            for index in columns?.indices ?? 0..<0 where columns?[index].isOfManyRows ?? false {
                columns?[index].value.sources.formUnion(groups.blurred)
            }
        }
        if select.quantifier == .distinct { frame.choose(by: LineageRows(columns: columns).taint) }
        for filter in [select.having, select.qualify] {
            if let filter { frame.choose(by: value(of: filter, in: named).sources) }
        }
        return LineageRows(columns: columns, taint: frame.taint, choice: frame.choice)
    }

    /// Notes what rows are ordered by: LIMIT takes the first of them, ARRAY their order.
    func order(_ frame: LineageFrame, by orderBy: OrderBy, in scope: LineageScope) {
        let inner = (frame.from.map { scope.inside($0) } ?? scope).inside(frame)
        for item in orderBy.items {
            // A number means a column.
            if case .literal = item.expression {
                frame.choose(by: frame.star.columns.map { LineageRows(columns: $0).taint } ?? frame.taint)
            }
            frame.choose(by: value(of: item.expression, in: inner).sources)
        }
    }

    /// What `*` gives of a value: its fields, or itself under the name of a column; nil when that is not known.
    func columns(of value: LineageValue, as column: LineageColumn?) -> [LineageColumn]? {
        switch value.shape {
        case .scalar: return [LineageColumn(label: column?.label, name: column?.name, value: value)]
        case .record(let fields):
            guard context.spend(fields.count) else { return nil }
            return fields.map { field in
                let name = context.name(of: field.name)
                let sources = value.sources.field(name)
                let value = LineageValue(sources: sources, shape: LineageValue.shape(of: field))
                return LineageColumn(label: field.name, name: name, value: value)
            }
        case .unknown: return nil
        }
    }

    /// A field of a value.
    func field(_ name: Name, of value: LineageValue) -> LineageValue {
        var found = LineageValue(sources: value.sources.field(name), shape: .unknown)
        guard case .record(let fields) = value.shape, context.spend(fields.count) else { return found }
        if let field = fields.first(where: { context.name(of: $0.name) == name }) {
            found.shape = LineageValue.shape(of: field)
        }
        return found
    }

    func column(_ identifier: Identifier?, _ value: LineageValue) -> LineageColumn {
        LineageColumn(label: identifier?.name, name: identifier.map { context.name(of: $0) }, value: value)
    }

    func columns(of items: [SelectItem], over frame: LineageFrame, in scope: LineageScope) -> [LineageColumn]? {
        var columns: [LineageColumn] = []
        columns.reserveCapacity(items.count)
        for item in items {
            switch item {
            case .expression(let node):
                let calls = context.callsOfManyRows
                var added = column(Self.label(of: node), value(of: node.expression, in: scope))
                added.isOfManyRows = context.callsOfManyRows > calls
                columns.append(added)
            case .star(let node):
                guard context.spend(frame.count ?? 1), let star = frame.star.columns else { return nil }
                columns += modified(star, by: node.modifiers, in: scope)
            case .dotStar(let node):
                guard let star = self.columns(of: node, in: scope) else { return nil }
                columns += star
            }
            guard columns.count <= LineageRows.columnsMax else { return nil }
        }
        return columns
    }

    func columns(of node: DotStarItem, in scope: LineageScope) -> [LineageColumn]? {
        if case .path(let path) = node.base, path.parts.count == 1 {
            let name = context.name(of: path.parts[0])
            for frame in scope.frames.reversed() {
                guard let position = frame.tables.position(of: name) else { continue }
                let rows = frame.tables.elements[position].rows
                guard context.spend(rows.count ?? 1), let columns = rows.columns else { return nil }
                return modified(columns, by: node.modifiers, in: scope)
            }
        }
        let base = value(of: node.base, in: scope)
        guard case .record = base.shape, let columns = columns(of: base, as: nil) else { return nil }
        return modified(columns, by: node.modifiers, in: scope)
    }

    private func modified(
        _ columns: [LineageColumn],
        by modifiers: StarModifiers,
        in scope: LineageScope
    ) -> [LineageColumn] {
        if modifiers.except.isEmpty && modifiers.replace.isEmpty { return columns }
        let left = Set(modifiers.except.map { context.name(of: $0) })
        var kept = columns.filter { $0.name.map { !left.contains($0) } ?? true }
        var replaced: [Name: LineageValue] = [:]
        for replacement in modifiers.replace {
            replaced[context.name(of: replacement.name)] = value(of: replacement.expression, in: scope)
        }
        for index in kept.indices {
            if let name = kept[index].name, let value = replaced[name] { kept[index].value = value }
        }
        return kept
    }

    /// The name of a column as written: its alias, or the last part of a path.
    static func label(of node: AliasedExpression) -> Identifier? { node.alias?.name ?? label(of: node.expression) }

    static func label(of expression: Expression) -> Identifier? {
        if case .path(let path) = expression { return path.parts.last }
        if case .access(let chain) = expression, case .field(let field)? = chain.accesses.last { return field }
        if case .parenthesized(let node) = expression { return label(of: node.expression) }
        return nil
    }
}
