import Catalog
import Testing

@testable import Gate

@Suite("Resource URIs")
struct ResourceURITests {
    @Test(arguments: [
        ("bq://demo", ResourceURI.project("demo")),
        ("bq://demo/bank", .dataset(DatasetID(project: "demo", dataset: "bank"))),
        ("bq://demo/bank/customers", .table(TableID(project: "demo", dataset: "bank", table: "customers"))),
        ("bq://example.com%3Ademo/d/t", .table(TableID(project: "example.com:demo", dataset: "d", table: "t"))),
        ("bq://demo/d/events_%2A", .table(TableID(project: "demo", dataset: "d", table: "events_*"))),
        ("bq://demo/d/K%C3%A4ufe%202", .table(TableID(project: "demo", dataset: "d", table: "Käufe 2"))),
    ])
    func `a name is read as it is written`(text: String, uri: ResourceURI) {
        #expect(ResourceURI(text) == uri)
        #expect(uri.text == text)
    }

    @Test func `other spellings of a name are understood`() {
        let table = ResourceURI.table(TableID(project: "demo", dataset: "d", table: "Käufe*"))
        for text in ["bq://demo/d/Käufe*", "bq://demo/d/K%c3%a4ufe%2a", "bq://%64emo/d/Käufe%2A"] {
            #expect(ResourceURI(text) == table)
        }
    }

    @Test(arguments: [
        "", "bq:", "bq://", "bq:///", "bq://demo/", "bq://demo//t", "bq://demo/d/", "bq://demo/d/t/c", "BQ://demo",
        "http://demo/d", "bq://demo?x", "bq://demo/d#t", "bq://demo/%2", "bq://demo/%zz", "bq://demo/%FF",
        "bq://demo/d/a%2Fb", "bq://demo/d/a%60b", "bq://demo/d/a%00b", "bq://demo/d/a%0Ab",
        "bq://demo/" + String(repeating: "a", count: 10_000),
    ])
    func `what names nothing is nothing`(text: String) {
        #expect(ResourceURI(text) == nil)
    }

    @Test func `a project comes before its datasets and these before their tables`() {
        let sorted = ["bq://a", "bq://a/d", "bq://a/d/t", "bq://a/d/t2", "bq://a/e", "bq://b"]
        #expect(sorted.reversed().compactMap(ResourceURI.init).sorted().map(\.text) == sorted)
    }
}

@Suite("Lists of tables")
struct TableFamilyTests {
    @Test func `tables by day are one, of which the newest stands for all`() {
        let names = ["events_20250102", "accounts", "events_20250103", "x_20250101", "events_20250101"]
        let families = TableFamily.families(
            of: names.map {
                TableListing(id: TableID(project: "p", dataset: "d", table: $0), kind: "TABLE", creationTime: nil)
            }
        )
        #expect(families.map(\.newest.id.table) == ["accounts", "events_20250103", "x_20250101"])
        #expect(families.map(\.wildcard) == [nil, "events_*", nil])
        #expect(families.map(\.count) == [1, 3, 1])
    }
}
