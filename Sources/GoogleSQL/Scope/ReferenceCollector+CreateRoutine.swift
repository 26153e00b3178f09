/// CREATE of routines, models, indexes, policies, graphs, entities.
extension ReferenceCollector {
    mutating func visit(_ statement: CreateRoutine, _ visible: Names) {
        switch statement {
        case .function(let node): visit(node, visible)
        case .tableFunction(let node): visit(node, visible)
        case .procedure(let node): visit(node, visible)
        case .constant(let node):
            add(node.name, .created)
            visit(node.value, visible)
        case .sequence(let node):
            add(node.name, .created)
            visit(node.options, visible)
        case .model(let node): visit(node, visible)
        case .index(let node): visit(node, visible)
        case .rowAccessPolicy(let node):
            if let name = node.name { add(PathExpression(parts: [name], tokens: name.tokens), .created) }
            add(node.table, .on)
            visit(node.filter, visible)
        case .privilegeRestriction(let node): add(node.name, .on)
        case .propertyGraph(let node):
            add(node.name, .created)
            for table in node.nodes + node.edges { visit(table, visible) }
            visit(node.options, visible)
        case .entity(let node):
            add(node.name, .created)
            visit(node.options, visible)
        }
    }

    // MARK: Routines

    private mutating func visit(_ node: CreateFunction, _ visible: Names) {
        add(node.name, .created)
        visit(node.parameters, visible)
        visit(node.options, visible)
        switch node.body {
        case .expression(let expression): visit(expression, visible)
        case .text, nil: break
        }
    }

    private mutating func visit(_ node: CreateTableFunction, _ visible: Names) {
        add(node.name, .created)
        let outer = commonTables
        for parameter in node.parameters where parameter.isTable {
            if let name = parameter.name { commonTables.insert(name.name.lowerCasedASCII) }
        }
        visit(node.parameters, visible)
        visit(node.options, visible)
        switch node.body {
        case .query(let query): _ = visit(query, visible)
        case .text, nil: break
        }
        commonTables = outer
    }

    private mutating func visit(_ node: CreateProcedure, _ visible: Names) {
        add(node.name, .created)
        visit(node.options, visible)
        switch node.body {
        case .block(let block):
            visit(block.body, visible)
            if let handler = block.handler { visit(handler, visible) }
        case .foreign: break
        }
    }

    mutating func visit(_ parameters: [RoutineParameter], _ visible: Names) {
        for parameter in parameters {
            if let value = parameter.value { visit(value, visible) }
        }
    }

    // MARK: Models, indexes, graphs

    private mutating func visit(_ node: CreateModel, _ visible: Names) {
        add(node.name, .created)
        if let signature = node.signature {
            visit(signature.input, visible)
            visit(signature.output, visible)
        }
        for item in node.transform { visit(item, visible) }
        visit(node.options, visible)
        switch node.source {
        case .query(let query): _ = visit(query, visible)
        case .queries(let queries):
            for node in queries {
                _ = visit(node.query, visible)
                for bound in node.depth?.bounds ?? [] { visit(bound, visible) }
            }
        case nil: break
        }
    }

    private mutating func visit(_ node: CreateIndex, _ visible: Names) {
        add(node.name, .created)
        add(node.table, .on)
        for array in node.arrays { visit(array.array, visible) }
        switch node.keys {
        case .items(let items), .allColumns(let items):
            for item in items {
                visit(item.expression, visible)
                visit(item.options, visible)
            }
        }
        for expression in node.storing + node.partitionBy { visit(expression, visible) }
        visit(node.options, visible)
    }

    private mutating func visit(_ node: GraphElementTable, _ visible: Names) {
        add(node.table, .graphElement)
        for label in node.labels {
            visit(label.options, visible)
            switch label.properties {
            case .derived(let properties):
                for property in properties {
                    visit(property.expression, visible)
                    visit(property.options, visible)
                }
            case .noColumns, .allColumns, nil: break
            }
        }
        if let expression = node.dynamicLabel { visit(expression, visible) }
        if let expression = node.dynamicProperties { visit(expression, visible) }
    }
}

extension RoutineParameter {
    /// Whether a table is passed.
    fileprivate var isTable: Bool {
        switch kind {
        case .type: false
        case .template(let template): template == .table
        case .table: true
        }
    }
}
