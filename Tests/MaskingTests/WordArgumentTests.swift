import Catalog
import Testing

@testable import Masking

/// Columns that are called like date parts: which of both a word is, its place in the call says.
@Suite("Words in calls")
struct WordArgumentTests {
    private func rewrite(_ sql: String) throws -> MaskedQuery {
        let columns = [
            Bank.column("day", .date, tags: Bank.tag(15)), Bank.column("month", .date), Bank.column("n", .int64),
        ]
        let snapshot = CatalogSnapshot(tables: [TableSchema(id: Bank.id("days"), columns: columns)])
        return try Bank.rewriter(Bank.mapping()).rewrite(Bank.analyze(sql), against: snapshot).get()
    }

    @Test(arguments: [
        "SELECT LAST_DAY(day, YEAR) AS v FROM days", "SELECT DATE_TRUNC(day, MONTH) AS v FROM days",
        "SELECT DATE_DIFF(month, day, DAY) AS v FROM days", "SELECT DATE_SUB(day, INTERVAL 1 DAY) AS v FROM days",
        "SELECT DATE_TRUNC(day, WEEK(MONDAY)) AS v FROM days", "SELECT EXTRACT(DAY FROM day) AS v FROM days",
        "SELECT GENERATE_DATE_ARRAY(day, day, INTERVAL 1 DAY) AS v FROM days",
        "SELECT (day).DATE_TRUNC(MONTH) AS v FROM days",
    ])
    func `a column is read and followed`(sql: String) throws {
        let masked = try rewrite(sql)
        #expect(masked.maskedColumns.map(\.column) == ["day"])
        #expect(masked.outputColumns?.map(\.mask?.rule) == [.dateYearMask])
    }

    @Test(arguments: [
        "SELECT LAST_DAY(month, DAY) AS v FROM days", "SELECT DATE_TRUNC(month, DAY) AS v FROM days",
        "SELECT DATE_DIFF(month, month, DAY) AS v FROM days", "SELECT EXTRACT(DAY FROM month) AS v FROM days",
    ])
    func `a word is none`(sql: String) throws {
        let masked = try rewrite(sql)
        #expect(masked.maskedColumns.isEmpty)
        #expect(masked.outputColumns?.map(\.mask) == [nil])
    }
}
