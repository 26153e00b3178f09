import ArgumentParser
import Foundation
import GoogleSQL
import JSON

/// `scrim sql`: what the parser reads in a statement. It needs no configuration and no catalog.
struct SQLCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sql",
        abstract: "Shows what the GoogleSQL parser reads in a statement: verdict, tables, canonical text.",
        discussion: "EXAMPLE: scrim sql tables 'SELECT * FROM bank.customers AS c, c.contacts'",
        subcommands: [Parse.self, Tables.self, Print.self]
    )

    /// `scrim sql parse`.
    struct Parse: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "parse",
            abstract: "Says whether a statement is read, and which tables it names, in JSON.",
            discussion: """
                With --jsonl it reads lines {"id", "kind", "sql"} from standard input and answers each with a line, in \
                order. Exit code without --jsonl: 0 read, 1 an error in the SQL.

                EXAMPLE: scrim sql parse 'SELECT 1'
                """
        )

        @Flag(name: .long, help: "Read lines {\"id\", \"kind\", \"sql\"} from standard input, answer each with a line.")
        var jsonl = false

        @Argument(help: "The SQL.")
        var sql: String?

        func validate() throws {
            guard jsonl != (sql != nil) else { throw ValidationError("give either the SQL or --jsonl") }
        }

        func run() async throws {
            if let sql {
                let report = StatementReport(sql)
                Swift.print(JSONValue.object(report.json).text)
                if !report.isRead { throw ExitCode(1) }
            } else {
                try answerLines()
            }
        }

        private func answerLines() throws {
            var output: [UInt8] = []
            while let line = readLine(strippingNewline: true) {
                guard !line.isEmpty else { continue }
                guard let request = try? JSONValue(parsing: Array(line.utf8)), let sql = request["sql"]?.stringValue
                else {
                    StandardError.print("scrim: a line is not {\"id\", \"kind\", \"sql\"}")
                    throw ExitCode(2)
                }
                let report = StatementReport(sql, kind: request["kind"]?.stringValue ?? "statement")
                var answer: JSONObject = ["id": request["id"] ?? .null]
                for (key, value) in report.json { answer[key] = value }
                JSONValue.object(answer).write(to: &output)
                output.append(UInt8(ascii: "\n"))
                if output.count >= Self.outputBytesMax { try flush(&output) }
            }
            try flush(&output)
        }

        /// How much is gathered before it is written.
        private static let outputBytesMax = 65_536

        private func flush(_ output: inout [UInt8]) throws {
            try FileHandle.standardOutput.write(contentsOf: output)
            output.removeAll(keepingCapacity: true)
        }
    }

    /// `scrim sql tables`.
    struct Tables: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "tables",
            abstract: "Lists the tables that a query reads, one a line.",
            discussion: "EXAMPLE: scrim sql tables 'SELECT * FROM bank.customers'"
        )

        @Argument(help: "The SQL.")
        var sql: String

        func run() async throws {
            let parsed = try SQLCommand.parsed(sql)
            for reference in parsed.tableReferences() where reference.role == .read {
                Swift.print(reference.path.map(quotedIdentifier).joined(separator: "."))
            }
        }
    }

    /// `scrim sql print`.
    struct Print: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "print",
            abstract: "Prints a query in the canonical form in which it goes upstream, before it is masked.",
            discussion: "EXAMPLE: scrim sql print 'select 1 -- one'"
        )

        @Argument(help: "The SQL.")
        var sql: String

        func run() async throws {
            Swift.print(TokenPrinter.print(try SQLCommand.parsed(sql)))
        }
    }

    /// A query, or a message on standard error and exit code 1.
    private static func parsed(_ sql: String) throws -> ParsedStatement {
        let report = StatementReport(sql)
        guard case .success(let parsed) = report.outcome else {
            StandardError.print("scrim: \(report.message)")
            throw ExitCode(1)
        }
        return parsed
    }
}

/// What the parser says of one statement, in the terms of the measuring corpus (`docs/googlesql.md`).
struct StatementReport {
    /// Why a statement is not read in full.
    struct Failure: Error {
        let message: String
        let position: SourcePosition
        let statementKind: String?
    }

    let outcome: Result<ParsedStatement, Failure>

    var isRead: Bool {
        if case .success = outcome { true } else { false }
    }

    /// The error with its place; empty when there is none.
    var message: String {
        guard case .failure(let failure) = outcome else { return "" }
        return "\(failure.position.line):\(failure.position.column): \(failure.message)"
    }

    init(_ sql: String, kind: String = "statement") {
        outcome = Self.outcome(sql, kind)
    }

    private static func outcome(_ sql: String, _ kind: String) -> Result<ParsedStatement, Failure> {
        guard kind == "statement" else {
            let start = SourcePosition(line: 1, column: 1)
            return .failure(Failure(message: "only statements are read", position: start, statementKind: nil))
        }
        let parsed: ParsedStatement
        do {
            parsed = try Parser.parse(statement: sql)
        } catch {
            return .failure(Failure(message: error.message, position: error.position, statementKind: nil))
        }
        switch parsed.statement {
        case .other(let other):
            let place = parsed.position(of: other.tokens.lowerBound)
            let message = "a statement of this kind is not taken apart"
            return .failure(Failure(message: message, position: place, statementKind: other.kind))
        case .query:
            guard let opaque = parsed.tokens.firstIndex(where: { $0.role == .opaque }) else { return .success(parsed) }
            let message = "syntax of this kind is not taken apart, so the tables inside are not known"
            let place = parsed.position(of: opaque)
            return .failure(Failure(message: message, position: place, statementKind: "QueryStatement"))
        }
    }

    var json: JSONObject {
        switch outcome {
        case .success(let parsed):
            return [
                "verdict": "ok", "error": nil, "pos": nil, "statement_kind": "QueryStatement",
                "refs": .array(parsed.tableReferences().map { .object(Self.json($0)) }),
                "printed": .string(TokenPrinter.print(parsed)),
            ]
        case .failure(let failure):
            return [
                "verdict": "error", "error": .string(failure.message),
                "pos": [.integer(Int64(failure.position.line)), .integer(Int64(failure.position.column))],
                "statement_kind": failure.statementKind.map { .string($0) } ?? .null,
                "refs": [], "printed": nil,
            ]
        }
    }

    private static func json(_ reference: TableReference) -> JSONObject {
        [
            "path": .array(reference.path.map { .string($0) }), "role": .string(role(reference.role)),
            "start": .integer(Int64(reference.bytes.lowerBound)), "end": .integer(Int64(reference.bytes.upperBound)),
        ]
    }

    private static func role(_ role: TableReference.Role) -> String {
        switch role {
        case .read: "read"
        case .tableFunction: "tvf"
        case .model: "model"
        case .graph: "graph"
        }
    }
}
