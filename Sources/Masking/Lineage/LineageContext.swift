import Catalog
import GoogleSQL

/// What one walk over a query for lineage works with: the names, and how much work is left.
final class LineageContext {
    /// The most steps that one query may ask for: a few recursive queries inside one another, or thousands of `*` over
    /// wide tables, would ask for more than anyone waits for. A column counts one, a name or an operator a few.
    static let stepsMax = 4_000_000
    /// What a query inside another one counts, whatever its columns.
    static let stepsOfQuery = 50
    /// What an expression counts.
    static let stepsOfExpression = 5

    private let walk: QueryWalk
    private var names: NameTable
    /// How many of the names stand in the text.
    private let countOfText: Int
    private var steps = 0
    /// How many calls of functions of many rows were met so far.
    var callsOfManyRows = 0
    /// How many recursive WITH clauses are followed at this place.
    var recursionDepth = 0

    init(walk: QueryWalk, names: NameTable) {
        self.walk = walk
        self.names = names
        countOfText = names.count
    }

    /// Counts some steps. False when there were too many: then nothing is known any more.
    func spend(_ count: Int) -> Bool {
        steps += count
        return !isSpent
    }

    /// Whether there were too many steps.
    var isSpent: Bool { steps > Self.stepsMax }

    func name(of identifier: Identifier) -> Name { walk.name(of: identifier) ?? names.intern(identifier.name) }

    /// Whether a name stands in the query's text; others are those of columns that it does not name.
    func isOfText(_ name: Name) -> Bool { name.index < countOfText }

    /// The name of the text that is equal to one of a list; nil when the text has none.
    func nameOfText(_ list: [FoldedName], _ position: Int) -> Name? {
        names.find(list, position).flatMap { isOfText($0) ? $0 : nil }
    }

    /// Whether a path names a pseudo-column, which derives from nothing that is masked.
    func namesPseudoColumn(_ path: PathExpression) -> Bool {
        guard !walk.pseudo.uses.isEmpty, let last = path.parts.last, let name = walk.name(of: last) else {
            return false
        }
        return walk.use(of: name).contains(.pseudo)
    }

    func name(of alias: Alias?) -> Name? { alias.map { name(of: $0.name) } }

    func name(of text: String) -> Name { names.intern(text) }

    func name(of folded: FoldedName) -> Name { names.intern(folded) }

    /// The first column of a name.
    func column(_ name: Name, of masks: TableMasks) -> Int? {
        names.position(of: name, in: masks.names, masks.index)
    }
}
