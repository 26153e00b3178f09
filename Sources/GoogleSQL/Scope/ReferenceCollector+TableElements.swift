/// Columns, constraints and clauses of definitions.
extension ReferenceCollector {
    mutating func visit(_ list: TableElementList, _ visible: Names) {
        for element in list.elements {
            switch element {
            case .column(let column): visit(column.schema, visible)
            case .constraint(let constraint): visit(constraint, visible)
            }
        }
    }

    mutating func visit(_ schema: ColumnSchema, _ visible: Names) {
        switch schema.kind {
        case .named, .interval, .inferred: break
        case .array(let element), .range(let element): visit(element, visible)
        case .structure(let fields):
            for field in fields { visit(field.schema, visible) }
        }
        switch schema.value {
        case nil: break
        case .default(let expression): visit(expression, visible)
        case .generated(let column): visit(column, visible)
        }
        for attribute in schema.attributes {
            switch attribute {
            case .foreignKey(_, let reference, _): add(reference.table, .foreignKey)
            case .primaryKey, .hidden, .notNull: break
            }
        }
        visit(schema.options, visible)
    }

    mutating func visit(_ column: GeneratedColumn, _ visible: Names) {
        switch column.source {
        case .expression(let expression): visit(expression, visible)
        case .identity: break  // Literals alone.
        }
    }

    mutating func visit(_ constraint: TableConstraint, _ visible: Names) {
        switch constraint.kind {
        case .primaryKey: break
        case .foreignKey(_, let reference): add(reference.table, .foreignKey)
        case .check(let expression): visit(expression, visible)
        }
        visit(constraint.options, visible)
    }

    mutating func visit(_ columns: [ColumnWithOptions]?, _ visible: Names) {
        for column in columns ?? [] { visit(column.options, visible) }
    }

    mutating func visit(_ source: DataSource, _ visible: Names) {
        add(source.path, .source)
        if let time = source.systemTime { visit(time.expression, visible) }
        if let filter = source.filter { visit(filter, visible) }
    }

    /// Visits the values of OPTIONS.
    mutating func visit(_ options: [HintEntry]?, _ visible: Names) {
        for option in options ?? [] { visit(option.value, visible) }
    }
}
