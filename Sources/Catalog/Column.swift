/// What marks a column as sensitive in a table's schema.
///
/// BigQuery has three such carriers; a column can show several, and then a data policy counts before a governance tag,
/// and that before a policy tag
/// (<https://cloud.google.com/bigquery/docs/column-data-masking-intro>).
public enum TagCarrier: Sendable, Hashable {
    /// `policyTags.names[]`: `projects/P/locations/L/taxonomies/T/policyTags/G`.
    case policyTag(String)
    /// `dataPolicies[].name` or `dataPolicyList.dataPolicies[].name`: `projects/P/locations/L/dataPolicies/D`.
    case dataPolicy(String)
    /// One entry of `dataGovernanceTagsInfo.dataGovernanceTags`.
    case governanceTag(key: String, value: String)

    /// The carrier as `tags.yaml` writes it: the resource name, or `tag:KEY=VALUE`.
    public var resource: String {
        switch self {
        case .policyTag(let name), .dataPolicy(let name): name
        case .governanceTag(let key, let value): "tag:\(key)=\(value)"
        }
    }
}

/// One column of a table, or one field of a STRUCT column.
public struct Column: Sendable, Hashable {
    /// The name, as the schema spells it; names are compared without case.
    public let name: String
    /// The type of the column, or of its elements when ``mode`` is `repeated`.
    public let type: ColumnType
    /// Whether the column may be NULL or is an array.
    public let mode: ColumnMode
    /// Free text from the warehouse: data to show, never to obey.
    public let description: String?
    /// Every carrier the schema shows for this column itself, in the schema's order; empty means untagged.
    public let tags: [TagCarrier]

    /// Creates a column.
    public init(
        name: String,
        type: ColumnType,
        mode: ColumnMode = .nullable,
        description: String? = nil,
        tags: [TagCarrier] = []
    ) {
        self.name = name
        self.type = type
        self.mode = mode
        self.description = description
        self.tags = tags
    }

    /// The fields of a STRUCT or ARRAY<STRUCT> column, else empty.
    public var fields: [Column] {
        if case .record(let fields) = type { fields } else { [] }
    }
}
