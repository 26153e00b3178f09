public import Catalog
public import JSON

/// A table resource, as `tables.get` answers it and as `--catalog FILE` holds it.
///
/// <https://cloud.google.com/bigquery/docs/reference/rest/v2/tables#Table>
public struct TableDefinition: Sendable, Hashable {
    /// The table.
    public let schema: TableSchema

    /// Reads one table resource. A member that may carry a tag and is not understood is an error, as is any tag carrier
    /// of another shape: what cannot be read must not count as untagged.
    public init(_ resource: JSONValue) throws(BigQueryError) {
        do {
            schema = try Self.schema(JSONReader(resource))
        } catch {
            throw BigQueryError(.unexpectedAnswer, detail: "the table cannot be read: \(error)")
        }
    }

    /// Reads a JSON array of table resources, and of routine resources among them.
    public static func catalog(parsing bytes: [UInt8]) throws(BigQueryError) -> CatalogSnapshot {
        let resources: [JSONValue]
        do {
            guard let array = try JSONValue(parsing: bytes).arrayValue else {
                throw BigQueryError(.unexpectedAnswer, detail: "the catalog must be a JSON array of tables")
            }
            resources = array
        } catch let error as BigQueryError {
            throw error
        } catch {
            throw BigQueryError(.unexpectedAnswer, detail: "the catalog is not valid JSON: \(error)")
        }
        var entries: [TableID: CatalogEntry] = [:]
        var routines: [RoutineID: RoutineEntry] = [:]
        for (position, resource) in resources.enumerated() {
            if RoutineDefinition.isRoutine(resource) {
                let routine = try RoutineDefinition(resource).routine
                guard routines.updateValue(.routine(routine), forKey: routine.id) == nil else {
                    throw BigQueryError(.unexpectedAnswer, detail: "the catalog holds `\(routine.id)` twice")
                }
                continue
            }
            let schema: TableSchema
            do {
                schema = try TableDefinition(resource).schema
            } catch {
                throw BigQueryError(.unexpectedAnswer, detail: "table \(position + 1): \(error.detail ?? "")")
            }
            guard entries.updateValue(.table(schema), forKey: schema.id) == nil else {
                throw BigQueryError(.unexpectedAnswer, detail: "the catalog holds `\(schema.id)` twice")
            }
        }
        return CatalogSnapshot(entries: entries, routines: routines)
    }

    private static func schema(_ resource: JSONReader) throws(JSONError) -> TableSchema {
        var table = resource
        var schema = try table.optionalObject("schema")
        return TableSchema(
            id: try TableReferenceDefinition.id(table.object("tableReference")),
            kind: try kind(of: &table),
            etag: try table.optionalString("etag"),
            columns: try schema.flatMapColumns(),
            partitioning: try partitioning(of: &table),
            clustering: try clustering(of: &table),
            requiresPartitionFilter: try requiresPartitionFilter(&table),
            description: try table.optionalString("description"),
            rowCount: try table.optionalIntegerText("numRows"),
            creationTime: try table.optionalIntegerText("creationTime")
        )
    }

    private static func kind(of table: inout JSONReader) throws(JSONError) -> TableKind {
        let name = try table.optionalString("type") ?? "TABLE"
        switch name {
        case "TABLE":
            return try table.optionalObject("cloneDefinition") == nil ? .table : .clone
        case "VIEW":
            var view = try table.object("view")
            // BigQuery's default is legacy SQL, so silence means that.
            return .view(try definition(of: &view, usesLegacySQL: view.optionalBool("useLegacySql") ?? true))
        case "MATERIALIZED_VIEW":
            var view = try table.object("materializedView")
            return .materializedView(try definition(of: &view, usesLegacySQL: false))
        case "EXTERNAL": return .external
        case "SNAPSHOT": return .snapshot
        case "CLONE": return .clone
        case "MODEL": return .model
        default: return .unknown(name)
        }
    }

    private static func definition(
        of view: inout JSONReader,
        usesLegacySQL: Bool
    ) throws(JSONError) -> ViewDefinition {
        var features: Set<ViewDefinition.Feature> = []
        if holds(view.optionalValue("privacyPolicy")) { features.insert(.privacyPolicy) }
        if holds(view.optionalValue("foreignDefinitions")) { features.insert(.foreignDefinitions) }
        if holds(view.optionalValue("userDefinedFunctionResources")) { features.insert(.userDefinedFunctions) }
        return ViewDefinition(
            query: try view.string("query"),
            usesLegacySQL: usesLegacySQL,
            usesExplicitColumnNames: try view.optionalBool("useExplicitColumnNames") ?? false,
            features: features
        )
    }

    /// Whether a member is there and not an empty list.
    private static func holds(_ value: JSONValue?) -> Bool {
        guard let value else { return false }
        return value.arrayValue.map { !$0.isEmpty } ?? true
    }

    private static func partitioning(of table: inout JSONReader) throws(JSONError) -> Partitioning? {
        if var range = try table.optionalObject("rangePartitioning") {
            return .column(try range.string("field"))
        }
        guard var time = try table.optionalObject("timePartitioning") else { return nil }
        return try time.optionalString("field").map { .column($0) } ?? .ingestionTime
    }

    private static func clustering(of table: inout JSONReader) throws(JSONError) -> [String] {
        guard var clustering = try table.optionalObject("clustering") else { return [] }
        return try clustering.optionalStrings("fields") ?? []
    }

    /// On the table, or, as older resources have it, on the partitioning.
    private static func requiresPartitionFilter(_ table: inout JSONReader) throws(JSONError) -> Bool {
        if try table.optionalBool("requirePartitionFilter") == true { return true }
        guard var time = try table.optionalObject("timePartitioning") else { return false }
        return try time.optionalBool("requirePartitionFilter") ?? false
    }
}

extension JSONReader? {
    /// The columns of a schema; none where there is no schema.
    fileprivate mutating func flatMapColumns() throws(JSONError) -> [Column] {
        guard var schema = self else { return [] }
        return try FieldDefinition.columns(of: &schema)
    }
}

/// Reads `TableReference` objects.
enum TableReferenceDefinition {
    static func id(_ reference: JSONReader) throws(JSONError) -> TableID {
        var reference = reference
        return TableID(
            project: try reference.string("projectId"),
            dataset: try reference.string("datasetId"),
            table: try reference.string("tableId")
        )
    }

    static func ids(_ references: [JSONReader]?) throws(JSONError) -> [TableID] {
        var ids: [TableID] = []
        for reference in references ?? [] { ids.append(try id(reference)) }
        return ids
    }
}
