import Catalog
import Testing

@testable import Masking

@Suite("Policy")
struct PolicyTests {
    private let bank = DatasetID(project: "demo", dataset: "bank")

    /// A table of a dataset, with nothing that counts but its name.
    private func table(_ dataset: String = "bank") -> TableSchema {
        TableSchema(id: Bank.id("t", dataset: dataset), columns: [])
    }

    private func mask(_ column: Column, _ roles: [String: String], settings: String = "") throws -> ColumnMask? {
        let mapping = try Bank.mapping(roles, settings: settings)
        let policy = try #require(mapping.policy(for: Array(roles.keys)))
        return policy.mask(for: column, of: table())
    }

    private func rule(_ column: Column, _ role: String) throws -> MaskRule? { try mask(column, ["r": role])?.rule }

    private static let policyTag = Bank.tag(1)[0]
    private static let dataPolicy = TagCarrier.dataPolicy("projects/demo/locations/us/dataPolicies/address")
    private static let governanceTag = TagCarrier.governanceTag(key: "demo/sensitivity", value: "note")

    @Test(arguments: [
        ([policyTag], "pii"), ([dataPolicy], "pii.address"), ([governanceTag], "pii.note"),
        ([policyTag, governanceTag], "pii.note"), ([policyTag, governanceTag, dataPolicy], "pii.address"),
        ([governanceTag, dataPolicy], "pii.address"), ([dataPolicy, policyTag], "pii.address"),
    ])
    func `a data policy counts before a governance tag before a policy tag`(tags: [TagCarrier], tag: String) throws {
        let role = "masks: {pii: ALWAYS_NULL, pii.address: RAW, pii.note: DEFAULT_MASKING_VALUE}"
        let mask = try mask(Bank.column("c", .string, tags: tags), ["r": role])
        #expect(mask?.tag == tag)
    }

    @Test
    func `the longest prefix wins and a name is no prefix of another word`() throws {
        let role = "masks: {pii: ALWAYS_NULL, pii.email: RAW}\ndefault: DEFAULT_MASKING_VALUE"
        #expect(try rule(Bank.column("c", .string, tags: Bank.tag(12)), role) == .raw)
        #expect(try rule(Bank.column("c", .string, tags: Bank.tag(11)), role) == .alwaysNull)
        #expect(try rule(Bank.column("c", .string, tags: Bank.tag(31)), role) == .defaultMaskingValue)
        let mapping = try Bank.mapping(["r": role])
        #expect(mapping.policy(for: ["r"])?.rule(forTag: "piiemail") == .defaultMaskingValue)
    }

    @Test
    func `a carrier that is not listed gets the default, and without one is denied`() throws {
        let column = Bank.column("c", .string, tags: Bank.tag(999))
        #expect(try rule(column, "default: ALWAYS_NULL") == .alwaysNull)
        #expect(try rule(column, "masks: {pii: RAW}") == .deny)
        #expect(try mask(column, ["r": ""])?.tag == "\(Bank.taxonomy)999")
    }

    @Test
    func `untagged columns are shown or denied as the role says`() throws {
        let column = Bank.column("c", .string)
        #expect(try rule(column, "") == nil)
        #expect(try rule(column, "untagged: RAW") == nil)
        #expect(try rule(column, "untagged: DENY") == .deny)
    }

    @Test(arguments: [
        (MaskRule.sha256, ScalarType.int64), (.emailMask, .bytes), (.firstFourCharacters, .json),
        (.lastFourCharacters, .date), (.dateYearMask, .time), (.keyedToken, .int64), (.defaultMaskingValue, .interval),
    ])
    func `a rule that does not fit the type denies`(rule: MaskRule, type: ScalarType) throws {
        let column = Bank.column("c", type, tags: Bank.tag(1))
        #expect(try self.rule(column, "masks: {pii: \(rule.name)}\naccept_reversible: true") == .deny)
    }

    @Test
    func `a column of an unknown type is denied whatever the rule`() throws {
        let column = Column(name: "c", type: .unknown("TOMORROW"), tags: Bank.tag(1))
        #expect(try rule(column, "masks: {pii: RAW}") == .deny)
        #expect(try rule(Column(name: "c", type: .unknown("TOMORROW")), "") == .deny)
    }

    @Test
    func `a tagged STRUCT is shown, nulled or denied as a whole`() throws {
        let column = Column(name: "c", type: .record([Bank.column("f", .string)]), tags: Bank.tag(1))
        #expect(try rule(column, "masks: {pii: RAW}") == .raw)
        #expect(try rule(column, "masks: {pii: ALWAYS_NULL}") == .alwaysNull)
        #expect(try rule(column, "masks: {pii: DEFAULT_MASKING_VALUE}") == .deny)
    }

    @Test
    func `several roles show the stricter or the more useful of what they show`() throws {
        let roles = ["a": "masks: {pii: RAW}", "b": "masks: {pii: ALWAYS_NULL}"]
        let column = Bank.column("c", .string, tags: Bank.tag(1))
        #expect(try mask(column, roles)?.rule == .alwaysNull)
        #expect(try mask(column, roles, settings: "on_several_roles: strictest")?.rule == .alwaysNull)
        #expect(try mask(column, roles, settings: "on_several_roles: most_useful")?.rule == .raw)
    }

    @Test
    func `a role counts only for its datasets`() throws {
        let roles = ["a": "datasets: [bank]\nmasks: {pii: RAW}", "b": "datasets: [analytics]\nmasks: {pii: DENY}"]
        let mapping = try Bank.mapping(roles)
        let policy = try #require(mapping.policy(for: ["a", "b"]))
        let column = Bank.column("c", .string, tags: Bank.tag(1))
        #expect(policy.mask(for: column, of: table())?.rule == .raw)
        #expect(policy.mask(for: column, of: table("analytics"))?.rule == .deny)
        #expect(!policy.allows(DatasetID(project: "demo", dataset: "other")))
        #expect(policy.mask(for: column, of: table("other"))?.rule == .deny)
    }

    @Test
    func `plain dataset names belong to the project that is given`() throws {
        let mapping = try Bank.mapping(["a": "datasets: [bank, other.ds]"])
        let policy = try #require(mapping.policy(for: ["a"], project: "demo"))
        #expect(policy.allows(bank))
        #expect(!policy.allows(DatasetID(project: "elsewhere", dataset: "bank")))
        #expect(policy.allows(DatasetID(project: "other", dataset: "ds")))
    }

    @Test
    func `limits of several roles are the smaller or the larger ones`() throws {
        let roles = ["a": "limits: {max_bytes_billed: 1GB}", "b": "limits: {max_bytes_billed: 2GB}", "c": ""]
        let strict = try #require(Bank.mapping(roles).policy(for: ["a", "b", "c"]))
        #expect(strict.limits.bytesBilledMax == 1_000_000_000)
        let useful = try Bank.mapping(roles, settings: "on_several_roles: most_useful")
        #expect(useful.policy(for: ["a", "b"])?.limits.bytesBilledMax == 2_000_000_000)
        #expect(useful.policy(for: ["a", "c"])?.limits.bytesBilledMax == nil)
    }

    @Test
    func `describe tells of the strictest leaf of a STRUCT`() throws {
        let policy = try #require(Bank.mapping().policy(for: ["analyst"]))
        let columns = Dictionary(uniqueKeysWithValues: Bank.customers.columns.map { ($0.name, $0) })
        #expect(try policy.describe(#require(columns["address"]), of: Bank.customers)?.rule == .defaultMaskingValue)
        #expect(try policy.describe(#require(columns["segment"]), of: Bank.customers) == nil)
        #expect(try policy.describe(#require(columns["ssn"]), of: Bank.customers)?.tag == "pii.ssn")
    }
}
