import Catalog

/// The columns of a table, a subquery or a result.
///
/// A class, because rows do not change and many levels of a query hold the same.
final class LineageRows {
    /// More columns than BigQuery allows are not followed.
    static let columnsMax = 10_000

    private enum Source {
        case unknown
        case list(NamedList<LineageColumn>)
        /// A table that is read: most of its columns are in the way only.
        case scan(ScanColumns)
    }

    private let source: Source
    /// Everything that any column, or the choice of rows, may derive from.
    let taint: MaskSources
    /// What decides which rows there are: no column derives from it, but what is counted or picked of them does.
    let choice: MaskSources

    /// - Parameter columns: in order; nil when they are not known.
    init(columns: [LineageColumn]?, taint: MaskSources = MaskSources(), choice: MaskSources = MaskSources()) {
        self.choice = choice
        source = columns.flatMap { $0.count <= Self.columnsMax ? .list(NamedList($0)) : nil } ?? .unknown
        var all = taint
        for column in columns ?? [] { all.formUnion(column.value.sources) }
        self.taint = all
    }

    /// The same columns of rows that more decides on.
    private init(_ rows: LineageRows, choice: MaskSources) {
        source = rows.source
        taint = rows.taint.union(choice)
        self.choice = choice
    }

    func chosen(by sources: MaskSources) -> LineageRows {
        let all = choice.union(sources)
        return all == choice ? self : LineageRows(self, choice: all)
    }

    init(_ scan: ScanColumns) {
        choice = MaskSources()
        source = scan.count <= Self.columnsMax ? .scan(scan) : .unknown
        taint = scan.taint
    }

    /// How many columns there are; nil when that is not known.
    var count: Int? {
        switch source {
        case .unknown: nil
        case .list(let list): list.elements.count
        case .scan(let scan): scan.count
        }
    }

    /// The columns in order; nil when they are not known.
    var columns: [LineageColumn]? {
        switch source {
        case .unknown: nil
        case .list(let list): list.elements
        case .scan(let scan): scan.columns
        }
    }

    /// A value of which nothing more is known than what it may derive from.
    var blurred: LineageValue { LineageValue(sources: taint.blurred, shape: .unknown) }

    /// The row as one value.
    var rowValue: LineageValue {
        guard let columns else { return blurred }
        var value = LineageValue(shape: .unknown)
        for column in columns { value.sources.formUnion(column.value.sources.nested(under: column.name)) }
        return value
    }

    /// The columns of a name as one value; nil when there is none. When the columns are not known it may be any.
    func column(named name: Name) -> LineageValue? {
        switch source {
        case .unknown: return blurred
        case .scan(let scan): return scan.column(named: name)
        case .list(let list):
            guard var position = list.position(of: name) else { return nil }
            var found = list.elements[position].value
            while let next = list.position(of: name, from: position + 1) {
                found.sources.formUnion(list.elements[next].value.sources)
                position = next
            }
            return found
        }
    }

    /// Calls back for each column that the query's text can name.
    func forEachNamed(_ body: (Name, LineageValue) -> Void) {
        switch source {
        case .unknown: break
        case .scan(let scan): scan.forEachNamed(body)
        case .list(let list): for column in list.elements { if let name = column.name { body(name, column.value) } }
        }
    }

    /// Rows of either of two sets, matched by position. The first one names the columns.
    func union(byPosition other: LineageRows) -> LineageRows {
        let choice = choice.union(other.choice)
        guard var columns else { return LineageRows(columns: nil, taint: taint.union(other.taint), choice: choice) }
        let others = other.columns.flatMap { $0.count == columns.count ? $0 : nil }
        for index in columns.indices {
            columns[index].value = columns[index].value.union(others?[index].value ?? other.blurred)
        }
        return LineageRows(columns: columns, taint: taint.union(other.taint), choice: choice)
    }

    /// Rows of either of two sets, matched by name.
    func union(byName other: LineageRows) -> LineageRows {
        let choice = choice.union(other.choice)
        guard var columns else { return LineageRows(columns: nil, taint: taint.union(other.taint), choice: choice) }
        for index in columns.indices {
            let match = columns[index].name.flatMap { other.column(named: $0) } ?? other.blurred
            columns[index].value = columns[index].value.union(match)
        }
        return LineageRows(columns: columns, taint: taint.union(other.taint), choice: choice)
    }
}

/// The columns of a table that is read, with the masks that were written.
final class ScanColumns {
    private let masks: TableMasks
    private let context: LineageContext
    /// What the columns derive from, by the first column of each name.
    private let sources: [MaskSources]
    /// All of these together.
    let taint: MaskSources

    init(_ scan: TableScan, _ context: LineageContext) {
        masks = scan.masks
        self.context = context
        var sources = [MaskSources](repeating: MaskSources(), count: scan.sources.isEmpty ? 0 : masks.columns.count)
        var taint = MaskSources()
        for source in scan.sources {
            let path = source.fields.map { context.name(of: $0) }
            sources[source.column].insert(source.index, at: path)
            taint.insert(source.index, at: path)
        }
        self.sources = sources
        self.taint = taint
    }

    var count: Int { masks.columns.count }

    private(set) lazy var columns: [LineageColumn] = masks.names.indices.map { index in
        LineageColumn(
            label: masks.schema.columns[index].name,
            name: context.name(of: masks.names[index]),
            value: value(of: index)
        )
    }

    func column(named name: Name) -> LineageValue? { context.column(name, of: masks).map { value(of: $0) } }

    /// The columns whose names stand in the query's text; the first of each name.
    private lazy var named: [(name: Name, column: Int)] = masks.names.indices.compactMap { index in
        guard masks.columns[index].first == index else { return nil }
        return context.nameOfText(masks.names, index).map { ($0, index) }
    }

    func forEachNamed(_ body: (Name, LineageValue) -> Void) {
        for (name, column) in named { body(name, value(of: column)) }
    }

    private func value(of column: Int) -> LineageValue {
        let known = sources.isEmpty ? MaskSources() : sources[masks.columns[column].first]
        return LineageValue(sources: known, shape: LineageValue.shape(of: masks.schema.columns[column]))
    }
}
