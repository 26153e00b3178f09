import Catalog
import Testing

@testable import Masking

@Suite("Mapping files")
struct MappingTests {
    private func problems(_ files: [MappingFile]) -> [String] {
        do {
            _ = try Mapping.load(files: files)
            return []
        } catch {
            return error.problems.map(\.description)
        }
    }

    private func problems(role text: String) -> [String] {
        problems([Bank.file("tags.yaml", Bank.tagsFile), Bank.file("roles/r.yaml", text)])
    }

    @Test
    func `every problem of every file comes at once, with its line`() {
        let tags = """
            pii: projects/demo/locations/us/taxonomies/100/policyTags/1
            bad name: projects/demo/locations/us/taxonomies/100/policyTags/2
            pii.same: projects/demo/locations/us/taxonomies/100/policyTags/1
            pii.odd: something
            """
        let role = """
            groups: analysts
            masks:
              pii: REDACT
              pi.email: ALWAYS_NULL
            colour: blue
            """
        let found = problems([
            Bank.file("tags.yaml", tags), Bank.file("mapping.yaml", "on_several_roles: both\n"),
            Bank.file("roles/r.yaml", role), Bank.file("notes.txt", ""),
        ])
        let places = found.map { $0.prefix { $0 != " " } }
        #expect(
            places == [
                "mapping.yaml:1:", "notes.txt:", "roles/r.yaml:1:", "roles/r.yaml:3:", "roles/r.yaml:4:",
                "roles/r.yaml:5:", "tags.yaml:2:", "tags.yaml:3:", "tags.yaml:4:",
            ]
        )
    }

    @Test(arguments: [
        ("masks: {pii: SHA256}", "accept_reversible"), ("masks: {pii: EMAIL_MASK}", "accept_reversible"),
        ("masks: {pii: LAST_FOUR_CHARACTERS}", "accept_reversible"),
        ("default: FIRST_FOUR_CHARACTERS", "accept_reversible"),
        ("masks: {pii: RANDOM_HASH}", "is not one of"), ("untagged: MAYBE", "is not one of"),
        ("accept_reversible: yes", "neither `true` nor `false`"),
        ("limits: {max_bytes_billed: lots}", "such as `10GB`"),
        ("limits: {max_bytes_billed: -1}", "such as `10GB`"), ("limits: {max_bytes_billed: 9999999999TB}", "too large"),
        ("limits: {rows: 5}", "unknown key `rows`"), ("masks: {pii: RAW, pii: DENY}", "twice"),
        ("groups: [a\n", "did not find expected"), ("[1, 2]", "not a map"), ("datasets: [a.b.c]", "neither"),
        ("masks: [RAW]", "not a map"), ("groups: [[a]]", "not a text"),
    ])
    func `a role that is not understood is refused`(text: String, expected: String) {
        let found = problems(role: text)
        #expect(found.contains { $0.contains(expected) && $0.hasPrefix("roles/r.yaml") }, "\(found)")
    }

    @Test
    func `a mapping without tags or roles is refused`() {
        #expect(problems([]) == ["roles: there is no role", "tags.yaml: the file is missing"])
    }

    @Test
    func `an empty role denies every tag`() throws {
        let mapping = try Bank.mapping(["r": ""])
        #expect(mapping.policy(for: ["r"])?.rule(forTag: "pii") == .deny)
        #expect(mapping.policy(for: ["r"])?.untaggedRule() == .raw)
    }

    @Test
    func `limits take suffixes`() throws {
        let mapping = try Bank.mapping([
            "r":
                "limits: {max_bytes_billed: 10GB, page_bytes: 40kB, query_timeout: 5m, calls_at_once: 3, calls_per_minute: 60}"
        ])
        let limits = try #require(mapping.roles["r"]).limits
        #expect(limits.bytesBilledMax == 10_000_000_000)
        #expect(limits.pageBytesMax == 40_000)
        #expect(limits.querySecondsMax == 300)
        #expect(limits.callsAtOnceMax == 3)
        #expect(limits.callsPerMinuteMax == 60)
        #expect(limits.pageRowsMax == nil)
    }

    @Test
    func `the digest covers every byte of every file and every name`() throws {
        let plain = try Bank.mapping()
        #expect(plain.digest.utf8.count == 64)
        #expect(try Bank.mapping().digest == plain.digest)
        #expect(try Bank.mapping(["analyst": Bank.analystFile + "\n"]).digest != plain.digest)
        #expect(try Bank.mapping(["analyst2": Bank.analystFile]).digest != plain.digest)
    }

    @Test
    func `groups give roles`() throws {
        let mapping = try Bank.mapping(["a": "groups: [x, y]", "b": "groups: [y]", "c": ""])
        #expect(mapping.roles(forGroups: ["y", "z"]) == ["a", "b"])
        #expect(mapping.roles(forGroups: []) == [])
        #expect(mapping.policy(for: ["a", "nobody"]) == nil)
        #expect(mapping.policy(for: []) == nil)
    }

    @Test
    func `check finds rules that do not fit the columns of a catalog`() throws {
        let mapping = try Bank.mapping(["r": "masks: {pii: DATE_YEAR_MASK}\ndefault: DEFAULT_MASKING_VALUE"])
        let table = TableSchema(
            id: Bank.id("t"),
            columns: [
                Bank.column("a", .string, tags: Bank.tag(1)), Bank.column("b", .date, tags: Bank.tag(1)),
                Bank.column("c", .interval, tags: Bank.tag(99)),
                Bank.column("d", .interval, .repeated, tags: Bank.tag(99)),
                Column(name: "e", type: .record([Bank.column("f", .int64, tags: Bank.tag(1))])),
            ]
        )
        let found = mapping.problems(in: [table]).map(\.message)
        #expect(found.count == 3)
        #expect(found[0].hasPrefix("`DATE_YEAR_MASK` does not fit `demo.bank.t.a`, which is STRING"))
        #expect(found[1].hasPrefix("`DEFAULT_MASKING_VALUE` does not fit `demo.bank.t.c`"))
        #expect(found[2].contains("`demo.bank.t.e.f`"))
    }
}
