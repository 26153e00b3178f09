import ArgumentParser
import Audit
import Cryptography
import Foundation
import JSON

extension AuditCommand {
    /// `scrim audit prove`.
    struct Prove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "prove",
            abstract: "Writes the proof that an entry is in the log, for somebody who does not have the log.",
            discussion: """
                The proof has the form of c2sp.org/tlog-proof: the path from the entry to the signed checkpoint. \
                `scrim audit check-proof` checks it with the entry and the verifier key.

                EXAMPLE: scrim audit prove 12 --directory var/audit --out 12.tlog-proof --entry-out 12.json
                """
        )

        @Argument(help: "The entry's number.")
        var entry: Int64

        @OptionGroup var location: Location

        @Option(name: .long, help: "The file for the proof; it must not be there yet.")
        var out: String

        @Option(name: .long, help: "The file for the entry's bytes; it must not be there yet.")
        var entryOut: String?

        @Flag(name: .long, help: "Say in JSON what was written.")
        var json = false

        func run() async throws {
            try await location.record(AuditRead("prove", ["entry": String(entry)]))
            try AuditCommand.reporting {
                let made = try EntryProofFile.make(entry: entry, directory: location.path())
                try Self.write(Array(made.proof.utf8), to: out)
                if let entryOut { try Self.write(made.entry, to: entryOut) }
                guard json else { return }
                let written: JSONValue = [
                    "seq": .integer(entry), "proof": .string(out), "entry": entryOut.map { .string($0) } ?? .null,
                ]
                print(written.text)
            }
        }

        private static func write(_ bytes: [UInt8], to path: String) throws {
            do {
                try Data(bytes).write(to: URL(filePath: path), options: .withoutOverwriting)
            } catch {
                StandardError.print("scrim: `\(path)` is there already, or cannot be written")
                throw ExitCode(2)
            }
        }
    }

    /// `scrim audit check-proof`.
    struct CheckProof: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "check-proof",
            abstract: "Checks the proof that an entry is in a log, without the log.",
            discussion: """
                Exit code 0: the entry is in the log that the key signed. 1: the proof does not show it.

                EXAMPLE: scrim audit check-proof 12.tlog-proof --entry 12.json --key scrim/host-1+1f2e3d4c+AX…
                """
        )

        @Argument(help: "The proof.")
        var proof: String

        @Option(name: .long, help: "The file with the entry's bytes.")
        var entry: String

        @Option(name: .long, help: "A verifier key of the log; may be given several times.")
        var key: [String] = []

        @Flag(name: .long, help: "Answer in JSON.")
        var json = false

        func run() async throws {
            try AuditCommand.reporting {
                let verdict = EntryProofFile.check(
                    proof: try Self.contents(proof),
                    entry: try Self.contents(entry),
                    trustedKeys: try key.map { try VerifierKey($0) }
                )
                guard let verdict else {
                    print(json ? JSONValue.object(["proven": false]).text : "not proven")
                    throw ExitCode(1)
                }
                if json {
                    let answer: JSONValue = [
                        "proven": true, "key_trusted": .bool(verdict.isKeyTrusted), "origin": .string(verdict.origin),
                        "seq": .integer(verdict.sequence), "signed_entries": .integer(verdict.size),
                    ]
                    print(answer.text)
                } else {
                    print(verdict.isKeyTrusted ? "proven" : "self-consistent, key not trusted")
                    let name = AuditCommand.printable(verdict.origin)
                    print("entry \(verdict.sequence) of \(verdict.size) of the log \(name)")
                }
            }
        }

        private static func contents(_ path: String) throws -> [UInt8] {
            guard let content = FileManager.default.contents(atPath: path) else {
                StandardError.print("scrim: `\(path)` cannot be read")
                throw ExitCode(2)
            }
            return [UInt8](content)
        }
    }
}
