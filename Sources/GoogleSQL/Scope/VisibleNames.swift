/// A set of names that is copied where a query goes deeper and then grows there.
///
/// A copy shares what was there before it, so that a thousand subqueries beside a thousand tables do not copy a
/// thousand names each.
struct VisibleNames: ExpressibleByArrayLiteral {
    private final class Level {
        let parent: Level?
        /// The names that are not in a level below, one by one as long as they are few.
        var few: [String] = []
        var many: Set<String> = []

        init(parent: Level?) {
            self.parent = parent
        }

        func contains(_ name: String) -> Bool { many.isEmpty ? few.contains(name) : many.contains(name) }
    }

    /// How many names of a level are searched one by one.
    private static let fewMax = 8

    private var top: Level?

    init(arrayLiteral names: String...) {
        for name in names { insert(name) }
    }

    func contains(_ name: String) -> Bool {
        var level = top
        while let current = level {
            if current.contains(name) { return true }
            level = current.parent
        }
        return false
    }

    mutating func insert(_ name: String) {
        // What another copy holds stays as it is.
        if top == nil || !isKnownUniquelyReferenced(&top) { top = Level(parent: top) }
        guard let top else { return }
        if top.many.isEmpty {
            top.few.append(name)
            if top.few.count > Self.fewMax {
                top.many = Set(top.few)
                top.few = []
            }
        } else {
            top.many.insert(name)
        }
    }

    /// Adds the names of another set, which mostly grew out of a copy of this one.
    mutating func formUnion(_ other: VisibleNames) {
        var shared: Set<ObjectIdentifier> = []
        var level = top
        while let current = level {
            shared.insert(ObjectIdentifier(current))
            level = current.parent
        }
        level = other.top
        while let current = level, !shared.contains(ObjectIdentifier(current)) {
            for name in current.few { insert(name) }
            for name in current.many { insert(name) }
            level = current.parent
        }
    }
}
