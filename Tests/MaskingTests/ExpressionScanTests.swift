import Catalog
import Testing

@testable import Masking

/// Mask expressions in a mapping: how roles refer to them, and how columns, arrays and leaves are read through them.
@Suite("Mask expressions in a mapping")
struct ExpressionScanTests {
    private static let settings = """
        expressions:
          INITIAL: {types: [STRING, BYTES], sql: "SUBSTR(value, 1, 1)"}
          HIDDEN: {types: [STRING], sql: "'[hidden]'"}
        """

    private func role(_ masks: String) throws -> MaskingPolicy {
        let mapping = try Bank.mapping(["r": "masks: {\(masks)}\naccept_reversible: true"], settings: Self.settings)
        return try #require(mapping.policy(for: ["r"]))
    }

    private func scan(_ column: Column, _ masks: String = "pii: INITIAL") throws -> ColumnScan {
        var writer = ColumnScanWriter(policy: TablePolicy(try role(masks), of: Bank.branches), hasTokenKey: true)
        return writer.scan(column, of: "t")
    }

    private func problems(role: String, settings: String = settings) -> [String] {
        do {
            _ = try Bank.mapping(["r": role], settings: settings)
            return []
        } catch {
            return error.problems.map(\.description)
        }
    }

    @Test func `a column is read through the expression, NULL as NULL`() throws {
        let scan = try scan(Bank.column("c", .string, tags: Bank.tag(1)))
        #expect(scan.text == "IF(t.c IS NULL, NULL, SUBSTR(t.c, 1, 1))")
        #expect(scan.masked.map(\.mask.rule.name) == ["INITIAL"])
    }

    @Test func `an expression goes to each element of an array and each leaf of a STRUCT`() throws {
        let array = try scan(Bank.column("c", .bytes, .repeated, tags: Bank.tag(1)))
        #expect(
            array.text
                == "IF(t.c IS NULL, NULL, ARRAY(SELECT IF(scrim_e1 IS NULL, NULL, SUBSTR(scrim_e1, 1, 1)) "
                + "FROM UNNEST(t.c) AS scrim_e1 WITH OFFSET AS scrim_o1 ORDER BY scrim_o1))"
        )
        let leaf = Column(name: "c", type: .record([Bank.column("f", .string, tags: Bank.tag(1))]), mode: .repeated)
        #expect(try scan(leaf).text.contains("STRUCT(IF(scrim_e1.f IS NULL, NULL, SUBSTR(scrim_e1.f, 1, 1)) AS f)"))
    }

    @Test(arguments: ScalarType.allCases)
    func `a type that it is not declared for is denied`(type: ScalarType) throws {
        let scan = try scan(Bank.column("c", type, tags: Bank.tag(1)))
        #expect(scan.denied.isEmpty == (type == .string || type == .bytes))
        let range = Column(name: "c", type: .range(of: .date), tags: Bank.tag(1))
        #expect(try self.scan(range).denied.count == 1)
    }

    @Test func `of several roles any other rule but RAW is the stricter one`() throws {
        let column = Bank.column("c", .string, tags: Bank.tag(1))
        for (other, expected) in [("SHA256", "SHA256"), ("RAW", "INITIAL"), ("HIDDEN", "HIDDEN"), ("DENY", "DENY")] {
            let roles = ["a": "INITIAL", "b": other].mapValues { "masks: {pii: \($0)}\naccept_reversible: true" }
            let policy = try #require(try Bank.mapping(roles, settings: Self.settings).policy(for: ["a", "b"]))
            #expect(policy.mask(for: column, of: Bank.customers)?.rule.name == expected)
        }
    }

    @Test func `an expression needs accept_reversible unless it does not read the value`() {
        #expect(problems(role: "masks: {pii: INITIAL}").contains { $0.contains("roles/r.yaml:1: `INITIAL`") })
        #expect(problems(role: "masks: {pii: HIDDEN}") == [])
        #expect(problems(role: "masks: {pii: INITIALS}").contains { $0.contains("`HIDDEN`, `INITIAL`") })
    }

    @Test(arguments: [
        ("expressions: [a]", "mapping.yaml:1: `expressions` is not a map"),
        ("expressions: {lower: {types: [STRING], sql: \"'a'\"}}", "no name"),
        ("expressions: {SHA256: {types: [STRING], sql: \"'a'\"}}", "name of a rule"),
        ("expressions: {RANDOM_HASH: {types: [STRING], sql: \"'a'\"}}", "name of a rule"),
        ("expressions: {A: \"'a'\"}", "`A` is not a map"),
        ("expressions: {A: {types: [STRING]}}", "needs `types` and `sql`"),
        ("expressions: {A: {types: [], sql: \"'a'\"}}", "`types` is empty"),
        ("expressions: {A: {types: [JSON], sql: \"'a'\"}}", "`JSON` is not one of"),
        ("expressions: {A: {types: [STRING], sql: \"'a'\", text: x}}", "unknown key `text`"),
        (
            "expressions:\n  A:\n    types: [STRING]\n    sql: CONCAT(value, lower)",
            "mapping.yaml:4: `A`, line 1, column 15: `lower` is not known"
        ),
        (
            "expressions:\n  A:\n    types: [STRING]\n    sql: |\n      CONCAT(value,\n        5)",
            "line 2, column 3: this is INT64"
        ),
        ("expression: {}", "unknown key `expression`"),
    ])
    func `a declaration that is not understood is refused with its line`(settings: String, expected: String) {
        let found = problems(role: "", settings: settings)
        #expect(found.contains { $0.contains(expected) && $0.hasPrefix("mapping.yaml") }, "\(found)")
    }

    @Test func `a mistake in an expression is told once, not where it is used`() {
        let settings = "expressions: {A: {types: [STRING], sql: nothing}}"
        let found = problems(role: "masks: {pii: A}", settings: settings)
        #expect(found.count == 1 && found[0].hasPrefix("mapping.yaml:1: `A`, line 1, column 1"), "\(found)")
    }

    @Test func `masked columns and the lineage of results carry the expression's name`() throws {
        let masks = ["analyst": "masks: {pii: INITIAL}\naccept_reversible: true\ndefault: ALWAYS_NULL"]
        let rewriter = try Bank.rewriter(Bank.mapping(masks, settings: Self.settings))
        let query = try rewriter.rewrite(
            Bank.analyze("SELECT UPPER(email) AS e FROM customers"),
            against: Bank.snapshot
        ).get()
        #expect(query.maskedColumns.map { "\($0.column) \($0.rule.name)" } == ["email INITIAL"])
        #expect(query.outputColumns?.map { $0.mask?.rule.name } == ["INITIAL"])
    }

    @Test func `how a table is read is kept until an expression says something else`() throws {
        let cache = ScanCache()
        func masks(_ sql: String) throws -> TableMasks {
            let settings = "expressions: {A: {types: [STRING], sql: \"\(sql)\"}}"
            let role = "masks: {pii: A}\naccept_reversible: true\ndefault: ALWAYS_NULL"
            let policy = try #require(try Bank.mapping(["r": role], settings: settings).policy(for: ["r"]))
            return cache.masks(
                of: .init(
                    schema: Bank.customers,
                    authority: Bank.customers.id.datasetID,
                    policy: policy,
                    hasTokenKey: true
                )
            )
        }
        let first = try masks("UPPER(value)")
        #expect(try masks("UPPER(value)") === first)
        #expect(try masks("LOWER(value)") !== first)
    }
}
