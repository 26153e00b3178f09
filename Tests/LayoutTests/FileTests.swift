import Testing

/// Limits that keep files readable, and words that must not creep in.
@Suite("Files")
struct FileTests {
    static let linesMax = 400
    static let functionLinesMax = 70

    /// Tables of names, which only grow in length.
    static let tables: Set<String> = []

    @Test
    func `no file is over 400 lines`() throws {
        let long = try (SourceTree.files(under: "Sources") + SourceTree.files(under: "Tests"))
            .filter { $0.lines.count > Self.linesMax + 1 && !Self.tables.contains($0.path) }
            .map { "\($0.path): \($0.lines.count) lines" }
        #expect(long == [])
    }

    @Test
    func `no function is over 70 lines`() throws {
        let long = try SourceTree.files(under: "Sources").flatMap { file in
            file.functions.filter { $0.length > Self.functionLinesMax }
                .map { "\(file.path):\($0.line): \($0.length) lines" }
        }
        #expect(long == [])
    }

    @Test
    func `nothing traps on what a caller sends`() throws {
        let banned = [
            "try!", " as! ", "fatalError(", "TODO", "FIXME", "@unchecked Sendable //",
        ]
        let found = try SourceTree.files(under: "Sources").flatMap { file in
            file.lines.enumerated().flatMap { number, line in
                banned.filter { line.contains($0) }.map { "\(file.path):\(number + 1): \($0)" }
            }
        }
        #expect(found == [])
    }

    @Test
    func `an unknown syntax node is a compile error in Masking and Gate, never a default`() throws {
        let found = try SourceTree.files(under: "Sources").filter { ["Masking", "Gate"].contains($0.module) }
            .flatMap { file in
                file.lines.enumerated()
                    .filter { $1.trimmed.hasPrefix("default:") || $1.trimmed.hasPrefix("@unknown default:") }
                    .map { "\(file.path):\($0.offset + 1)" }
            }
        #expect(found == [])
    }

    /// swift-log takes any text; `record` takes only what `LogSafe` types say of themselves.
    @Test
    func `the log is written through types that can be shown`() throws {
        let levels = ["trace", "debug", "info", "notice", "warning", "error", "critical", "log"]
        let banned = levels.map { "logger.\($0)(" } + ["Logger.Metadata", "extension String: LogSafe"]
        let found = try SourceTree.files(under: "Sources").filter { !$0.path.hasSuffix("Gate/LogField.swift") }
            .flatMap { file in
                file.lines.enumerated().flatMap { number, line in
                    banned.filter { line.contains($0) }.map { "\(file.path):\(number + 1): \($0)" }
                }
            }
        #expect(found == [])
    }

    @Test
    func `nothing that serves agents can reach the admin plane`() throws {
        let serving = ["Server.swift", "Assembly", "ServeCommand.swift", "StdioCommand.swift"]
        let banned = ["AdminClient", "AdminQuery", "TagPatch", "import Tagging"]
        let found = try SourceTree.files(under: "Sources")
            .filter { file in
                ["Gate", "Server", "MCP", "Masking"].contains(file.module)
                    || (file.module == "scrim" && serving.contains { file.path.contains($0) })
            }
            .flatMap { file in
                file.lines.enumerated().flatMap { number, line in
                    banned.filter { line.contains($0) }.map { "\(file.path):\(number + 1): \($0)" }
                }
            }
        #expect(found == [])
    }

    @Test
    func `no file is named for nothing in particular`() throws {
        let vague = ["Util", "Utils", "Helper", "Helpers", "Manager", "Common", "Misc"]
        let found = try SourceTree.files(under: "Sources").map(\.path).filter { path in
            vague.contains { path.hasSuffix("\($0).swift") || path.contains("/\($0)/") }
        }
        #expect(found == [])
    }
}

extension SourceFile {
    /// A function's first line, counted from 1, and how many lines it spans.
    struct Function {
        let line: Int
        let length: Int
    }

    /// Functions and initialisers, found by indentation, which the formatter keeps true.
    var functions: [Function] {
        lines.indices.compactMap { start in
            let line = lines[start]
            guard line.hasSuffix("{"), line.declaresFunction else { return nil }
            let indent = line.prefix { $0 == " " }
            let close = indent + "}"
            guard let end = lines[(start + 1)...].firstIndex(where: { $0 == close }) else { return nil }
            return Function(line: start + 1, length: end - start + 1)
        }
    }
}

extension Substring {
    fileprivate var trimmed: Substring { drop { $0 == " " } }

    fileprivate var declaresFunction: Bool {
        let words = split(separator: " ")
        return words.contains("func") || words.contains { $0.hasPrefix("init(") || $0.hasPrefix("init<") }
    }
}
