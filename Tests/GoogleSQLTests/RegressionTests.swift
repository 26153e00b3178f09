import Foundation
import GoogleSQL
import Testing

/// Replays what `make fuzz-sql` and `make fuzz` found (`Tests/Differential/regressions.py` has the format).
struct RegressionTests {
    private static let tests = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
    private static let differences = tests.appending(path: "Regressions")
    private static let crashes = tests.appending(path: "../Fuzz/Crashes").standardizedFileURL

    private static func names(in directory: URL) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory.path())) ?? []
        return names.filter { $0 != "README.md" }.sorted()
    }

    @Test(arguments: names(in: differences))
    func `a difference from the reference that was found stays away`(name: String) throws {
        let file = try String(contentsOf: Self.differences.appending(path: name), encoding: .utf8)
        let separator = try #require(file.range(of: "\n--\n", options: .backwards), "no line `--`")
        let expected = try #require(Expectation(String(file[separator.upperBound...])), "no expectation")
        let sql = String(file[..<separator.lowerBound])
        if expected.kind == "script" {
            try check(expected, sql) { (parsed: ParsedScript) in parsed.statements.items.map(\.statement.kind) }
        } else {
            try check(expected, sql) { (parsed: ParsedStatement) in [parsed.statement.kind] }
        }
    }

    private func check<Parsed: ParsedTree>(
        _ expected: Expectation,
        _ sql: String,
        kinds: (Parsed) -> [StatementKind]
    ) throws {
        do {
            let parsed = try Parsed.read(sql)
            #expect(invariantFailure(of: parsed) == nil)
            switch expected.verdict {
            case .survived: break
            case .refused(let position): Issue.record("accepted, to be refused at \(position ?? "some place")")
            case .accepted(let names, let references):
                if !names.isEmpty { #expect(kinds(parsed).map(\.rawValue) == names) }
                #expect(Set(parsed.tableReferences().map(Expectation.line)) == references)
            }
        } catch {
            switch expected.verdict {
            case .survived: break
            case .refused(nil): break
            case .refused(let position): #expect("\(error.position.line):\(error.position.column)" == position)
            case .accepted: Issue.record("refused: \(error.message)")
            }
        }
    }

    @Test(arguments: names(in: crashes))
    func `what the fuzzer found stays away`(name: String) throws {
        let bytes = try Data(contentsOf: Self.crashes.appending(path: name))
        #expect(fuzzFailure(of: Array(bytes)) == nil)
    }
}

/// The second part of a regression file.
private struct Expectation {
    enum Verdict {
        case accepted(kinds: [String], references: Set<String>)
        case refused(position: String?)
        /// Nothing is known but that the process must go on.
        case survived
    }

    let kind: String
    let verdict: Verdict

    init?(_ text: String) {
        let lines = text.split(separator: "\n").map(String.init)
        let words = lines.first?.split(separator: " ").map(String.init) ?? []
        guard words.count >= 2 else { return nil }
        kind = words[0]
        switch words[1] {
        case "accepted": verdict = .accepted(kinds: Array(words[2...]), references: Set(lines[1...]))
        case "refused":
            let isPlace = words.count > 2 && words[2].allSatisfy { $0.isNumber || $0 == ":" }
            verdict = .refused(position: isPlace ? words[2] : nil)
        case "survived": verdict = .survived
        default: return nil
        }
    }

    /// A reference in the form of the file.
    static func line(_ reference: TableReference) -> String {
        let path = reference.path.map { "\"\($0)\"" }.joined(separator: ", ")
        return "\(reference.role.rawValue) \(reference.bytes.lowerBound)-\(reference.bytes.upperBound) [\(path)]"
    }
}
