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
        case .rename, .set, .drop, .distinct, .pivot, .unpivot, .setOperation, .with:
            walkRowChange(pipe.kind, on: &rows)
        case .sample, .recursiveUnion, .call, .describe, .staticDescribe, .assertion, .log, .conditional, .fork, .tee,
            .insert, .exportData, .createTable, .matchRecognize:
            refuseOperator(pipe, on: rows)
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
        case .distinct: useRows(of: rows.reads, leavingOut: rows.dropped)
        case .pivot(let pivot):
            useRows(of: rows.reads, leavingOut: rows.dropped)
            walk(pivot, in: rows.scope)
            rows.reads = []
            insertAlias(pivot.alias, into: rows.scope)
        case .unpivot(let unpivot):
            useRows(of: rows.reads, leavingOut: rows.dropped)
            walk(unpivot, in: rows.scope)
            rows.reads = []
            insertAlias(unpivot.alias, into: rows.scope)
        case .setOperation(let setOperator, let queries):
            useRows(of: rows.reads, leavingOut: rows.dropped)
            walk(setOperator, in: rows.scope)
            for query in queries { walk(query, in: rows.scope) }
        case .with(let clause):
            if !rows.ownsTables { rows.scope.tables = frames.open(on: rows.scope.tables) }
            rows.ownsTables = true
            walk(clause, into: rows.scope)
        case .filter, .select, .extend, .window, .aggregate, .limit, .orderBy, .join, .alias, .sample,
            .recursiveUnion, .call, .describe, .staticDescribe, .assertion, .log, .conditional, .fork, .tee, .insert,
            .exportData, .createTable, .matchRecognize:
            break
        }
    }

    /// A column whose value goes no further.
    private mutating func leaveOut(_ column: Identifier, of rows: inout WalkedRows) {
        let name = account(column)
        note(.leftOut, of: name)
        rows.dropped.insert(name)
    }

    private mutating func refuseOperator(_ pipe: PipeOperator, on rows: WalkedRows) {
        let name: String
        switch pipe.kind {
        case .matchRecognize(let node):
            refuse(node)
            return
        case .call(let item):
            _ = walk(item, siblings: rows.scope, outer: rows.scope)
            return
        case .sample(let sample):
            refuse(
                "table.suffix",
                "TABLESAMPLE in a pipeline cannot be moved to the table",
                at: sample.tokens,
                fix: "write it after the table's name in FROM"
            )
            return
        case .insert, .exportData, .createTable:
            refuse("statement.not_select", "the pipe operator writes", at: pipe.tokens, fix: "leave it out")
            return
        case .recursiveUnion: name = "RECURSIVE UNION"
        case .describe: name = "DESCRIBE"
        case .staticDescribe: name = "STATIC_DESCRIBE"
        case .assertion: name = "ASSERT"
        case .log: name = "LOG"
        case .conditional: name = "IF"
        case .fork: name = "FORK"
        case .tee: name = "TEE"
        case .filter, .select, .extend, .window, .aggregate, .limit, .orderBy, .join, .alias, .rename, .set, .drop,
            .distinct, .pivot, .unpivot, .setOperation, .with:
            name = "the operator"
        }
        refuse(
            "statement.pipe_operator",
            "the pipe operator \(name) is not offered",
            at: pipe.tokens,
            fix: "leave it out, or write the query with other operators"
        )
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
