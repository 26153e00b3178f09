/// Joins and their conditions.
extension Parser {
    /// Bookkeeping for ON and USING, which may follow one another where joins nest without parentheses:
    /// `a JOIN b JOIN c ON … ON …`. Rules: `zetasql/parser/join_processor.cc`.
    private struct ConditionCount {
        /// The first tokens of joins that wait for a condition.
        var waiting: [Int] = []
        var hasComma = false
        /// Whether two conditions followed one another somewhere.
        var hasConsecutive = false
        /// The first condition too many; an error only together with consecutive conditions.
        var surplus: Int?
    }

    /// Reads tables joined by commas and JOIN. In parentheses there are no commas, and at least one JOIN.
    mutating func parseJoinChain(
        inParentheses: Bool,
        from first: FromItem? = nil
    ) throws(SyntaxError) -> JoinChain {
        let item: FromItem
        if let first { item = first } else { item = try parseFromItem() }
        let start = item.tokens.lowerBound
        var joins: [Join] = []
        var count = ConditionCount()
        while true {
            if kind == .comma, !inParentheses {
                count.hasComma = true
                let comma = index
                advance()
                let next = try parseFromItem()
                if count.hasConsecutive {
                    throw failure("a comma join is not allowed after consecutive ON or USING clauses", at: start)
                }
                joins.append(
                    Join(
                        kind: .comma,
                        isNatural: false,
                        strategy: nil,
                        hint: nil,
                        item: next,
                        conditions: [],
                        tokens: comma..<index
                    )
                )
            } else if startsJoin {
                let join = try parseJoin(afterComma: count.hasComma)
                try check(join, &count)
                joins.append(join)
            } else {
                break
            }
        }
        if count.hasConsecutive, let waiting = count.waiting.first {
            throw failure("a join needs ON or USING: there are fewer join conditions than joins", at: waiting)
        }
        if inParentheses, joins.isEmpty { throw unexpected(expected: "`JOIN`") }
        return JoinChain(first: item, joins: joins, tokens: start..<index)
    }

    private func check(_ join: Join, _ count: inout ConditionCount) throws(SyntaxError) {
        if join.kind != .cross, !join.isNatural { count.waiting.append(join.tokens.lowerBound) }
        let conditions = join.conditions.count
        let second = conditions >= 2 ? start(of: join.conditions[1]) : nil
        if count.hasComma, let second { throw failure("unexpected \(describe(second))", at: second) }
        if conditions > count.waiting.count, count.surplus == nil {
            count.surplus = start(of: join.conditions[count.waiting.count])
        }
        if conditions >= 2 {
            if let surplus = count.surplus {
                throw failure("there are more join conditions than joins", at: surplus)
            }
            count.hasConsecutive = true
        }
        count.waiting.removeLast(min(conditions, count.waiting.count))
    }

    private func start(of condition: Join.Condition) -> Int {
        switch condition {
        case .on(let expression): expression.tokens.lowerBound - 1
        case .using(let columns): (columns.first?.tokens.lowerBound ?? 2) - 2
        }
    }

    private var startsJoin: Bool {
        switch keyword {
        case .join, .natural, .cross, .hash, .lookup, .right: true
        case .full, .left, .inner: !startsSetOperator
        default: false
        }
    }

    /// Reads a JOIN with its table and conditions, at most one of them in pipe syntax.
    mutating func parseJoin(afterComma: Bool = false, inPipe: Bool = false) throws(SyntaxError) -> Join {
        let start = index
        let isNatural = accept(.natural)
        let typeStart = index
        let joinKind = parseJoinKind()
        var strategy: Join.Strategy?
        if accept(.hash) { strategy = .hash } else if accept(.lookup) { strategy = .lookup }
        try expect(.join)
        let hint = try parseHint()
        let item = try parseFromItem()
        var conditions: [Join.Condition] = []
        while !inPipe || conditions.isEmpty {
            if accept(.on) {
                conditions.append(.on(try parseExpression()))
            } else if accept(.using) {
                conditions.append(.using(try parseIdentifierList()))
            } else {
                break
            }
        }
        if afterComma, joinKind == .right || joinKind == .full {
            throw failure("a RIGHT or FULL JOIN after a comma join must be in parentheses", at: typeStart)
        }
        return Join(
            kind: joinKind,
            isNatural: isNatural,
            strategy: strategy,
            hint: hint,
            item: item,
            conditions: conditions,
            tokens: start..<index
        )
    }

    private mutating func parseJoinKind() -> Join.Kind {
        let joinKind: Join.Kind
        switch keyword {
        case .cross: joinKind = .cross
        case .inner: joinKind = .inner
        case .left: joinKind = .left
        case .right: joinKind = .right
        case .full: joinKind = .full
        default: return .plain
        }
        advance()
        if joinKind != .cross, joinKind != .inner { _ = accept(.outer) }
        return joinKind
    }
}
