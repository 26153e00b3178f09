/// Constraints on tables and attributes of columns.
extension Parser {
    /// Whether a constraint without a name follows; PRIMARY, FOREIGN and CHECK are names elsewhere.
    var startsTableConstraint: Bool {
        switch keyword {
        case .primary, .foreign: peekKeyword(1) == .key
        case .check: peekKind(1) == .leftParenthesis
        default: false
        }
    }

    /// Reads `PRIMARY KEY …`, `FOREIGN KEY …` or `CHECK …` after the name, if there is one.
    mutating func parseTableConstraint(
        named name: Identifier? = nil,
        from start: Int? = nil
    ) throws(SyntaxError) -> TableConstraint {
        let start = start ?? index
        let kind: TableConstraint.Kind
        switch keyword {
        case .primary:
            advance()
            try expect(.key)
            kind = .primaryKey(try parsePrimaryKeyColumns())
        case .foreign:
            advance()
            try expect(.key)
            let columns = try parseIdentifierList()
            kind = .foreignKey(columns, try parseForeignKeyReference())
        case .check:
            advance()
            kind = .check(try parseInParentheses { parser throws(SyntaxError) in try parser.parseExpression() })
        default:
            throw unexpected(expected: "`PRIMARY`, `FOREIGN` or `CHECK`")
        }
        var isEnforced = true
        if startsPlainNot || keyword == .enforced { isEnforced = try parseConstraintEnforcement() }
        let options = try parseOptionsClause()
        return TableConstraint(
            name: name,
            kind: kind,
            isEnforced: isEnforced,
            options: options,
            tokens: start..<index
        )
    }

    /// Reads `CONSTRAINT name FOREIGN KEY …` or `CONSTRAINT name CHECK …`, where the first word may be another one.
    mutating func parseNamedConstraint() throws(SyntaxError) -> TableConstraint {
        let start = index
        let word = try takeIdentifier(.syntax)
        let name = try parseIdentifier()
        let constraint = try parseTableConstraint(named: name, from: start)
        guard word.name.lowerCasedASCII == "constraint" else {
            throw failure("expected `CONSTRAINT` before the name of a constraint", at: start)
        }
        return constraint
    }

    /// Reads `(a, b)` or `()`.
    mutating func parsePrimaryKeyColumns() throws(SyntaxError) -> [Identifier] {
        try expect(.leftParenthesis, "(")
        var columns: [Identifier] = []
        if kind != .rightParenthesis {
            columns = try parseList { parser throws(SyntaxError) in
                let column = try parser.parseIdentifier()
                let place = parser.index
                let order = try parser.parseSortOrder()
                if order.direction != nil {
                    throw parser.failure("primary keys have no order", at: place)
                } else if order.nulls != nil {
                    throw parser.failure(
                        "primary keys have no order",
                        offset: parser.tokens[place - 1].range.upperBound
                    )
                }
                return column
            }
        }
        try expect(.rightParenthesis, ")")
        return columns
    }

    /// Reads `REFERENCES table (columns) …`.
    mutating func parseForeignKeyReference() throws(SyntaxError) -> ForeignKeyReference {
        let start = index
        try expect(.references)
        let table = try parseWholePath()
        let columns = try parseIdentifierList()
        let match = accept(.match) ? try parseForeignKeyMatch() : nil
        var onUpdate: ForeignKeyReference.Action?
        var onDelete: ForeignKeyReference.Action?
        while keyword == .on, onUpdate == nil || onDelete == nil {
            advance()
            if onUpdate == nil, accept(.update) {
                onUpdate = try parseForeignKeyAction()
            } else if onDelete == nil, accept(.delete) {
                onDelete = try parseForeignKeyAction()
            } else {
                throw unexpected(expected: onDelete == nil ? "`DELETE`" : "`UPDATE`")
            }
        }
        return ForeignKeyReference(
            table: table,
            columns: columns,
            match: match,
            onUpdate: onUpdate,
            onDelete: onDelete,
            tokens: start..<index
        )
    }

    private mutating func parseForeignKeyMatch() throws(SyntaxError) -> ForeignKeyReference.Match {
        if accept(.simple) { return .simple }
        if accept(.full) { return .full }
        if keyword == .not, !startsPlainNot {
            advance()
            try expect(.distinct)
            return .notDistinct
        }
        throw unexpected(expected: "`SIMPLE`, `FULL` or `NOT DISTINCT`")
    }

    /// Reads `NO ACTION`, `RESTRICT`, `CASCADE` or `SET NULL`.
    mutating func parseForeignKeyAction() throws(SyntaxError) -> ForeignKeyReference.Action {
        if accept(.restrict) { return .restrict }
        if accept(.cascade) { return .cascade }
        if accept(.no) {
            try expect(.action)
            return .noAction
        }
        guard accept(.set) else { throw unexpected(expected: "`NO`, `RESTRICT`, `CASCADE` or `SET`") }
        try expect(.null)
        return .setNull
    }

    /// Reads `ENFORCED` or `NOT ENFORCED` and says which.
    mutating func parseConstraintEnforcement() throws(SyntaxError) -> Bool {
        if startsPlainNot {
            advance()
            try expect(.enforced)
            return false
        }
        try expect(.enforced)
        return true
    }

    // MARK: Attributes of columns

    /// Reads what may stand between the value of a column and its options.
    mutating func parseColumnAttributes() throws(SyntaxError) -> [ColumnAttribute] {
        var attributes: [ColumnAttribute] = []
        while true {
            let start = index
            switch keyword {
            case .primary:
                advance()
                try expect(.key)
                attributes.append(.primaryKey(isEnforced: true))
            case .constraint:
                advance()
                let name = try parseIdentifier()
                attributes.append(.foreignKey(name: name, try parseForeignKeyReference(), isEnforced: true))
            case .references:
                attributes.append(.foreignKey(name: nil, try parseForeignKeyReference(), isEnforced: true))
            case .hidden:
                advance()
                attributes.append(.hidden)
            case .not where startsPlainNot && (attributes.isEmpty || peekKeyword(1) == .null):
                advance()
                try expect(.null)
                attributes.append(.notNull)
            case .not where startsPlainNot, .enforced where !attributes.isEmpty:
                let isEnforced = try parseConstraintEnforcement()
                guard let last = attributes.popLast(), let new = last.enforced(isEnforced) else {
                    throw failure("only a key can be enforced or not", at: start)
                }
                attributes.append(new)
            default:
                return attributes
            }
        }
    }
}

extension ColumnAttribute {
    /// The same key, enforced or not; nil for anything but a key.
    fileprivate func enforced(_ isEnforced: Bool) -> ColumnAttribute? {
        switch self {
        case .primaryKey: .primaryKey(isEnforced: isEnforced)
        case .foreignKey(let name, let reference, _): .foreignKey(name: name, reference, isEnforced: isEnforced)
        case .hidden, .notNull: nil
        }
    }
}
