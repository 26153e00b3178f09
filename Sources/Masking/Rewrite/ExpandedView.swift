public import Catalog

/// A view's text, rewritten so that every table in it is masked where it is read.
struct ExpandedView {
    /// A query that gives the columns of the view's schema.
    let sql: String
    /// The indices into `masked` that each column of the schema derives from; nil when that is not known.
    let columnSources: [[Int]]?
    /// The masked columns below it.
    let masked: [MaskedColumn]
    /// What the text reads, below further views as well.
    let sources: QuerySources
    /// Whether some table below has a masked column, read or not.
    let touchesMaskedTable: Bool
}

/// What a rewritten text reads.
struct QuerySources {
    /// The tables that it names, views and wildcards left out.
    var tables: Set<TableID> = []
    /// The wildcards, with the tables that each is pinned to.
    var wildcards: [TableID: Set<TableID>] = [:]
    /// The schemas that it was decided on, those of views and of the tables of wildcards included.
    var schemas: [TableID: TableSchema] = [:]
    /// The routines whose definitions it was decided on.
    var routines: [RoutineID: Routine] = [:]
    /// Those among them that BigQuery itself is to call.
    var calledRoutines: Set<RoutineID> = []

    mutating func add(_ wildcard: WildcardTables) {
        wildcards[wildcard.pattern, default: []].formUnion(wildcard.tables.map(\.id))
        for table in wildcard.tables + [wildcard.newest] { schemas[table.id] = table }
    }

    mutating func formUnion(_ other: QuerySources) {
        tables.formUnion(other.tables)
        wildcards.merge(other.wildcards) { $0.union($1) }
        schemas.merge(other.schemas) { first, _ in first }
        routines.merge(other.routines) { first, _ in first }
        calledRoutines.formUnion(other.calledRoutines)
    }
}

/// Where a rewriting stands among the views and functions around it.
struct ViewStack {
    /// What a text is of.
    enum Object: Hashable {
        case view(TableID)
        case routine(RoutineID)
        /// A function that the caller wrote in front of the query.
        case temporary(String)

        /// The dataset that holds it.
        var dataset: DatasetID? {
            switch self {
            case .view(let id): id.datasetID
            case .routine(let id): id.datasetID
            case .temporary: nil
            }
        }

        /// As callers are told of it.
        var description: String {
            switch self {
            case .view(let id): "the view `\(id)`"
            case .routine(let id): "the function `\(id)`"
            case .temporary(let name): "the function `\(name)`"
            }
        }
    }

    /// The deepest nesting of views: BigQuery's own limit
    /// (<https://cloud.google.com/bigquery/quotas#view_limits>).
    static let depthMax = 16

    /// The views and functions around, outermost first; none for the caller's own text.
    var objects: [Object] = []

    /// The dataset of the view or function that the caller named: its roles count for everything below it.
    var authority: DatasetID? { objects.lazy.compactMap(\.dataset).first }
}

/// What the rewritings of a query and of the views below it share.
struct ViewSession {
    let snapshot: CatalogSnapshot
    var keys: TokenKeys
    let scans: ScanCache?
    /// The aliases of the texts around the view that is being expanded, in lower case.
    var aliasesAround: Set<String> = []
    /// The views that were expanded, by name and by the dataset whose roles count.
    var expanded: [Key: Result<ExpandedView, RefusalList>] = [:]

    /// The functions that were expanded, likewise.
    var functions: [FunctionKey: Result<ExpandedFunction, RefusalList>] = [:]
    /// Whether functions in JavaScript may be called.
    let allowsJavaScript: Bool

    struct Key: Hashable {
        let view: TableID
        let authority: DatasetID
    }

    struct FunctionKey: Hashable {
        let target: RoutineTarget
        /// Nil for a function that the caller wrote.
        let authority: DatasetID?
    }

    init(snapshot: CatalogSnapshot, keys: TokenKeys, scans: ScanCache?, allowsJavaScript: Bool = false) {
        self.snapshot = snapshot
        self.keys = keys
        self.scans = scans
        self.allowsJavaScript = allowsJavaScript
    }

    /// How a table is read.
    func masks(of basis: TableMasks.Basis) -> TableMasks { scans?.masks(of: basis) ?? TableMasks(basis) }
}

extension AnalyzedQuery {
    /// What a view reads by its own text, as far as that can be parsed; nothing for a table.
    public static func needs(of schema: TableSchema) -> TableNeeds {
        guard let definition = schema.kind.viewDefinition, !definition.usesLegacySQL else {
            return TableNeeds(tables: [])
        }
        return analyze(viewText: definition, of: schema.id).needs
    }

    /// A view's text: names resolve in the view's project, without a default dataset and without parameters.
    static func analyze(viewText definition: ViewDefinition, of view: TableID) -> AnalyzedQuery {
        analyze(definition.query, defaults: NameDefaults(project: view.project))
    }
}
