import Catalog
import Testing

@testable import Masking

/// What is kept of tables between queries changes nothing but the time.
@Suite("Scan cache")
struct ScanCacheTests {
    private func basis(_ schema: TableSchema = Bank.customers, role: String = "analyst") throws -> TableMasks.Basis {
        let other = "masks: {pii: ALWAYS_NULL}\ndefault: ALWAYS_NULL"
        let mapping = try Bank.mapping(["analyst": Bank.analystFile, "other": other])
        let policy = try #require(mapping.policy(for: [role]))
        return TableMasks.Basis(schema: schema, authority: schema.id.datasetID, policy: policy, hasTokenKey: true)
    }

    @Test func `the same table under an equal policy is worked out once`() throws {
        let cache = ScanCache()
        let first = cache.masks(of: try basis())
        #expect(cache.masks(of: try basis()) === first)
        #expect(cache.masks(of: try basis(role: "other")) !== first)
        #expect(cache.masks(of: try basis()) === first)
    }

    @Test func `another schema of the same name is another table, whatever its etag`() throws {
        let cache = ScanCache()
        let first = cache.masks(of: try basis(Bank.accounts))
        let columns = Bank.accounts.columns.map { Column(name: $0.name, type: $0.type, mode: $0.mode) }
        let untagged = TableSchema(id: Bank.accounts.id, etag: Bank.accounts.etag, columns: columns)
        let second = cache.masks(of: try basis(untagged))
        #expect(second !== first && !second.hasMaskedColumn && first.hasMaskedColumn)
    }

    @Test func `it is bounded, and what is used stays`() throws {
        let one = TableMasks(try basis()).byteCount
        let cache = ScanCache(bytesMax: 20 * one)
        let kept = cache.masks(of: try basis())
        for number in 0..<100 {
            let id = Bank.id("t\(number)")
            _ = cache.masks(of: try basis(TableSchema(id: id, columns: Bank.customers.columns)))
            #expect(cache.masks(of: try basis()) === kept)
            #expect(cache.byteCount <= 20 * one)
        }
        let small = ScanCache(bytesMax: one)
        #expect(small.masks(of: try basis()) !== small.masks(of: try basis()), "too large to be kept")
        #expect(small.byteCount == 0)
    }

    @Test(arguments: [
        "SELECT * FROM customers", "SELECT full_name, iban FROM customers JOIN accounts USING (customer_id)",
        "SELECT a.customer_id, b.ssn, b.address.city FROM customers a, customers b", "SELECT COUNT(*) FROM branches",
    ])
    func `a query is rewritten the same with and without it`(sql: String) throws {
        let policy = try #require(Bank.mapping().policy(for: ["analyst"]))
        let cache = ScanCache()
        let expected = try Bank.rewrite(sql)
        for _ in 0..<2 {
            let rewriter = try Bank.rewriter(Bank.mapping(), scans: cache)
            let masked = try rewriter.rewrite(Bank.analyze(sql), against: Bank.snapshot).get()
            #expect(masked.sql == expected.sql)
            #expect(masked.maskedColumns == expected.maskedColumns)
            #expect(masked.outputColumns == expected.outputColumns)
        }
        let without = MaskingRewriter(policy: policy, tokenKeys: nil, scans: cache)
        if sql.contains("full_name") {
            guard case .failure(let list) = without.rewrite(Bank.analyze(sql), against: Bank.snapshot) else {
                Issue.record("rewritten without a key")
                return
            }
            #expect(Set(list.refusals.map(\.code)) == ["policy.no_token_key", "column.denied"])
        }
    }
}
