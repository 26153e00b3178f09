/// Pipe operators.
extension Parser {
    /// Reads operators, each after `|>`.
    mutating func parsePipeOperators() throws(SyntaxError) -> [PipeOperator] {
        var operators: [PipeOperator] = []
        while kind == .pipe {
            let start = index
            advance()
            let operatorKind = try parsePipeOperator()
            operators.append(PipeOperator(kind: operatorKind, tokens: start..<index))
        }
        return operators
    }

    private mutating func parsePipeOperator() throws(SyntaxError) -> PipeOperator.Kind {
        switch keyword {
        case .where:
            advance()
            return .filter(try parseExpression())
        case .select: return .select(try parsePipeSelect())
        case .limit: return .limit(try parseLimit())
        case .order: return .orderBy(try parseOrderBy(allowsTrailingComma: true))
        case .distinct:
            advance()
            return .distinct
        case .as:
            advance()
            return .alias(try parseIdentifier())
        case .tablesample: return .sample(try parseSample())
        case .assert:
            advance()
            return .assertion(try parsePipeList { parser throws(SyntaxError) in try parser.parseExpression() })
        case .with:
            let with = try parseWithClause(inPipe: true)
            _ = accept(.comma)
            return .with(with)
        case .pivot: return .pivot(try parsePivot())
        case .unpivot: return .unpivot(try parseUnpivot())
        case .union, .intersect, .except: return try parsePipeSetOperation()
        case .full, .left, .inner, .outer:
            return startsSetOperator ? try parsePipeSetOperation() : .join(try parseJoin(inPipe: true))
        case .join, .natural, .cross, .right, .hash, .lookup: return .join(try parseJoin(inPipe: true))
        case .matchRecognize where startsMatchRecognize: return .matchRecognize(try parseMatchRecognize())
        case .recursive: return try parseRecursiveUnion()
        case .describe:
            advance()
            return .describe
        case .staticDescribe:
            advance()
            return .staticDescribe
        case .insert: return .insert(try parsePipeInsert())
        case .export: return .exportData(try parsePipeExportData())
        case .create: return .createTable(try parsePipeCreateTable())
        default: return try parseColumnOperator()
        }
    }

    /// Reads the operators that name columns or start subpipelines.
    private mutating func parseColumnOperator() throws(SyntaxError) -> PipeOperator.Kind {
        let word = keyword
        switch word {
        case .extend, .window, .rename, .aggregate, .drop, .set, .call, .log, .if, .fork, .tee: advance()
        default: throw unexpected(expected: "a pipe operator")
        }
        switch word {
        case .extend:
            let items = try parsePipeItems()
            return .extend(items, windows: try parseWindowClause(allowsTrailingComma: true))
        case .window: return .window(try parsePipeItems())
        case .rename: return .rename(try parseRenamings())
        case .aggregate: return .aggregate(try parsePipeAggregate())
        case .drop:
            return .drop(
                try parsePipeList { parser throws(SyntaxError) in
                    let column = try parser.parseIdentifier()
                    if parser.kind == .dot { throw parser.qualifiedColumn() }
                    return column
                }
            )
        case .set: return .set(try parseAssignments())
        case .call:
            let start = index
            let name = try parseTableFunctionName()
            guard kind == .leftParenthesis else { throw unexpected(expected: "`(`") }
            return .call(try parseTableFunctionItem(name, isLateral: false, start))
        case .log:
            let hint = try parseHint()
            return .log(hint: hint, kind == .leftParenthesis ? try parseSubpipeline() : nil)
        case .if: return .conditional(try parsePipeConditional())
        case .fork:
            let hint = try parseHint()
            return .fork(hint: hint, try parsePipeList { parser throws(SyntaxError) in try parser.parseSubpipeline() })
        default:
            let hint = try parseHint()
            guard kind == .leftParenthesis else { return .tee(hint: hint, []) }
            return .tee(hint: hint, try parsePipeList { parser throws(SyntaxError) in try parser.parseSubpipeline() })
        }
    }

    /// The error that a dot follows the name of a column.
    private func qualifiedColumn() -> SyntaxError {
        failure("this pipe operator takes column names alone", at: index - 1)
    }

    /// Reads one or more elements; a comma may end the list.
    private mutating func parsePipeList<Node>(
        _ element: (inout Parser) throws(SyntaxError) -> Node
    ) throws(SyntaxError) -> [Node] {
        var nodes = [try element(&self)]
        while accept(.comma) {
            if endsSelectList { break }
            nodes.append(try element(&self))
        }
        return nodes
    }

    private mutating func parsePipeItems() throws(SyntaxError) -> [SelectItem] {
        try parsePipeList { parser throws(SyntaxError) in try parser.parsePipeSelectItem() }
    }

    private mutating func parseRenamings() throws(SyntaxError) -> [PipeOperator.Renaming] {
        try parsePipeList { parser throws(SyntaxError) in
            let old = try parser.parseIdentifier()
            if parser.kind == .dot { throw parser.qualifiedColumn() }
            _ = parser.accept(.as)
            return PipeOperator.Renaming(old: old, new: try parser.parseIdentifier())
        }
    }

    private mutating func parseAssignments() throws(SyntaxError) -> [PipeOperator.Assignment] {
        try parsePipeList { parser throws(SyntaxError) in
            let column = try parser.parseIdentifier()
            if parser.kind == .dot { throw parser.qualifiedColumn() }
            try parser.expect(.equal, "=")
            return PipeOperator.Assignment(column: column, value: try parser.parseExpression())
        }
    }

    private mutating func parsePipeAggregate() throws(SyntaxError) -> PipeAggregate {
        let with = try parseSelectWith()
        var items: [PipeAggregate.Item] = []
        if !endsSelectList {
            items = try parsePipeList { parser throws(SyntaxError) in
                switch try parser.parsePipeSelectItem() {
                case .expression(let node):
                    let order = try parser.parseSortOrder()
                    if order.direction == nil, order.nulls != nil { throw parser.unexpected() }
                    let tokens = node.tokens.lowerBound..<parser.index
                    return .expression(
                        OrderedExpression(expression: node.expression, alias: node.alias, order: order, tokens: tokens)
                    )
                case .dotStar(let node): return .dotStar(node)
                case .star: throw parser.unexpected()
                }
            }
        }
        let groupBy = keyword == .group ? try parsePipeGroupBy() : nil
        return PipeAggregate(with: with, items: items, groupBy: groupBy)
    }

    private mutating func parsePipeSetOperation() throws(SyntaxError) -> PipeOperator.Kind {
        let setOperator = try parseSetOperator()
        let first = setOperator.endsBeforeName ? nil : index
        let queries = try parsePipeList { parser throws(SyntaxError) in
            parser.index == first ? try parser.parseParenthesizedQuery() : try parser.parseSubquery()
        }
        return .setOperation(setOperator, queries: queries)
    }

    private mutating func parseRecursiveUnion() throws(SyntaxError) -> PipeOperator.Kind {
        advance()
        let setOperator = try parseSetOperator()
        let depth = try parseRecursionDepth()
        let input: PipeRecursiveUnion.Input
        if kind == .leftParenthesis, peekKind(1) == .pipe || peekKind(1) == .rightParenthesis {
            input = .subpipeline(try parseSubpipeline())
        } else {
            input = .query(setOperator.endsBeforeName ? try parseSubquery() : try parseParenthesizedQuery())
        }
        if isIdentifier() { throw failure("AS is required before the alias", at: index) }
        let alias = try parseAliasWithKeyword()
        return .recursiveUnion(
            PipeRecursiveUnion(operator: setOperator, depth: depth, input: input, alias: alias)
        )
    }

    /// Reads `(|> … |> …)`.
    private mutating func parseSubpipeline() throws(SyntaxError) -> Subpipeline {
        try enter(Self.queryNesting)
        defer { leave(Self.queryNesting) }
        let start = index
        try expect(.leftParenthesis, "(")
        let operators = try parsePipeOperators()
        try expect(.rightParenthesis, ")")
        return Subpipeline(operators: operators, tokens: start..<index)
    }

    private mutating func parsePipeConditional() throws(SyntaxError) -> PipeConditional {
        let hint = try parseHint()
        var branches: [PipeConditional.Branch] = []
        repeat {
            let condition = try parseExpression()
            try expect(.then)
            branches.append(PipeConditional.Branch(condition: condition, subpipeline: try parseSubpipeline()))
        } while accept(.elseif)
        if keyword == .else, peekKeyword(1) == .if {
            throw failure("unexpected ELSE IF; write ELSEIF", at: index)
        }
        let fallback = accept(.else) ? try parseSubpipeline() : nil
        return PipeConditional(hint: hint, branches: branches, fallback: fallback)
    }
}
