/// CALL, SET, EXECUTE IMMEDIATE, ASSERT and other statements that steer others.
extension ReferenceCollector {
    mutating func visit(_ statement: ProceduralStatement, _ visible: Names) {
        switch statement {
        case .assignment(let node): visit(node.value, visible)
        case .call(let node):
            add(node.procedure, .procedure)
            for argument in node.arguments { visit(argument, visible) }
        case .executeImmediate(let node):
            visit(node.text, visible)
            for argument in node.using { visit(argument.expression, visible) }
        case .assert(let node): visit(node.condition, visible)
        case .analyze(let node):
            visit(node.options, visible)
            for target in node.targets { add(target.table, .on) }
        case .describe(let node): add(node.name, .described)
        case .explain(let node):
            visit(node.hint)
            visit(node.statement, visible)
        case .import(let node): visit(node.options, visible)
        case .module(let node): visit(node.options, visible)
        case .defineTable(let node): visit(node.options, visible)
        case .subpipeline(let node): visit(node, visible)
        case .scripting(let node): visit(node, visible)
        case .transaction, .batch, .show: break
        }
    }

    mutating func visit(_ options: [HintEntry], _ visible: Names) {
        for option in options { visit(option.value, visible) }
    }

    private mutating func visit(_ statement: ScriptingStatement, _ visible: Names) {
        switch statement {
        case .declare(let node): visit(node.value, visible)
        case .block(let node):
            visit(node.body, visible)
            if let handler = node.handler { visit(handler, visible) }
        case .if(let node): visit(node.branches, node.fallback, visible)
        case .case(let node):
            visit(node.operand, visible)
            visit(node.branches, node.fallback, visible)
        case .loop(let node):
            switch node.condition {
            case .none: break
            case .while(let expression), .until(let expression): visit(expression, visible)
            }
            visit(node.body, visible)
        case .forIn(let node):
            _ = visit(node.query, visible)
            visit(node.body, visible)
        case .raise(let node): visit(node.message, visible)
        case .jump, .return: break
        }
    }

    private mutating func visit(
        _ branches: [ConditionalStatements],
        _ fallback: StatementList?,
        _ visible: Names
    ) {
        for branch in branches {
            visit(branch.condition, visible)
            visit(branch.body, visible)
        }
        if let fallback { visit(fallback, visible) }
    }

    private mutating func visit(_ expression: Expression?, _ visible: Names) {
        if let expression { visit(expression, visible) }
    }
}
