import Audit
import BigQuery
import Catalog
import JSON
import Masking
import Testing

@testable import Tagging

@Suite("Plans of tags")
struct TagPlannerTests {
    @Test
    func `a plan has what changes, from what to what and for whom, and nothing that is so already`() throws {
        let outcome = try TagLab.plan(["note": "pii.phone", "ssn": "pii.ssn", "OWNER.mail": "pii"])
        #expect(outcome.findings == [] && outcome.unchangedCount == 1)
        let table = try #require(outcome.plan.tables.first)
        #expect(table.etag == "e1" && outcome.plan.tables.count == 1)
        #expect(table.changes.map(\.column) == ["note", "owner.Mail"])
        let note = try #require(table.changes.first)
        #expect(note.old == nil && note.new == AuditTag(name: "pii.phone", resource: TagLab.taxonomy + "13"))
        #expect(note.effects == [.init(role: "analyst", before: "RAW", after: "DEFAULT_MASKING_VALUE")])
    }

    @Test
    func `taking a tag away says what is seen afterwards`() throws {
        let table = try #require(try TagLab.plan(["ssn": nil]).plan.tables.first)
        let change = try #require(table.changes.first)
        #expect(change.old == AuditTag(name: "pii.ssn", resource: TagLab.taxonomy + "11") && change.new == nil)
        #expect(change.effects == [.init(role: "analyst", before: "LAST_FOUR_CHARACTERS", after: "RAW")])
        #expect(try TagLab.plan(["note": nil]).plan.isEmpty)
    }

    @Test(arguments: [
        ("note", "no.tag", "tag.not_found"), ("note", "pii.address", "tag.not_policy_tag"),
        ("note", "pii.note", "tag.not_policy_tag"), ("note", "far", "tag.location"),
        ("owner", "pii", "column.struct"), ("missing", "pii", "column.not_found"),
        ("owner.missing", "pii", "column.not_found"), ("both", "pii", "column.several_tags"),
        ("listed", "pii", "column.other_carrier"),
    ])
    func `what stands in the way has a code`(column: String, tag: String, code: String) throws {
        let outcome = try TagLab.plan([column: .string(tag), "id": "pii"])
        #expect(outcome.findings.map(\.code) == [code])
        #expect(outcome.findings.allSatisfy { !$0.fix.isEmpty && $0.place == "demo.bank.t.\(column)" })
    }

    @Test
    func `a table takes a thousand different tags and no more`() throws {
        let tag = { (number: Int) in #"{"names": ["\#(TagLab.taxonomy)\#(1000 + number)"]}"# }
        let tagged = (0..<1000).map { #"{"name": "c\#($0)", "type": "STRING", "policyTags": \#(tag($0))}"# }
        let fields = (tagged + [#"{"name": "last", "type": "STRING"}"#]).joined(separator: ", ")
        let outcome = try TagLab.plan(["last": "pii"], of: TagLab.resource(fields))
        #expect(outcome.findings.map(\.code) == ["limit.policy_tags"])
        #expect(try TagLab.plan(["last": "pii", "c0": "pii"], of: TagLab.resource(fields)).findings == [])
    }

    @Test
    func `views, absent and unreadable tables are refused`() throws {
        let id = TableID(project: "demo", dataset: "bank", table: "t")
        let view = try TagLab.resource(
            kind: "VIEW",
            more: #", "view": {"query": "SELECT 1", "useLegacySql": false}"#
        )
        let wanted = try WantedTags(["bank.t": ["note": "pii"]], project: "demo")
        for (lookup, code) in [
            (TableLookup.absent, "table.not_found"), (.unreadable(reason: "x"), "table.unreadable"),
            (.found(view), "table.kind"),
        ] {
            let outcome = TagPlanner.plan(
                wanted,
                targets: [id: TagTarget(lookup: lookup, location: "US")],
                mapping: try TagLab.mapping(),
                project: "demo"
            )
            #expect(outcome.findings.map(\.code) == [code])
        }
    }

    @Test(arguments: [
        "[]", "{}", #"{"t": {"a": "x"}}"#, #"{"a.b.c.d": {"a": "x"}}"#, #"{"a.b": {}}"#, #"{"a.b": {"c": 1}}"#,
        #"{"a.b": {"c": ""}}"#, #"{"a.b": {"c": "x", "C": "x"}}"#, #"{"a.b": {"c": "x"}, "demo.a.b": {"c": "x"}}"#,
        #"{"a..b": {"c": "x"}}"#,
    ])
    func `a file of another shape is an error`(text: String) throws {
        let document = try JSONValue(parsing: text)
        #expect(throws: TaggingError.self) { try WantedTags(document, project: "demo") }
    }

    @Test
    func `names of tables are completed, domains of projects kept`() throws {
        let id = WantedTags.table("example.com:proj.bank.t", project: "demo")
        #expect(id == TableID(project: "example.com:proj", dataset: "bank", table: "t"))
        #expect(WantedTags.table("bank.t", project: "demo")?.project == "demo")
    }

    // MARK: Plan files

    @Test
    func `a plan file reads back as it was, and not when a byte of it changed`() throws {
        let plan = try TagLab.plan(["note": "pii.phone", "ssn": nil]).plan
        let bytes = JSONValue.object(plan.file).serialized()
        #expect(try TagPlan(parsing: bytes) == plan)
        let text = String(decoding: bytes, as: UTF8.self)
        for (old, new) in [
            ("policyTags/13", "policyTags/11"), ("\"note\"", "\"id\""), ("\"e1\"", "\"e2\""), ("RAW", "DENY"),
            ("\"bank\"", "\"b\""), (plan.digest, String(repeating: "0", count: 64)),
        ] {
            let edited = text.replacing(old, with: new, maxReplacements: 1)
            #expect(edited != text)
            #expect(throws: TaggingError.self) { try TagPlan(parsing: Array(edited.utf8)) }
        }
        // White space is not content.
        #expect(try TagPlan(parsing: Array(text.replacing(",", with: " ,\n").utf8)) == plan)
    }
}
