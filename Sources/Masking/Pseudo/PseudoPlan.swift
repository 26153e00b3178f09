import GoogleSQL

/// What becomes of the places where a query names pseudo-columns: conditions on them move into the scans, so that
/// BigQuery prunes by them; for all other uses the scan shows the column.
struct PseudoPlan {
    /// A condition that stands inside of a scan.
    struct Moved {
        let condition: ScanCondition
        let read: Int
        /// Whether it stands at its own place as well, because the rows that an outer join makes up have to fail it.
        let staysOutside: Bool
    }

    /// Why a use is refused.
    struct Problem {
        let use: PseudoUse
        let message: String
        let fix: String
    }

    /// What a use means.
    private enum Target: Equatable {
        case read(Int)
        /// A column of that name that a subquery or common table expression has.
        case derived
        case ambiguous
        case nothing
    }

    private(set) var moved: [Moved] = []
    /// What the scan of a read shows, with the first use that needs it.
    private(set) var exposed: [Int: [PseudoColumn: PseudoUse]] = [:]
    /// The uses that name what a scan shows.
    private(set) var renamed: [PseudoUse] = []
    /// The first use of each pseudo-column of a read, wherever it ends.
    private(set) var named: [Int: [PseudoColumn: PseudoUse]] = [:]
    private(set) var problems: [Problem] = []

    /// - Parameter offers: whether the table of a read has a pseudo-column.
    init(walk: QueryWalk, offers: (Int, PseudoColumn) -> Bool) {
        let notes = walk.pseudo
        guard !notes.uses.isEmpty else { return }
        var resolver = Resolver(walk: walk, offers: offers)
        var targets: [Int: Target] = [:]
        for use in notes.uses { targets[use.tokens.lowerBound] = resolver.target(of: use) }
        var consumed: Set<Int> = []
        for filter in notes.filters {
            for condition in ScanCondition.conditions(in: filter.condition, of: walk) {
                guard let read = Self.read(of: condition, targets), filter.reads.contains(read) else { continue }
                let isNullSupplied = filter.nullSupplied.contains(read)
                guard !isNullSupplied || condition.rejectsNull else { continue }
                moved.append(Moved(condition: condition, read: read, staysOutside: isNullSupplied))
                if !isNullSupplied { consumed.formUnion(condition.paths.map(\.lowerBound)) }
            }
        }
        for use in notes.uses {
            let target = targets[use.tokens.lowerBound] ?? .nothing
            if case .read(let read) = target, named[read]?[use.column] == nil {
                named[read, default: [:]][use.column] = use
            }
            if !consumed.contains(use.tokens.lowerBound) { expose(use, target) }
        }
        refuseWholeRows(of: walk)
    }

    /// The one read whose pseudo-columns a condition names; nil when there are more.
    private static func read(of condition: ScanCondition, _ targets: [Int: Target]) -> Int? {
        let found = condition.paths.map { targets[$0.lowerBound] ?? .nothing }
        guard case .read(let read)? = found.first, found.allSatisfy({ $0 == .read(read) }) else { return nil }
        return read
    }

    private mutating func expose(_ use: PseudoUse, _ target: Target) {
        let name = use.column.name
        switch target {
        case .read(let read):
            if exposed[read]?[use.column] == nil { exposed[read, default: [:]][use.column] = use }
            renamed.append(use)
        case .derived: renamed.append(use)
        case .ambiguous:
            let message = "`\(name)` may be of more than one table here"
            report(use, message, fix: "write `t.\(name)` with the alias of the table")
        case .nothing:
            report(use, "there is no table here that has the pseudo-column `\(name)`", fix: use.column.advice)
        }
    }

    private mutating func report(_ use: PseudoUse, _ message: String, fix: String) {
        // More are not told, and each costs a search for its line.
        guard problems.count <= RefusalList.refusalsMax else { return }
        problems.append(Problem(use: use, message: message, fix: fix))
    }

    /// A row used as a whole would show what the scan shows.
    private mutating func refuseWholeRows(of walk: QueryWalk) {
        for (read, uses) in exposed {
            let isRow = walk.reads[read].aliases.contains { walk.use(of: $0).contains(.single) }
            guard isRow || walk.pseudo.wholeRows.contains(read) else { continue }
            for use in uses.values {
                let name = use.column.name
                report(
                    use,
                    "`\(name)` is used outside of WHERE in a query that takes rows of its table as a whole",
                    fix: "read the table in a subquery: `(SELECT *, \(name) AS \(use.column.resultName) FROM …)`"
                )
            }
        }
    }

    /// Finds what a pseudo-column's name means.
    private struct Resolver {
        private struct Key: Hashable {
            let column: PseudoColumn
            let qualifier: Name?
            let region: Int
        }

        let walk: QueryWalk
        private var known: [Key: Target] = [:]
        private var readsOfRegion: [Int: [Int]] = [:]
        /// The reads that have each pseudo-column.
        private var offering: [PseudoColumn: Set<Int>] = [:]

        init(walk: QueryWalk, offers: (Int, PseudoColumn) -> Bool) {
            self.walk = walk
            for (index, read) in walk.reads.enumerated() where !walk.pseudo.reshaped.contains(index) {
                readsOfRegion[read.region, default: []].append(index)
                for column in PseudoColumn.allCases where offers(index, column) {
                    offering[column, default: []].insert(index)
                }
            }
        }

        /// The table of the nearest part of the query that can be meant.
        mutating func target(of use: PseudoUse) -> Target {
            let key = Key(column: use.column, qualifier: use.qualifier, region: use.region)
            if let target = known[key] { return target }
            let target = find(use)
            known[key] = target
            return target
        }

        private func find(_ use: PseudoUse) -> Target {
            let offering = offering[use.column] ?? []
            var current: Int? = use.region
            while let region = current {
                let named = (readsOfRegion[region] ?? []).filter { read in
                    use.qualifier.map { walk.reads[read].aliases.contains($0) } ?? true
                }
                let candidates = named.filter(offering.contains)
                if candidates.count > 1 { return .ambiguous }
                if let only = candidates.first { return .read(only) }
                // A table of this alias that does not have it.
                if use.qualifier != nil && !named.isEmpty { return .nothing }
                current = walk.regions[region].parent
            }
            // Then only a subquery can have it, if one reads a table that does.
            return offering.isEmpty ? .nothing : .derived
        }
    }
}
