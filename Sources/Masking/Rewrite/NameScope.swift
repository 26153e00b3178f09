/// What names mean at one place of a query: enough to tell a table from a common table expression and from an array.
///
/// A mistake here cannot show raw data: whatever is taken for a table is masked, whatever is taken for an array is
/// printed inside UNNEST, and a bare name that is taken for a common table expression cannot be a table, because
/// BigQuery is sent no default dataset.
struct NameScope {
    /// The common table expressions.
    var tables: NameFrames.Index?
    /// The aliases of tables whose columns can be named, those of outer queries included.
    var rows: NameFrames.Index?
    /// The region of the query that names stand in.
    var region: Int = 0
}

/// Sets of names, each on top of another one: a scope is copied often, and then only a number is.
struct NameFrames {
    typealias Index = Int

    private struct Frame {
        let parent: Index?
        var names: [Name] = []
        /// All of `names`, once they are more than a few.
        var index: Set<Name> = []
    }

    /// How many names are searched one by one.
    private static let scannedMax = 8

    private var frames: [Frame] = []

    /// Opens a set that holds what `parent` holds, now and later.
    mutating func open(on parent: Index?) -> Index {
        frames.append(Frame(parent: parent))
        return frames.count - 1
    }

    /// Adds a name to a set, and to those on top of it.
    mutating func insert(_ name: Name, into frame: Index) {
        frames[frame].names.append(name)
        if !frames[frame].index.isEmpty {
            frames[frame].index.insert(name)
        } else if frames[frame].names.count > Self.scannedMax {
            frames[frame].index = Set(frames[frame].names)
        }
    }

    /// The names of all sets.
    var names: Set<Name> { frames.reduce(into: []) { $0.formUnion($1.names) } }

    /// Whether any set holds a name.
    func holds(_ name: Name) -> Bool { frames.contains { $0.names.contains(name) } }

    /// Whether a set, or one below it, holds a name.
    func contains(_ name: Name, in frame: Index?) -> Bool {
        var current = frame
        while let index = current {
            let found =
                frames[index].index.isEmpty ? frames[index].names.contains(name) : frames[index].index.contains(name)
            if found { return true }
            current = frames[index].parent
        }
        return false
    }
}

/// A part of a query in which names are looked up together: one SELECT with its FROM, or one pipeline.
struct NameRegion {
    /// The region around it, whose columns can be named as well.
    let parent: Int?
    /// The first parts of column paths. A one-part path may also be a table's whole row.
    var names: [Name] = []
    /// The first parts that are an alias, with the second parts.
    var qualified: [QualifiedName] = []
}

/// `alias.column`
struct QualifiedName: Hashable {
    let alias: Name
    let name: Name
}

/// What a query does with a name.
struct NameUse: OptionSet {
    let rawValue: UInt8

    /// It is part of a path in an expression, or a column that a clause names: a scan has to offer it.
    static let mentioned = NameUse(rawValue: 1)
    /// It is a path of its own: it may be the whole row of a table of that alias.
    static let single = NameUse(rawValue: 2)
    /// It stands in EXCEPT, REPLACE or DROP: a scan must offer it too, but nothing of it is shown.
    static let leftOut = NameUse(rawValue: 4)
    /// It is a pseudo-column's.
    static let pseudo = NameUse(rawValue: 8)
}

/// One place where a table is read.
struct TableRead {
    /// The tokens to replace: path, hint and alias.
    let tokens: Range<Int>
    /// The path alone: where a refusal points.
    let pathTokens: Range<Int>
    /// The end of the suffixes that stay inside the scan (FOR SYSTEM_TIME, TABLESAMPLE); nil when there are none.
    var innerEnd: Int?
    /// The alias, written or implied; nil where it stands in place of `TABLE t` in the arguments of a function.
    let alias: String?
    /// Every name by which its columns can be qualified: the alias, and what `|> AS` adds.
    var aliases: [Name]
    /// The region whose columns it adds.
    let region: Int
    /// Whether its whole row is used, by `*` and the like: then the columns that every such use leaves out.
    var rowUse: Set<Name>?
    /// Index into the analyzed query's list of tables.
    let table: Int
}
