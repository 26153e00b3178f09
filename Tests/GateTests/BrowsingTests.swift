import Cryptography
import FoundationEssentials
import Identity
import Testing

@testable import Gate

@Suite("Completion, prompts and news")
struct BrowsingTests {
    @Test func `completions come as fast as one types and no faster`() throws {
        let rate = CompletionRate()
        let (first, second) = (try Sample.session("alice"), try Sample.session("bob"))
        let start = ContinuousClock.now
        let burst = Int(CompletionRate.burst)
        #expect((0..<burst).allSatisfy { _ in rate.take(first, at: start) })
        #expect(!rate.take(first, at: start))
        #expect(rate.take(second, at: start), "others are not kept from it")
        #expect(rate.take(first, at: start + .milliseconds(100)))
        #expect(!rate.take(first, at: start + .milliseconds(150)))
        let later = start + .seconds(3600)
        #expect((0..<burst).allSatisfy { _ in rate.take(first, at: later) })
        #expect(!rate.take(first, at: later), "what is not used does not add up")
    }

    @Test func `a table in a prompt says what is masked of it, in a line that stays short`() {
        let many = (1...20).map { (column: "c\($0)", rule: "SHA256") }
        let table = PromptText.Table(name: "bank.customers", kind: "table", masked: many, wildcard: nil)
        #expect(table.line.hasPrefix("- `bank.customers` (table); masked for you: `c1` SHA256, `c2` SHA256"))
        #expect(table.line.hasSuffix("`c12` SHA256 and 8 more"))
        let open = PromptText.Table(name: "a.events_20250103", kind: "table", masked: [], wildcard: "a.events_*")
        #expect(open.line == "- `a.events_20250103` (table), one a day: `a.events_*`")
    }

    @Test func `a prompt says how many tables it leaves out`() {
        let table = PromptText.Table(name: "bank.t", kind: "table", masked: nil, wildcard: nil)
        #expect(PromptText.explore("bank", [table], total: 3).contains("- and 2 more: `list_tables`"))
        #expect(!PromptText.explore("bank", [table], total: 1).contains("more: `list_tables`"))
        #expect(PromptText.write("how many?", [], total: 0).contains("There are no tables that you can see."))
    }

    @Test func `everybody who listens hears of a change, and changes that nobody took count as one`() async {
        let watch = MappingWatch()
        let (first, second) = (watch.changes(), watch.changes())
        watch.announce()
        watch.announce()
        var iterator = first.makeAsyncIterator()
        #expect(await iterator.next() != nil)
        var other = second.makeAsyncIterator()
        #expect(await other.next() != nil)
        let rest = Task { await iterator.next() }
        rest.cancel()
        #expect(await rest.value == nil, "there was one")
    }
}

private enum Sample {
    static func session(_ subject: String) throws -> SessionID {
        let principal = try DevelopmentPrincipal.make(subject: subject, roles: ["r"], listeningOn: .standardStreams)
        let keys = try KeyRing.generate(now: Date(timeIntervalSince1970: 0))
        return try SessionIDMint(keys: keys, windowHours: 1).session(of: principal)
    }
}
