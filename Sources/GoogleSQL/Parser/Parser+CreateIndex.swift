/// CREATE INDEX.
extension Parser {
    mutating func parseCreateIndex(_ header: CreateHeader) throws(SyntaxError) -> CreateIndex {
        let isUnique = accept(.unique)
        if keyword == .nullFiltered { throw failure("NULL_FILTERED is not supported", at: index) }
        var purpose: CreateIndex.Purpose?
        if accept(.search) { purpose = .search } else if accept(.vector) { purpose = .vector }
        try expect(.index)
        let allowsExisting = try acceptIfNotExists()
        let name = try parseWholePath()
        try expect(.on)
        let table = try parseWholePath()
        let alias = try parseAlias()
        var arrays: [IndexArray] = []
        while keyword == .unnest { arrays.append(try parseIndexArray()) }
        let keys = try parseIndexKeys()
        let storing = try parseStoring()
        let partitionBy = try parsePartitionBy()
        let options = try parseOptionsClause()
        if partitionBy.isEmpty { try refuseInterleave() }
        return CreateIndex(
            header: header,
            isUnique: isUnique,
            purpose: purpose,
            allowsExisting: allowsExisting,
            name: name,
            table: table,
            alias: alias,
            arrays: arrays,
            keys: keys,
            storing: storing,
            partitionBy: partitionBy,
            options: options,
            tokens: header.tokens.lowerBound..<index
        )
    }

    private mutating func parseIndexArray() throws(SyntaxError) -> IndexArray {
        let start = index
        let array = try parseUnnest()
        let alias = try parseAlias()
        let offset = try parseIndexOffset()
        return IndexArray(array: array, alias: alias, offset: offset, tokens: start..<index)
    }

    /// Reads `WITH OFFSET [[AS] name]`, if it is there. Other than in FROM, PIVOT can be the name.
    private mutating func parseIndexOffset() throws(SyntaxError) -> WithOffset? {
        let start = index
        guard startsPlainWith else { return nil }
        advance()
        try expect(.offset)
        let alias = try parseAlias()
        return WithOffset(alias: alias, tokens: start..<index)
    }

    private mutating func parseIndexKeys() throws(SyntaxError) -> CreateIndex.Keys {
        guard kind == .leftParenthesis, peekKeyword(1) == .all else { return .items(try parseIndexItems()) }
        advance()
        advance()
        try expect(.columns)
        var options: [IndexItem] = []
        if startsPlainWith {
            advance()
            try expect(.column)
            try expect(.options)
            options = try parseIndexItems()
        }
        try expect(.rightParenthesis, ")")
        return .allColumns(options: options)
    }

    private mutating func parseIndexItems() throws(SyntaxError) -> [IndexItem] {
        try parseInParentheses { parser throws(SyntaxError) in
            try parser.parseList { parser throws(SyntaxError) in try parser.parseIndexItem() }
        }
    }

    private mutating func parseIndexItem() throws(SyntaxError) -> IndexItem {
        let start = index
        let expression = try parseExpression()
        let collation = try parseCollation()
        let order = try parseSortOrder()
        let options = try parseOptionsClause()
        return IndexItem(
            expression: expression,
            collation: collation,
            order: order,
            options: options,
            tokens: start..<index
        )
    }

    private mutating func parseStoring() throws(SyntaxError) -> [Expression] {
        guard accept(.storing) else { return [] }
        return try parseInParentheses { parser throws(SyntaxError) in
            try parser.parseList { parser throws(SyntaxError) in try parser.parseExpression() }
        }
    }

    /// Throws for `, INTERLEAVE IN table`, which only Spanner has.
    private mutating func refuseInterleave() throws(SyntaxError) {
        let place = index
        guard accept(.comma) else { return }
        try expect(.interleave)
        try expect(.in)
        _ = try parseDashedPath()
        if accept(.dot) { throw unexpected(expected: "an identifier") }
        throw failure("INTERLEAVE IN is not supported", at: place)
    }
}
