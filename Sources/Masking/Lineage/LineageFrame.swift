/// One table of a FROM clause.
final class LineageTable: Named {
    /// Its alias; nil when its columns cannot be qualified.
    let name: Name?
    let rows: LineageRows
    /// For an array: the element, which the alias means.
    let element: LineageValue?

    init(name: Name?, rows: LineageRows, element: LineageValue? = nil) {
        self.name = name
        self.rows = rows
        self.element = element
    }
}

/// What names can mean at one level of a query.
///
/// A class, because every expression of the level looks at it. It grows only while its FROM clause is read, and what
/// looks at it meanwhile is done before it grows.
final class LineageFrame {
    private(set) var tables = NamedList<LineageTable>()
    /// What `*` gives, where that is not the columns of all tables, one after another.
    private var own: LineageRows?
    /// How many columns `*` gives; nil when that is not known.
    private(set) var count: Int? = 0
    /// Everything that any column, or the choice of rows, may derive from.
    private(set) var taint = MaskSources()
    /// What decides which rows there are.
    private(set) var choice = MaskSources()
    /// For a SELECT: the level of its FROM clause, which its ORDER BY sees too.
    var from: LineageFrame?

    init() {}

    /// One table, whose alias may be missing.
    init(_ rows: LineageRows, alias: Name? = nil, element: LineageValue? = nil) {
        tables = NamedList([LineageTable(name: alias, rows: rows, element: element)])
        count = rows.count
        taint = rows.taint
        choice = rows.choice
    }

    /// One table whose columns can be qualified by any of some names.
    init(_ rows: LineageRows, aliases: [Name?]) {
        tables = NamedList(aliases.map { LineageTable(name: $0, rows: rows) })
        own = rows
        count = rows.count
        taint = rows.taint
        choice = rows.choice
    }

    /// Tables of which each may be meant by any of some names, and whose columns are not known.
    init(names: [Name?], taint: MaskSources) {
        let rows = LineageRows(columns: nil, taint: taint)
        tables = NamedList(names.map { LineageTable(name: $0, rows: rows) })
        count = nil
        self.taint = taint
    }

    /// What `*` gives, and what names without a qualifier mean.
    var star: LineageRows {
        if let own { return own.chosen(by: choice) }
        if tables.elements.count == 1, let only = tables.elements.first { return only.rows.chosen(by: choice) }
        guard count != nil else { return LineageRows(columns: nil, taint: taint, choice: choice) }
        var columns: [LineageColumn] = []
        for table in tables.elements { columns += table.rows.columns ?? [] }
        return LineageRows(columns: columns, taint: taint, choice: choice)
    }

    /// Notes that a condition or an order decides which rows there are, or which stand side by side.
    func choose(by sources: MaskSources) {
        choice.formUnion(sources.blurred)
        taint.formUnion(sources.blurred)
    }

    /// Gives `*` other columns than those of the tables.
    func setStar(_ rows: LineageRows) {
        own = rows
        count = rows.count
        taint = rows.taint.union(choice)
    }

    /// Forgets which columns `*` gives.
    func forgetColumns() { setStar(LineageRows(columns: nil, taint: taint)) }

    /// Adds the tables of another one after these.
    func append(_ other: LineageFrame) {
        if own != nil || other.own != nil {
            let left = star.columns
            let right = other.star.columns
            let both = left.flatMap { left in right.map { left + $0 } }
            own = LineageRows(columns: both, taint: taint.union(other.taint))
        }
        tables.append(contentsOf: other.tables)
        taint.formUnion(other.taint)
        choice.formUnion(other.choice)
        let sum = count.flatMap { count in other.count.map { count + $0 } }
        count = sum.flatMap { $0 <= LineageRows.columnsMax ? $0 : nil }
    }

    /// The columns of a name that is not qualified; nil when there is none. When they are not known it may be any.
    func column(named name: Name) -> LineageValue? {
        if let own { return own.column(named: name) }
        guard count != nil else { return LineageValue(sources: taint.blurred, shape: .unknown) }
        var found: LineageValue?
        for table in tables.elements {
            guard let column = table.rows.column(named: name) else { continue }
            if found == nil { found = column } else { found?.sources.formUnion(column.sources) }
        }
        return found
    }

    /// A value of which nothing more is known than what it may derive from.
    var blurred: LineageValue { LineageValue(sources: taint.blurred, shape: .unknown) }
}
