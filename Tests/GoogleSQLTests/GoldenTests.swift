import Foundation
import GoogleSQL
import Testing

/// Golden files a person can read: SQL, `--`, the tree with byte ranges, `--`, the printed form; cases apart by `==`.
///
/// The texts of `script*.test` are scripts, all others single statements.
/// A text that is refused has `ERROR line:column message` in place of tree and printed form.
/// `UPDATE_GOLDEN=1 swift test` writes what the parser gives now; read the difference before committing it.
struct GoldenTests {
    private static let directory = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden")

    static let files: [String] = {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory.path())) ?? []
        return names.filter { $0.hasSuffix(".test") }.sorted()
    }()

    @Test func `there are golden files`() {
        #expect(Self.files.count >= 8)
    }

    @Test(arguments: files)
    func `trees and printed forms are as written down`(file: String) throws {
        let url = Self.directory.appending(path: file)
        let written = try String(contentsOf: url, encoding: .utf8)
        let cases = written.components(separatedBy: "\n==\n").map { $0.components(separatedBy: "\n--\n")[0] }
        let isScript = file.hasPrefix("script")
        let results = cases.map { text in
            isScript ? Self.result(of: text, as: ParsedScript.self) : Self.result(of: text, as: ParsedStatement.self)
        }
        let actual = results.joined(separator: "\n==\n") + "\n"
        if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
            try actual.write(to: url, atomically: true, encoding: .utf8)
        } else {
            let before = written.components(separatedBy: "\n==\n")
            for (now, then) in zip(actual.components(separatedBy: "\n==\n"), before) {
                #expect(now == then)
            }
        }
    }

    private static func result<Parsed: ParsedTree>(of text: String, as type: Parsed.Type) -> String {
        let sql = text.hasSuffix("\n") ? String(text.dropLast()) : text
        do {
            let parsed = try type.read(sql)
            if let failure = invariantFailure(of: parsed) { return "\(sql)\n--\nINVARIANT \(failure)" }
            return "\(sql)\n--\n\(TreeDump.text(of: parsed))\n--\n\(TokenPrinter.print(parsed))"
        } catch {
            return "\(sql)\n--\nERROR \(error.position.line):\(error.position.column) \(error.message)"
        }
    }
}
