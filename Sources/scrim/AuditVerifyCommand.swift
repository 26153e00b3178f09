import ArgumentParser
import Audit
import Cryptography
import Foundation
import JSON

extension AuditCommand {
    /// `scrim audit verify`.
    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "verify",
            abstract: "Checks every hash, number, signature and file of a log, offline.",
            discussion: """
                Prints `verified` when everything holds and the checkpoint is signed by a trusted key: one given by \
                --key, or one of the audit key ring of --config. Without a trusted key it can only say \
                `self-consistent, key not trusted`. Exit code 0: everything holds that could be checked; 1: something \
                does not.

                An anchor is a copy of the log's file `checkpoint` that was kept elsewhere, or a file that \
                `audit.anchors.file` names; the log must continue each checkpoint in it. A witness must have cosigned one \
                of the last two checkpoints that were kept.

                EXAMPLE: scrim audit verify --directory var/audit --key scrim/host-1+1f2e3d4c+AX… --anchor may.anchor
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

        @Option(
            name: .long,
            help: "The verifier key of a witness that must have cosigned the log; may be given several times."
        )
        var witness: [String] = []

        @Flag(name: .long, help: "Answer in JSON.")
        var json = false

        func run() async throws {
            try AuditCommand.reporting {
                let result = try AuditVerifier(
                    directory: location.path(),
                    trustedKeys: trustedKeys(),
                    anchors: anchor,
                    witnesses: witness.map { try WitnessKey($0) }
                ).verify()
                if json { print(result.json.text) } else { Self.printText(of: result) }
                if !result.holds { throw ExitCode(1) }
            }
        }

        private func trustedKeys() throws -> [VerifierKey] {
            try key.isEmpty ? location.trustedKeys() : key.map { try VerifierKey($0) }
        }

        private static func printText(of result: AuditVerification) {
            print(result.verdict)
            if let origin = result.origin { print("log \(printable(origin))") }
            let last = result.signedTime.map { ", the last of them of \(printable($0))" } ?? ""
            print("\(count(result.entryCount, "entry", "entries")), \(result.signedCount) under the checkpoint\(last)")
            let earlier = count(result.historyCount, "earlier checkpoint")
            print("\(earlier) and \(count(result.anchorCount, "anchor")) compared")
            for witness in result.witnesses {
                let extent = "\(witness.entryCount) of them, at \(witness.timeText)"
                print("witness \(printable(witness.name)) cosigned \(extent)")
            }
            if result.erasedCount > 0 {
                let announcements = count(result.erasureCount, "entry", "entries")
                print("\(count(result.erasedCount, "sealed record")) erased, announced by \(announcements)")
            }
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
