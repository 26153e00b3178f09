import Catalog
import GoogleSQL

/// The rewriting of one query: schemas in, scans out.
struct Rewrite {
    let walk: QueryWalk
    let policy: MaskingPolicy
    /// The views and functions around this text.
    let stack: ViewStack
    var session: ViewSession
    /// The temporary functions of the request.
    var functions: [SQLFunction] = []
    /// The functions that the text calls.
    var called: [RoutineTarget: ExpandedFunction] = [:]
    /// What calls derive from beside their arguments, by the first token of each.
    var callSources: [Int: CallSources] = [:]
    /// The bytes of all calls that became bodies.
    var callBytes = 0
    private(set) var refusals: [Refusal] = []
    private(set) var scans: [TableScan?] = []
    var edits: [TokenEdit]
    /// The names under which scans show pseudo-columns.
    var exposedNames: [PseudoColumn: String] = [:]
    /// The wildcards among the tables, with the tables that are read through them.
    var wildcards: [Int: WildcardTables] = [:]
    private(set) var maskedColumns: [MaskedColumn] = []
    /// The masked columns by what they are: only where a view is read, below which a table may be that is read as well.
    private var maskedIndices: [MaskedColumn: Int] = [:]
    private var readsViews = false
    /// Where names of denied columns stand, once there is one.
    private var regionUses: RegionUses?
    /// The names of the query, ready for those of its tables.
    private(set) var names: NameTable
    /// The bytes of views' texts that are printed into this one.
    private var viewBytes = 0
    /// The bytes of all scans.
    private var scanBytes = 0
    /// What is shown in place of edits that hold names of tables which are hidden from the caller.
    private(set) var shownTexts: [Int: String] = [:]

    init(walk: QueryWalk, policy: MaskingPolicy, session: ViewSession, stack: ViewStack = ViewStack()) {
        self.walk = walk
        self.policy = policy
        self.session = session
        self.stack = stack
        names = walk.names
        edits = walk.edits
        edits.reserveCapacity(edits.count + walk.reads.count)
    }

    /// Whether all schemas are there; without them nothing can be said of columns.
    var canScan: Bool { scans.count == walk.tables.count && scans.allSatisfy { $0 != nil } }

    /// Whether the text would be longer than BigQuery takes; then it is not written to its end.
    var isTooLong = false

    // MARK: Schemas

    /// Takes the schema of each table, or says why it cannot be read.
    mutating func readSchemas() {
        scans.reserveCapacity(walk.tables.count)
        for (index, id) in walk.tables.enumerated() {
            scans.append(schema(of: id, index: index).flatMap { scan(of: $0, index: index) })
        }
        readRoutines()
    }

    private mutating func scan(of schema: TableSchema, index: Int) -> TableScan? {
        let variables = walk.variables
        if !variables.isEmpty, let name = schema.columns.lazy.compactMap({ $0.firstName(in: variables) }).first {
            refuse(
                "statement.script_value",
                "`\(name)` is both a variable and a column of `\(schema.id)`",
                table: index,
                fix: "give the variable another name"
            )
        }
        var view: ExpandedView?
        if let definition = schema.kind.viewDefinition {
            view = expand(schema, definition, table: index)
            guard view != nil else { return nil }
            readsViews = true
        }
        let basis = TableMasks.Basis(
            schema: schema,
            authority: stack.authority ?? schema.id.datasetID,
            policy: policy,
            hasTokenKey: session.keys.hasKey
        )
        let masks = session.masks(of: basis)
        if masks.hasNamesBeyondASCII { names.indexBeyondASCII() }
        if let column = masks.maskedPartitionColumn {
            refuse(
                "table.masked_partition",
                "`\(schema.id)` is partitioned or clustered by `\(column)`, which is masked",
                table: index,
                fix: "ask the table's owner for a copy that is partitioned by another column"
            )
        }
        return TableScan(masks: masks, view: view)
    }

    private mutating func schema(of id: TableID, index: Int) -> TableSchema? {
        // What a view reads is reached by the right to the view.
        guard stack.authority == nil else { return schema(belowView: id, index: index) }
        let entry = policy.allows(id.datasetID) ? session.snapshot[id] : .absent
        return schema(of: id, index: index, as: entry)
    }

    private mutating func schema(belowView id: TableID, index: Int) -> TableSchema? {
        let entry = session.snapshot[belowView: id]
        switch entry {
        case .table?, .wildcard?, .unusableWildcard?: return schema(of: id, index: index, as: entry)
        case .absent?, .unreadable?, nil: break
        }
        refuse(
            "table.view_base",
            "it reads `\(id)`, which the proxy's service account cannot read",
            table: index,
            fix:
                "ask an administrator to give the proxy's service account BigQuery Data Viewer on the tables of the view or function"
        )
        return nil
    }

    private mutating func schema(of id: TableID, index: Int, as entry: CatalogEntry?) -> TableSchema? {
        switch entry {
        case .absent?:
            refuse(
                "table.not_found",
                "there is no table `\(id)`",
                table: index,
                fix: "see list_tables for what there is"
            )
        case nil, .unreadable?:
            refuse("table.unreadable", "the schema of `\(id)` could not be read", table: index, fix: "try again later")
        case .wildcard(let wildcard)?: return schema(of: wildcard, index: index)
        case .unusableWildcard(let problem)?: refuse(Refusal(problem, of: id), table: index)
        case .table(let schema)?:
            if let (code, message, fix) = Self.kindRefusal(schema.kind) {
                refuse(code, "`\(id)` \(message)", table: index, fix: fix)
            } else if schema.id != id || schema.columns.isEmpty {
                refuse(
                    "table.unreadable",
                    "the schema of `\(id)` has no columns",
                    table: index,
                    fix: "try again later"
                )
            } else {
                return schema
            }
        }
        return nil
    }

    private static func kindRefusal(_ kind: TableKind) -> (code: String, message: String, fix: String)? {
        switch kind {
        case .table, .snapshot, .clone, .view, .materializedView: nil
        case .external:
            ("table.external", "is an external table", "ask its owner to load it into a table of BigQuery's own")
        case .model: ("table.model", "is a model", "ask its owner for a table of what it predicts")
        case .unknown(let name):
            (
                "table.kind", "is of a kind that is not known here (`\(name)`)",
                "ask its owner for a table or a view of the same rows"
            )
        }
    }

    mutating func refuse(_ code: String, _ message: String, table index: Int, fix: String) {
        let read = walk.reads.first { $0.table == index }
        refuse(code, message, at: read?.pathTokens ?? 0..<0, fix: fix)
    }

    mutating func refuse(_ code: String, _ message: String, at tokens: Range<Int>, fix: String) {
        refusals.append(Refusal(code: code, message: message, position: walk.position(of: tokens), fix: fix))
    }

    // MARK: Scans

    /// Writes the subquery that takes the place of each table.
    mutating func writeScans() {
        maskedColumns.reserveCapacity(scans.reduce(0) { $0 + ($1?.masks.leaves.count ?? 0) })
        let additions = placePseudoColumns()
        for (index, read) in walk.reads.enumerated() where scans[read.table] != nil {
            write(read, with: additions[index] ?? ScanAdditions())
        }
        refuseLongPaths()
        writeCalls()
        if TokenEdit.overlap(edits) {
            let fix = "this is a defect of the proxy: report the query's shape"
            refuse("syntax.unaccounted", "two parts of the text would be replaced at once", at: 0..<0, fix: fix)
        }
    }

    private mutating func write(_ read: TableRead, with additions: ScanAdditions) {
        let isRow = read.aliases.contains { walk.use(of: $0).contains(.single) }
        let shown: TableScan.Shown = read.rowUse != nil || isRow ? .all : .named
        guard let text = text(of: read.table, shown), let scan = scans[read.table] else { return }
        if !text.denied.isEmpty { deny(text.denied, of: read, in: scan.masks) }
        if scan.lacksTokenKey {
            refuse(
                "policy.no_token_key",
                "a column is masked with KEYED_TOKEN, for which there is no key",
                at: read.pathTokens,
                fix: "tell the operator"
            )
        }
        if let view = scan.view, !canRead(view, of: scan.masks.schema.id, at: read) { return }
        let added = additions.columns.map { ", \(scan.masks.alias).\($0.name) AS \(exposedName(of: $0))" }
        let opening = text.columns + added.joined() + text.source
        let conditions = additions.conditions.isEmpty ? "" : "WHERE " + additions.conditions.joined(separator: " AND ")
        let closing = "\(conditions))" + (read.alias.map { " AS \(quotedIdentifier($0))" } ?? "")
        // Checked as it grows: a short query can name a wide table thousands of times.
        scanBytes += opening.utf8.count + closing.utf8.count
        isTooLong = scanBytes > MaskingRewriter.rewrittenBytesMax
        if isTooLong { return }
        if let view = scan.view, readsHidden(view) {
            shownTexts[edits.count] = "\(text.columns) FROM \(scan.masks.path) AS \(scan.masks.alias)\(closing)"
        }
        if let end = read.innerEnd {
            edits.append(TokenEdit(tokens: read.tokens, text: opening))
            edits.append(TokenEdit(tokens: end..<end, text: closing))
        } else {
            edits.append(TokenEdit(tokens: read.tokens, text: opening + (conditions.isEmpty ? "" : " ") + closing))
        }
    }

    private mutating func canRead(_ view: ExpandedView, of id: TableID, at read: TableRead) -> Bool {
        // Checked as it grows: views that read views twice double with each level.
        viewBytes += view.sql.utf8.count
        guard viewBytes <= MaskingRewriter.rewrittenBytesMax else {
            refuse(
                "limit.rewritten_bytes",
                "with its masks the text of `\(id)` is longer than \(MaskingRewriter.rewrittenBytesMax) bytes",
                at: read.pathTokens,
                fix: "query the tables that it is made from"
            )
            return false
        }
        if read.innerEnd != nil {
            refuse(
                "table.suffix",
                "`\(id)` is a view, to which FOR SYSTEM_TIME and TABLESAMPLE do not apply",
                at: read.pathTokens,
                fix: "leave the clause out"
            )
        }
        return true
    }

    /// The subquery that takes the place of a table where certain columns are shown, written on first use.
    private mutating func text(of table: Int, _ shown: TableScan.Shown) -> TableScan.Text? {
        guard var scan = scans[table] else { return nil }
        if let known = scan[shown] { return known }
        let masks = scan.masks
        var list = Array("(SELECT ".utf8)
        var denied: [Int] = []
        var isEmpty = true
        for index in masks.names.indices {
            guard shown == .all || !use(of: masks.names, index).isDisjoint(with: [.mentioned, .leftOut]) else {
                continue
            }
            let column = masks.columns[index]
            if !isEmpty { list += ", ".utf8 }
            isEmpty = false
            let hasKeys = column.item.write(to: &list, keys: &session.keys)
            if column.lacksTokenKey || !hasKeys { scan.lacksTokenKey = true }
            if !column.denied.isEmpty { denied.append(index) }
            note(column, of: &scan)
        }
        if let view = scan.view { note(view, of: &scan, shown) }
        if isEmpty { list += "1 AS \(quotedIdentifier(unusedName()))".utf8 }
        let source = scan.view.map { "(\($0.sql))" } ?? path(of: masks)
        let text = TableScan.Text(
            columns: String(decoding: list, as: UTF8.self),
            source: " FROM \(source) AS \(masks.alias)",
            denied: denied
        )
        scan[shown] = text
        scans[table] = scan
        return text
    }

    /// A name that nothing in the query means.
    private func unusedName() -> String {
        var name = "scrim_none"
        while !use(of: [FoldedName(name)], 0).isDisjoint(with: [.mentioned, .leftOut]) { name += "_" }
        return name
    }

    /// What the query does with a name of a list.
    private func use(of list: [FoldedName], _ position: Int) -> NameUse {
        names.find(list, position).map { walk.use(of: $0) } ?? []
    }

    // MARK: Masked columns

    private mutating func note(_ column: TableMasks.MaskedColumnText, of scan: inout TableScan) {
        for leaf in column.masked {
            let index = scan.leafIndices[leaf.index] ?? indexOfMasked(scan.masks.leaves[leaf.index])
            scan.leafIndices[leaf.index] = index
            let fields = scan.view == nil ? leaf.fields : []
            scan.sources.append(TableScan.Source(column: column.first, index: index, fields: fields))
        }
    }

    mutating func indexOfMasked(_ masked: MaskedColumn) -> Int {
        if readsViews || !called.isEmpty {
            if let known = maskedIndices[masked] { return known }
            maskedIndices[masked] = maskedColumns.count
        }
        maskedColumns.append(masked)
        return maskedColumns.count - 1
    }

    /// Notes what is masked below a view: the columns of the tables there, or, for a table that is hidden from the
    /// caller, the columns of the view that derive from it.
    private mutating func note(_ view: ExpandedView, of scan: inout TableScan, _ shown: TableScan.Shown) {
        var indices: [Int: Int] = [:]
        for (inner, masked) in view.masked.enumerated() where !session.snapshot.hides(masked.table) {
            indices[inner] = indexOfMasked(masked)
        }
        let schema = scan.masks.schema
        for (position, column) in scan.masks.columns.enumerated() {
            guard shown == .all || use(of: scan.masks.names, position).contains(.mentioned) else { continue }
            let name = schema.columns[position].name
            for inner in view.columnSources?[position] ?? Array(view.masked.indices) {
                let masked = view.masked[inner]
                let own = MaskedColumn(table: schema.id, column: name, tag: masked.tag, rule: masked.rule)
                let index = indices[inner] ?? indexOfMasked(own)
                scan.sources.append(TableScan.Source(column: column.first, index: index, fields: []))
            }
        }
    }

    /// `column.denied` for the columns that take part at a place.
    private mutating func deny(_ columns: [Int], of read: TableRead, in masks: TableMasks) {
        let uses = regionUses ?? RegionUses(walk.regions)
        regionUses = uses
        let used = columns.filter { uses.isUsed(names.find(masks.names[$0]), of: read) }
        let denied = used.flatMap { masks.columns[$0].denied }
        guard !denied.isEmpty else { return }
        let shown = denied.map { "`\($0)`" }.joined(separator: ", ")
        let tops = denied.map { quotedIdentifier(String($0.prefix { $0 != "." })) }
        let unique = tops.reduce(into: [String]()) { list, name in if !list.contains(name) { list.append(name) } }
        refuse(
            "column.denied",
            "you may not see \(shown) of `\(masks.schema.id)`",
            at: read.pathTokens,
            fix: "do not name it; in place of `\(read.alias == nil ? "TABLE t" : "*")` write "
                + "`\(read.alias == nil ? "(SELECT " : "")* EXCEPT (\(unique.joined(separator: ", ")))"
                + "\(read.alias == nil ? " FROM t)" : "")`"
        )
    }

    // MARK: Result

    /// What the text reads.
    var sources: QuerySources {
        var sources = QuerySources()
        for (index, scan) in scans.enumerated() {
            guard let scan else { continue }
            if let wildcard = wildcards[index] {
                sources.add(wildcard)
                continue
            }
            sources.schemas[scan.masks.schema.id] = scan.masks.schema
            if let view = scan.view {
                sources.formUnion(view.sources)
            } else {
                sources.tables.insert(scan.masks.schema.id)
            }
        }
        for function in called.values { sources.formUnion(function.sources) }
        return sources
    }

    /// The masked query; only to be called when nothing was refused.
    func finish(mappingDigest: String) -> MaskedQuery {
        let sources = sources
        let sql = TokenPrinter.print(walk.parsed, edits: edits)
        return MaskedQuery(
            sql: sql,
            shownSQL: shownTexts.isEmpty ? sql : TokenPrinter.print(walk.parsed, edits: shownEdits),
            parameters: walk.parameters.sent + session.keys.parameters,
            tables: sources.tables,
            wildcards: sources.wildcards,
            schemas: sources.schemas,
            routines: sources.routines,
            calledRoutines: sources.calledRoutines,
            maskedColumns: maskedColumns,
            touchesMaskedTable: scans.contains { $0?.hasMaskedColumn ?? false }
                || called.values.contains(where: \.touchesMaskedTable),
            mappingDigest: mappingDigest,
            lineage: DeferredLineage(lineage())
        )
    }
}
