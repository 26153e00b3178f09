public import Catalog
public import JSON

/// A routine resource, as `routines.get` answers it and as `--catalog FILE` holds it.
///
/// <https://cloud.google.com/bigquery/docs/reference/rest/v2/routines#Routine>
public struct RoutineDefinition: Sendable, Hashable {
    /// The routine.
    public let routine: Routine

    /// The members that are understood. One that is not may change what a call does, so that it makes an error.
    private static let knownKeys: Set<String> = [
        "etag", "routineReference", "routineType", "creationTime", "lastModifiedTime", "language", "arguments",
        "returnType", "returnTableType", "importedLibraries", "definitionBody", "description", "determinismLevel",
        "securityMode", "strictMode", "remoteFunctionOptions", "sparkOptions", "dataGovernanceType",
        "pythonOptions", "externalRuntimeOptions", "buildStatus", "kind", "id", "selfLink",
    ]
    /// Deepest nesting of types.
    private static let nestingMax = 15

    /// Reads one routine resource.
    public init(_ resource: JSONValue) throws(BigQueryError) {
        do {
            routine = try Self.routine(JSONReader(resource))
        } catch {
            throw BigQueryError(.unexpectedAnswer, detail: "the routine cannot be read: \(error)")
        }
    }

    /// Whether a resource is of a routine and not of a table.
    static func isRoutine(_ resource: JSONValue) -> Bool { resource["routineReference"] != nil }

    private static func routine(_ resource: JSONReader) throws(JSONError) -> Routine {
        var reader = resource
        for key in reader.object.keys where !knownKeys.contains(key) {
            throw reader.invalid(key, "is not known and may change what a call does")
        }
        var reference = try reader.object("routineReference")
        let id = RoutineID(
            project: try reference.string("projectId"),
            dataset: try reference.string("datasetId"),
            routine: try reference.string("routineId")
        )
        var parameters: [RoutineParameterDefinition] = []
        for argument in try reader.optionalObjects("arguments") ?? [] { parameters.append(try parameter(argument)) }
        return Routine(
            id: id,
            kind: kind(named: try reader.string("routineType")),
            language: (try reader.optionalString("language") ?? "SQL").uppercased(),
            parameters: parameters,
            returnType: try type(reader.optionalObject("returnType"), depth: 0),
            returnColumns: try columns(reader.optionalObject("returnTableType")),
            body: try reader.optionalString("definitionBody") ?? "",
            features: features(of: &reader),
            etag: try reader.optionalString("etag")
        )
    }

    private static func kind(named name: String) -> Routine.Kind {
        switch name {
        case "SCALAR_FUNCTION": .scalarFunction
        case "TABLE_VALUED_FUNCTION": .tableFunction
        case "AGGREGATE_FUNCTION": .aggregateFunction
        case "PROCEDURE": .procedure
        default: .unknown(name)
        }
    }

    private static func features(of reader: inout JSONReader) -> Set<Routine.Feature> {
        var features: Set<Routine.Feature> = []
        if holds(reader.optionalValue("remoteFunctionOptions")) { features.insert(.remote) }
        if holds(reader.optionalValue("importedLibraries")) { features.insert(.libraries) }
        for key in ["sparkOptions", "pythonOptions", "externalRuntimeOptions"] where holds(reader.optionalValue(key)) {
            features.insert(.runtimeOptions)
        }
        let governance = reader.optionalValue("dataGovernanceType")?.stringValue
        if let governance, governance != "DATA_GOVERNANCE_TYPE_UNSPECIFIED" { features.insert(.masking) }
        return features
    }

    /// Whether a member is there and not an empty list.
    private static func holds(_ value: JSONValue?) -> Bool {
        guard let value else { return false }
        return value.arrayValue.map { !$0.isEmpty } ?? true
    }

    private static func parameter(_ argument: JSONReader) throws(JSONError) -> RoutineParameterDefinition {
        var reader = argument
        let name = try reader.optionalString("name")
        let isIn = try reader.optionalString("mode").map { ["IN", "MODE_UNSPECIFIED"].contains($0) } ?? true
        let kind = try reader.optionalString("argumentKind") ?? "FIXED_TYPE"
        let dataType = try type(reader.optionalObject("dataType"), depth: 0)
        let table = try columns(reader.optionalObject("tableType"))
        switch kind {
        case "FIXED_TYPE", "ARGUMENT_KIND_UNSPECIFIED":
            guard isIn, let dataType else { return RoutineParameterDefinition(name: name, kind: .unknown(kind)) }
            return RoutineParameterDefinition(name: name, kind: .value(dataType))
        case "ANY_TYPE": return RoutineParameterDefinition(name: name, kind: .anyValue)
        case "FIXED_TABLE":
            return RoutineParameterDefinition(name: name, kind: table.map { .table($0) } ?? .unknown(kind))
        case "ANY_TABLE": return RoutineParameterDefinition(name: name, kind: .anyTable)
        default: return RoutineParameterDefinition(name: name, kind: .unknown(kind))
        }
    }

    private static func columns(_ table: JSONReader?) throws(JSONError) -> [RoutineField]? {
        guard var table else { return nil }
        return try fields(table.optionalObjects("columns") ?? [], depth: 0)
    }

    private static func fields(_ list: [JSONReader], depth: Int) throws(JSONError) -> [RoutineField] {
        var fields: [RoutineField] = []
        for field in list {
            var reader = field
            let name = try reader.optionalString("name")
            fields.append(RoutineField(name: name, type: try type(reader.optionalObject("type"), depth: depth + 1)))
        }
        return fields
    }

    private static func type(_ reader: JSONReader?, depth: Int) throws(JSONError) -> RoutineType? {
        guard var reader else { return nil }
        guard depth <= nestingMax else { throw reader.invalid("typeKind", "is nested too deep") }
        let kind = try reader.string("typeKind")
        switch kind {
        case "ARRAY":
            let element = try type(reader.optionalObject("arrayElementType"), depth: depth + 1)
            return element.map { .array(of: $0) } ?? .unknown(kind)
        case "STRUCT":
            guard var structure = try reader.optionalObject("structType") else { return .unknown(kind) }
            return .record(try fields(structure.optionalObjects("fields") ?? [], depth: depth))
        case "RANGE":
            guard var element = try reader.optionalObject("rangeElementType") else { return .unknown(kind) }
            return ScalarType(named: try element.string("typeKind")).map { .range(of: $0) } ?? .unknown(kind)
        default: return ScalarType(named: kind).map { .scalar($0) } ?? .unknown(kind)
        }
    }
}
