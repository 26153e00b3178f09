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
    /// What `*` gives, and what names without a qualifier mean.
    private var columns = FrameColumns()
    /// How many columns `*` gives at most; nil when they are not known.
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
        columns = FrameColumns([rows])
        count = rows.count
        taint = rows.taint
        choice = rows.choice
    }

    /// One table whose columns can be qualified by any of some names.
    init(_ rows: LineageRows, aliases: [Name?]) {
        tables = NamedList(aliases.map { LineageTable(name: $0, rows: rows) })
        columns = FrameColumns([rows])
        count = rows.count
        taint = rows.taint
        choice = rows.choice
    }

    /// Tables of which each may be meant by any of some names, and whose columns are not known.
    init(names: [Name?], taint: MaskSources) {
        let rows = LineageRows(columns: nil, taint: taint)
        tables = NamedList(names.map { LineageTable(name: $0, rows: rows) })
        columns = FrameColumns([rows])
        count = nil
        self.taint = taint
    }

    /// The rows of which `*` gives all columns.
    var star: LineageRows {
        if let only = columns.only { return only.chosen(by: choice) }
        return LineageRows(columns: count == nil ? nil : columns.all, taint: taint, choice: choice)
    }

    /// Notes that a condition or an order decides which rows there are, or which stand side by side.
    func choose(by sources: MaskSources) {
        choice.formUnion(sources.blurred)
        taint.formUnion(sources.blurred)
    }

    /// Gives `*` other columns than those of the tables.
    func setStar(_ rows: LineageRows) {
        columns = FrameColumns([rows])
        count = rows.count
        taint = rows.taint.union(choice)
    }

    /// Shows columns of the tables so far once, before all others: each derives from all columns of its name.
    func merge(_ merged: [LineageColumn]) { columns.merge(merged) }

    /// Forgets which columns `*` gives.
    func forgetColumns() { setStar(LineageRows(columns: nil, taint: taint)) }

    /// Adds the tables of another one after these.
    func append(_ other: LineageFrame) {
        tables.append(contentsOf: other.tables)
        columns.append(contentsOf: other.columns)
        taint.formUnion(other.taint)
        choice.formUnion(other.choice)
        let sum = count.flatMap { count in other.count.map { count + $0 } }
        count = sum.flatMap { $0 <= LineageRows.columnsMax ? $0 : nil }
    }

    /// The columns of a name that is not qualified; nil when there is none. When they are not known it may be any.
    func column(named name: Name, in context: LineageContext) -> LineageValue? {
        guard count != nil, context.spend(columns.stepsOfLookup) else { return blurred }
        return columns.column(named: name, isOfText: context.isOfText(name))
    }

    /// A value of which nothing more is known than what it may derive from.
    var blurred: LineageValue { LineageValue(sources: taint.blurred, shape: .unknown) }
}
