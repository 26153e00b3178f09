import Foundation
import GoogleSQL
import Synchronization
import Testing

/// Bounds: each gives an error with the code `limit`, and none of them lets the stack overflow.
struct LimitTests {
    /// What a thread must have in a debug build for `ParserLimits.standard`; a release build needs a quarter of it.
    private static let stackBytes = 2 * 1024 * 1024

    /// The first five must be accepted, whatever nests.
    private static let depths = [1, 2, 10, 20, 32, 48, 49, 65, 97, 98, 99, 130, 196, 200, 400]

    static let nestings: [(String, String, String)] = [
        ("SELECT ", "(", ")"), ("SELECT ", "-(1+2*", ")"), ("SELECT ", "f(a, ", ")"), ("SELECT ", "[", "]"),
        ("SELECT ", "a[", "]"), ("SELECT ", "CASE WHEN a = ", " THEN 1 END"), ("SELECT ", "STRUCT(", " AS a)"),
        ("SELECT ", "CAST(", " AS INT64)"), ("SELECT ", "1 IN (2, ", ")"), ("SELECT ", "NOT (", ")"),
        ("SELECT ", "f(x -> ", ")"), ("SELECT ", "f() OVER (ORDER BY ", ")"), ("SELECT ", "1 BETWEEN (", ") AND 2"),
        ("SELECT ", "WITH(a AS 1, ", ")"), ("SELECT ", "INTERVAL ", " DAY"), ("SELECT ", "(SELECT ", ")"),
        ("SELECT ", "EXISTS(SELECT ", ")"), ("SELECT ", "@{a = (SELECT ", ")} 1"), ("SELECT ", "((SELECT ", ") + 1)"),
        ("SELECT 1 WHERE ", "a IN (SELECT 1 FROM t WHERE ", ")"),
        ("SELECT * FROM UNNEST(", "ARRAY(SELECT 1 FROM UNNEST(", "))"),
        ("SELECT ", "EXISTS {(n WHERE ", ")}"), ("SELECT ", "ARRAY {MATCH (n)-[e {a: ", "}]->(m) RETURN 1}"),
        ("SELECT ", "VALUE {RETURN ", "}"), ("SELECT ", "a IN {LET b = ", " RETURN 1}"),
        ("SELECT ", "EXISTS {CALL {FOR a IN ", " RETURN 1} RETURN 1 NEXT RETURN 2}"),
        ("SELECT ", "(a IS SOURCE OF ", ")"),
        (
            "SELECT ", "(SELECT 1 FROM t MATCH_RECOGNIZE(ORDER BY a MEASURES b AS c PATTERN (d) DEFINE d AS ",
            "))"
        ),
    ]

    @Test(arguments: nestings)
    func `nesting ends in an error and not in a crash`(start: String, open: String, close: String) throws {
        let suffix = start.hasSuffix("UNNEST(") ? ")" : ""
        let results: [SyntaxError.Code?] = Self.onSmallStack {
            Self.depths.map { depth in
                let sql =
                    start + String(repeating: open, count: depth) + "1" + String(repeating: close, count: depth)
                    + suffix
                return Self.outcome(of: sql)
            } + [Self.outcome(of: start + String(repeating: open, count: 10_000) + "1")]
        }
        let accepted = results.prefix { $0 == nil }.count
        #expect(accepted >= 5)
        #expect(results.dropFirst(accepted).allSatisfy { $0 == .limit })
    }

    @Test(arguments: [
        ("SELECT * FROM ", "(SELECT * FROM ", "t", ")"), ("SELECT * FROM ", "(", "a", " JOIN b ON TRUE)"),
        ("", "(", "SELECT 1", ")"),
        ("", "(SELECT 1 UNION ALL ", "SELECT 1", ")"),
        ("", "WITH a AS (", "SELECT 1", ") SELECT 2"),
        ("SELECT * FROM ", "f((SELECT * FROM ", "t", "))"), ("FROM t ", "|> TEE (", "|> WHERE TRUE", ")"),
        ("SELECT ", "(SELECT 1 FROM t PIVOT(sum(a) FOR ", "b", " IN (1)))"),
        ("SELECT CAST(1 AS ", "ARRAY<", "INT64", ">"),
        ("UPDATE t SET ", "(UPDATE a SET ", "b = 1", ")"),
        ("FROM t ", "|> INSERT u ON CONFLICT DO UPDATE SET a = (FROM t ", "|> LIMIT 1", ")"),
        ("CREATE TABLE t (a ", "STRUCT<a ", "INT64", " NOT NULL OPTIONS(x = 1)>"),
        ("CREATE TABLE t (a INT64 DEFAULT ", "(", "1", ")"),
        ("ALTER SCHEMA d ", "ALTER REPLICA r ", "SET OPTIONS()", ""),
        ("", "CREATE PROCEDURE p() BEGIN ", "SELECT 1", "; END"),
    ])
    func `nested queries end in an error and not in a crash`(start: String, open: String, core: String, close: String) {
        let suffix = start.contains("(") ? ")" : ""
        let results: [SyntaxError.Code?] = Self.onSmallStack {
            Self.depths.map { depth in
                let opens = String(repeating: open, count: depth)
                return Self.outcome(of: start + opens + core + String(repeating: close, count: depth) + suffix)
            } + [Self.outcome(of: start + String(repeating: open, count: 10_000) + core)]
        }
        let accepted = results.prefix { $0 == nil }.count
        #expect(accepted >= 5)
        #expect(results.dropFirst(accepted).allSatisfy { $0 == .limit })
    }

    @Test(arguments: [
        ("SELECT EXISTS {", "(", "(a)", ")", "}"), ("SELECT EXISTS {", "(-", "(a)", " WHERE b)+", "}"),
        ("SELECT a IS LABELED ", "(", "b", ")", ""), ("SELECT a IS LABELED ", "!(a | b & ", "c", ")", ""),
        ("SELECT EXISTS {", "CALL {", "RETURN 1", "} RETURN 1", "}"),
        (
            "SELECT 1 FROM t MATCH_RECOGNIZE(ORDER BY a MEASURES b AS c PATTERN (", "(a |", "b", ")*?",
            ") DEFINE b AS c)"
        ),
        (
            "GRAPH g FILTER ", "EXISTS(SELECT 1 FROM GRAPH_TABLE(g MATCH (a WHERE TRUE AND ", "TRUE", ") COLUMNS (b)))",
            " RETURN 1"
        ),
    ])
    func `nested patterns end in an error and not in a crash`(
        start: String,
        open: String,
        core: String,
        close: String,
        end: String
    ) {
        let results: [SyntaxError.Code?] = Self.onSmallStack {
            Self.depths.map { depth in
                let opens = String(repeating: open, count: depth)
                return Self.outcome(of: start + opens + core + String(repeating: close, count: depth) + end)
            } + [Self.outcome(of: start + String(repeating: open, count: 10_000) + core)]
        }
        let accepted = results.prefix { $0 == nil }.count
        #expect(accepted >= 4)
        #expect(results.dropFirst(accepted).allSatisfy { $0 == .limit })
    }

    @Test(arguments: [
        ("SELECT EXISTS {(a)", "-[b]->(c)", "}"), ("GRAPH g ", "MATCH (a) ", "RETURN 1"),
        ("SELECT a IS LABELED b", " & !!c | d", ""), ("GRAPH g RETURN 1", " UNION ALL RETURN 1 NEXT RETURN 1", ""),
        ("SELECT 1 FROM t MATCH_RECOGNIZE(ORDER BY a MEASURES b AS c PATTERN (", "a* || b ", ") DEFINE b AS c)"),
        ("SELECT 1 FROM graph_table(a", ".b", " MATCH (a))"),
    ])
    func `long chains in patterns are no nesting`(start: String, link: String, end: String) {
        let results: [SyntaxError.Code?] = Self.onSmallStack {
            [Self.outcome(of: start + String(repeating: link, count: 20_000) + end)]
        }
        #expect(results == [nil])
    }

    @Test(arguments: [
        ("BEGIN ", "END;"), ("LOOP ", "END LOOP;"), ("WHILE a DO ", "END WHILE;"), ("REPEAT ", "UNTIL a END REPEAT;"),
        ("IF a THEN ", "END IF;"), ("IF a THEN ELSE ", "END IF;"), ("CASE a WHEN b THEN ", "END CASE;"),
        ("FOR a IN (SELECT 1) DO ", "END FOR;"), ("BEGIN EXCEPTION WHEN ERROR THEN ", "END;"),
        ("x: LOOP ", "END LOOP x;"),
        ("EXPLAIN ", ""),
    ])
    func `nested statements end in an error and not in a crash`(open: String, close: String) {
        let results: [SyntaxError.Code?] = Self.onSmallStack {
            Self.depths.map { depth in
                let sql = String(repeating: open, count: depth) + "SELECT 1;" + String(repeating: close, count: depth)
                return Self.outcome(of: sql, isScript: true)
            } + [Self.outcome(of: String(repeating: open, count: 10_000), isScript: true)]
        }
        let accepted = results.prefix { $0 == nil }.count
        #expect(accepted >= 5)
        #expect(results.dropFirst(accepted).allSatisfy { $0 == .limit })
    }

    @Test func `a long script is no nesting`() {
        let results: [SyntaxError.Code?] = Self.onSmallStack {
            [Self.outcome(of: String(repeating: "SET a = 1;", count: 20_000), isScript: true)]
        }
        #expect(results == [nil])
    }

    @Test(arguments: [" + 1", " AND a", " OR a", " || a", ".b", "[0]", ".f()", " UNION ALL SELECT 1", " * 2 + 3"])
    func `long chains are no nesting`(link: String) {
        let results: [SyntaxError.Code?] = Self.onSmallStack {
            [Self.outcome(of: "SELECT a" + String(repeating: link, count: 20_000))]
        }
        #expect(results == [nil])
    }

    @Test(arguments: [", b", " JOIN b ON TRUE", " CROSS JOIN b", " JOIN b USING (x)"])
    func `long lists of tables are no nesting`(link: String) {
        let results: [SyntaxError.Code?] = Self.onSmallStack {
            [Self.outcome(of: "SELECT * FROM a" + String(repeating: link, count: 20_000))]
        }
        #expect(results == [nil])
    }

    @Test func `a text that is too long is refused before it is read`() {
        let sql = "SELECT '" + String(repeating: "x", count: ParserLimits.standard.queryBytesMax) + "'"
        #expect(syntaxError(sql)?.code == .limit)
    }

    @Test func `ten megabytes are refused`() {
        #expect(syntaxError(String(repeating: "SELECT 1 ", count: 1_200_000))?.code == .limit)
    }

    @Test func `too many tokens are refused`() {
        let limits = ParserLimits(queryBytesMax: 1_000, tokensMax: 10, nestingMax: 10)
        #expect(syntaxError("SELECT 1, 2, 3, 4, 5, 6", limits: limits)?.code == .limit)
        #expect(throws: Never.self) { try Parser.parse(statement: "SELECT 1, 2, 3, 4, 5", limits: limits) }
    }

    /// Parses, scopes, prints and frees. Returns the code of the error, if there was one.
    private static func outcome(of sql: String, isScript: Bool = false) -> SyntaxError.Code? {
        do throws(SyntaxError) {
            if isScript {
                handle(try Parser.parse(script: sql))
            } else {
                handle(try Parser.parse(statement: sql))
            }
            return nil
        } catch {
            return error.code
        }
    }

    private static func handle(_ parsed: some ParsedTree) {
        _ = parsed.tableReferences()
        _ = TokenPrinter.print(parsed)
    }

    private static func onSmallStack<Value: Sendable>(_ body: @escaping @Sendable () -> [Value]) -> [Value] {
        let result = Mutex<[Value]>([])
        let done = DispatchSemaphore(value: 0)
        let thread = Thread {
            let value = body()
            result.withLock { $0 = value }
            done.signal()
        }
        thread.stackSize = stackBytes
        thread.start()
        done.wait()
        return result.withLock { $0 }
    }
}
