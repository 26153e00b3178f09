import Catalog
import JSON
import Masking
import Testing

@testable import Gate

@Suite("Schema search")
struct SchemaSearchTests {
    private static let tag = "projects/p/locations/us/taxonomies/1/policyTags/1"

    private static func policy() throws -> MaskingPolicy {
        let role = MappingFile(path: "roles/r.yaml", bytes: Array("masks: {pii: ALWAYS_NULL}\n".utf8))
        let tags = MappingFile(path: "tags.yaml", bytes: Array("pii: \(tag)\n".utf8))
        return try #require(try Mapping.load(files: [role, tags]).policy(for: ["r"], project: "demo"))
    }

    private static func table(_ name: String, description: String?, tagged: Bool) -> TableSchema {
        TableSchema(
            id: TableID(project: "demo", dataset: "bank", table: name),
            columns: [
                Column(name: "Segment", type: .scalar(.string), description: "Kind of customer, e.g. retail"),
                Column(
                    name: "contacts",
                    type: .record([
                        Column(
                            name: "value",
                            type: .scalar(.string),
                            description: "such as quoted@example.com",
                            tags: tagged ? [.policyTag(tag)] : []
                        )
                    ])
                ),
            ],
            description: description
        )
    }

    private static func found(_ text: String, tagged: Bool = true) throws -> [String] {
        let search = try #require(SchemaSearch(text))
        let schema = table("customers", description: "One row per person", tagged: tagged)
        return search.matches(table: "bank.customers", kind: "TABLE", schema: schema, under: try policy()).map {
            "\($0.table)/\($0.column?.path ?? "")"
        }
    }

    @Test(arguments: [
        ("CUSTOMERS", ["bank.customers/"]), ("segment", ["bank.customers/Segment"]),
        ("retail  kind", ["bank.customers/Segment"]), ("customers value", ["bank.customers/contacts.value"]),
        ("value customers", ["bank.customers/contacts.value"]), ("value nothing", []),
        ("contacts.value", ["bank.customers/contacts.value"]),
        ("contacts", ["bank.customers/contacts", "bank.customers/contacts.value"]),
    ])
    func `all words in any order and case`(text: String, expected: [String]) throws {
        #expect(try Self.found(text) == expected)
    }

    @Test func `descriptions of what is masked are not searched`() throws {
        #expect(try Self.found("quoted@example.com") == [])
        #expect(try Self.found("quoted@example.com", tagged: false) == ["bank.customers/contacts.value"])
        #expect(try Self.found("row per person") == [])
        #expect(try Self.found("row per person", tagged: false) == ["bank.customers/"])
    }

    @Test func `matches have the shape of the contract`() throws {
        let search = try #require(SchemaSearch("contacts.value"))
        let schema = Self.table("customers", description: nil, tagged: true)
        let match = search.matches(table: "bank.customers", kind: "TABLE", schema: schema, under: try Self.policy())
        #expect(
            match.map { $0.json(derived: []) } == [
                [
                    "table": "bank.customers", "column": "contacts.value", "type": "STRING",
                    "masked": ["tag": "pii", "rule": "ALWAYS_NULL"],
                ]
            ]
        )
    }

    @Test func `a text without words, or a long one, is no search`() {
        #expect(SchemaSearch("  ,` ") == nil)
        #expect(SchemaSearch(String(repeating: "a", count: SchemaSearch.textBytesMax + 1)) == nil)
    }

    @Test func `of tables by day the newest stands for its family`() {
        let tables = ["events_20250101", "events_20250103", "events_20250102", "events_x", "20250101", "events_2025"]
        #expect(DayShards.older(of: tables) == ["events_20250101", "events_20250102"])
    }
}
