import BigQuery
import Catalog
import Masking
import Testing

@testable import BigQuery
@testable import Tagging

@Suite("Coverage")
struct CoverageTests {
    @Test(arguments: [
        ("customerEmail", SensitiveKind.email), ("EMAIL_ADDRESS", .email), ("ssn", .ssn), ("SSNHash", .ssn),
        ("social_security_number", .ssn), ("dateOfBirth", .birthDate), ("a.b.DOB", .birthDate),
        ("first_name", .personName),
        ("home_address", .address), ("ip_address", .ipAddress), ("creditCardNumber", .cardNumber), ("iban", .iban),
        ("mobile", .phone), ("phone-number", .phone), ("passport_no", .passport), ("tax_id", .taxID),
        ("password_hash", .secret),
    ])
    func `names tell`(path: String, kind: SensitiveKind) {
        #expect(SensitiveNames.kind(of: path, type: .scalar(.string)) == kind)
    }

    @Test(arguments: [
        "name", "branch_name", "city", "mac_address", "emailVerified_email_verified", "classname", "passenger",
        "tinted", "product_name", "email.id", "mission", "phone_type", "telemetry", "sexagesimal",
    ])
    func `names that only look alike do not`(path: String) {
        #expect(SensitiveNames.kind(of: path, type: .scalar(.string)) == nil)
    }

    @Test
    func `a flag holds no datum`() {
        #expect(SensitiveNames.kind(of: "email", type: .scalar(.bool)) == nil)
        #expect(SensitiveNames.kind(of: "birth_date", type: .scalar(.date)) == .birthDate)
        #expect(SensitiveNames.words(of: "HTTPServerName2_x") == ["http", "server", "name2", "x"])
    }

    private static func counts(
        _ values: Int64,
        _ matches: [SensitiveKind: Int64] = [:],
        bare: [SensitiveKind: (Int64, Int64)] = [:]
    ) -> CoverageCounts {
        CoverageCounts(
            path: "c",
            values: values,
            matches: matches,
            bare: bare.mapValues { CoverageCounts.Bare(matches: $0.0, areas: $0.1) }
        )
    }

    private func finding(_ counts: CoverageCounts?, name: String = "c") throws -> CoverageFinding? {
        let schema = try TagLab.resource(#"{"name": "\#(name)", "type": "STRING"}"#).schema
        let coverage = Coverage(tags: try TagLab.mapping().tags, threshold: CoverageThreshold())
        return coverage.findings(in: schema, counts: counts.map { [name: $0] } ?? [:]).first
    }

    @Test
    func `small counts and small shares are not told`() throws {
        #expect(try finding(Self.counts(4, [.email: 4])) == nil)
        #expect(try finding(Self.counts(5, [.email: 5]))?.percent == 100)
        #expect(try finding(Self.counts(100, [.email: 19])) == nil)
        #expect(try finding(Self.counts(100, [.email: 20]))?.percent == 20)
        #expect(try finding(Self.counts(0)) == nil)
        let few = try finding(Self.counts(100, [.email: 2]), name: "email")
        #expect(few?.percent == nil && few?.evidence == [.name])
    }

    @Test
    func `runs of digits count when nearly all are, and begin differently, or when the name agrees`() throws {
        #expect(try finding(Self.counts(100, bare: [.ssn: (100, 4)])) == nil)
        #expect(try finding(Self.counts(100, bare: [.ssn: (89, 50)])) == nil)
        #expect(try finding(Self.counts(100, bare: [.ssn: (95, 50)]))?.kind == .ssn)
        let named = try finding(Self.counts(100, bare: [.ssn: (50, 1)]), name: "ssn")
        #expect(named?.evidence == [.values, .name] && named?.percent == 50 && named?.suggestedTag == "pii.ssn")
    }

    @Test
    func `upstream's numbers cannot trap`() throws {
        #expect(try finding(Self.counts(1, [.email: .max]))?.percent == 100)
        #expect(try finding(Self.counts(.min, [.email: .max])) == nil)
    }

    @Test
    func `tagged columns and those inside tagged STRUCTs are left out`() throws {
        let schema = try TagLab.resource(
            #"{"name": "email", "type": "STRING", "policyTags": {"names": ["\#(TagLab.taxonomy)1"]}}, "#
                + #"{"name": "s", "type": "RECORD", "dataPolicies": [{"name": "x"}], "#
                + #""fields": [{"name": "email", "type": "STRING"}]}, {"name": "email2", "type": "STRING"}"#
        ).schema
        #expect(Coverage.untagged(in: schema).map(\.path) == ["email2"])
    }

    @Test
    func `a statement has no text but ours, names quoted, numbers from options`() throws {
        let schema = try TagLab.resource(
            #"{"name": "a` OR TRUE --", "type": "STRING"}, {"name": "n", "type": "INTEGER"}, "#
                + #"{"name": "d", "type": "DATE"}, {"name": "r", "type": "RECORD", "mode": "REPEATED", "fields": ["#
                + #"{"name": "x", "type": "STRING", "mode": "REPEATED"}]}"#
        ).schema
        let sample = try #require(CoverageSample(rowsMax: 7, percent: 3))
        let queries = CoverageQuery.queries(for: schema, sample: sample) { _ in true }
        #expect(queries.map(\.columns) == [["a` OR TRUE --", "n"], ["r.x"]])
        let first = AdminQuery.coverage(queries[0]).sql
        #expect(first.contains(#"scrim_t.`a\` OR TRUE --` AS scrim_c0"#))
        #expect(first.contains("TABLESAMPLE SYSTEM (3 PERCENT) LIMIT 7"))
        #expect(AdminQuery.coverage(queries[1]).sql.contains("UNNEST(scrim_e0.x) AS scrim_e1"))
        #expect(CoverageSample(rowsMax: 0, percent: nil) == nil && CoverageSample(rowsMax: 1, percent: 101) == nil)
    }
}
