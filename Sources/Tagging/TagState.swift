public import Catalog

/// A column, or a field inside one, and the tags that count for it.
public struct TagState: Sendable, Hashable {
    /// The name; of a field inside a STRUCT `a.b`.
    public let path: String
    /// The column itself.
    public let column: Column
    /// Whether a STRUCT around it carries a tag, which then covers it.
    public let isCovered: Bool

    /// Whether the column carries a tag or lies in a STRUCT that does.
    public var isTagged: Bool { isCovered || !column.tags.isEmpty }

    /// Whether it is a STRUCT, whose leaves carry the tags.
    public var isStruct: Bool {
        if case .record = column.type { true } else { false }
    }

    /// The type, as people write it.
    public var typeText: String {
        column.mode == .repeated ? "ARRAY<\(column.type.name)>" : column.type.name
    }

    /// The policy tags that the column's own schema shows.
    public var policyTags: [String] {
        column.tags.compactMap { carrier in
            if case .policyTag(let resource) = carrier { resource } else { nil }
        }
    }

    /// Every column and nested field of a table in the order of the schema, a STRUCT before its fields.
    public static func all(of schema: TableSchema) -> [TagState] {
        schema.columns.flatMap { all(of: $0, prefix: "", isCovered: false) }
    }

    private static func all(of column: Column, prefix: String, isCovered: Bool) -> [TagState] {
        let path = prefix + column.name
        let own = TagState(path: path, column: column, isCovered: isCovered)
        return [own]
            + column.fields.flatMap { all(of: $0, prefix: "\(path).", isCovered: own.isTagged) }
    }
}

extension TagCarrier {
    /// What kind of carrier it is, for people.
    public var kindName: String {
        switch self {
        case .policyTag: "policy tag"
        case .dataPolicy: "data policy"
        case .governanceTag: "governance tag"
        }
    }
}

extension TableSchema {
    /// The table with another policy tag on one leaf; other carriers stay.
    func settingPolicyTag(_ resource: String?, at path: String) -> TableSchema {
        let steps = path.lowercased().split(separator: ".", omittingEmptySubsequences: false)
        return replacing(columns: Self.setting(resource, in: columns, at: steps[...]))
    }

    private static func setting(
        _ resource: String?,
        in columns: [Column],
        at steps: ArraySlice<Substring>
    ) -> [Column] {
        columns.map { column in
            guard let step = steps.first, column.name.lowercased() == step else { return column }
            var type = column.type
            var tags = column.tags
            if case .record(let fields) = type {
                type = .record(setting(resource, in: fields, at: steps.dropFirst()))
            } else {
                tags = tags.filter { carrier in
                    if case .policyTag = carrier { false } else { true }
                }
                if let resource { tags.append(.policyTag(resource)) }
            }
            return Column(
                name: column.name,
                type: type,
                mode: column.mode,
                description: column.description,
                tags: tags
            )
        }
    }
}
