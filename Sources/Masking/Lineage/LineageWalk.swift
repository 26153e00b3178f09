import Catalog
import GoogleSQL

/// Follows masked columns from the tables to the columns of the result.
///
/// It decides nothing about what may leave: every value it follows is masked already. Where it is not sure it takes all
/// that a value may derive from, so that a column is rather said to be masked than not.
struct LineageWalk {
    /// How often a recursive query is followed before everything in it is taken together.
    private static let recursionRoundsMax = 8

    private let reads: [Int: Int]
    private let rows: [LineageRows]
    /// All masked columns of the query.
    let everything: Set<MaskSource>

    /// - Parameters:
    ///   - reads: the index of the table that is read, by the first token of its path.
    ///   - tables: the columns of each table.
    init(reads: [Int: Int], tables: [LineageRows]) {
        self.reads = reads
        rows = tables
        everything = tables.reduce(into: []) { $0.formUnion($1.taint.map { MaskSource(index: $0.index, path: []) }) }
    }

    /// The result's columns.
    func output(of query: Query) -> OutputLineage {
        let rows = rows(of: query, in: LineageScope())
        return OutputLineage(
            columns: rows.columns.map { $0.map { Set($0.value.sources.map(\.index)) } },
            labels: rows.columns.map { $0.map(\.label) } ?? []
        )
    }

    /// The columns of a table that is read at a path; nil when the path names no table.
    func table(at path: PathExpression) -> LineageRows? {
        reads[path.tokens.lowerBound].flatMap { rows.indices.contains($0) ? rows[$0] : nil }
    }

    // MARK: Queries

    func rows(of query: Query, in outer: LineageScope) -> LineageRows {
        var scope = outer
        if let with = query.with { add(with, to: &scope) }
        var frame = frame(of: query.body, in: scope)
        for pipe in query.pipes { apply(pipe, to: &frame, in: &scope) }
        return frame.star
    }

    func add(_ with: WithClause, to scope: inout LineageScope) {
        guard with.isRecursive else {
            for expression in with.expressions {
                scope.tables[expression.name.name.lowercased()] = rows(of: expression, in: scope)
            }
            return
        }
        for expression in with.expressions {
            scope.tables[expression.name.name.lowercased()] = LineageRows(columns: nil)
        }
        for _ in 0..<Self.recursionRoundsMax {
            var isStable = true
            for expression in with.expressions {
                let name = expression.name.name.lowercased()
                let next = rows(of: expression, in: scope)
                isStable = isStable && scope.tables[name].map { Self.isSame($0, next) } ?? false
                scope.tables[name] = next
            }
            if isStable { return }
        }
        for expression in with.expressions {
            scope.tables[expression.name.name.lowercased()] = LineageRows(columns: nil, taint: everything)
        }
    }

    private func rows(of expression: CommonTableExpression, in scope: LineageScope) -> LineageRows {
        var found = rows(of: expression.query, in: scope)
        if let alias = expression.depth?.alias, let columns = found.columns {
            let depth = LineageColumn(label: alias.name.name, value: LineageValue())
            found = LineageRows(columns: columns + [depth], taint: found.taint)
        }
        return found
    }

    private static func isSame(_ left: LineageRows, _ right: LineageRows) -> Bool {
        guard left.taint == right.taint else { return false }
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
            return Self.frame(of: rows(of: select, over: from, in: scope))
        case .from(let clause): return frame(of: clause.tables, in: scope)
        case .table, .graph: return Self.frame(of: LineageRows(columns: nil, taint: everything))
        case .parenthesized(let node):
            return Self.frame(of: rows(of: node.query, in: scope), alias: node.alias?.name.name)
        case .setOperation(let operation):
            var found = frame(of: operation.first, in: scope).star
            for operand in operation.rest {
                found = Self.union(found, frame(of: operand.body, in: scope).star, by: operand.operator)
            }
            return Self.frame(of: found)
        }
    }

    static func frame(of rows: LineageRows, alias: String? = nil) -> LineageFrame {
        LineageFrame(tables: [LineageTable(alias: alias?.lowercased(), rows: rows)], star: rows)
    }

    static func union(_ left: LineageRows, _ right: LineageRows, by setOperator: SetOperator) -> LineageRows {
        let unknown = LineageRows(columns: nil, taint: left.taint.union(right.taint))
        switch setOperator.matching {
        case .position: return left.union(byPosition: right)
        case .corresponding(let columns), .byName(let columns):
            // With a mode or a list, columns appear, vanish or change their order.
            return setOperator.mode == nil && columns.isEmpty ? left.union(byName: right) : unknown
        }
    }

    // MARK: SELECT

    /// The columns of a SELECT. Also for the SELECT of a pipeline.
    func rows(of select: Select, over frame: LineageFrame, in scope: LineageScope) -> LineageRows {
        let inner = scope.inside(frame)
        let columns = columns(of: select.items, over: frame, in: inner)
        var taint = frame.star.taint
        for filter in [select.filter, select.having, select.qualify] {
            if let filter { taint.formUnion(value(of: filter, in: inner).sources) }
        }
        guard case .value? = select.shape, let columns else { return LineageRows(columns: columns, taint: taint) }
        guard columns.count == 1, let only = columns.first else { return LineageRows(columns: nil, taint: taint) }
        return LineageRows(columns: Self.columns(of: only.value, named: only.label), taint: taint)
    }

    /// What `*` gives of a value: its fields, or itself; nil when that is not known.
    static func columns(of value: LineageValue, named name: String?) -> [LineageColumn]? {
        switch value.shape {
        case .scalar: [LineageColumn(label: name, value: value)]
        case .record(let fields):
            fields.map { field in
                LineageColumn(label: field.name, value: value.field(field.name.lowercased()))
            }
        case .unknown: nil
        }
    }

    func columns(of items: [SelectItem], over frame: LineageFrame, in scope: LineageScope) -> [LineageColumn]? {
        var columns: [LineageColumn] = []
        for item in items {
            switch item {
            case .expression(let node):
                columns.append(
                    LineageColumn(label: Self.label(of: node), value: value(of: node.expression, in: scope))
                )
            case .star(let node):
                guard let star = frame.star.columns else { return nil }
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
            let name = path.parts[0].name.lowercased()
            for frame in scope.frames.reversed() {
                guard let table = frame.tables.first(where: { $0.alias == name }) else { continue }
                guard let columns = table.rows.columns else { return nil }
                return modified(columns, by: node.modifiers, in: scope)
            }
        }
        let base = value(of: node.base, in: scope)
        guard case .record = base.shape, let columns = Self.columns(of: base, named: nil) else { return nil }
        return modified(columns, by: node.modifiers, in: scope)
    }

    private func modified(
        _ columns: [LineageColumn],
        by modifiers: StarModifiers,
        in scope: LineageScope
    ) -> [LineageColumn] {
        let left = Set(modifiers.except.map { $0.name.lowercased() })
        var kept = columns.filter { $0.name.map { !left.contains($0) } ?? true }
        for replacement in modifiers.replace {
            let name = replacement.name.name.lowercased()
            let value = value(of: replacement.expression, in: scope)
            for index in kept.indices where kept[index].name == name { kept[index].value = value }
        }
        return kept
    }

    /// The name of a column as written: its alias, or the last part of a path.
    static func label(of node: AliasedExpression) -> String? {
        if let alias = node.alias { return alias.name.name }
        return label(of: node.expression)
    }

    static func label(of expression: Expression) -> String? {
        if case .path(let path) = expression { return path.parts.last?.name }
        if case .access(let chain) = expression, case .field(let field)? = chain.accesses.last {
            return field.name
        }
        if case .parenthesized(let node) = expression { return label(of: node.expression) }
        return nil
    }
}
