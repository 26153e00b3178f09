import GoogleSQL

extension LineageWalk {
    func frame(of chain: JoinChain, in scope: LineageScope) -> LineageFrame {
        var frame = LineageFrame()
        add(chain.first, to: &frame, in: scope)
        for join in chain.joins { add(join, to: &frame, in: scope) }
        return frame
    }

    func add(_ join: Join, to frame: inout LineageFrame, in scope: LineageScope) {
        let left = frame.star
        add(join.item, to: &frame, in: scope)
        if join.isNatural {
            frame.star = LineageRows(columns: nil, taint: frame.star.taint)
            return
        }
        for condition in join.conditions {
            switch condition {
            case .on: break
            case .using(let columns):
                Self.merge(columns.map(\.name), of: &frame, leftCount: left.columns?.count)
            }
        }
    }

    /// USING shows its columns once, before all others; each derives from both sides.
    private static func merge(_ labels: [String], of frame: inout LineageFrame, leftCount: Int?) {
        guard let columns = frame.star.columns, leftCount != nil else { return }
        let names = labels.map { $0.lowercased() }
        let merged = zip(labels, names).map { label, name in
            LineageColumn(label: label, value: frame.star.column(named: name) ?? frame.star.blurred)
        }
        let rest = columns.filter { $0.name.map { !names.contains($0) } ?? true }
        frame.star = LineageRows(columns: merged + rest, taint: frame.star.taint)
    }

    private func add(_ item: FromItem, to frame: inout LineageFrame, in scope: LineageScope) {
        let alias = item.alias?.name.name.lowercased()
        var added: LineageFrame
        switch item.source {
        case .path(let path): added = self.frame(of: path, alias: alias, siblings: frame, in: scope)
        case .unnest(let unnest):
            added = LineageFrame()
            for array in unnest.arrays {
                let name = alias ?? array.alias?.name.name.lowercased()
                let element = value(of: array.expression, in: scope.inside(frame))
                Self.append(Self.frame(ofElement: element, alias: name), to: &added)
            }
        case .subquery(let query):
            let outer = item.isLateral ? scope.inside(frame) : scope
            added = Self.frame(of: rows(of: query, in: outer), alias: alias)
        case .parenthesized(let chain):
            var inside = frame
            let before = frame.star.columns?.count
            add(chain.first, to: &inside, in: scope)
            for join in chain.joins { add(join, to: &inside, in: scope) }
            // The chain saw its siblings; only what it added is new, and after USING that cannot be told.
            let usesOnlyOn = chain.joins.allSatisfy { !$0.isNatural && $0.conditions.allSatisfy(\.isOn) }
            if !usesOnlyOn && before != 0 {
                inside.star = LineageRows(columns: nil, taint: inside.star.taint)
            }
            apply(item.suffixes, to: &inside)
            frame = inside
            return
        case .function, .graph: added = Self.frame(of: LineageRows(columns: nil, taint: everything), alias: alias)
        }
        if let offset = item.offset {
            let name = offset.alias?.name.name ?? "offset"
            let rows = LineageRows(columns: [LineageColumn(label: name, value: LineageValue())])
            Self.append(LineageFrame(tables: [LineageTable(alias: nil, rows: rows)], star: rows), to: &added)
        }
        apply(item.suffixes, to: &added)
        Self.append(added, to: &frame)
    }

    private func frame(
        of path: PathExpression,
        alias: String?,
        siblings: LineageFrame,
        in scope: LineageScope
    ) -> LineageFrame {
        if let rows = table(at: path) {
            return Self.frame(of: rows, alias: alias ?? TableName.implicitAlias(of: path))
        }
        let names = path.parts.map { $0.name.lowercased() }
        if names.count == 1, let name = names.first, let rows = scope.tables[name] {
            return Self.frame(of: rows, alias: alias ?? name)
        }
        return Self.frame(ofElement: resolve(names, in: scope.inside(siblings)), alias: alias ?? names.last)
    }

    /// The table that an array gives: its alias means the element, and a STRUCT's fields are its columns.
    private static func frame(ofElement element: LineageValue, alias: String?) -> LineageFrame {
        let rows = LineageRows(columns: columns(of: element, named: alias), taint: element.sources)
        return LineageFrame(tables: [LineageTable(alias: alias, rows: rows, element: element)], star: rows)
    }

    static func append(_ added: LineageFrame, to frame: inout LineageFrame) {
        frame.tables += added.tables
        let taint = frame.star.taint.union(added.star.taint)
        if let left = frame.star.columns, let right = added.star.columns {
            frame.star = LineageRows(columns: left + right, taint: taint)
        } else {
            frame.star = LineageRows(columns: nil, taint: taint)
        }
    }

    private func apply(_ suffixes: [TableSuffix], to frame: inout LineageFrame) {
        for suffix in suffixes {
            switch suffix {
            case .pivot(let pivot): blur(&frame, alias: pivot.alias)
            case .unpivot(let unpivot): blur(&frame, alias: unpivot.alias)
            case .systemTime, .sample: break
            case .matchRecognize(let node): blur(&frame, alias: node.alias)
            }
        }
    }

    /// Makes rows of which each column may derive from anything in them.
    func blur(_ frame: inout LineageFrame, alias: Alias?) {
        let rows = LineageRows(columns: nil, taint: frame.star.taint)
        let aliases = frame.tables.map(\.alias) + [alias?.name.name.lowercased()]
        frame = LineageFrame(tables: aliases.map { LineageTable(alias: $0, rows: rows) }, star: rows)
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
