import Catalog
import JSON
import Testing

@testable import BigQuery

@Suite("Routine definitions")
struct RoutineDefinitionTests {
    private static func routine(_ more: String) throws -> Routine {
        let text = """
            {"etag": "e1", "routineReference": {"projectId": "demo", "datasetId": "bank", "routineId": "f"},
             "routineType": "SCALAR_FUNCTION", "language": "SQL", "definitionBody": "x"\(more.isEmpty ? "" : ", \(more)")}
            """
        return try RoutineDefinition(JSONValue(parsing: text)).routine
    }

    @Test
    func `types are read at any depth`() throws {
        let routine = try Self.routine(
            """
            "arguments": [
              {"name": "a", "dataType": {"typeKind": "INT64"}}, {"name": "b", "argumentKind": "ANY_TYPE"},
              {"name": "c", "argumentKind": "FIXED_TYPE", "dataType": {"typeKind": "ARRAY", "arrayElementType": {
                "typeKind": "STRUCT", "structType": {"fields": [{"name": "k", "type": {"typeKind": "STRING"}},
                {"type": {"typeKind": "RANGE", "rangeElementType": {"typeKind": "DATE"}}}]}}}}],
            "returnType": {"typeKind": "NUMERIC"}
            """
        )
        #expect(routine.id == RoutineID(project: "demo", dataset: "bank", routine: "f"))
        #expect(routine.kind == .scalarFunction && routine.language == "SQL" && routine.etag == "e1")
        #expect(routine.parameters.map(\.name) == ["a", "b", "c"])
        let record = RoutineType.record([
            RoutineField(name: "k", type: .scalar(.string)), RoutineField(name: nil, type: .range(of: .date)),
        ])
        #expect(routine.parameters.map(\.kind) == [.value(.scalar(.int64)), .anyValue, .value(.array(of: record))])
        #expect(routine.returnType == .scalar(.numeric) && routine.returnColumns == nil && routine.features.isEmpty)
    }

    @Test
    func `tables of table functions are read`() throws {
        let routine = try Self.routine(
            """
            "arguments": [{"name": "t", "argumentKind": "ANY_TABLE"}, {"name": "u", "argumentKind": "FIXED_TABLE",
              "tableType": {"columns": [{"name": "k", "type": {"typeKind": "INT64"}}]}}],
            "returnTableType": {"columns": [{"name": "k", "type": {"typeKind": "INT64"}}]}
            """
        )
        let columns = [RoutineField(name: "k", type: .scalar(.int64))]
        #expect(routine.parameters.map(\.kind) == [.anyTable, .table(columns)])
        #expect(routine.returnColumns == columns)
    }

    @Test(
        arguments: [
            ("\"remoteFunctionOptions\": {\"endpoint\": \"https://x.example\"}", [.remote]),
            ("\"importedLibraries\": [\"gs://a/b.js\"]", [.libraries]), ("\"importedLibraries\": []", []),
            ("\"dataGovernanceType\": \"DATA_MASKING\"", [.masking]), ("\"pythonOptions\": {}", [.runtimeOptions]),
            ("\"dataGovernanceType\": \"DATA_GOVERNANCE_TYPE_UNSPECIFIED\"", []),
        ] as [(String, Set<Routine.Feature>)]
    )
    func `what a routine has beyond its text is read`(member: String, features: Set<Routine.Feature>) throws {
        #expect(try Self.routine(member).features == features)
    }

    @Test(arguments: [
        "\"arguments\": [{\"name\": \"a\", \"mode\": \"OUT\", \"dataType\": {\"typeKind\": \"INT64\"}}]",
        "\"arguments\": [{\"name\": \"a\", \"argumentKind\": \"ANY_MODEL\"}]",
        "\"arguments\": [{\"name\": \"a\"}]", "\"arguments\": [{\"name\": \"a\", \"argumentKind\": \"FIXED_TABLE\"}]",
    ])
    func `a parameter that is not understood is unknown`(member: String) throws {
        guard case .unknown = try #require(try Self.routine(member).parameters.first).kind else {
            Issue.record("understood")
            return
        }
    }

    @Test
    func `a member that is not known makes the routine unreadable`() throws {
        #expect(throws: BigQueryError.self) { try Self.routine("\"rewriteAs\": \"x\"") }
        #expect(throws: BigQueryError.self) { try RoutineDefinition(["routineType": "PROCEDURE"]) }
    }

    @Test
    func `a catalog holds tables and routines`() throws {
        let text = """
            [{"routineReference": {"projectId": "demo", "datasetId": "bank", "routineId": "f"},
              "routineType": "PROCEDURE", "definitionBody": "SELECT 1"},
             {"type": "TABLE", "tableReference": {"projectId": "demo", "datasetId": "bank", "tableId": "t"}}]
            """
        let snapshot = try TableDefinition.catalog(parsing: Array(text.utf8))
        #expect(snapshot.entries.count == 1 && snapshot.routines.count == 1)
    }

    @Test
    func `another etag alone is no change, another body is`() throws {
        func routine(_ body: String, _ etag: String) -> Routine {
            let id = RoutineID(project: "demo", dataset: "bank", routine: "f")
            return Routine(id: id, kind: .scalarFunction, body: body, etag: etag)
        }
        #expect(routine("1", "a").isSame(as: routine("1", "b")))
        #expect(!routine("1", "a").isSame(as: routine("2", "b")))
    }
}
