import Catalog
import GoogleSQL
import Testing

@testable import Masking

/// Large tables and queries are rewritten in time that grows as they do, or refused with the limit named.
@Suite("Sizes", .serialized)
struct SizeTests {
    private static func table(_ name: String, columns: Int, tagged: Int, nameLength: Int = 1) -> TableSchema {
        let prefix = String(repeating: "c", count: nameLength)
        return TableSchema(
            id: Bank.id(name),
            columns: (0..<columns).map { number in
                let isTagged = (number + 1) * tagged / columns != number * tagged / columns
                return Bank.column("\(prefix)\(number)", .string, tags: isTagged ? Bank.tag(11) : [])
            }
        )
    }

    private static func rewrite(_ sql: String, _ tables: [TableSchema]) throws -> Result<MaskedQuery, RefusalList> {
        try Bank.rewriter(Bank.mapping()).rewrite(Bank.analyze(sql), against: CatalogSnapshot(tables: tables))
    }

    /// The refusal of a limit; it names the number.
    private func expect(_ code: String, naming number: String, of result: Result<MaskedQuery, RefusalList>) {
        guard case .failure(let list) = result else {
            Issue.record("not refused")
            return
        }
        #expect(list.refusals.map(\.code) == [code])
        #expect(list.refusals.allSatisfy { $0.message.contains(number) && !$0.fix.isEmpty })
    }

    /// Runs work on a small and a large input, and expects the time to grow by no more than `factorMax` beyond the size.
    /// The bound is generous: machines that run tests are busy.
    private func expectGrowth(
        from small: Int,
        to large: Int,
        factorMax: Double = 4,
        _ work: (Int) throws -> Void
    ) rethrows {
        let clock = ContinuousClock()
        func time(_ size: Int, runs: Int) throws -> Duration {
            try (0..<runs).map { _ in try clock.measure { try work(size) } }.min() ?? .zero
        }
        let few = try time(small, runs: 5)
        let many = try time(large, runs: 2)
        let ratio = (many / few) / (Double(large) / Double(small))
        #expect(ratio < factorMax, "\(few) at \(small), \(many) at \(large)")
    }

    @Test func `a table of 10,000 columns, 3,000 of them tagged`() throws {
        try expectGrowth(from: 1_250, to: 10_000) { count in
            let wide = Self.table("wide", columns: count, tagged: count * 3 / 10)
            let query = try Self.rewrite("SELECT * FROM wide", [wide]).get()
            #expect(query.maskedColumns.count == count * 3 / 10)
            #expect(query.sql.utf8.count <= MaskingRewriter.rewrittenBytesMax)
        }
    }

    @Test func `few columns of a wide table make a short text`() throws {
        let wide = Self.table("wide", columns: 10_000, tagged: 3_000)
        let query = try Self.rewrite("SELECT c3, c9999 FROM wide WHERE c5000 IS NULL", [wide]).get()
        #expect(query.sql.utf8.count < 500)
    }

    @Test func `masks that make the text too long are refused`() throws {
        let wide = Self.table("wide", columns: 10_000, tagged: 10_000, nameLength: 40)
        expect("limit.rewritten_bytes", naming: "1000000", of: try Self.rewrite("SELECT * FROM wide", [wide]))
        // What is refused is not written to its end first.
        let often = "SELECT 1 FROM wide AS w" + (0..<500).map { ", wide AS w\($0)" }.joined() + " WHERE w IS NULL"
        let rows = (0..<500).map { " AND w\($0) IS NULL" }.joined()
        expect("limit.rewritten_bytes", naming: "1000000", of: try Self.rewrite(often + rows, [wide]))
    }

    @Test(arguments: ["ON t#.c0 = t0.c0", "USING (c0)"])
    func `a query over 200 tables, and its lineage`(condition: String) throws {
        try expectGrowth(from: 25, to: 200, factorMax: 3) { count in
            let tables = (0..<count).map { Self.table("t\($0)", columns: 40, tagged: 6) }
            let names = (0..<count).map { "t\($0).c6 AS a\($0), t\($0).c20" }.joined(separator: ", ")
            let joins = (1..<count).map { " JOIN t\($0) " + condition.replacing("#", with: "\($0)") }.joined()
            let query = try Self.rewrite("SELECT \(names) FROM t0\(joins)", tables).get()
            #expect(query.tables.count == count)
            #expect(query.outputColumns?.count(where: { $0.mask != nil }) == count)
        }
    }

    @Test func `the most tables that BigQuery takes, and one more`() throws {
        func query(_ count: Int) -> String {
            "SELECT 1 FROM " + (0..<count).map { "t\($0)" }.joined(separator: " CROSS JOIN ")
        }
        let tables = (0..<AnalyzedQuery.tablesMax).map { Self.table("t\($0)", columns: 2, tagged: 1) }
        #expect(try Self.rewrite(query(AnalyzedQuery.tablesMax), tables).get().tables.count == 1_000)
        let tooMany = Bank.analyze(query(AnalyzedQuery.tablesMax + 1))
        #expect(tooMany.refusals.map(\.code) == ["limit.tables"])
        #expect(tooMany.refusals.allSatisfy { $0.message.contains("1000") && $0.message.contains("1001") })
    }

    private static func chain(_ depth: Int) -> [TableSchema] {
        let base = table("t", columns: 40, tagged: 6)
        let names = base.columns.map(\.name).joined(separator: ", ")
        let plain = base.columns.map { Column(name: $0.name, type: $0.type) }
        return [base]
            + (1...depth).map { level in
                let query = "SELECT \(names) FROM bank.\(level == 1 ? "t" : "v\(level - 1)")"
                let kind = TableKind.view(ViewDefinition(query: query, usesLegacySQL: false))
                return TableSchema(id: Bank.id("v\(level)"), kind: kind, columns: plain)
            }
    }

    @Test func `a chain of 16 views, and of 17`() throws {
        try expectGrowth(from: 2, to: 16) { depth in
            let query = try Self.rewrite("SELECT * FROM v\(depth)", Self.chain(depth)).get()
            #expect(query.maskedColumns.count == 6 && query.tables.count == 1)
        }
        expect("limit.view_depth", naming: "16", of: try Self.rewrite("SELECT * FROM v17", Self.chain(17)))
    }

    /// A query of about so many bytes on one table.
    private func long(_ bytes: Int) -> String {
        var text = "SELECT c1, c7 FROM t WHERE FALSE"
        var number = 0
        while text.utf8.count < bytes {
            number += 1
            text += " OR (c\(number % 40) IS NULL AND t.c\(number % 7) IN ('v\(number)', UPPER('w\(number)')))"
        }
        return text
    }

    @Test func `a query of 900 kB`() throws {
        let table = Self.table("t", columns: 40, tagged: 6)
        try expectGrowth(from: 10_000, to: 900_000) { bytes in
            let query = try Self.rewrite(long(bytes), [table]).get()
            #expect(query.sql.utf8.count > bytes * 9 / 10)
        }
    }

    @Test func `a query that is longer than BigQuery takes`() throws {
        let table = Self.table("t", columns: 40, tagged: 6)
        expect("limit.rewritten_bytes", naming: "1000000", of: try Self.rewrite(long(1_010_000), [table]))
        expect("limit.query", naming: "1048576", of: try Self.rewrite(long(1_048_577), [table]))
        let tokens = "SELECT 1" + String(repeating: "+1", count: 200_001)
        expect("limit.query", naming: "400000", of: try Self.rewrite(tokens, []))
        // Short in itself; with its masks it is not.
        let union = [String](repeating: "SELECT * FROM t", count: 2_000).joined(separator: " UNION ALL ")
        #expect(union.utf8.count < 60_000)
        expect("limit.rewritten_bytes", naming: "1000000", of: try Self.rewrite(union, [table]))
    }
}
