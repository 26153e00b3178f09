/// PIVOT, UNPIVOT, FOR SYSTEM_TIME and TABLESAMPLE.
extension Parser {
    /// Whether PIVOT or UNPIVOT follows, which are names where nothing shows otherwise.
    var startsPivot: Bool {
        switch keyword {
        case .pivot: peekKind(1) == .leftParenthesis
        case .unpivot:
            peekKind(1) == .leftParenthesis || peekKeyword(1) == .include || peekKeyword(1) == .exclude
        default: false
        }
    }

    /// Reads PIVOT or UNPIVOT with its alias, if it is there.
    ///
    /// After an alias the words can be nothing else.
    mutating func parsePivotOrUnpivot(after alias: Alias? = nil) throws(SyntaxError) -> TableSuffix? {
        guard startsPivot || alias != nil && (keyword == .pivot || keyword == .unpivot) else { return nil }
        return keyword == .pivot ? .pivot(try parsePivot()) : .unpivot(try parseUnpivot())
    }

    /// Reads TABLESAMPLE and MATCH_RECOGNIZE, as often as they follow.
    mutating func parseRepeatedSuffixes(_ suffixes: inout [TableSuffix]) throws(SyntaxError) {
        while true {
            if keyword == .tablesample {
                suffixes.append(.sample(try parseSample()))
            } else if startsMatchRecognize {
                suffixes.append(.matchRecognize(try parseMatchRecognize()))
            } else {
                return
            }
        }
    }

    mutating func parsePivot() throws(SyntaxError) -> Pivot {
        let start = index
        advance()
        try expect(.leftParenthesis, "(")
        let aggregates = try parseList { parser throws(SyntaxError) in try parser.parseAliased() }
        try expect(.for)
        let input = try parsePivotInput()
        try expect(.in)
        let values = try parseInParentheses { parser throws(SyntaxError) in
            try parser.parseList { parser throws(SyntaxError) in try parser.parseAliased() }
        }
        try expect(.rightParenthesis, ")")
        let alias = try parseAliasBeforeSuffix()
        return Pivot(aggregates: aggregates, input: input, values: values, alias: alias, tokens: start..<index)
    }

    /// Reads the expression before IN.
    private mutating func parsePivotInput() throws(SyntaxError) -> Expression {
        try enter(Self.expressionNesting)
        defer { leave(Self.expressionNesting) }
        return keyword == .not ? try parseNegation() : try parseComparison(stopsAtIn: true)
    }

    /// Reads `expression [[AS] name]`.
    private mutating func parseAliased() throws(SyntaxError) -> AliasedExpression {
        let start = index
        let expression = try parseExpression()
        let alias = try parseAlias()
        return AliasedExpression(expression: expression, alias: alias, tokens: start..<index)
    }

    mutating func parseUnpivot() throws(SyntaxError) -> Unpivot {
        let start = index
        advance()
        var nulls: Unpivot.Nulls?
        if accept(.include) { nulls = .include } else if accept(.exclude) { nulls = .exclude }
        if nulls != nil { try expect(.nulls) }
        try expect(.leftParenthesis, "(")
        let values = try parseColumnGroup()
        try expect(.for)
        let name = try parseWholePath()
        try expect(.in)
        let items = try parseInParentheses { parser throws(SyntaxError) in
            try parser.parseList { parser throws(SyntaxError) in try parser.parseUnpivotItem() }
        }
        try expect(.rightParenthesis, ")")
        let alias = try parseAliasBeforeSuffix()
        return Unpivot(nulls: nulls, values: values, name: name, items: items, alias: alias, tokens: start..<index)
    }

    /// Reads `a` or `(a, b)`.
    private mutating func parseColumnGroup() throws(SyntaxError) -> [PathExpression] {
        guard kind == .leftParenthesis else { return [try parseWholePath()] }
        return try parseInParentheses { parser throws(SyntaxError) in
            try parser.parseList { parser throws(SyntaxError) in try parser.parseWholePath() }
        }
    }

    private mutating func parseUnpivotItem() throws(SyntaxError) -> Unpivot.Item {
        let start = index
        let columns = try parseColumnGroup()
        let hasKeyword = accept(.as)
        var label: Literal?
        if kind == .string || kind == .integer {
            label = try parseValueLiteral()
        } else if hasKeyword {
            throw unexpected(expected: "a string or integer literal")
        }
        return Unpivot.Item(columns: columns, label: label, tokens: start..<index)
    }

    /// Reads `FOR SYSTEM_TIME AS OF expression` or `FOR SYSTEM TIME AS OF expression`, if it is there.
    mutating func parseSystemTime() throws(SyntaxError) -> SystemTime? {
        guard keyword == .for, peekKeyword(1) != .update else { return nil }
        let start = index
        advance()
        if !accept(.systemTime) {
            try expect(.system)
            try expect(.time)
        }
        try expect(.as)
        try expect(.of)
        let expression = try parseExpression()
        return SystemTime(expression: expression, tokens: start..<index)
    }

    /// Reads TABLESAMPLE. In graph queries the alias of the weight needs AS.
    mutating func parseSample(inGraph: Bool = false) throws(SyntaxError) -> TableSample {
        let start = index
        advance()
        let method = try parseIdentifier(.datePart)
        try expect(.leftParenthesis, "(")
        let size = kind == .floatingPoint ? .literal(try parseValueLiteral()) : try parsePossiblyCastInteger()
        let unit: TableSample.Unit
        if accept(.rows) {
            unit = .rows
        } else {
            try expect(.percent)
            unit = .percent
        }
        var partitionBy: [Expression] = []
        if accept(.partition) {
            try expect(.by)
            partitionBy = try parseList { parser throws(SyntaxError) in try parser.parseExpression() }
        }
        try expect(.rightParenthesis, ")")
        let hasWeight = accept(.with)
        if hasWeight { try expect(.weight) }
        var weightAlias: Alias?
        if hasWeight { weightAlias = inGraph ? try parseAliasWithKeyword() : try parseWeightAlias() }
        var seed: Expression?
        if accept(.repeatable) {
            seed = try parseInParentheses { parser throws(SyntaxError) in try parser.parsePossiblyCastInteger() }
        }
        return TableSample(
            method: method,
            size: size,
            unit: unit,
            partitionBy: partitionBy,
            hasWeight: hasWeight,
            weightAlias: weightAlias,
            seed: seed,
            tokens: start..<index
        )
    }

    /// Reads the alias after WITH WEIGHT, unless the word starts what may follow it.
    private mutating func parseWeightAlias() throws(SyntaxError) -> Alias? {
        keyword == .repeatable && peekKind(1) == .leftParenthesis ? nil : try parseTableAlias()
    }

    /// Reads an integer, a parameter, a system variable, or a CAST of one.
    mutating func parsePossiblyCastInteger() throws(SyntaxError) -> Expression {
        let start = index
        guard accept(.cast) else { return try parseIntegerOrParameter() }
        try expect(.leftParenthesis, "(")
        return try parseCast(of: try parseIntegerOrParameter(), isSafe: false, start)
    }
}
