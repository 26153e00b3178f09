import GoogleSQL

extension QueryWalk {
    /// Walks the operators of a pipeline.
    mutating func walk(_ pipes: [PipeOperator], on rows: inout WalkedRows) {
        for pipe in pipes {
            walk(pipe, on: &rows)
            rows.isUnchanged = rows.isUnchanged && pipe.keepsRows
        }
    }

    private mutating func walk(_ pipe: PipeOperator, on rows: inout WalkedRows) {
        switch pipe.kind {
        case .filter(let expression):
            walk(filter: expression, over: rows.isUnchanged ? rows.reads : [], in: rows.scope)
        case .select(let select):
            walkClauses(of: select, over: rows)
            rows.reads = []
        case .extend(let items, let windows):
            for item in items { walk(item, over: rows) }
            for window in windows { walk(window, in: rows.scope) }
        case .window(let items):
            for item in items { walk(item, over: rows) }
        case .aggregate(let aggregate):
            walk(aggregate, over: rows)
            rows.reads = []
        case .limit(let limit): walk(limit, in: rows.scope)
        case .orderBy(let orderBy): walk(orderBy, in: rows.scope)
        case .join(let join): walk(join, into: &rows, outer: rows.scope)
        case .alias(let name):
            let alias = account(name)
            insert([alias], into: rows.scope)
            self.alias(rows.reads, as: alias)
        case .rename, .set, .drop, .distinct, .pivot, .unpivot, .setOperation, .with, .matchRecognize:
            walkRowChange(pipe.kind, on: &rows)
        case .call(let item): walk(call: item, on: &rows)
        case .sample(let sample): walk(sample, of: pipe, on: rows)
        case .recursiveUnion, .describe, .staticDescribe, .assertion, .log, .conditional, .fork, .tee, .insert,
            .exportData, .createTable:
            refuseOperator(pipe)
        }
    }

    private mutating func walk(_ aggregate: PipeAggregate, over rows: WalkedRows) {
        if let with = aggregate.with { walk(with, in: rows.scope) }
        for item in aggregate.items {
            switch item {
            case .expression(let node): walk(node, in: rows.scope)
            case .dotStar(let node): walk(node, over: rows)
            }
        }
        if let groupBy = aggregate.groupBy { walk(groupBy, in: rows.scope) }
    }

    /// Operators that change which columns there are.
    private mutating func walkRowChange(_ kind: PipeOperator.Kind, on rows: inout WalkedRows) {
        switch kind {
        case .rename(let renamings):
            for renaming in renamings {
                mention(renaming.old, in: rows.scope)
                account(renaming.new)
            }
        case .set(let assignments):
            for assignment in assignments {
                walk(assignment.value, in: rows.scope)
                leaveOut(assignment.column, of: &rows)
            }
        case .drop(let columns):
            for column in columns { leaveOut(column, of: &rows) }
        case .distinct: useRows(of: rows)
        case .pivot(let pivot):
            useRows(of: rows)
            walk(pivot, in: rows.scope)
            rows.reads = []
            insertAlias(pivot.alias, into: rows.scope)
        case .unpivot(let unpivot):
            useRows(of: rows)
            walk(unpivot, in: rows.scope)
            rows.reads = []
            insertAlias(unpivot.alias, into: rows.scope)
        case .setOperation(let setOperator, let queries):
            useRows(of: rows)
            walk(setOperator, in: rows.scope)
            for query in queries { walk(query, in: rows.scope) }
        case .matchRecognize(let node):
            walk(node, over: rows.reads, in: rows.scope)
            rows.reads = []
            insertAlias(node.alias, into: rows.scope)
        case .with(let clause):
            if !rows.ownsTables { rows.scope.tables = frames.open(on: rows.scope.tables) }
            rows.ownsTables = true
            walk(clause, into: rows.scope)
        case .filter, .select, .extend, .window, .aggregate, .limit, .orderBy, .join, .alias, .sample,
            .recursiveUnion, .call, .describe, .staticDescribe, .assertion, .log, .conditional, .fork, .tee, .insert,
            .exportData, .createTable:
            break
        }
    }

    /// A column whose value goes no further.
    private mutating func leaveOut(_ column: Identifier, of rows: inout WalkedRows) {
        let name = account(column)
        note(.leftOut, of: name)
        rows.dropped.append((name, rows.reads.count))
    }

    /// `|> CALL f(…)`: the rows so far are the function's table.
    private mutating func walk(call item: FromItem, on rows: inout WalkedRows) {
        guard case .function(let call) = item.source else { return }
        walk(call, isPiped: true, in: rows.scope)
        // Its arguments name columns in strings, so that it may use any of them.
        useRows(of: rows)
        pseudo.reshaped.formUnion(rows.reads)
        rows.reads = []
        insertAlias(item.alias, into: rows.scope)
        for suffix in item.suffixes {
            refuse(
                "table.suffix",
                "a clause after CALL is not offered",
                at: suffix.tokens,
                fix: "write it as a pipe operator of its own"
            )
        }
    }

    /// `|> TABLESAMPLE`: directly after the table it stands inside of the scan, as it would in FROM.
    private mutating func walk(_ sample: TableSample, of pipe: PipeOperator, on rows: WalkedRows) {
        walk(sample, in: rows.scope)
        let start = pipe.tokens.lowerBound
        guard let only = rows.reads.first, rows.reads.count == 1, isAlone(reads[only], before: start) else {
            refuse(
                "table.suffix",
                "TABLESAMPLE does not directly follow the name of a table",
                at: sample.tokens,
                fix: "write it directly after `FROM` and the table, before all other operators"
            )
            return
        }
        edits.append(TokenEdit(tokens: start..<start + 1, text: ""))
        reads[only].innerEnd = sample.tokens.upperBound
    }

    /// Whether there is nothing but FROM before a table, and nothing but clauses of its own up to a place after it.
    private func isAlone(_ read: TableRead, before end: Int) -> Bool {
        let before = read.tokens.lowerBound - 1
        return (read.innerEnd ?? read.tokens.upperBound) == end && parsed.tokens.indices.contains(before)
            && parsed.tokens[before].keyword == .from
    }

    private mutating func refuseOperator(_ pipe: PipeOperator) {
        guard let (code, name, fix) = pipe.kind.refusal else { return }
        refuse("statement.\(code)", "the pipe operator \(name) is not offered", at: pipe.tokens, fix: fix)
    }
}

extension PipeOperator.Kind {
    /// Why an operator is refused: the code's word, its name, and what to write in its place. Nil for the others.
    fileprivate var refusal: (code: String, name: String, fix: String)? {
        switch self {
        case .recursiveUnion: ("pipe_recursive_union", "RECURSIVE UNION", "use WITH RECURSIVE before the query")
        case .describe: ("pipe_describe", "DESCRIBE", "describe_table tells the columns of a table")
        case .staticDescribe:
            ("pipe_static_describe", "STATIC_DESCRIBE", "estimate_query tells the columns of a query's result")
        case .assertion: ("pipe_assert", "ASSERT", "select what the condition is about, and look at the rows")
        case .log: ("pipe_log", "LOG", "send the query up to this place as a query of its own")
        case .conditional: ("pipe_if", "IF", "send the query that the condition chooses")
        case .fork: ("pipe_fork", "FORK", "send a query for each branch")
        case .tee: ("pipe_tee", "TEE", "send a query for each branch")
        case .exportData:
            ("pipe_export_data", "EXPORT DATA", "leave it out; fetch_page gives further rows of a result")
        case .createTable:
            ("pipe_create_table", "CREATE TABLE", "leave it out, and use WITH for what is read more than once")
        case .insert: ("pipe_insert", "INSERT", "leave it out; nothing can be written through the proxy")
        case .filter, .select, .extend, .window, .aggregate, .limit, .orderBy, .join, .alias, .rename, .set, .drop,
            .distinct, .pivot, .unpivot, .setOperation, .with, .sample, .call, .matchRecognize:
            nil
        }
    }
}

extension PipeOperator {
    /// Whether it only leaves rows out, so that a condition after it can stand before it as well.
    fileprivate var keepsRows: Bool {
        switch kind {
        case .filter, .alias: true
        case .select, .extend, .rename, .aggregate, .limit, .orderBy, .setOperation, .recursiveUnion, .join, .call,
            .window, .distinct, .sample, .describe, .staticDescribe, .assertion, .log, .drop, .set, .pivot, .unpivot,
            .conditional, .fork, .tee, .with, .insert, .exportData, .createTable, .matchRecognize:
            false
        }
    }
}
