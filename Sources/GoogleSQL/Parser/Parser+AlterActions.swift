/// The changes in ALTER.
extension Parser {
    mutating func parseAlterActions() throws(SyntaxError) -> [AlterAction] {
        try parseList { parser throws(SyntaxError) in try parser.parseAlterAction() }
    }

    private mutating func parseAlterAction() throws(SyntaxError) -> AlterAction {
        let start = index
        let action: AlterAction.Kind
        switch keyword {
        case .set: action = try parseSetAction()
        case .add: action = try parseAddAction()
        case .drop: action = try parseDropAction()
        case .alter: action = try parseAlterPartAction()
        case .rename: action = try parseRenameAction()
        case .replace: throw try refuseDeletionPolicy()
        default: throw unexpected(expected: "`SET`, `ADD`, `DROP`, `ALTER` or `RENAME`")
        }
        return AlterAction(kind: action, tokens: start..<index)
    }

    private mutating func parseSetAction() throws(SyntaxError) -> AlterAction.Kind {
        advance()
        let place = index
        switch keyword {
        case .options:
            advance()
            return .setOptions(try parseOptions())
        case .as:
            advance()
            return .setBody(try parseEntityBody())
        case .default:
            guard let collation = try parseDefaultCollation() else { throw unexpected(expected: "`COLLATE`") }
            return .setDefaultCollation(collation)
        case .on:
            advance()
            try expect(.delete)
            _ = try parseForeignKeyAction()
            throw failure("SET ON DELETE is not supported", at: place)
        default:
            throw unexpected(expected: "`OPTIONS`, `AS` or `DEFAULT`")
        }
    }

    private mutating func parseRenameAction() throws(SyntaxError) -> AlterAction.Kind {
        advance()
        if accept(.to) { return .renameTo(try parseWholePath()) }
        guard accept(.column) else { throw unexpected(expected: "`COLUMN` or `TO`") }
        let allowsMissing = try acceptIfExists()
        let oldName = try parseIdentifier()
        try expect(.to)
        return .renameColumn(oldName, to: try parseIdentifier(), allowsMissing: allowsMissing)
    }

    /// Reads `ROW DELETION POLICY` with what belongs to it, which only Spanner has, and returns the error.
    private mutating func refuseDeletionPolicy() throws(SyntaxError) -> SyntaxError {
        let action = keyword
        advance()
        let place = index
        try expect(.row)
        try expect(.deletion)
        try expect(.policy)
        _ = action == .add ? try acceptIfNotExists() : try acceptIfExists()
        if action != .drop {
            _ = try parseInParentheses { parser throws(SyntaxError) in try parser.parseExpression() }
        }
        return failure("ROW DELETION POLICY is not supported", at: place)
    }

    // MARK: ADD

    private mutating func parseAddAction() throws(SyntaxError) -> AlterAction.Kind {
        if peekKeyword(1) == .row { throw try refuseDeletionPolicy() }
        advance()
        switch keyword {
        case .column: return .addColumn(try parseAddColumn())
        case .primary, .foreign, .check: return .addConstraint(try parseTableConstraint(), allowsExisting: false)
        case .constraint:
            let start = index
            advance()
            let allowsExisting = try acceptIfNotExists()
            let name = try parseIdentifier()
            let constraint = try parseTableConstraint(named: name, from: start)
            return .addConstraint(constraint, allowsExisting: allowsExisting)
        default:
            let type = try parsePartType()
            let allowsExisting = try acceptIfNotExists()
            let name = try parseIdentifier()
            let options = try parseOptionsClause()
            return .addPart(AddPart(type: type, allowsExisting: allowsExisting, name: name, options: options))
        }
    }

    private mutating func parseAddColumn() throws(SyntaxError) -> AddColumn {
        advance()
        let allowsExisting = try acceptIfNotExists()
        let column = try parseColumnDefinition()
        var position: AddColumn.Position?
        if accept(.preceding) {
            position = .preceding(try parseIdentifier())
        } else if accept(.following) {
            position = .following(try parseIdentifier())
        }
        var fill: Expression?
        if accept(.fill) {
            try expect(.using)
            fill = try parseExpression()
        }
        return AddColumn(allowsExisting: allowsExisting, column: column, position: position, fill: fill)
    }

    // MARK: DROP

    private mutating func parseDropAction() throws(SyntaxError) -> AlterAction.Kind {
        if peekKeyword(1) == .row { throw try refuseDeletionPolicy() }
        advance()
        switch keyword {
        case .column:
            advance()
            let allowsMissing = try acceptIfExists()
            return .dropColumn(try parseIdentifier(), allowsMissing: allowsMissing)
        case .constraint:
            advance()
            let allowsMissing = try acceptIfExists()
            return .dropConstraint(try parseIdentifier(), allowsMissing: allowsMissing)
        case .primary:
            advance()
            try expect(.key)
            return .dropPrimaryKey(allowsMissing: try acceptIfExists())
        default:
            let type = try parsePartType()
            let allowsMissing = try acceptIfExists()
            return .dropPart(type: type, name: try parseIdentifier(), allowsMissing: allowsMissing)
        }
    }

    // MARK: ALTER

    private mutating func parseAlterPartAction() throws(SyntaxError) -> AlterAction.Kind {
        advance()
        switch keyword {
        case .column: return .alterColumn(try parseAlterColumn())
        case .constraint: return .alterConstraint(try parseAlterConstraint())
        default:
            try enter()
            defer { leave() }
            let type = try parsePartType()
            let allowsMissing = try acceptIfExists()
            let name = try parseIdentifier()
            let action = try parseAlterAction()
            return .alterPart(AlterPart(type: type, allowsMissing: allowsMissing, name: name, action: action))
        }
    }

    private mutating func parseAlterConstraint() throws(SyntaxError) -> AlterConstraint {
        advance()
        let allowsMissing = try acceptIfExists()
        let name = try parseIdentifier()
        let change: AlterConstraint.Change
        if accept(.set) {
            try expect(.options)
            change = .setOptions(try parseOptions())
        } else {
            change = try parseConstraintEnforcement() ? .enforced : .notEnforced
        }
        return AlterConstraint(allowsMissing: allowsMissing, name: name, change: change)
    }

    private mutating func parseAlterColumn() throws(SyntaxError) -> AlterColumn {
        advance()
        let allowsMissing = try acceptIfExists()
        let name = try parseIdentifier()
        let change = try parseColumnChange()
        return AlterColumn(allowsMissing: allowsMissing, name: name, change: change)
    }

    private mutating func parseColumnChange() throws(SyntaxError) -> AlterColumn.Change {
        if accept(.set) { return try parseSetColumn() }
        // DROP can also be the name of a type.
        if accept(.drop, .default) { return .dropDefault }
        if accept(.drop, .generated) { return .dropGenerated }
        guard keyword == .drop, isPlainNot(1) else { throw try refuseColumnSchema() }
        advance()
        advance()
        try expect(.null)
        return .dropNotNull
    }

    private mutating func parseSetColumn() throws(SyntaxError) -> AlterColumn.Change {
        switch keyword {
        case .data:
            advance()
            try expect(.type)
            return .setType(try parseFieldSchema())
        case .options:
            advance()
            return .setOptions(try parseOptions())
        case .default:
            advance()
            return .setDefault(try parseExpression())
        case .generated:
            advance()
            let mode = try parseGeneratedMode()
            try expect(.as)
            return .setGenerated(mode, try parseIdentityColumn())
        default:
            throw unexpected(expected: "`DATA TYPE`, `OPTIONS`, `DEFAULT` or `GENERATED`")
        }
    }

    /// Reads a type after ALTER COLUMN and a name, which only Spanner has, and returns the error.
    private mutating func refuseColumnSchema() throws(SyntaxError) -> SyntaxError {
        let place = index
        _ = try parseColumnSchemaKind()
        _ = try parseTypeParameters()
        if startsPlainNot {
            advance()
            try expect(.null)
        }
        if accept(.as) {
            _ = try parseInParentheses { parser throws(SyntaxError) in try parser.parseExpression() }
            try expect(.stored)
        } else if accept(.default) {
            _ = try parseExpression()
        }
        _ = try parseOptionsClause()
        return failure("expected `SET` or `DROP` but found \(describe(place))", at: place)
    }

    // MARK: Parts

    /// Reads the word for a part of an object that the grammar has no rules for. It cannot be in backticks.
    private mutating func parsePartType() throws(SyntaxError) -> Identifier {
        guard keyword == .replica else { throw unexpected(expected: "a part of the object") }
        return try takeIdentifier(.datePart)
    }
}
