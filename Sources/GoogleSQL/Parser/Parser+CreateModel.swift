/// CREATE MODEL.
extension Parser {
    mutating func parseCreateModel(_ header: CreateHeader) throws(SyntaxError) -> CreateModel {
        advance()
        let allowsExisting = try acceptIfNotExists()
        let name = try parseWholePath()
        let signature = try parseModelSignature()
        let transform = try parseTransform()
        let (isRemote, connection) = try parseRemoteConnection()
        let options = try parseOptionsClause()
        let source = accept(.as) ? try parseModelSource() : nil
        return CreateModel(
            header: header,
            allowsExisting: allowsExisting,
            name: name,
            signature: signature,
            transform: transform,
            isRemote: isRemote,
            connection: connection,
            options: options,
            source: source,
            tokens: header.tokens.lowerBound..<index
        )
    }

    private mutating func parseModelSignature() throws(SyntaxError) -> CreateModel.Signature? {
        let start = index
        guard accept(.input) else { return nil }
        let input = try parseTableElementList()
        try expect(.output)
        let output = try parseTableElementList()
        for list in [input, output] where list.hasConstraints {
            throw failure("a model has columns without constraints", at: list.tokens.lowerBound)
        }
        return CreateModel.Signature(input: input, output: output, tokens: start..<index)
    }

    private mutating func parseTransform() throws(SyntaxError) -> [SelectItem] {
        guard accept(.transform) else { return [] }
        return try parseInParentheses { parser throws(SyntaxError) in try parser.parseSelectList() }
    }

    private mutating func parseModelSource() throws(SyntaxError) -> CreateModel.Source {
        // TABLE here always starts a query; any other name can only be that of a query in a list.
        guard kind == .leftParenthesis, isIdentifier(1), peekKeyword(1) != .table else {
            return .query(try parseQueryAfterAs())
        }
        return .queries(
            try parseInParentheses { parser throws(SyntaxError) in
                try parser.parseList { parser throws(SyntaxError) in try parser.parseCommonTableExpression() }
            }
        )
    }
}

extension TableElementList {
    /// Whether one of the elements is a constraint of the table.
    fileprivate var hasConstraints: Bool {
        elements.contains { element in
            switch element {
            case .column: false
            case .constraint: true
            }
        }
    }
}
