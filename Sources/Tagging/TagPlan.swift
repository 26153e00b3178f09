public import Audit
public import Catalog
import Cryptography
public import JSON

/// What will change: every column with its exact tags before and after, and the etag that each table must still have.
public struct TagPlan: Sendable, Hashable {
    /// What one role sees of a column before and after.
    public struct Effect: Sendable, Hashable {
        /// The role.
        public let role: String
        /// The rule before.
        public let before: String
        /// The rule after.
        public let after: String
    }

    /// One column's change.
    public struct Change: Sendable, Hashable {
        /// The column; nested ones as `a.b`, spelled as in the schema.
        public let column: String
        /// The column's type.
        public let type: String
        /// The tag before; null for none.
        public let old: AuditTag?
        /// The tag after; null for none.
        public let new: AuditTag?
        /// What each role that holds the dataset sees.
        public let effects: [Effect]
    }

    /// One table's changes, which are made together or not at all.
    public struct Table: Sendable, Hashable {
        /// The table.
        public let id: TableID
        /// BigQuery's version of the table that the plan was made for.
        public let etag: String
        /// The columns.
        public let changes: [Change]
        /// What else follows, for people.
        public let notes: [String]
    }

    /// The digest of the mapping that names and effects come from.
    public let mappingDigest: String
    /// The tables, by name.
    public let tables: [Table]

    init(mappingDigest: String, tables: [Table]) {
        self.mappingDigest = mappingDigest
        self.tables = tables
    }

    /// Whether nothing changes.
    public var isEmpty: Bool { tables.isEmpty }

    /// SHA-256 of the plan as it is written, lower-case hex.
    public var digest: String { Self.digest(of: .object(json)) }

    /// The content of a plan file: the plan and its digest.
    public var file: JSONObject { ["plan": .object(json), "digest": .string(digest)] }

    /// The changes of a table, as the audit log has them.
    public func change(of table: Table) -> TagChange {
        TagChange(
            plan: digest,
            table: table.id.description,
            etag: table.etag,
            columns: table.changes.map { AuditTagChange(column: $0.column, old: $0.old, new: $0.new) }
        )
    }

    // MARK: The file

    private static let version: Int64 = 1

    private static func digest(of plan: JSONValue) -> String { Hex.encode(SHA256.hash(plan.serialized())) }

    /// Reads a plan file and checks its digest: a plan that was edited by hand is not the one that was reviewed.
    public init(parsing bytes: [UInt8]) throws(TaggingError) {
        do {
            var root = try JSONReader(parsing: bytes)
            let plan = try root.object("plan")
            let stated = try root.string("digest")
            try root.finish()
            guard Self.digest(of: .object(plan.object)) == stated else {
                throw TaggingError("the plan is not the one that its digest was made of; make a new one")
            }
            try self.init(plan)
        } catch let error as TaggingError {
            throw error
        } catch {
            throw TaggingError("it is no plan file: \(error)")
        }
    }

    private init(_ reader: JSONReader) throws {
        var plan = reader
        guard try plan.integer("version") == Self.version else { throw plan.invalid("version", "is not known") }
        mappingDigest = try plan.string("mapping")
        var tables: [Table] = []
        var seen: Set<TableID> = []
        for table in try plan.objects("tables") {
            let table = try Self.table(table)
            guard seen.insert(table.id).inserted else { throw plan.invalid("tables", "has a table twice") }
            tables.append(table)
        }
        self.tables = tables
        try plan.finish()
    }

    private static func table(_ reader: JSONReader) throws -> Table {
        var table = reader
        let id = TableID(
            project: try table.string("project"),
            dataset: try table.string("dataset"),
            table: try table.string("table")
        )
        let changes = try table.objects("changes").map(change)
        let result = Table(
            id: id,
            etag: try table.string("etag"),
            changes: changes,
            notes: try table.optionalStrings("notes") ?? []
        )
        try table.finish()
        return result
    }

    private static func change(_ reader: JSONReader) throws -> Change {
        var change = reader
        let effects = try change.objects("effects").map { reader in
            var effect = reader
            let result = Effect(
                role: try effect.string("role"),
                before: try effect.string("before"),
                after: try effect.string("after")
            )
            try effect.finish()
            return result
        }
        let result = Change(
            column: try change.string("column"),
            type: try change.string("type"),
            old: try change.optionalObject("old").map(tag),
            new: try change.optionalObject("new").map(tag),
            effects: effects
        )
        try change.finish()
        return result
    }

    private static func tag(_ reader: JSONReader) throws -> AuditTag {
        var tag = reader
        let result = AuditTag(name: try tag.optionalString("tag"), resource: try tag.string("resource"))
        try tag.finish()
        return result
    }

    private var json: JSONObject {
        [
            "version": .integer(Self.version), "mapping": .string(mappingDigest),
            "tables": .array(tables.map(\.json)),
        ]
    }
}

extension TagPlan.Table {
    fileprivate var json: JSONValue {
        [
            "project": .string(id.project), "dataset": .string(id.dataset), "table": .string(id.table),
            "etag": .string(etag), "changes": .array(changes.map(\.json)),
            "notes": .array(notes.map { .string($0) }),
        ]
    }
}

extension TagPlan.Change {
    fileprivate var json: JSONValue {
        let effects = effects.map { effect -> JSONValue in
            ["role": .string(effect.role), "before": .string(effect.before), "after": .string(effect.after)]
        }
        return [
            "column": .string(column), "type": .string(type), "old": Self.json(old), "new": Self.json(new),
            "effects": .array(effects),
        ]
    }

    private static func json(_ tag: AuditTag?) -> JSONValue {
        guard let tag else { return .null }
        return ["tag": tag.name.map { .string($0) } ?? .null, "resource": .string(tag.resource)]
    }
}
