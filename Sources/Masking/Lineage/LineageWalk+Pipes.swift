import GoogleSQL

extension LineageWalk {
    /// Applies a pipe operator to the rows so far.
    func apply(_ pipe: PipeOperator, to frame: inout LineageFrame, in scope: inout LineageScope) {
        switch pipe.kind {
        case .filter, .limit, .orderBy, .distinct, .sample: break
        case .select(let select): frame = Self.frame(of: rows(of: select, over: frame, in: scope))
        case .extend(let items, _), .window(let items):
            let added = columns(of: items, over: frame, in: scope.inside(frame))
            let rows = LineageRows(columns: added, taint: added == nil ? frame.star.taint : [])
            Self.append(Self.frame(of: rows), to: &frame)
        case .aggregate(let aggregate):
            frame = Self.frame(of: rows(of: aggregate, over: frame, in: scope))
        case .alias(let name): frame = Self.frame(of: frame.star, alias: name.name)
        case .join(let join): add(join, to: &frame, in: scope)
        case .setOperation(let setOperator, let queries):
            var found = frame.star
            for query in queries { found = Self.union(found, rows(of: query, in: scope), by: setOperator) }
            frame = Self.frame(of: found)
        case .rename(let renamings):
            change(&frame) { column in
                guard let renaming = renamings.last(where: { $0.old.name.lowercased() == column.name }) else {
                    return column
                }
                return LineageColumn(label: renaming.new.name, value: column.value)
            }
        case .drop(let names):
            let dropped = Set(names.map { $0.name.lowercased() })
            change(&frame) { column in column.name.map { dropped.contains($0) } ?? false ? nil : column }
        case .set(let assignments):
            let inner = scope.inside(frame)
            let values = assignments.map { ($0.column.name.lowercased(), value(of: $0.value, in: inner)) }
            change(&frame) { column in
                guard let (_, value) = values.last(where: { $0.0 == column.name }) else { return column }
                return LineageColumn(label: column.label, value: value)
            }
        case .pivot(let pivot): blur(&frame, alias: pivot.alias)
        case .unpivot(let unpivot): blur(&frame, alias: unpivot.alias)
        case .with(let clause): add(clause, to: &scope)
        case .recursiveUnion, .call, .describe, .staticDescribe, .assertion, .log, .conditional, .fork, .tee, .insert,
            .exportData, .createTable, .matchRecognize:
            frame = Self.frame(of: LineageRows(columns: nil, taint: everything))
        }
    }

    private func change(_ frame: inout LineageFrame, by change: (LineageColumn) -> LineageColumn?) {
        guard let columns = frame.star.columns else { return }
        frame.star = LineageRows(columns: columns.compactMap(change), taint: frame.star.taint)
    }

    /// The grouping columns, then the aggregates.
    private func rows(
        of aggregate: PipeAggregate,
        over frame: LineageFrame,
        in scope: LineageScope
    ) -> LineageRows {
        let inner = scope.inside(frame)
        let unknown = LineageRows(columns: nil, taint: frame.star.taint)
        var columns: [LineageColumn] = []
        for item in aggregate.groupBy?.items ?? [] {
            // GROUPING SETS and the like give columns whose order is not followed here.
            guard case .expression(let node) = item else { return unknown }
            columns.append(column(of: node, in: inner))
        }
        for item in aggregate.items {
            guard case .expression(let node) = item else { return unknown }
            columns.append(column(of: node, in: inner))
        }
        return LineageRows(columns: columns, taint: frame.star.taint)
    }

    private func column(of node: OrderedExpression, in scope: LineageScope) -> LineageColumn {
        let label = node.alias?.name.name ?? Self.label(of: node.expression)
        return LineageColumn(label: label, value: value(of: node.expression, in: scope))
    }
}
