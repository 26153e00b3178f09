import JSON
import Testing

@testable import BigQuery
@testable import Catalog
@testable import Masking

@Suite("History of jobs")
struct JobHistoryQueryTests {
    private func scope(project: String = "p", location: String = "US") -> JobHistoryQuery.Scope {
        JobHistoryQuery.Scope(
            project: project,
            location: location,
            createdFrom: 1_000_000,
            createdBefore: 2_000_000,
            accounts: ["B@x.example", "a'b@x.example"]
        )
    }

    @Test
    func `what varies is a parameter, and names are quoted`() throws {
        let query = try #require(JobHistoryQuery(scope(project: "p`; DROP", location: "Europe-West3")))
        #expect(query.sql.contains(#"FROM `p\`; DROP`.`region-europe-west3`.INFORMATION_SCHEMA.JOBS WHERE"#))
        #expect(!query.sql.contains("x.example") && !query.sql.contains("1970"))
        #expect(query.parameters.map(\.name) == ["scrim_from", "scrim_before", "scrim_accounts"])
        #expect(query.parameters[0].value == .scalar("1970-01-01T00:00:01.000000Z"))
        #expect(query.parameters[2].value == .array([.scalar("a'b@x.example"), .scalar("b@x.example")]))
    }

    @Test(arguments: ["", "US`", "region US", "ÜS", "us.x"])
    func `a location that is no name of a region makes no query`(location: String) {
        #expect(JobHistoryQuery(scope(location: location)) == nil)
    }

    @Test
    func `its answer is no counts`() throws {
        let query = AdminQuery.jobHistory(try #require(JobHistoryQuery(scope())))
        #expect(query.countsExpected == nil && query.command == "audit_reconcile")
    }
}
