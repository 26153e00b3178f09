import Catalog

/// One masked column that a value derives from.
struct MaskSource: Hashable {
    /// Index into the query's masked columns.
    let index: Int
    /// The fields from the value down to where the masked part is, lower case; empty when it may be anywhere.
    let path: [String]
}

/// What is known of one value of a query.
struct LineageValue {
    /// What a value is made of, where that is known: it decides what `*` gives.
    enum Shape {
        case scalar
        case record([Column])
        case unknown
    }

    var sources: Set<MaskSource> = []
    var shape: Shape = .scalar

    /// The value of a field.
    func field(_ name: String) -> LineageValue {
        var found = LineageValue(sources: [], shape: .unknown)
        for source in sources {
            guard let first = source.path.first else {
                found.sources.insert(source)
                continue
            }
            if first == name {
                found.sources.insert(MaskSource(index: source.index, path: Array(source.path.dropFirst())))
            }
        }
        if case .record(let fields) = shape, let field = fields.first(where: { $0.name.lowercased() == name }) {
            found.shape = Self.shape(of: field)
        }
        return found
    }

    /// The value as one part of something, from which the parts can no longer be told.
    var blurred: LineageValue {
        LineageValue(sources: Set(sources.map { MaskSource(index: $0.index, path: []) }), shape: .unknown)
    }

    /// The value as a field of a STRUCT.
    func nested(under name: String?) -> Set<MaskSource> {
        guard let name else { return blurred.sources }
        return Set(sources.map { MaskSource(index: $0.index, path: [name] + $0.path) })
    }

    static func shape(of column: Column) -> Shape {
        switch column.type {
        case .scalar, .range: .scalar
        case .record(let fields): .record(fields)
        case .unknown: .unknown
        }
    }
}

/// One column of a table, a subquery or a result.
struct LineageColumn {
    /// As written; nil when it has none that can be named.
    let label: String?
    /// The label in lower case, by which it is found.
    let name: String?
    var value: LineageValue

    init(label: String?, value: LineageValue) {
        self.label = label
        name = label?.lowercased()
        self.value = value
    }
}

/// The columns of a table, a subquery or a result.
struct LineageRows {
    /// More columns than BigQuery allows are not followed.
    static let columnsMax = 10_000

    /// In order; nil when they are not known.
    var columns: [LineageColumn]?
    /// Everything that any column, or the choice of rows, may derive from.
    var taint: Set<MaskSource> = []

    init(columns: [LineageColumn]?, taint: Set<MaskSource> = []) {
        let known = columns.flatMap { $0.count <= Self.columnsMax ? $0 : nil }
        self.columns = known
        self.taint = taint
        for column in columns ?? [] { self.taint.formUnion(column.value.sources) }
    }

    /// A value of which nothing more is known than what it may derive from.
    var blurred: LineageValue {
        LineageValue(sources: Set(taint.map { MaskSource(index: $0.index, path: []) }), shape: .unknown)
    }

    /// The row as one value.
    var rowValue: LineageValue {
        guard let columns else { return blurred }
        var value = LineageValue(sources: [], shape: .unknown)
        for column in columns { value.sources.formUnion(column.value.nested(under: column.name)) }
        return value
    }

    /// The columns of a name; nil when the columns are not known.
    func column(named name: String) -> LineageValue? {
        guard let columns else { return blurred }
        let found = columns.filter { $0.name == name }.map(\.value)
        guard var first = found.first else { return nil }
        for other in found.dropFirst() { first.sources.formUnion(other.sources) }
        return first
    }

    /// Rows of either of two sets, matched by position. The first one names the columns.
    func union(byPosition other: LineageRows) -> LineageRows {
        guard var columns else { return LineageRows(columns: nil, taint: taint.union(other.taint)) }
        for index in columns.indices {
            if let others = other.columns, others.count == columns.count {
                columns[index].value.sources.formUnion(others[index].value.sources)
            } else {
                columns[index].value.sources.formUnion(other.blurred.sources)
            }
        }
        return LineageRows(columns: columns, taint: taint.union(other.taint))
    }

    /// Rows of either of two sets, matched by name.
    func union(byName other: LineageRows) -> LineageRows {
        guard var columns else { return LineageRows(columns: nil, taint: taint.union(other.taint)) }
        for index in columns.indices {
            let match = columns[index].name.flatMap { other.column(named: $0) } ?? other.blurred
            columns[index].value.sources.formUnion(match.sources)
        }
        return LineageRows(columns: columns, taint: taint.union(other.taint))
    }
}

/// One table of a FROM clause.
struct LineageTable {
    /// Lower case; nil when its columns cannot be qualified.
    let alias: String?
    let rows: LineageRows
    /// For an array: the element, which the alias means.
    var element: LineageValue?
}

/// What names can mean at one level of a query.
struct LineageFrame {
    var tables: [LineageTable] = []
    /// What `*` gives, and what names without a qualifier mean.
    var star = LineageRows(columns: [])

    /// The value of a path whose first part means something at this level; nil when it does not.
    func resolve(_ names: [String]) -> LineageValue? {
        guard let first = names.first else { return nil }
        var found: LineageValue?
        func add(_ value: LineageValue) {
            guard found != nil else {
                found = value
                return
            }
            found?.sources.formUnion(value.sources)
        }
        for table in tables where table.alias == first {
            if let element = table.element {
                add(names.dropFirst().reduce(element) { $0.field($1) })
            } else if names.count == 1 {
                add(table.rows.rowValue)
            } else if let column = table.rows.column(named: names[1]) {
                add(names.dropFirst(2).reduce(column) { $0.field($1) })
            } else {
                add(table.rows.blurred)
            }
        }
        if star.columns != nil {
            if let column = star.column(named: first) { add(names.dropFirst().reduce(column) { $0.field($1) }) }
        } else if found == nil {
            // The columns are not known: the name may be any of them.
            add(star.blurred)
        }
        return found
    }
}

/// Where an expression stands.
struct LineageScope {
    /// Outermost first.
    var frames: [LineageFrame] = []
    /// The common table expressions, lower case.
    var tables: [String: LineageRows] = [:]

    func inside(_ frame: LineageFrame) -> LineageScope {
        var scope = self
        scope.frames.append(frame)
        return scope
    }
}
