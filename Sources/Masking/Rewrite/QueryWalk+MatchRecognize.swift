import GoogleSQL

/// MATCH_RECOGNIZE: its rows are what PARTITION BY and MEASURES name, and nothing else of the rows before it.
extension QueryWalk {
    /// Walks MATCH_RECOGNIZE but for its alias.
    ///
    /// - Parameter reads: the tables whose rows it reads. Their columns can be qualified by the pattern's variables.
    mutating func walk(_ node: MatchRecognize, over reads: [Int], in outer: NameScope) {
        var scope = outer
        scope.rows = frames.open(on: outer.rows)
        for definition in node.definitions {
            let variable = account(definition.name)
            insert([variable], into: scope)
            alias(reads, as: variable)
        }
        walk(node.pattern, in: outer)
        walk(node.partitionBy, in: scope)
        walk(node.orderBy, in: scope)
        for measure in node.measures {
            account(measure.alias)
            walk(measure.expression, in: scope)
        }
        for definition in node.definitions { walk(definition.condition, in: scope) }
        walk(options: node.options ?? [], in: outer)
        pseudo.reshaped.formUnion(reads)
    }

    private mutating func walk(_ pattern: RowPattern, in scope: NameScope) {
        switch pattern {
        case .empty, .start, .end: break
        case .variable(let name): account(name)
        case .parenthesized(let inner): walk(inner, in: scope)
        case .quantified(let inner, let quantifier):
            walk(inner, in: scope)
            switch quantifier.kind {
            case .optional, .star, .plus: break
            case .exactly(let count): walk(count, in: scope)
            case .range(let lower, let upper): walk([lower, upper].compactMap { $0 }, in: scope)
            }
        case .concatenation(let parts), .alternation(let parts):
            for part in parts { walk(part, in: scope) }
        }
    }

    /// BigQuery knows one option
    /// (<https://cloud.google.com/bigquery/docs/reference/standard-sql/query-syntax#match_recognize_clause>).
    private mutating func walk(options: [HintEntry], in scope: NameScope) {
        walk(options, in: scope)
        for option in options where option.qualifier != nil || option.name.name.lowercased() != "use_longest_match" {
            refuse(
                "statement.match_recognize",
                "MATCH_RECOGNIZE has no option `\(option.name.name)`",
                at: option.tokens,
                fix: "use_longest_match is the only one"
            )
        }
    }
}
