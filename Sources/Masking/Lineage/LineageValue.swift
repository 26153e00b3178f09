import Catalog

/// What is known of one value of a query.
struct LineageValue {
    /// What a value is made of, where that is known: it decides what `*` gives.
    enum Shape {
        case scalar
        case record([Column])
        case unknown

        /// Whether both are known, and a field of one name stands at one place in both.
        fileprivate func hasSameFields(as other: Shape) -> Bool {
            switch (self, other) {
            case (.scalar, .scalar): true
            case (.record(let left), .record(let right)):
                left.count == right.count
                    && zip(left, right).allSatisfy { left, right in
                        left.name.lowercased() == right.name.lowercased()
                            && LineageValue.shape(of: left).hasSameFields(as: LineageValue.shape(of: right))
                    }
            case (.scalar, .record), (.record, .scalar), (.unknown, _), (_, .unknown): false
            }
        }
    }

    var sources = MaskSources()
    var shape: Shape = .scalar

    /// The value as one part of something, from which the parts can no longer be told.
    var blurred: LineageValue { LineageValue(sources: sources.blurred, shape: .unknown) }

    /// Either of two values. STRUCTs are matched by position, so that the fields' names mean both only where they agree.
    func union(_ other: LineageValue) -> LineageValue {
        if shape.hasSameFields(as: other.shape) || (sources.isUnplaced && other.sources.isUnplaced) {
            return LineageValue(sources: sources.union(other.sources), shape: shape)
        }
        return LineageValue(sources: sources.blurred.union(other.sources.blurred), shape: shape)
    }

    static func shape(of column: Column) -> Shape {
        switch column.type {
        case .scalar, .range: .scalar
        case .record(let fields): .record(fields)
        case .unknown: .unknown
        }
    }
}

/// One column of a table, a subquery or a result.
struct LineageColumn: Named {
    /// As written; nil when it has none that can be named.
    let label: String?
    /// By what it is found.
    let name: Name?
    var value: LineageValue
    /// Whether its expression counts, sums or picks rows.
    var isOfManyRows = false
}

/// The common table expressions of one WITH clause, with those around it.
final class LineageTables {
    private let parent: LineageTables?
    private var rows: [Name: LineageRows] = [:]

    init(parent: LineageTables?) {
        self.parent = parent
    }

    subscript(name: Name) -> LineageRows? {
        get {
            var current: LineageTables? = self
            while let tables = current {
                if let found = tables.rows[name] { return found }
                current = tables.parent
            }
            return nil
        }
        set { rows[name] = newValue }
    }
}

/// Where an expression stands.
struct LineageScope {
    /// Outermost first.
    var frames: [LineageFrame] = []
    /// The common table expressions.
    var tables: LineageTables?

    func inside(_ frame: LineageFrame) -> LineageScope {
        var scope = self
        scope.frames.append(frame)
        return scope
    }
}
