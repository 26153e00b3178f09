import Catalog
import GoogleSQL

/// What a walk notes of pseudo-columns and of the places where a scan that shows one would show it unasked.
struct PseudoNotes {
    /// A WHERE or ON, with the tables that it stands over.
    struct Filter {
        let condition: Expression
        /// The reads whose rows it chooses from.
        let reads: [Int]
        /// Those of them that an outer join gives NULLs for.
        let nullSupplied: Set<Int>
    }

    /// A `*` or `alias.*`.
    struct Star {
        let reads: [Int]
        /// Where its EXCEPT goes, or what is added to it.
        let end: Int
        let hasExcept: Bool
    }

    /// The end of a pipeline that shows the columns of its tables.
    struct PipelineEnd {
        let reads: [Int]
        let end: Int
    }

    var uses: [PseudoUse] = []
    var filters: [Filter] = []
    var stars: [Star] = []
    var pipelineEnds: [PipelineEnd] = []
    /// The reads whose whole rows are used in another way.
    var wholeRows: Set<Int> = []
    /// The reads for which an outer join gives NULLs, as far as the walk has come.
    var nullSupplied: Set<Int> = []
    /// The reads whose columns PIVOT or UNPIVOT has replaced.
    var reshaped: Set<Int> = []
    /// What the query lets through of the wildcards that it reads, by read; those that are not here are read whole.
    var suffixFilters: [Int: SuffixFilter] = [:]
}

extension QueryWalk {
    /// Notes a path that names a pseudo-column.
    mutating func notePseudo(_ name: Name, _ path: PathExpression, in scope: NameScope) {
        guard let last = path.parts.last, let column = PseudoColumn(named: names.text(of: name)) else {
            refuse(
                "column.pseudo",
                "`\(names.text(of: name))` is a pseudo-column that is not offered",
                at: path.tokens,
                fix: "use a column that describe_table shows"
            )
            return
        }
        guard path.parts.count <= 2, self.name(of: last) == name else {
            refuse(
                "column.pseudo",
                "`\(column.name)` is named in a way that is not understood",
                at: path.tokens,
                fix: "write `\(column.name)`, or `t.\(column.name)` with the alias of the table"
            )
            return
        }
        pseudo.uses.append(
            PseudoUse(
                column: column,
                qualifier: path.parts.count == 2 ? path.parts.first.flatMap { self.name(of: $0) } : nil,
                tokens: path.tokens,
                nameTokens: last.tokens,
                region: scope.region
            )
        )
    }

    /// Refuses a pseudo-column's name where it is no expression.
    mutating func refusePseudo(_ name: Name, at identifier: Identifier) {
        refuse(
            "column.pseudo",
            "`\(names.text(of: name))` is the name of a pseudo-column, which cannot stand here",
            at: identifier.tokens,
            fix: "name it in an expression only, and give what it makes another name with AS"
        )
    }

    /// Walks a condition that chooses rows.
    ///
    /// - Parameter reads: the tables whose rows it chooses from, so that a part of it could stand inside their scans.
    mutating func walk(filter condition: Expression, over reads: [Int], in scope: NameScope) {
        let usesBefore = pseudo.uses.count
        walk(condition, in: scope)
        guard pseudo.uses.count > usesBefore else { return }
        pseudo.filters.append(
            PseudoNotes.Filter(
                condition: condition,
                reads: reads,
                nullSupplied: pseudo.nullSupplied.intersection(reads)
            )
        )
    }

    /// The reads that the ON of a join chooses from: of an outer join those of the side that can go without a match.
    func readsFiltered(by join: Join, before: some Sequence<Int>, added: some Sequence<Int>) -> [Int] {
        switch join.kind {
        case .comma, .plain, .cross, .inner: Array(before) + Array(added)
        case .left: Array(added)
        case .right: Array(before)
        case .full: []
        }
    }

    /// Notes for which tables an outer join gives NULLs.
    mutating func noteNullSupplied(by join: Join, before: some Sequence<Int>, added: some Sequence<Int>) {
        switch join.kind {
        case .comma, .plain, .cross, .inner: break
        case .left: pseudo.nullSupplied.formUnion(added)
        case .right: pseudo.nullSupplied.formUnion(before)
        case .full:
            pseudo.nullSupplied.formUnion(before)
            pseudo.nullSupplied.formUnion(added)
        }
    }

    /// Notes a star that shows the columns of some tables.
    mutating func noteStar(of reads: [Int], _ modifiers: StarModifiers, after base: Int) {
        let star = parsed.tokens.indices[base...].first { parsed.tokens[$0].kind == .star } ?? base
        pseudo.stars.append(
            PseudoNotes.Star(
                reads: reads,
                end: modifiers.except.last?.tokens.upperBound ?? star + 1,
                hasExcept: !modifiers.except.isEmpty
            )
        )
    }

    /// Works out what the conditions of the query let through of each wildcard.
    mutating func resolveSuffixes() {
        guard !pseudo.uses.isEmpty else { return }
        let plan = PseudoPlan(walk: self) { read, column in
            column == .tableSuffix && tables[reads[read].table].wildcardPrefix != nil
        }
        for moved in plan.moved {
            let known = pseudo.suffixFilters[moved.read].map { [$0] } ?? []
            pseudo.suffixFilters[moved.read] = .all(known + [moved.condition.suffixes])
        }
    }

    /// What a catalog snapshot has to hold for the query.
    var needs: TableNeeds {
        var suffixes: [TableID: [SuffixFilter]] = [:]
        var whole: Set<TableID> = []
        for (index, read) in reads.enumerated() where tables[read.table].wildcardPrefix != nil {
            guard let filter = pseudo.suffixFilters[index] else {
                whole.insert(tables[read.table])
                continue
            }
            suffixes[tables[read.table], default: []].append(filter)
        }
        for table in whole { suffixes[table] = nil }
        return TableNeeds(tables: Set(tables), suffixes: suffixes)
    }
}
