/// INSERT, UPDATE, DELETE, MERGE, TRUNCATE.
///
/// The rows of the target have its name, or its alias, in conditions and new values. What INSERT adds, FROM of UPDATE
/// and USING of MERGE are read without it, so `target.x` is a table there, though `zetasql::ExtractTableNames` takes it
/// for an array.
extension ReferenceCollector {
    mutating func visit(_ statement: ManipulationStatement, _ visible: Names) {
        visit(statement, visible, isNested: false)
    }

    private mutating func visit(_ statement: ManipulationStatement, _ visible: Names, isNested: Bool) {
        switch statement {
        case .insert(let node): visit(node, visible, isNested: isNested)
        case .update(let node): visit(node, visible, isNested: isNested)
        case .delete(let node): visit(node, visible, isNested: isNested)
        case .merge(let node): visit(node, visible)
        case .truncate(let node):
            let names = addTarget(.path(node.target), nil, visible, isNested: false)
            if let filter = node.filter { visit(filter, names) }
        }
    }

    /// Adds the target, unless it is an array of a nested statement, and returns the names with that of its rows.
    private mutating func addTarget(
        _ target: Expression,
        _ alias: Alias?,
        _ visible: Names,
        isNested: Bool
    ) -> Names {
        var names = visible
        if case .path(let path) = target {
            if !isNested { add(path, .manipulated) }
            if alias == nil { names.insert(path.parts[path.parts.count - 1].name.lowerCasedASCII) }
        } else {
            visit(target, visible)
        }
        if let alias { names.insert(alias.name.name.lowerCasedASCII) }
        return names
    }

    mutating func visit(_ statement: InsertStatement, _ visible: Names, isNested: Bool = false) {
        let names = addTarget(statement.target, nil, visible, isNested: isNested)
        visit(statement.hint)
        switch statement.source {
        case nil: break
        case .query(let query): _ = visit(query, visible)
        case .values(let rows):
            for row in rows { visit(row, visible) }
        }
        if let conflict = statement.onConflict { visit(conflict, names) }
        if let rows = statement.assertedRows { visit(rows, names) }
        if let returning = statement.returning { visit(returning, names) }
    }

    private mutating func visit(_ statement: UpdateStatement, _ visible: Names, isNested: Bool) {
        var names = visible
        if let from = statement.from { visit(from.tables, visible, &names) }
        names.formUnion(addTarget(statement.target, statement.alias, visible, isNested: isNested))
        visit(statement.hint)
        visit(statement.items, names)
        if let filter = statement.filter { visit(filter, names) }
        if let rows = statement.assertedRows { visit(rows, names) }
        if let returning = statement.returning { visit(returning, names) }
    }

    private mutating func visit(_ statement: DeleteStatement, _ visible: Names, isNested: Bool) {
        let names = addTarget(statement.target, statement.alias, visible, isNested: isNested)
        visit(statement.hint)
        if let filter = statement.filter { visit(filter, names) }
        if let rows = statement.assertedRows { visit(rows, names) }
        if let returning = statement.returning { visit(returning, names) }
    }

    private mutating func visit(_ statement: MergeStatement, _ visible: Names) {
        var names = visible
        visit(statement.source, visible, &names)
        names.formUnion(addTarget(.path(statement.target), statement.alias, visible, isNested: false))
        visit(statement.condition, names)
        for clause in statement.clauses {
            if let condition = clause.condition { visit(condition, names) }
            switch clause.action {
            case .insert(_, .values(let row)): visit(row, names)
            case .insert(_, .source), .delete: break
            case .update(let items): visit(items, names)
            }
        }
    }

    // MARK: Parts

    private mutating func visit(_ items: [UpdateItem], _ visible: Names) {
        for item in items {
            switch item {
            case .assignment(let node):
                visit(node.target, visible)
                visit(node.value, visible)
            case .nested(let node): visit(node.statement, visible, isNested: true)
            }
        }
    }

    private mutating func visit(_ row: ValuesRow, _ visible: Names) {
        for value in row.values { visit(value, visible) }
    }

    private mutating func visit(_ value: AssignedValue, _ visible: Names) {
        switch value {
        case .expression(let expression): visit(expression, visible)
        case .default: break
        }
    }

    private mutating func visit(_ conflict: OnConflictClause, _ visible: Names) {
        switch conflict.action {
        case .nothing: break
        case .update(let items, let filter):
            visit(items, visible)
            if let filter { visit(filter, visible) }
        }
    }

    private mutating func visit(_ returning: ReturningClause, _ visible: Names) {
        for item in returning.items { visit(item, visible) }
    }
}
