import GoogleSQL

extension LineageWalk {
    func frame(of chain: JoinChain, in scope: LineageScope) -> LineageFrame {
        var frame = LineageFrame()
        add(chain.first, to: &frame, in: scope)
        for join in chain.joins { add(join, to: &frame, in: scope) }
        return frame
    }

    func add(_ join: Join, to frame: inout LineageFrame, in scope: LineageScope) {
        let left = join.isNatural ? frame.star.columns : nil
        add(join.item, to: &frame, in: scope)
        if join.isNatural {
            mergeNaturally(left, frame)
            return
        }
        for condition in join.conditions {
            switch condition {
            case .on(let expression): frame.choose(by: value(of: expression, in: scope.inside(frame)).sources)
            case .using(let columns):
                let merged = columns.map { identifier in
                    column(identifier, frame.column(named: context.name(of: identifier), in: context) ?? frame.blurred)
                }
                merge(merged, of: frame)
            }
        }
    }

    /// USING shows its columns once, before all others; each derives from both sides.
    private func merge(_ merged: [LineageColumn], of frame: LineageFrame) {
        for column in merged { frame.choose(by: column.value.sources) }
        if frame.count != nil { frame.merge(merged) }
    }

    /// NATURAL is USING with the columns that both sides have.
    private func mergeNaturally(_ left: [LineageColumn]?, _ frame: LineageFrame) {
        let rows = frame.star
        guard let left, let all = rows.columns, context.spend(all.count), all.count >= left.count else {
            frame.choose(by: frame.taint)
            return frame.forgetColumns()
        }
        let right = Set(all[left.count...].compactMap(\.name))
        let merged = left.compactMap { column -> LineageColumn? in
            guard let name = column.name, right.contains(name) else { return nil }
            return LineageColumn(label: column.label, name: name, value: rows.column(named: name) ?? frame.blurred)
        }
        merge(merged, of: frame)
    }

    private func add(_ item: FromItem, to frame: inout LineageFrame, in scope: LineageScope) {
        let alias = context.name(of: item.alias)
        var added: LineageFrame
        switch item.source {
        case .path(let path): added = self.frame(of: path, of: item, siblings: frame, in: scope)
        case .unnest(let unnest):
            added = LineageFrame()
            for array in unnest.arrays {
                let label = item.alias ?? array.alias
                let element = value(of: array.expression, in: scope.inside(frame))
                added.append(self.frame(ofElement: element, alias: label?.name))
            }
        case .subquery(let query):
            let outer = item.isLateral ? scope.inside(frame) : scope
            added = LineageFrame(rows(of: query, in: outer), alias: alias)
        case .parenthesized(let chain):
            let before = frame.count
            add(chain.first, to: &frame, in: scope)
            for join in chain.joins { add(join, to: &frame, in: scope) }
            // The chain saw its siblings; only what it added is new, and after USING that cannot be told.
            let usesOnlyOn = chain.joins.allSatisfy { !$0.isNatural && $0.conditions.allSatisfy(\.isOn) }
            if !usesOnlyOn && before != 0 { frame.forgetColumns() }
            apply(item.suffixes, to: &frame, isAlone: before == 0, in: scope)
            return
        case .function(let call):
            let rows = rows(ofCallAt: call.tokens) ?? rows(of: call, piped: nil, in: scope.inside(frame))
            added = LineageFrame(rows, alias: alias)
        case .graph: added = LineageFrame(unknownRows, alias: alias)
        }
        if let offset = item.offset {
            let label = offset.alias?.name.name ?? "offset"
            let column = LineageColumn(label: label, name: context.name(of: label), value: LineageValue())
            added.append(LineageFrame(LineageRows(columns: [column])))
        }
        apply(item.suffixes, to: &added, isAlone: true, in: scope)
        frame.append(added)
    }

    private func frame(
        of path: PathExpression,
        of item: FromItem,
        siblings: LineageFrame,
        in scope: LineageScope
    ) -> LineageFrame {
        if let table = table(at: path) { return LineageFrame(table.rows, alias: table.alias) }
        if path.parts.count == 1, let only = path.parts.first, let rows = scope.tables?[context.name(of: only)] {
            return LineageFrame(rows, alias: context.name(of: item.alias?.name ?? only))
        }
        return frame(ofElement: resolve(path, in: scope.inside(siblings)), alias: item.alias?.name ?? path.parts.last)
    }

    /// The table that an array gives: its alias means the element, and a STRUCT's fields are its columns.
    private func frame(ofElement element: LineageValue, alias: Identifier?) -> LineageFrame {
        let name = alias.map { context.name(of: $0) }
        let whole = LineageColumn(label: alias?.name.lowercased(), name: name, value: element)
        let rows = LineageRows(columns: columns(of: element, as: whole), taint: element.sources)
        let frame = LineageFrame(rows, alias: name, element: element)
        // How many elements there are may tell of them, where they are masked as a whole.
        frame.choose(by: element.sources.withoutPlaced)
        return frame
    }

    /// - Parameter isAlone: whether the rows before the suffixes are those of the item alone, and not of tables before
    ///   it as well.
    private func apply(
        _ suffixes: [TableSuffix],
        to frame: inout LineageFrame,
        isAlone: Bool,
        in scope: LineageScope
    ) {
        for suffix in suffixes {
            switch suffix {
            case .pivot(let pivot): blur(&frame, alias: pivot.alias)
            case .unpivot(let unpivot):
                guard isAlone else {
                    blur(&frame, alias: unpivot.alias)
                    continue
                }
                frame = LineageFrame(rows(of: unpivot, over: frame), alias: context.name(of: unpivot.alias))
            case .systemTime, .sample: break
            case .matchRecognize(let node):
                guard isAlone else {
                    blur(&frame, alias: node.alias)
                    continue
                }
                frame = LineageFrame(rows(of: node, over: frame, in: scope), alias: context.name(of: node.alias))
            }
        }
    }

    /// Makes rows of which each column may derive from anything in them.
    func blur(_ frame: inout LineageFrame, alias: Alias?) {
        let names = frame.tables.elements.map { $0.name } + [context.name(of: alias)]
        frame = LineageFrame(names: names, taint: frame.taint)
    }
}

extension Join.Condition {
    fileprivate var isOn: Bool {
        switch self {
        case .on: true
        case .using: false
        }
    }
}
