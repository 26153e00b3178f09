/// ALTER and RENAME.
extension ReferenceCollector {
    mutating func visit(_ statement: AlterStatement, _ visible: Names) {
        switch statement {
        case .object(let node):
            add(node.name, .altered)
            for action in node.actions { visit(action, visible) }
        case .entity(let node):
            if let name = node.name { add(name, .altered) }
            for action in node.actions { visit(action, visible) }
        case .index(let node):
            add(node.name, .altered)
            if let table = node.table { add(table, .on) }
            for action in node.actions { visit(action, visible) }
        case .rowAccessPolicy(let node):
            add(node.table, .on)
            for action in node.actions { visit(action, visible) }
        case .allRowAccessPolicies(let node):
            add(node.table, .on)
            visit(node.action, visible)
        case .privilegeRestriction(let node): add(node.name, .on)
        case .rename(let node):
            add(node.oldName, .altered)
            add(node.newName, .created)
        }
    }

    private mutating func visit(_ action: AlterAction, _ visible: Names) {
        switch action.kind {
        case .setOptions(let options): visit(options, visible)
        case .renameTo(let path): add(path, .created)
        case .addColumn(let node):
            visit(node.column.schema, visible)
            if let fill = node.fill { visit(fill, visible) }
        case .alterColumn(let node): visit(node.change, visible)
        case .addConstraint(let constraint, _): visit(constraint, visible)
        case .alterConstraint(let node):
            switch node.change {
            case .setOptions(let options): visit(options, visible)
            case .enforced, .notEnforced: break
            }
        case .addPart(let node): visit(node.options, visible)
        case .alterPart(let node): visit(node.action, visible)
        case .setBody, .setDefaultCollation, .dropColumn, .renameColumn, .dropConstraint, .dropPrimaryKey, .dropPart:
            break
        }
    }

    private mutating func visit(_ change: AlterColumn.Change, _ visible: Names) {
        switch change {
        case .setType(let schema): visit(schema, visible)
        case .setOptions(let options): visit(options, visible)
        case .setDefault(let expression): visit(expression, visible)
        case .setGenerated, .dropDefault, .dropNotNull, .dropGenerated: break
        }
    }

    private mutating func visit(_ action: AlterIndexAction, _ visible: Names) {
        switch action.kind {
        case .setOptions(let options), .setColumnOptions(_, let options, _): visit(options, visible)
        case .addColumn(_, let options, _): visit(options, visible)
        case .dropColumn, .rebuild: break
        }
    }

    private mutating func visit(_ action: RowAccessPolicyAction, _ visible: Names) {
        switch action.kind {
        case .filterUsing(let expression): visit(expression, visible)
        case .renameTo(let name): add(PathExpression(parts: [name], tokens: name.tokens), .created)
        case .grantTo, .revokeFrom, .revokeFromAll: break
        }
    }
}
