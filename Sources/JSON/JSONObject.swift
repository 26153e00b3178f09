/// The members of a JSON object, in the order in which they were written.
///
/// Names are compared as Swift compares strings, by canonical equivalence. Two objects are equal when they have the
/// same members, whatever their order.
public struct JSONObject: Sendable {
    /// One name and its value.
    public typealias Member = (key: String, value: JSONValue)

    /// Up to this many members are found by walking; most objects of an API are smaller.
    private static let indexedFrom = 12

    private var members: [Member] = []
    /// Position by name, kept only from ``indexedFrom`` members on.
    private var positions: [String: Int] = [:]

    /// Creates an object without members.
    public init() {}

    /// Creates an object; of two members of one name the last value counts, at the place of the first.
    public init(_ members: some Sequence<(String, JSONValue)>) {
        for (key, value) in members { self[key] = value }
    }

    /// The number of members.
    public var count: Int { members.count }

    /// Whether there are no members.
    public var isEmpty: Bool { members.isEmpty }

    /// The names, in order.
    public var keys: [String] { members.map(\.key) }

    /// The value of a name. Setting a new name appends it, setting `nil` removes it.
    public subscript(key: String) -> JSONValue? {
        get { position(of: key).map { members[$0].value } }
        set {
            switch (position(of: key), newValue) {
            case (let position?, let value?):
                members[position].value = value
            case (let position?, nil):
                members.remove(at: position)
                positions = [:]
                index()
            case (nil, let value?):
                append(key, value)
            case (nil, nil):
                break
            }
        }
    }

    /// Appends a member whose name is known to be new.
    mutating func append(_ key: String, _ value: JSONValue) {
        members.append((key, value))
        if members.count == Self.indexedFrom {
            index()
        } else if members.count > Self.indexedFrom {
            positions[key] = members.count - 1
        }
    }

    mutating func reserve(_ count: Int) { members.reserveCapacity(count) }

    private mutating func index() {
        guard members.count >= Self.indexedFrom else { return }
        for (position, member) in members.enumerated() { positions[member.key] = position }
    }

    private func position(of key: String) -> Int? {
        members.count < Self.indexedFrom ? members.firstIndex { $0.key == key } : positions[key]
    }
}

extension JSONObject: Sequence {
    /// Walks the members in order.
    public func makeIterator() -> IndexingIterator<[Member]> { members.makeIterator() }
}

extension JSONObject: Hashable {
    /// Whether both have the same members, whatever their order.
    public static func == (left: JSONObject, right: JSONObject) -> Bool {
        left.count == right.count && left.members.allSatisfy { right[$0.key] == $0.value }
    }

    /// Feeds the members without regard to their order.
    public func hash(into hasher: inout Hasher) {
        var sum = 0
        for member in members {
            var each = Hasher()
            each.combine(member.key)
            each.combine(member.value)
            sum ^= each.finalize()
        }
        hasher.combine(sum)
    }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    /// An object; of two members of one name the last one counts.
    public init(dictionaryLiteral elements: (String, JSONValue)...) { self.init(elements) }
}
