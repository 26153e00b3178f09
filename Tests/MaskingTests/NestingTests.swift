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

    @Test(arguments: [
        ("(", ")"), ("NOT (", ")"), ("LOWER(", ")"), ("CASE WHEN TRUE THEN ", " END"), ("[", "][OFFSET(0)]"),
        ("'x' IN (", ")"), ("(TRUE AND ", ")"), ("(TRUE OR ", ")"), ("x BETWEEN 'a' AND (", ")"),
    ])
    func `a condition on a pseudo-column may nest as deep`(open: String, close: String) async {
        for depth in [30, 60, 90, 190] {
            let condition =
                String(repeating: open, count: depth) + "_TABLE_SUFFIX" + String(repeating: close, count: depth)
            let sql = "SELECT name FROM `analytics.events_*` WHERE (\(condition)) = '20250301' AND (\(condition))"
            let outcome = await onSmallStack {
                switch try? WildcardTests.rewrite(sql) {
                case .success?: return ["ok"]
                case .failure(let list)?: return list.refusals.map(\.code)
                case nil: return ["no rewriter"]
                }
            }
            #expect([["ok"], ["limit.query"]].contains(outcome), "\(depth): \(outcome)")
        }
    }
}
