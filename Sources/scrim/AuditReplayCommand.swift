import ArgumentParser
import Audit
import Cryptography
import Foundation
import JSON

extension AuditCommand {
    /// `scrim audit replay`.
    struct Replay: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "replay",
            abstract: "Tells a session as it happened, step by step.",
            discussion: """
                With --keys, texts are shown as they were written, and what was returned where that was recorded \
                (`audit.content`); each is compared with what its entry commits to. \
                Exit code 1: there is no such session, or something kept is not what it should be.

                EXAMPLE: scrim audit replay zy6rs3… --config scrim.yaml --keys keys/audit
                """
        )

        @Argument(help: "The session's ID.")
        var session: String

        @OptionGroup var location: Location

        @Option(name: .long, help: "The audit key ring, which opens texts and content.")
        var keys: String?

        @Flag(name: .long, help: "Answer in JSON: one object a line.")
        var json = false

        func run() async throws {
            try await location.record(
                AuditRead("replay", ["session": session, "content": keys == nil ? nil : "true"])
            )
            try AuditCommand.reporting {
                let ring = try keys.map { try KeyRing.load(file: $0) }
                let replay = try SessionReplay(directory: location.path(), keys: ring)
                var teller = ReplayTeller()
                var (isThere, isWrong) = (false, false)
                try replay.forEachStep(of: session) { step in
                    isThere = true
                    if case .wrong = step.record { isWrong = true }
                    print(json ? ReplayTeller.json(of: step).text : teller.text(of: step))
                }
                guard isThere else {
                    StandardError.print("scrim: the log has no session `\(AuditCommand.printable(session))`")
                    throw ExitCode(1)
                }
                if isWrong { throw ExitCode(1) }
            }
        }
    }
}
