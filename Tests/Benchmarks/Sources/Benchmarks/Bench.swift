import Catalog
import Cryptography
import Foundation
import GoogleSQL
import Masking

/// A text to work on; `kind` is `statement` or `script`.
struct BenchmarkText: Decodable {
    let kind: String
    let sql: String
    /// The tables that it reads, for operations that mask; those of the bank if absent.
    let warehouse: BenchmarkWarehouse?
}

/// What can be timed.
enum Operation: String, Decodable {
    /// Reading the clock and nothing else.
    case nothing
    /// Text to tree.
    case parse
    /// Text to tree, its tables, and the canonical text.
    case parseScopePrint = "parse_scope_print"
    /// Text to tree, its tables and columns, masks, and the text for BigQuery.
    case mask
    /// The same without anything kept from the query before.
    case maskFirst = "mask_first"
    /// From a masked query to what each column of its result derives from.
    case lineage
}

/// Runs operations and takes their time.
struct Bench {
    private let rewriter: MaskingRewriter
    /// As of a policy's first query.
    private let firstRewriter: MaskingRewriter

    init() throws {
        let policy = try BenchmarkBank.policy()
        let keys = try KeyRing.generate(now: .now)
        // With the cache that the gate has.
        rewriter = MaskingRewriter(policy: policy, tokenKeys: keys, scans: ScanCache())
        firstRewriter = MaskingRewriter(policy: policy, tokenKeys: keys)
    }

    func accepts(_ text: BenchmarkText) -> Bool {
        (try? parse(text)) != nil
    }

    /// The CPU time of each run, in nanoseconds; what a run makes is freed within it.
    func times(_ operation: Operation, _ text: BenchmarkText, runs: Int) -> [UInt64] {
        let tables = text.warehouse?.snapshot ?? BenchmarkBank.snapshot
        return (0..<runs).map { _ in
            // Lineage is worked out once, when it is first asked for.
            let masked = operation == .lineage ? mask(text, on: tables, with: rewriter) : nil
            let start = threadNanoseconds()
            run(operation, text, masked, on: tables)
            return threadNanoseconds() - start
        }
    }

    @inline(never)
    private func run(
        _ operation: Operation,
        _ text: BenchmarkText,
        _ masked: MaskedQuery?,
        on tables: CatalogSnapshot
    ) {
        switch operation {
        case .nothing: return
        case .parse: try? parse(text)
        case .parseScopePrint: try? read(text)
        case .mask: keep(mask(text, on: tables, with: rewriter))
        case .maskFirst: keep(mask(text, on: tables, with: firstRewriter))
        case .lineage:
            // Columns that are not known would be too easy.
            guard let columns = masked?.outputColumns else {
                preconditionFailure("the columns of the benchmark's query are not known: \(text.sql.prefix(1000))")
            }
            keep(columns)
        }
    }

    private func mask(
        _ text: BenchmarkText,
        on tables: CatalogSnapshot,
        with rewriter: MaskingRewriter
    ) -> MaskedQuery {
        let analyzed = AnalyzedQuery.analyze(text.sql, defaults: BenchmarkBank.defaults)
        // A refusal would take another path, and its time would say nothing.
        guard case .success(let masked) = rewriter.rewrite(analyzed, against: tables) else {
            preconditionFailure("the benchmark's query is refused: \(text.sql.prefix(1000))")
        }
        return masked
    }

    private func parse(_ text: BenchmarkText) throws(SyntaxError) {
        if text.kind == "script" {
            keep(try Parser.parse(script: text.sql))
        } else {
            keep(try Parser.parse(statement: text.sql))
        }
    }

    private func read(_ text: BenchmarkText) throws(SyntaxError) {
        let parsed = try Parser.parse(statement: text.sql)
        keep(parsed.tableReferences())
        keep(TokenPrinter.print(parsed))
    }

    /// Keeps the optimizer from seeing that a value is not used.
    @inline(never)
    private func keep(_ value: some Any) {
        withExtendedLifetime(value) {}
    }

    private func threadNanoseconds() -> UInt64 {
        var time = timespec()
        unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
