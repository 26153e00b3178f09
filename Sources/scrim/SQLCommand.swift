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
                let report = ParseReport(sql, kind: "statement")
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
                let report = ParseReport(sql, kind: request["kind"]?.stringValue ?? "statement")
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

    /// A statement, or a message on standard error and exit code 1.
    private static func parsed(_ sql: String) throws -> ParsedStatement {
        do {
            return try Parser.parse(statement: sql)
        } catch {
            StandardError.print("scrim: \(error.position.line):\(error.position.column): \(error.message)")
            throw ExitCode(1)
        }
    }
}
