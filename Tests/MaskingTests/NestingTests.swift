import Catalog
import Foundation
import GoogleSQL
import Testing

@testable import Masking

@Suite("Nesting")
struct NestingTests {
    /// Runs work on a thread with the smallest stack that Linux gives to a worker by itself.
    /// An optimized build needs a fraction of it.
    private func onSmallStack(_ work: @escaping @Sendable () -> [String]) async -> [String] {
        await withCheckedContinuation { continuation in
            let thread = Thread { continuation.resume(returning: work()) }
            thread.stackSize = 2 * 1024 * 1024
            thread.start()
        }
    }

    @Test(arguments: [
        ("(", "1", ")"), ("(SELECT ", "1", ")"), ("ARRAY(SELECT ", "ssn FROM customers", ")"), ("-(", "1", ")"),
        ("LOWER(", "email", ")"), ("CASE WHEN TRUE THEN ", "1", " END"), ("STRUCT(", "1", ")"), ("[", "1", "]"),
    ])
    func `as deep as the parser allows, and deeper, ends without a crash`(open: String, core: String, close: String)
        async
    {
        for depth in [30, 60, 190, 10_000] {
            let sql =
                "SELECT " + String(repeating: open, count: depth) + core + String(repeating: close, count: depth)
                + " FROM customers"
            let outcome = await onSmallStack {
                let query = Bank.analyze(sql)
                guard let rewriter = try? Bank.rewriter(Bank.mapping()) else { return ["no rewriter"] }
                switch rewriter.rewrite(query, against: Bank.snapshot) {
                case .success(let masked): return masked.outputMasks(columnCount: 1).isEmpty ? ["no columns"] : ["ok"]
                case .failure(let list): return list.refusals.map(\.code)
                }
            }
            #expect([["ok"], ["limit.query"], ["limit.rewritten_bytes"]].contains(outcome), "\(depth): \(outcome)")
        }
    }
}
