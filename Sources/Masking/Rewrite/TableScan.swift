/// How one table is read in one query.
struct TableScan {
    /// Which columns a place shows.
    enum Shown: Int {
        /// Those that some name of the query can mean.
        case named
        /// All of them.
        case all
    }

    /// The subquery that takes the place of a table, without its end.
    struct Text {
        /// From its parenthesis on to the last column.
        let columns: String
        /// FROM and the table.
        let source: String
        /// The columns in it of which something is denied.
        let denied: [Int]
    }

    /// A masked column of the query that a column derives from.
    struct Source {
        /// The column, the first of its name.
        let column: Int
        /// Index into the query's masked columns.
        let index: Int
        /// The fields from the column down to where the masked part is; empty when it may be anywhere.
        let fields: [FoldedName]
    }

    let masks: TableMasks
    /// The view's text with its masks; nil for a table.
    let view: ExpandedView?
    /// What the columns that were written derive from.
    var sources: [Source] = []
    /// The indices of the table's leaves into the query's masked columns, for those that have one.
    var leafIndices: [Int?]
    /// Whether a column that was written needs a key that is not there.
    var lacksTokenKey = false
    private var texts: [Text?] = [nil, nil]

    init(masks: TableMasks, view: ExpandedView?) {
        self.masks = masks
        self.view = view
        leafIndices = [Int?](repeating: nil, count: masks.leaves.count)
    }

    /// The text for places that show certain columns, once it is written.
    subscript(_ shown: Shown) -> Text? {
        get { texts[shown.rawValue] }
        set { texts[shown.rawValue] = newValue }
    }

    /// Whether the policy masks any column or leaf, here or below the view.
    var hasMaskedColumn: Bool { masks.hasMaskedColumn || (view?.touchesMaskedTable ?? false) }
}
