/// Lists of columns and constraints.
extension Parser {
    /// Reads `(element, …)`. Any number of commas may follow an element.
    mutating func parseTableElementList() throws(SyntaxError) -> TableElementList {
        let start = index
        try expect(.leftParenthesis, "(")
        guard kind != .rightParenthesis else {
            throw failure("a table must define at least one column", at: index)
        }
        var elements = [try parseTableElement()]
        while accept(.comma) {
            while accept(.comma) {}
            if kind == .rightParenthesis { break }
            elements.append(try parseTableElement())
        }
        try expect(.rightParenthesis, ")")
        return TableElementList(elements: elements, tokens: start..<index)
    }

    /// Reads `(element, …)`, if it is there.
    mutating func parseOptionalTableElementList() throws(SyntaxError) -> TableElementList? {
        kind == .leftParenthesis ? try parseTableElementList() : nil
    }

    private mutating func parseTableElement() throws(SyntaxError) -> TableElement {
        if startsTableConstraint { return .constraint(try parseTableConstraint()) }
        // Two names before CHECK or FOREIGN: the grammar looks at the first of them only afterwards.
        if isIdentifier(), isIdentifier(1), peekKeyword(2) == .check || peekKeyword(2) == .foreign {
            return .constraint(try parseNamedConstraint())
        }
        return .column(try parseColumnDefinition())
    }

    /// Reads `name type …`.
    mutating func parseColumnDefinition() throws(SyntaxError) -> ColumnDefinition {
        let start = index
        let name = try parseIdentifier()
        let schema = try parseTableColumnSchema()
        return ColumnDefinition(name: name, schema: schema, tokens: start..<index)
    }

    private mutating func parseTableColumnSchema() throws(SyntaxError) -> ColumnSchema {
        try enter()
        defer { leave() }
        let start = index
        if startsGeneratedColumn {
            let value = ColumnValue.generated(try parseGeneratedColumn())
            let attributes = try parseColumnAttributes()
            let options = try parseOptionsClause()
            return ColumnSchema(
                kind: .inferred,
                parameters: [],
                collation: nil,
                value: value,
                attributes: attributes,
                options: options,
                tokens: start..<index
            )
        }
        let kind = try parseColumnSchemaKind()
        let parameters = try parseTypeParameters()
        let collation = try parseCollation()
        let value = try parseColumnValue()
        let attributes = try parseColumnAttributes()
        let options = try parseOptionsClause()
        return ColumnSchema(
            kind: kind,
            parameters: parameters,
            collation: collation,
            value: value,
            attributes: attributes,
            options: options,
            tokens: start..<index
        )
    }

    // MARK: Types

    /// Reads the type of an array element or of a named field, or the new type of a column.
    mutating func parseFieldSchema(allowsOptions: Bool = true) throws(SyntaxError) -> ColumnSchema {
        try enter()
        defer { leave() }
        let start = index
        let kind = try parseColumnSchemaKind()
        let parameters = try parseTypeParameters()
        let collation = try parseCollation()
        var attributes: [ColumnAttribute] = []
        if startsPlainNot {
            advance()
            try expect(.null)
            attributes.append(.notNull)
        }
        let options = allowsOptions ? try parseOptionsClause() : nil
        return ColumnSchema(
            kind: kind,
            parameters: parameters,
            collation: collation,
            value: nil,
            attributes: attributes,
            options: options,
            tokens: start..<index
        )
    }

    /// Reads the type of a column without parameters and all that follows.
    mutating func parseColumnSchemaKind() throws(SyntaxError) -> ColumnSchema.Kind {
        switch keyword {
        case .array:
            advance()
            return .array(try parseTemplate { parser throws(SyntaxError) in try parser.parseFieldSchema() })
        case .range:
            advance()
            return .range(try parseTemplate { parser throws(SyntaxError) in try parser.parseFieldSchema() })
        case .struct:
            advance()
            return .structure(try parseTemplate { parser throws(SyntaxError) in try parser.parseStructColumnFields() })
        case .interval:
            advance()
            return .interval
        default:
            guard isIdentifier() else { throw unexpected(expected: "a type") }
            return .named(try parseWholePath(.typeName))
        }
    }

    private mutating func parseStructColumnFields() throws(SyntaxError) -> [StructColumnField] {
        guard kind != .greater else { return [] }
        return try parseList { parser throws(SyntaxError) in
            let start = parser.index
            let name = parser.startsNamedField ? try parser.parseIdentifier() : nil
            let schema = try parser.parseFieldSchema(allowsOptions: name != nil)
            return StructColumnField(name: name, schema: schema, tokens: start..<parser.index)
        }
    }

    /// Reads `TABLE<a T, U>`.
    mutating func parseTableSchema() throws(SyntaxError) -> TableTypeName {
        let start = index
        try expect(.table)
        let columns = try parseTemplate { parser throws(SyntaxError) in
            try parser.parseList { parser throws(SyntaxError) in
                let start = parser.index
                let name = parser.startsNamedField ? try parser.parseIdentifier() : nil
                let type = try parser.parseType()
                return StructTypeField(name: name, type: type, tokens: start..<parser.index)
            }
        }
        return TableTypeName(columns: columns, tokens: start..<index)
    }
}
