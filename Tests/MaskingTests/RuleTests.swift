import Catalog
import Cryptography
import struct Foundation.Date
import Testing

@testable import Masking

@Suite("Mask expressions")
struct RuleTests {
    /// The text by which a tagged column `c` is read under a rule.
    private func text(_ rule: MaskRule, _ type: ColumnType, _ mode: ColumnMode = .nullable) throws -> String {
        var writer = try writer(rule)
        let scan = writer.scan(Column(name: "c", type: type, mode: mode, tags: Bank.tag(1)), of: "t")
        var keys = TokenKeys(key: try KeyRing.generate(now: .distantPast).current, nonce: "ab")
        var text: [UInt8] = []
        #expect(writer.scanText(scan.text).write(to: &text, keys: &keys))
        return String(decoding: text, as: UTF8.self)
    }

    private func scan(_ column: Column, _ rule: MaskRule) throws -> ColumnScan {
        var writer = try writer(rule)
        return writer.scan(column, of: "t")
    }

    private func writer(_ rule: MaskRule) throws -> ColumnScanWriter {
        let mapping = try Bank.mapping(["r": "masks: {pii: \(rule.name)}\naccept_reversible: true"])
        let policy = try #require(mapping.policy(for: ["r"]))
        return ColumnScanWriter(policy: TablePolicy(policy, of: Bank.branches), hasTokenKey: true)
    }

    private static let hash = "TO_BASE64(SHA256(t.c))"

    @Test(arguments: [
        (ScalarType.string, "''"), (.bytes, "b''"), (.int64, "0"), (.float64, "CAST(0 AS FLOAT64)"),
        (.numeric, "NUMERIC '0'"), (.bignumeric, "BIGNUMERIC '0'"), (.bool, "FALSE"), (.date, "DATE '1970-01-01'"),
        (.datetime, "DATETIME '1970-01-01 00:00:00'"), (.time, "TIME '00:00:00'"),
        (.timestamp, "TIMESTAMP '1970-01-01 00:00:00+00'"), (.geography, "ST_GEOGPOINT(0, 0)"), (.json, "JSON 'null'"),
    ])
    func `the default value of each type is BigQuery's and does not read the column`(type: ScalarType, expected: String)
        throws
    {
        #expect(try text(.defaultMaskingValue, .scalar(type)) == expected)
    }

    @Test(arguments: ScalarType.allCases)
    func `null is typed and does not read the column`(type: ScalarType) throws {
        #expect(try text(.alwaysNull, .scalar(type)) == "CAST(NULL AS \(type.name))")
        #expect(try text(.alwaysNull, .scalar(type), .repeated) == "ARRAY<\(type.name)>[]")
        #expect(try text(.defaultMaskingValue, .scalar(type), .repeated) == "ARRAY<\(type.name)>[]")
    }

    @Test(arguments: [
        (MaskRule.sha256, ScalarType.string, hash), (.sha256, .bytes, "SHA256(t.c)"),
        (
            .emailMask, .string,
            "IF(REGEXP_CONTAINS(t.c, r'^[^@]+@[^@]+$'), 'XXXXX' || SUBSTR(t.c, STRPOS(t.c, '@')), \(hash))"
        ),
        (.firstFourCharacters, .string, "IF(CHAR_LENGTH(t.c) > 4, SUBSTR(t.c, 1, 4) || 'XXXXX', \(hash))"),
        (.lastFourCharacters, .string, "IF(CHAR_LENGTH(t.c) > 4, 'XXXXX' || SUBSTR(t.c, -4), \(hash))"),
        (.dateYearMask, .date, "DATE(EXTRACT(YEAR FROM t.c), 1, 1)"),
        (.dateYearMask, .datetime, "DATETIME_TRUNC(t.c, YEAR)"),
        (.dateYearMask, .timestamp, "TIMESTAMP_TRUNC(t.c, YEAR, 'UTC')"),
        (
            .keyedToken, .string,
            "'KT_' || SUBSTR(TO_HEX(SHA256(@scrim_ab_1o || SHA256(@scrim_ab_1i || CAST(t.c AS BYTES)))), 1, 40)"
        ),
        (.keyedToken, .bytes, "SUBSTR(SHA256(@scrim_ab_1o || SHA256(@scrim_ab_1i || t.c)), 1, 20)"),
        (.raw, .string, "t.c"), (.deny, .string, "CAST(NULL AS STRING)"),
    ])
    func `each rule has its text for each type it fits`(rule: MaskRule, type: ScalarType, expected: String) throws {
        #expect(try text(rule, .scalar(type)) == expected)
    }

    @Test
    func `what fits no type is denied and reads nothing`() throws {
        for rule in MaskRule.builtIn {
            for type in ScalarType.allCases where !rule.fits(type) {
                let scan = try scan(Bank.column("c", type, tags: Bank.tag(1)), rule)
                #expect(scan.text == "CAST(NULL AS \(type.name))")
                #expect(scan.denied.count == 1)
            }
        }
    }

    @Test
    func `a rule on an array goes to each element in order`() throws {
        #expect(
            try text(.sha256, .scalar(.bytes), .repeated)
                == "IF(t.c IS NULL, NULL, ARRAY(SELECT SHA256(scrim_e1) FROM UNNEST(t.c) AS scrim_e1 "
                + "WITH OFFSET AS scrim_o1 ORDER BY scrim_o1))"
        )
    }

    @Test
    func `a RANGE can be nulled only`() throws {
        #expect(try text(.alwaysNull, .range(of: .date)) == "CAST(NULL AS RANGE<DATE>)")
        #expect(try text(.defaultMaskingValue, .range(of: .date)) == "CAST(NULL AS RANGE<DATE>)")
        #expect(
            try scan(Column(name: "c", type: .range(of: .date), tags: Bank.tag(1)), .defaultMaskingValue).denied.count
                == 1
        )
    }

    @Test
    func `leaves are masked inside STRUCT and ARRAY of STRUCT, and NULL stays NULL`() throws {
        let inner = Column(
            name: "items",
            type: .record([Bank.column("sku", .string), Bank.column("note", .string, tags: Bank.tag(1))]),
            mode: .repeated
        )
        let column = Column(name: "c", type: .record([Bank.column("id", .int64), inner]))
        let scan = try scan(column, .defaultMaskingValue)
        #expect(
            scan.text
                == "IF(t.c IS NULL, NULL, STRUCT(t.c.id AS id, IF(t.c.items IS NULL, NULL, ARRAY(SELECT "
                + "IF(scrim_e2 IS NULL, NULL, STRUCT(scrim_e2.sku AS sku, '' AS note)) "
                + "FROM UNNEST(t.c.items) AS scrim_e2 "
                + "WITH OFFSET AS scrim_o2 ORDER BY scrim_o2)) AS items))"
        )
        #expect(scan.masked.map(\.path) == ["c.items.note"])
    }

    @Test
    func `a STRUCT without masked leaves is read as it is`() throws {
        let column = Column(name: "c", type: .record([Bank.column("id", .int64)]))
        let scan = try scan(column, .deny)
        #expect(scan.text == "t.c")
        #expect(!scan.isChanged)
    }

    @Test
    func `token keys are the padded keys of RFC 2104 for the tag and the version`() throws {
        let master = [UInt8](repeating: 7, count: 32)
        let padded = TokenKeys.paddedKeys(master: master, tag: "pii.name", version: "k1")
        let key = HMACSHA256.authenticate(Array("pii.name|k1".utf8), key: master)
        let message = Array("Ada Lovelace".utf8)
        let inner = SHA256.hash(padded.inner + message)
        #expect(SHA256.hash(padded.outer + inner) == HMACSHA256.authenticate(message, key: key))
        #expect(padded.inner.count == 64)
        #expect(TokenKeys.paddedKeys(master: master, tag: "pii", version: "k1").inner != padded.inner)
        #expect(TokenKeys.paddedKeys(master: master, tag: "pii.name", version: "k2").inner != padded.inner)
    }

    @Test
    func `a parameter's value is in no description`() throws {
        let secret = QueryParameter(name: "scrim_x", type: .scalar(.bytes), value: .scalar("c2VjcmV0"))
        var dumped = ""
        dump([secret], to: &dumped)
        #expect(!"\(secret) \([secret]) \(String(reflecting: secret)) \(dumped)".contains("c2VjcmV0"))
    }
}
