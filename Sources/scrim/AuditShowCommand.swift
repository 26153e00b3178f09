import ArgumentParser
import Audit
import Cryptography
import Foundation
import JSON

extension AuditCommand {
    /// `scrim audit show`.
    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "Shows one entry, or all entries of a job or a session.",
            discussion: """
                With --keys and --text it says whether a text, byte for byte, is the one that the entries commit to. \
                Exit code 1: nothing has that name, or the text is another.

                EXAMPLE: scrim audit show 12 --config scrim.yaml
                EXAMPLE: scrim audit show scrim_zy6…_4kd… --directory var/audit --keys keys/audit --text query.sql
                """
        )

        @Argument(help: "An entry's number, a job ID or a session ID.")
        var name: String

        @OptionGroup var location: Location

        @Option(name: .long, help: "The audit key ring, which opens commitments.")
        var keys: String?

        @Option(name: .long, help: "A file with the text to compare.")
        var text: String?

        @Option(name: .long, help: "What the text may be: sql, rewritten_sql, parameters or reason.")
        var commitment = "sql"

        @Flag(name: .long, help: "Answer in JSON.")
        var json = false

        func validate() throws {
            guard (keys == nil) == (text == nil) else { throw ValidationError("--keys and --text go together") }
        }

        func run() async throws {
            try AuditCommand.reporting {
                let directory = try location.path()
                let entries = try AuditReader(directory: directory).entries(named: name)
                guard !entries.isEmpty else {
                    StandardError.print("scrim: the log has nothing named `\(AuditCommand.printable(name))`")
                    throw ExitCode(1)
                }
                if let keys, let text {
                    try compare(entries, in: directory, keys: keys, text: text)
                } else if json {
                    print(JSONValue.array(entries.map(\.json)).text)
                } else {
                    for entry in entries { print(Self.text(of: entry)) }
                }
            }
        }

        private func compare(_ entries: [AuditEntry], in directory: String, keys: String, text: String) throws {
            let check = try CommitmentCheck(directory: directory, keys: KeyRing.load(file: keys))
            guard let content = FileManager.default.contents(atPath: text) else {
                StandardError.print("scrim: `\(text)` cannot be read")
                throw ExitCode(2)
            }
            let committing = entries.filter { $0.json["commitments"]?[commitment] != nil }
            var matching: [Int64] = []
            for entry in committing where try check.matches([UInt8](content), commitment: commitment, of: entry) {
                matching.append(entry.sequence)
            }
            if json {
                let answer: JSONValue = [
                    "compared": .array(committing.map { .integer($0.sequence) }),
                    "matching": .array(matching.map { .integer($0) }),
                ]
                print(answer.text)
            } else {
                let numbers = matching.map(String.init).joined(separator: ", ")
                print(matching.isEmpty ? "the text is another" : "the text is that of entry \(numbers)")
            }
            if matching.isEmpty { throw ExitCode(1) }
        }

        /// A line with number, time and type, and one for each field.
        private static func text(of entry: AuditEntry) -> String {
            var lines = ["entry \(entry.sequence)  \(entry.time)  \(entry.type)"]
            for (key, value) in entry.json.objectValue ?? JSONObject() where !["seq", "time", "type"].contains(key) {
                lines.append("  \(key): \(value.stringValue ?? value.text)")
            }
            return lines.map(AuditCommand.printable).joined(separator: "\n")
        }
    }

    /// `scrim audit verify`.
    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "verify",
            abstract: "Checks every hash, link, number, salt and signature of a log, offline.",
            discussion: """
                Prints `verified` when everything holds and the checkpoint is signed by a trusted key: one given by \
                --key, or one of the audit key ring of --config. Without a trusted key it can only say \
                `self-consistent, key not trusted`. Exit code 0: everything holds that could be checked; 1: something \
                does not.

                An anchor is a copy of the log's file `checkpoint` that was kept elsewhere; the log must continue it.

                EXAMPLE: scrim audit verify --directory var/audit --key scrim-audit+1f2e3d4c+AX… --anchor may.anchor
                """
        )

        @OptionGroup var location: Location

        @Option(
            name: .long,
            help: "A verifier key, as `scrim keys list --audit` prints it; may be given several times."
        )
        var key: [String] = []

        @Option(name: .long, help: "An earlier checkpoint; may be given several times.")
        var anchor: [String] = []

        @Flag(name: .long, help: "Answer in JSON.")
        var json = false

        func run() async throws {
            try AuditCommand.reporting {
                let result = try AuditVerifier(
                    directory: location.path(),
                    trustedKeys: trustedKeys(),
                    anchors: anchor
                ).verify()
                if json { print(result.json.text) } else { Self.printText(of: result) }
                if !result.holds { throw ExitCode(1) }
            }
        }

        private func trustedKeys() throws -> [VerifierKey] {
            var texts = key
            if texts.isEmpty, let configuration = try location.configuration() {
                texts = try AuditSigner(keys: KeyRing.load(file: configuration.keys.audit)).verifierKeys
            }
            return try texts.map { try VerifierKey($0) }
        }

        private static func printText(of result: AuditVerification) {
            print(result.verdict)
            let signed = result.signedTime.map { ", \(result.signedCount) under the checkpoint of \($0)" } ?? ""
            print("\(count(result.entryCount, "entry", "entries"))\(signed)")
            if result.anchorCount > 0 { print("\(count(result.anchorCount, "anchor")) compared") }
            for finding in result.findings {
                let place = finding.sequence.map { ", entry \($0)" } ?? ""
                print(printable("\(finding.file)\(place): \(finding.message)"))
            }
            let more = result.findingCount - result.findings.count
            if more > 0 { print("and \(count(more, "finding")) more") }
            for notice in result.notices { print("notice: \(printable(notice))") }
        }
    }
}
