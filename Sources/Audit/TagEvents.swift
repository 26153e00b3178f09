import JSON

/// One tag of a column: the resource that the schema shows, and its name in `tags.yaml`.
public struct AuditTag: Sendable, Hashable {
    /// The name; null where `tags.yaml` has none.
    public let name: String?
    /// The policy tag's resource.
    public let resource: String

    /// A tag.
    public init(name: String?, resource: String) {
        self.name = name
        self.resource = resource
    }

    var json: JSONValue { ["tag": name.map { .string($0) } ?? .null, "resource": .string(resource)] }
}

/// What changes of one column.
public struct AuditTagChange: Sendable, Hashable {
    /// The column; nested ones as `a.b`.
    public let column: String
    /// The tag before; null for none.
    public let old: AuditTag?
    /// The tag after; null for none.
    public let new: AuditTag?

    /// A change.
    public init(column: String, old: AuditTag?, new: AuditTag?) {
        self.column = column
        self.old = old
        self.new = new
    }

    var json: JSONValue { ["column": .string(column), "old": old?.json ?? .null, "new": new?.json ?? .null] }
}

/// A change of the tags of one table.
public struct TagChange: Sendable, Hashable {
    /// The digest of the plan that it belongs to.
    public let plan: String
    /// `project.dataset.table`.
    public let table: String
    /// The etag that the table must still have.
    public let etag: String
    /// What changes, column by column.
    public let columns: [AuditTagChange]

    /// A change.
    public init(plan: String, table: String, etag: String, columns: [AuditTagChange]) {
        self.plan = plan
        self.table = table
        self.etag = etag
        self.columns = columns
    }

    /// The change in as many parts as entries are needed for it, so that no column is cut.
    public var records: [TagChangeRecord] {
        var parts: [[JSONValue]] = [[]]
        var written = 2
        for column in columns {
            let json = column.json
            let bytes = json.serialized().count + 1
            if written + bytes > EntryFields.Share.tagChanges, parts.last?.isEmpty == false {
                parts.append([])
                written = 2
            }
            parts[parts.count - 1].append(json)
            written += bytes
        }
        return parts.enumerated().map { index, columns in
            TagChangeRecord(change: self, part: index + 1, parts: parts.count, columns: columns)
        }
    }
}

/// As much of a change of tags as one entry holds. Only ``TagChange/records`` makes them.
public struct TagChangeRecord: Sendable {
    let change: TagChange
    let part: Int
    let parts: Int
    let columns: [JSONValue]

    func encode(into fields: inout EntryFields) {
        fields.text("plan", change.plan, bytesMax: EntryFields.Share.code)
        fields.text("table", change.table, bytesMax: EntryFields.Share.table)
        fields.text("etag", change.etag)
        fields.set("part", part)
        fields.set("parts", parts)
        fields.list("columns", columns, bytesMax: EntryFields.Share.tagChanges)
    }
}

/// What became of a change of tags.
public struct TagChangeEnded: Sendable {
    /// How it ended.
    public enum Outcome: String, Sendable, Hashable, CaseIterable {
        /// The table has the new tags; everything else of its schema is as before.
        case applied
        /// The table has another etag than planned; nothing was changed.
        case stale
        /// BigQuery refused it; nothing was changed.
        case refused
        /// It was sent, and the table read afterwards is not as it should be.
        case differs
        /// It is not known whether BigQuery acted on it.
        case unknown
    }

    /// The digest of the plan that it belongs to.
    public let plan: String
    /// `project.dataset.table`.
    public let table: String
    /// How it ended.
    public let outcome: Outcome
    /// A code when it did not end well.
    public let reason: String?
    /// The table's etag afterwards; null where it is not known.
    public let etag: String?

    /// An end.
    public init(plan: String, table: String, outcome: Outcome, reason: String? = nil, etag: String? = nil) {
        self.plan = plan
        self.table = table
        self.outcome = outcome
        self.reason = reason
        self.etag = etag
    }

    func encode(into fields: inout EntryFields) {
        fields.text("plan", plan, bytesMax: EntryFields.Share.code)
        fields.text("table", table, bytesMax: EntryFields.Share.table)
        fields.set("outcome", .string(outcome.rawValue))
        fields.text("reason", reason, bytesMax: EntryFields.Share.code)
        fields.text("etag", etag)
    }
}
