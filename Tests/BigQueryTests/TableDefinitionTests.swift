import Catalog
import JSON
import Testing

@testable import BigQuery

@Suite("Table definitions")
struct TableDefinitionTests {
    static let tag = "projects/demo/locations/us/taxonomies/100/policyTags/"

    /// A table resource around a list of fields.
    static func table(_ fields: String, _ more: String = "") throws -> TableSchema {
        let text = """
            {"kind": "bigquery#table", "etag": "e1", "type": "TABLE",
             "tableReference": {"projectId": "demo", "datasetId": "bank", "tableId": "t"},
             "schema": {"fields": [\(fields)]}\(more.isEmpty ? "" : ", \(more)")}
            """
        return try TableDefinition(JSONValue(parsing: text)).schema
    }

    @Test
    func `all three carriers are read, at any depth`() throws {
        let schema = try Self.table(
            """
            {"name": "a", "type": "STRING", "policyTags": {"names": ["\(Self.tag)11"]}},
            {"name": "b", "type": "STRING", "dataPolicies": [{"name": "projects/p/locations/us/dataPolicies/x"}]},
            {"name": "c", "type": "STRING", "dataPolicyList": {"dataPolicies": [{"name": "y"}, {"name": "z"}]}},
            {"name": "d", "type": "STRING",
             "dataGovernanceTagsInfo": {"dataGovernanceTags": {"demo/sensitivity": "note"}}},
            {"name": "s", "type": "RECORD", "mode": "REPEATED", "fields": [
                {"name": "t", "type": "STRUCT", "fields": [
                    {"name": "u", "type": "INTEGER", "mode": "REQUIRED", "policyTags": {"names": ["\(Self.tag)1"]}}]}]},
            {"name": "plain", "type": "STRING", "policyTags": {"names": []}}
            """
        )
        let columns = schema.columns
        #expect(columns.map(\.name) == ["a", "b", "c", "d", "s", "plain"])
        #expect(columns[0].tags == [.policyTag("\(Self.tag)11")])
        #expect(columns[1].tags == [.dataPolicy("projects/p/locations/us/dataPolicies/x")])
        #expect(columns[2].tags == [.dataPolicy("y"), .dataPolicy("z")])
        #expect(columns[3].tags == [.governanceTag(key: "demo/sensitivity", value: "note")])
        #expect(columns[4].mode == .repeated)
        let leaf = try #require(columns[4].fields.first?.fields.first)
        #expect(leaf == Column(name: "u", type: .scalar(.int64), mode: .required, tags: [.policyTag("\(Self.tag)1")]))
        #expect(columns[5].tags == [])
    }

    @Test(arguments: [
        #"{"name": "a", "type": "STRING", "policyTags": ["x"]}"#,
        #"{"name": "a", "type": "STRING", "policyTags": {"names": "x"}}"#,
        #"{"name": "a", "type": "STRING", "policyTags": {"names": [1]}}"#,
        #"{"name": "a", "type": "STRING", "dataPolicies": {"name": "x"}}"#,
        #"{"name": "a", "type": "STRING", "dataPolicies": [{"id": "x"}]}"#,
        #"{"name": "a", "type": "STRING", "dataGovernanceTagsInfo": {"dataGovernanceTags": ["x"]}}"#,
        #"{"name": "a", "type": "STRING", "newSensitivityTags": {"names": ["x"]}}"#,
        #"{"name": "a", "type": "STRING", "columnPolicy": "x"}"#,
        #"{"name": "a", "type": "STRING", "mode": "SOMETIMES"}"#,
        #"{"type": "STRING"}"#, #"{"name": "a"}"#, #""a""#,
    ])
    func `a field that cannot be understood makes the table unreadable`(field: String) {
        let error = #expect(throws: BigQueryError.self) { try Self.table(field) }
        #expect(error?.reason == .unexpectedAnswer)
    }

    @Test
    func `harmless members that are new do not matter`() throws {
        let schema = try Self.table(#"{"name": "a", "type": "STRING", "maxLength": "5", "compression": "NONE"}"#)
        #expect(schema.columns == [Column(name: "a", type: .scalar(.string))])
    }

    @Test
    func `types are known by both of their names, and unknown ones stay unknown`() throws {
        let names = [
            "INTEGER", "INT64", "FLOAT", "FLOAT64", "BOOLEAN", "BOOL", "BIGNUMERIC", "GEOGRAPHY", "SPARSE_VECTOR",
        ]
        let fields = names.map { #"{"name": "a", "type": "\#($0)"}"# }.joined(separator: ",")
        let more = """
            ,{"name": "r", "type": "RANGE", "rangeElementType": {"type": "DATE"}}, {"name": "q", "type": "RANGE"},
            {"name": "p", "type": "TIMESTAMP", "timestampPrecision": "12"}, {"name": "o", "type": "TIMESTAMP"}
            """
        let types = try Self.table(fields + more).columns.map(\.type)
        #expect(types.prefix(2) == [.scalar(.int64), .scalar(.int64)])
        #expect(types[2...5] == [.scalar(.float64), .scalar(.float64), .scalar(.bool), .scalar(.bool)])
        #expect(types[6...8] == [.scalar(.bignumeric), .scalar(.geography), .unknown("SPARSE_VECTOR")])
        #expect(
            types[9...12] == [.range(of: .date), .unknown("RANGE"), .unknown("TIMESTAMP(12)"), .scalar(.timestamp)]
        )
    }

    @Test
    func `what kind of table it is, and how it is laid out`() throws {
        let field = #"{"name": "a", "type": "DATE"}"#
        let table = try Self.table(
            field,
            """
            "numRows": "50000", "description": "d", "requirePartitionFilter": true,
            "timePartitioning": {"type": "DAY", "field": "a"}, "clustering": {"fields": ["b", "c"]}
            """
        )
        #expect(table.id == TableID(project: "demo", dataset: "bank", table: "t"))
        #expect(table.etag == "e1")
        #expect(table.rowCount == 50_000)
        #expect(table.partitioning == .column("a"))
        #expect(table.clustering == ["b", "c"])
        #expect(table.requiresPartitionFilter)
        let loaded = try Self.table(field, #""timePartitioning": {"type": "DAY"}"#)
        #expect(loaded.partitioning == .ingestionTime)
        #expect(try Self.table(field, #""rangePartitioning": {"field": "n"}"#).partitioning == .column("n"))
    }

    static let kinds: [(String, TableKind)] = [
        (#""type": "VIEW", "view": {"query": "SELECT 1", "useLegacySql": false}"#, .view(.init(query: "SELECT 1"))),
        (#""type": "VIEW", "view": {"query": "q"}"#, .view(.init(query: "q", usesLegacySQL: true))),
        (
            #""type": "MATERIALIZED_VIEW", "materializedView": {"query": "q"}"#,
            .materializedView(.init(query: "q"))
        ), (#""type": "EXTERNAL""#, .external),
        (#""type": "SNAPSHOT""#, .snapshot), (#""type": "TABLE", "cloneDefinition": {}"#, .clone),
        (#""type": "HOLOGRAM""#, .unknown("HOLOGRAM")), (#""type": "TABLE""#, .table),
    ]

    @Test(arguments: kinds)
    func `kinds of tables are told apart`(members: String, kind: TableKind) throws {
        let reference = #""tableReference": {"projectId": "p", "datasetId": "d", "tableId": "t"}"#
        let table = try TableDefinition(JSONValue(parsing: "{\(reference), \(members)}")).schema
        #expect(table.kind == kind)
        #expect(table.columns == [])
    }

    @Test
    func `a view without its text is unreadable`() throws {
        let text = #"{"tableReference": {"projectId": "p", "datasetId": "d", "tableId": "t"}, "type": "VIEW"}"#
        #expect(throws: BigQueryError.self) { try TableDefinition(JSONValue(parsing: text)) }
    }

    @Test
    func `a catalog file is an array of tables, each once`() throws {
        let one = #"{"tableReference": {"projectId": "p", "datasetId": "d", "tableId": "t"}, "type": "TABLE"}"#
        let two = one.replacing("\"t\"", with: "\"u\"")
        let snapshot = try TableDefinition.catalog(parsing: Array("[\(one), \(two)]".utf8))
        #expect(snapshot.entries.keys.map(\.table).sorted() == ["t", "u"])
        #expect(throws: BigQueryError.self) { try TableDefinition.catalog(parsing: Array("[\(one), \(one)]".utf8)) }
        #expect(throws: BigQueryError.self) { try TableDefinition.catalog(parsing: Array(one.utf8)) }
        #expect(throws: BigQueryError.self) { try TableDefinition.catalog(parsing: Array("[\(one), {}]".utf8)) }
    }
}
