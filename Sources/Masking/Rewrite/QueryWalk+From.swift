import Catalog
import GoogleSQL

extension QueryWalk {
    /// Walks a FROM clause in a region of its own.
    mutating func walkFrom(_ chain: JoinChain, in scope: NameScope) -> WalkedRows {
        var rows = WalkedRows(scope: openRegion(in: scope))
        walk(chain, into: &rows, outer: scope)
        return rows
    }

    private mutating func walk(_ chain: JoinChain, into rows: inout WalkedRows, outer: NameScope) {
        add(chain.first, to: &rows, outer: outer)
        for join in chain.joins { walk(join, into: &rows, outer: outer) }
    }

    mutating func walk(_ join: Join, into rows: inout WalkedRows, outer: NameScope) {
        let readsBefore = rows.reads.count
        add(join.item, to: &rows, outer: outer)
        let before = rows.reads[..<readsBefore]
        let added = rows.reads[readsBefore...]
        // What stands after `|> LIMIT` chooses from other rows than the tables'.
        let filtered = rows.isUnchanged ? before : before.prefix(0)
        for condition in join.conditions {
            switch condition {
            case .on(let expression):
                walk(filter: expression, over: readsFiltered(by: join, before: filtered, added: added), in: rows.scope)
            case .using(let columns):
                for column in columns { mention(column, in: rows.scope) }
            }
        }
        noteNullSupplied(by: join, before: before, added: added)
        // NATURAL joins on whatever columns both sides have.
        if join.isNatural { useRows(of: rows.reads) }
    }

    private mutating func add(_ item: FromItem, to rows: inout WalkedRows, outer: NameScope) {
        let added = walk(item, siblings: rows.scope, outer: outer)
        rows.reads += added.reads
        insert(added.rows, into: rows.scope)
    }

    /// Walks one table of a FROM clause.
    ///
    /// - Returns: the tables it reads directly and the aliases it adds, but for those that a join in parentheses has
    ///   added already.
    mutating func walk(
        _ item: FromItem,
        siblings: NameScope,
        outer: NameScope
    ) -> (reads: [Int], rows: [Name]) {
        var rows: [Name] = []
        if let alias = account(item.alias) { rows.append(alias) }
        if let offset = item.offset, let alias = account(offset.alias) { rows.append(alias) }
        var reads: [Int] = []
        switch item.source {
        case .path(let path):
            let found = walk(path, of: item, siblings: siblings)
            reads = found.reads
            if let alias = found.alias { rows.append(alias) }
        case .unnest(let unnest): walk(unnest, in: siblings, rows: &rows)
        case .subquery(let query):
            var inner = item.isLateral ? siblings : outer
            inner.region = siblings.region
            walk(query, in: inner)
        case .parenthesized(let chain):
            var inside = WalkedRows(scope: siblings)
            walk(chain, into: &inside, outer: outer)
            reads = inside.reads
        case .function(let call): walk(call, isPiped: false, in: siblings)
        case .graph(let graph): refuseGraph(at: graph.tokens)
        }
        walk(item.suffixes, of: item, reads: &reads, siblings: siblings, rows: &rows)
        return (reads, rows)
    }

    private mutating func walk(_ unnest: UnnestExpression, in scope: NameScope, rows: inout [Name]) {
        walk(unnest, in: scope)
        for array in unnest.arrays {
            if let alias = account(array.alias) { rows.append(alias) }
        }
    }

    mutating func walk(_ unnest: UnnestExpression, in scope: NameScope) {
        for array in unnest.arrays {
            account(array.alias)
            walk(array.expression, in: scope)
        }
        if let mode = unnest.mode { walk(mode, in: scope) }
    }

    // MARK: Tables, common table expressions and arrays

    private mutating func walk(
        _ path: PathExpression,
        of item: FromItem,
        siblings: NameScope
    ) -> (reads: [Int], alias: Name?) {
        account(path)
        guard let first = path.parts.first, let last = path.parts.last else { return ([], nil) }
        let name = account(first)
        if path.parts.count == 1 && frames.contains(name, in: siblings.tables) && !first.name.holdsDot {
            if item.suffixes.contains(where: \.staysInside) {
                refuse(
                    "table.suffix",
                    "the clause after `\(first.name)` applies to tables only",
                    at: path.tokens,
                    fix: "write it where the table itself is named"
                )
            }
            return ([], name)
        }
        if path.parts.count > 1 && frames.contains(name, in: siblings.rows) && !first.name.holdsDot {
            mention(path, in: siblings)
            // Inside UNNEST it cannot be a table, whatever BigQuery makes of the names.
            let array = path.parts.map { quotedIdentifier($0.name) }.joined(separator: ".")
            let alias = item.alias == nil ? " AS \(quotedIdentifier(last.name))" : ""
            edits.append(TokenEdit(tokens: path.tokens, text: "UNNEST(\(array))\(alias)"))
            return ([], account(last))
        }
        return read(path, of: item, siblings: siblings)
    }

    private mutating func read(
        _ path: PathExpression,
        of item: FromItem,
        siblings: NameScope
    ) -> (reads: [Int], alias: Name?) {
        let table = TableName(path, defaults: defaults)
        let alias = item.alias?.name.name ?? table.implicitAlias
        let name = intern(alias)
        switch table.resolved {
        case .refused(let code, let message, let fix):
            refuse(code, message, at: path.tokens, fix: fix)
            return ([], name)
        case .table(let id):
            if let offset = item.offset {
                refuse(
                    "table.with_offset",
                    "WITH OFFSET stands after a table",
                    at: offset.tokens,
                    fix: "use it after an array, as in UNNEST(…) WITH OFFSET"
                )
            }
            let inner = item.suffixes.prefix(while: \.staysInside)
            let read = TableRead(
                tokens: path.tokens.lowerBound..<tokensEnd(of: item, path: path),
                pathTokens: path.tokens,
                innerEnd: inner.last?.tokens.upperBound,
                alias: alias,
                aliases: [name],
                region: siblings.region,
                table: index(of: id, at: path.tokens)
            )
            return ([add(read)], name)
        }
    }

    private func tokensEnd(of item: FromItem, path: PathExpression) -> Int {
        max(path.tokens.upperBound, item.hint?.tokens.upperBound ?? 0, item.alias?.tokens.upperBound ?? 0)
    }

    // MARK: PIVOT, TABLESAMPLE and the like

    private mutating func walk(
        _ suffixes: [TableSuffix],
        of item: FromItem,
        reads: inout [Int],
        siblings: NameScope,
        rows: inout [Name]
    ) {
        guard !suffixes.isEmpty else { return }
        var scope = siblings
        scope.rows = frames.open(on: siblings.rows)
        insert(rows, into: scope)
        var isInside = true
        for suffix in suffixes {
            isInside = isInside && suffix.staysInside
            if suffix.staysInside && !(isInside && item.isPath) {
                refuse(
                    "table.suffix",
                    "the clause must directly follow the name of a table",
                    at: suffix.tokens,
                    fix: "write it directly after the table and its alias"
                )
            }
            switch suffix {
            case .pivot(let pivot):
                useRows(of: reads)
                walk(pivot, in: scope)
                pseudo.reshaped.formUnion(reads)
                if let alias = account(pivot.alias) { rows.append(alias) }
            case .unpivot(let unpivot):
                useRows(of: reads)
                walk(unpivot, in: scope)
                pseudo.reshaped.formUnion(reads)
                if let alias = account(unpivot.alias) { rows.append(alias) }
            case .systemTime(let time): walkConstant(time.expression, in: siblings)
            case .sample(let sample): walk(sample, in: siblings)
            case .matchRecognize(let node):
                walk(node, over: reads, in: scope)
                // Its rows are made of what it names; a star shows nothing of the tables.
                reads = []
                if let alias = account(node.alias) { rows.append(alias) }
            }
        }
    }

    mutating func walk(_ pivot: Pivot, in scope: NameScope) {
        for aggregate in pivot.aggregates {
            account(aggregate.alias)
            walk(aggregate.expression, in: scope)
        }
        walk(pivot.input, in: scope)
        for value in pivot.values {
            account(value.alias)
            walk(value.expression, in: scope)
        }
        account(pivot.alias)
    }

    mutating func walk(_ unpivot: Unpivot, in scope: NameScope) {
        for path in unpivot.values { account(path) }
        account(unpivot.name)
        for item in unpivot.items {
            for column in item.columns { mention(column, in: scope) }
        }
        account(unpivot.alias)
    }

    mutating func walk(_ sample: TableSample, in scope: NameScope) {
        account(sample.method)
        walkConstant(sample.size, in: scope)
        if let seed = sample.seed { walkConstant(seed, in: scope) }
        account(sample.weightAlias)
        guard sample.partitionBy.isEmpty && !sample.hasWeight else {
            refuse(
                "table.sample",
                "this form of TABLESAMPLE is not offered",
                at: sample.tokens,
                fix: "use TABLESAMPLE SYSTEM (n PERCENT)"
            )
            walk(sample.partitionBy, in: scope)
            return
        }
    }

    /// An expression that is moved into a scan: it can name no column and hold no query.
    private mutating func walkConstant(_ expression: Expression, in scope: NameScope) {
        let readsBefore = reads.count
        let regionsBefore = regions.count
        var alone = openRegion(in: scope)
        alone.rows = nil
        walk(expression, in: alone)
        let region = regions[alone.region]
        let namesColumns = !region.names.isEmpty || !region.qualified.isEmpty
        if reads.count > readsBefore || regions.count > regionsBefore + 1 || namesColumns {
            refuse(
                "table.suffix",
                "the clause after a table holds more than constants",
                at: expression.tokens,
                fix: "use literals, parameters and functions of them"
            )
        }
    }
}

extension FromItem {
    fileprivate var isPath: Bool {
        if case .path = source { true } else { false }
    }
}

extension TableSuffix {
    /// Whether the clause belongs to the physical table, so that it has to stand inside the scan.
    var staysInside: Bool {
        switch self {
        case .systemTime, .sample: true
        case .pivot, .unpivot, .matchRecognize: false
        }
    }

    var tokens: Range<Int> {
        switch self {
        case .pivot(let node): node.tokens
        case .unpivot(let node): node.tokens
        case .systemTime(let node): node.tokens
        case .sample(let node): node.tokens
        case .matchRecognize(let node): node.tokens
        }
    }
}
