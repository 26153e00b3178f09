import Audit
import Catalog
import Foundation
import JSON
import Testing

@testable import BigQuery

@Suite("Patches of tags", .timeLimit(.minutes(1)))
struct TagPatchTests {
    static let tag = "projects/demo/locations/us/taxonomies/100/policyTags/"
    static let fields = #"""
        {"name": "id", "type": "INTEGER", "future": {"n": [9223372036854775807, "1.50"]}, "description": "Größe 数 \"x\""},
        {"name": "ssn", "type": "STRING", "policyTags": {"names": ["\#(tag)1"], "future": true}, "maxLength": "9"},
        {"name": "other", "type": "STRING", "policyTags": {"names": ["\#(tag)2"]}},
        {"name": "owner", "type": "RECORD", "mode": "REPEATED", "fields": [
            {"name": "Mail", "type": "STRING", "defaultValueExpression": "'a'"}]}
        """#

    static func resource(_ fields: String = fields, more: String = #", "future": [1]"#) throws -> TableResource {
        let text = """
            {"etag": "e1", "type": "TABLE", "tableReference": {"projectId": "demo", "datasetId": "bank", "tableId": "t"},
             "schema": {"fields": [\(fields)]\(more)}}
            """
        return try TableResource(#require(try JSONValue(parsing: text).objectValue))
    }

    static func change(_ columns: [AuditTagChange], etag: String = "e1", table: String = "demo.bank.t") -> TagChange {
        TagChange(plan: "p", table: table, etag: etag, columns: columns)
    }

    static func column(_ name: String, _ old: Int?, _ new: Int?) -> AuditTagChange {
        let tag = { (number: Int) in AuditTag(name: nil, resource: "\(Self.tag)\(number)") }
        return AuditTagChange(column: name, old: old.map(tag), new: new.map(tag))
    }

    @Test
    func `a patch sends the schema as it was read, with the named columns changed and nothing else`() throws {
        let patch = try TagPatch(
            editing: Self.resource(),
            change: Self.change([Self.column("ssn", 1, nil), Self.column("OWNER.mail", nil, 3)])
        )
        let expected = try JSONValue(
            parsing: #"{"schema": {"fields": ["#
                + Self.fields.replacing(
                    #"{"names": ["\#(Self.tag)1"], "future": true}"#,
                    with: #"{"names": [], "future": true}"#
                )
                .replacing(
                    #""defaultValueExpression": "'a'""#,
                    with: #""defaultValueExpression": "'a'", "policyTags": {"names": ["\#(Self.tag)3"]}"#
                ) + #"], "future": [1]}}"#
        )
        #expect(patch.body == expected.serialized())
    }

    @Test
    func `what comes back is compared in full, and an empty list of tags is none`() throws {
        let patch = try TagPatch(editing: Self.resource(), change: Self.change([Self.column("ssn", 1, nil)]))
        let gone = #""policyTags": {"names": ["\#(Self.tag)1"], "future": true}, "#
        #expect(patch.isResult(try Self.resource(Self.fields.replacing(gone, with: ""))))
        for wrong in [
            Self.fields, Self.fields.replacing(gone, with: "").replacing("数", with: "数数"),
            Self.fields.replacing(gone, with: "").replacing("\(Self.tag)2", with: "\(Self.tag)3"),
        ] {
            #expect(!patch.isResult(try Self.resource(wrong)))
        }
        #expect(!patch.isResult(try Self.resource(Self.fields.replacing(gone, with: ""), more: "")))
    }

    @Test
    func `a patch that does not fit the table is not made`() throws {
        for (columns, etag, table) in [
            ([Self.column("ssn", 2, 3)], "e1", "demo.bank.t"), ([Self.column("ssn", nil, 3)], "e1", "demo.bank.t"),
            ([Self.column("ssn", 1, 3)], "e2", "demo.bank.t"), ([Self.column("ssn", 1, 3)], "e1", "demo.bank.u"),
            ([Self.column("owner", nil, 3)], "e1", "demo.bank.t"), ([Self.column("x", nil, 3)], "e1", "demo.bank.t"),
            ([Self.column("owner.x", nil, 3)], "e1", "demo.bank.t"),
            ([Self.column("ssn.x", nil, 3)], "e1", "demo.bank.t"), ([Self.column("", nil, 3)], "e1", "demo.bank.t"),
        ] {
            #expect(throws: BigQueryError.self) {
                try TagPatch(editing: Self.resource(), change: Self.change(columns, etag: etag, table: table))
            }
        }
        let fraction = #"{"name": "ssn", "type": "STRING", "future": 1.10}"#
        #expect(throws: BigQueryError.self) {
            try TagPatch(editing: Self.resource(fraction), change: Self.change([Self.column("ssn", nil, 1)]))
        }
    }
}
