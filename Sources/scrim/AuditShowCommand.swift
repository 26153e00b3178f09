import ArgumentParser
import Audit
import AuditIndex
import Cryptography
import Foundation
import JSON

extension AuditCommand {
    /// `scrim audit show`.
    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "Shows one entry, or a job with its session, or a session with its jobs, and all their entries.",
            discussion: """
                With --keys and --text it says whether a text, byte for byte, is the one that the entries commit to; \
                with --keys and --texts it shows the texts that were kept. \
                Exit code 1: nothing has that name, or the text is another.

                EXAMPLE: scrim audit show 12 --config scrim.yaml
                EXAMPLE: scrim audit show audit.example/scrim-1#12 --directory replicas
                EXAMPLE: scrim audit show scrim_zy6…_4kd… --config scrim.yaml --summary
                EXAMPLE: scrim audit show scrim_zy6…_4kd… --directory var/audit --keys keys/audit --text query.sql
                """
        )

        @Argument(
            help: "An entry's number, with the log's name and # before it where there are several; a job; a session."
        )
        var name: String

        @OptionGroup var locations: Locations

        @Option(name: .long, help: "The audit key ring, which opens commitments.")
        var keys: String?

        @Option(name: .long, help: "A file with the text to compare.")
        var text: String?

        @Flag(name: .long, help: "Show the texts that the entries commit to.")
        var texts = false

        @Option(name: .long, help: "What the text may be: sql, rewritten_sql, parameters or reason.")
        var commitment = "sql"

        @Flag(name: .long, help: "Show the job and its session, or the session and its jobs, without the entries.")
        var summary = false

        @Flag(name: .long, help: "Answer in JSON.")
        var json = false

        func validate() throws {
            guard (keys == nil) == (text == nil && !texts), text == nil || !texts else {
                throw ValidationError("--keys goes together with --text or with --texts")
            }
            guard keys == nil || !summary else { throw ValidationError("--summary goes without --keys") }
        }

        func run() async throws {
            try await locations.record(
                AuditRead(
                    "show",
                    ["name": name, "texts": texts ? "true" : nil, "commitment": text == nil ? nil : commitment],
                    texts: ["text": text.map { try Self.contents($0) }]
                )
            )
            try AuditCommand.reporting {
                let found = try AuditSubject.find(name, in: locations)
                guard !found.isEmpty else {
                    StandardError.print("scrim: the log has nothing named `\(AuditCommand.printable(name))`")
                    throw ExitCode(1)
                }
                if let keys, let text {
                    try compare(found.entries, keys: keys, text: text)
                } else if let keys {
                    try showTexts(of: found.entries, keys: keys)
                } else if json {
                    print((summary ? found.summary : .array(found.entries.map(\.entry.json))).text)
                } else {
                    if let head = found.text { print(head) }
                    for located in summary ? [] : found.entries {
                        print(Self.text(of: located.entry, of: found.isOfSeveralLogs ? located.log.origin : nil))
                    }
                }
            }
        }

        private func compare(_ entries: [LocatedEntry], keys: String, text: String) throws {
            let ring = try KeyRing.load(file: keys)
            let content = try Self.contents(text)
            let committing = entries.filter { $0.entry.json["commitments"]?[commitment] != nil }
            var matching: [LocatedEntry] = []
            for located in committing {
                let check = try CommitmentCheck(directory: located.log.directory, keys: ring)
                if try check.matches(content, commitment: commitment, of: located.entry) {
                    matching.append(located)
                }
            }
            if json {
                let answer: JSONValue = [
                    "compared": .array(committing.map { .integer($0.entry.sequence) }),
                    "matching": .array(matching.map { .integer($0.entry.sequence) }),
                ]
                print(answer.text)
            } else {
                let numbers = matching.map { String($0.entry.sequence) }.joined(separator: ", ")
                print(matching.isEmpty ? "the text is another" : "the text is that of entry \(numbers)")
            }
            if matching.isEmpty { throw ExitCode(1) }
        }

        private static func contents(_ path: String) throws -> [UInt8] {
            guard let content = FileManager.default.contents(atPath: path) else {
                StandardError.print("scrim: `\(path)` cannot be read")
                throw ExitCode(2)
            }
            return [UInt8](content)
        }

        /// The texts of all commitments, with the entries that have them.
        private func showTexts(of entries: [LocatedEntry], keys: String) throws {
            let ring = try KeyRing.load(file: keys)
            var rows: [JSONValue] = []
            for (entry, log) in entries.map({ ($0.entry, $0.log) }) {
                let check = try CommitmentCheck(directory: log.directory, keys: ring)
                for (name, _) in entry.json["commitments"]?.objectValue ?? JSONObject() {
                    let text = String(decoding: try check.text(commitment: name, of: entry), as: UTF8.self)
                    rows.append(["seq": .integer(entry.sequence), "name": .string(name), "text": .string(text)])
                    if !json { print(AuditCommand.printable("entry \(entry.sequence)  \(name): \(text)")) }
                }
            }
            if json { print(JSONValue.array(rows).text) }
        }

        /// A line with number, time and type, and one for each field.
        private static func text(of entry: AuditEntry, of origin: String?) -> String {
            let name = origin.map { "\($0)#" } ?? ""
            var lines = ["entry \(name)\(entry.sequence)  \(entry.time)  \(entry.type)"]
            for (key, value) in entry.json.objectValue ?? JSONObject() where !["seq", "time", "type"].contains(key) {
                lines.append("  \(key): \(value.stringValue ?? value.text)")
            }
            return lines.map(AuditCommand.printable).joined(separator: "\n")
        }
    }
}
