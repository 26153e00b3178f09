import ArgumentParser
import Audit
import Cryptography
import Foundation
import JSON
import Reconciliation

extension AuditCommand {
    /// `scrim audit hold`.
    struct Hold: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "hold",
            abstract: "Legal holds: what one covers is not erased while it is in force.",
            discussion: """
                Holds are entries of the log of admin commands, which can be written while a server runs. A hold counts \
                for every erasure that begins after it.

                EXAMPLE: scrim audit hold add --config scrim.yaml --person alice@bank.example --reason 'case 12'
                """,
            subcommands: [Add.self, List.self, Release.self]
        )

        /// `scrim audit hold add`.
        struct Add: AsyncParsableCommand {
            static let configuration = CommandConfiguration(
                commandName: "add",
                abstract: "Places a hold and prints its name.",
                discussion: """
                    Several conditions must all hold; --all covers everything.

                    EXAMPLE: scrim audit hold add --config scrim.yaml --from 2026-01-01 --to 2026-03-31 --reason 'audit Q1'
                    """
            )

            @Option(name: .long, help: "The configuration file.")
            var config: String

            @Option(name: .long, help: "What belongs to this session.")
            var session: String?

            @Option(name: .long, help: "What belongs to this subject.")
            var person: String?

            @Option(name: .long, help: "What belongs to this job.")
            var job: String?

            @Option(name: .long, help: "What was written from this day or time on, in UTC: 2026-01-31.")
            var from: String?

            @Option(name: .long, help: "What was written to the end of this day, or before this time.")
            var to: String?

            @Flag(name: .long, help: "Everything.")
            var all = false

            @Option(name: .long, help: "Why; it stands in the log.")
            var reason: String

            @Flag(name: .long, help: "Answer in JSON.")
            var json = false

            func validate() throws {
                try AuditDesk.check(reason: reason)
                let isNarrow = [session, person, job, from, to].contains { $0 != nil }
                guard isNarrow != all else {
                    throw ValidationError("say what is held: --session, --person, --job, --from, --to, or --all")
                }
                try AuditMoment.check([("--from", from), ("--to", to)])
            }

            func run() async throws {
                try await AuditDesk.reporting {
                    let desk = try AuditDesk(config: config)
                    var scope = RecordChoice()
                    scope.session = session
                    scope.person = person
                    scope.job = job
                    scope.from = from.flatMap(AuditMoment.begin).map(Moment.text)
                    scope.to = to.flatMap(AuditMoment.end).map(Moment.text)
                    let id = "hold-" + Base32.encode(try SecureRandom.bytes(5)).lowercased()
                    let placed = HoldPlaced(by: desk.actor, id: id, scope: scope, reason: reason)
                    let receipt = try await desk.withLog(admin: true) { log in
                        try await log.append(.retention(.holdPlaced(placed)))
                    }
                    if json {
                        let answer: JSONValue = ["hold": .string(id), "seq": .integer(receipt.sequence)]
                        print(answer.text)
                    } else {
                        print(id)
                    }
                }
            }
        }

        /// `scrim audit hold list`.
        struct List: AsyncParsableCommand {
            static let configuration = CommandConfiguration(
                commandName: "list",
                abstract: "Lists the holds in force.",
                discussion: "EXAMPLE: scrim audit hold list --config scrim.yaml"
            )

            @Option(name: .long, help: "The configuration file.")
            var config: String

            @Flag(name: .long, help: "Answer in JSON.")
            var json = false

            func run() async throws {
                try await AuditRead("hold list").record(config: config, admin: true)
                try AuditCommand.reporting {
                    let desk = try AuditDesk(config: config)
                    let holds = try HoldBook.read(directory: desk.directory(admin: true)).holds
                    if json {
                        print(JSONValue.array(holds.map(\.json)).text)
                        return
                    }
                    for hold in holds {
                        print(printable("\(hold.id)  placed \(hold.time) by \(hold.placedBy), entry \(hold.sequence)"))
                        let scope = hold.scope == RecordChoice() ? "everything" : hold.scope.json.text
                        print(printable("  covers  \(scope)"))
                        print(printable("  reason  \(hold.reason)"))
                    }
                    if holds.isEmpty { print("no holds") }
                }
            }
        }

        /// `scrim audit hold release`.
        struct Release: AsyncParsableCommand {
            static let configuration = CommandConfiguration(
                commandName: "release",
                abstract: "Ends a hold.",
                discussion: "EXAMPLE: scrim audit hold release hold-4kd… --config scrim.yaml --reason 'case 12 closed'"
            )

            @Argument(help: "The hold's name.")
            var hold: String

            @Option(name: .long, help: "The configuration file.")
            var config: String

            @Option(name: .long, help: "Why; it stands in the log.")
            var reason: String

            @Flag(name: .long, help: "Answer in JSON.")
            var json = false

            func validate() throws { try AuditDesk.check(reason: reason) }

            func run() async throws {
                try await AuditDesk.reporting {
                    let desk = try AuditDesk(config: config)
                    let directory = desk.directory(admin: true)
                    let released = try await desk.withLog(admin: true) { log in
                        guard try HoldBook.read(directory: directory).holds.contains(where: { $0.id == hold }) else {
                            return false
                        }
                        let event = HoldReleased(by: desk.actor, id: hold, reason: reason)
                        _ = try await log.append(.retention(.holdReleased(event)))
                        return true
                    }
                    guard released else {
                        StandardError.print("scrim: no hold in force is named `\(AuditCommand.printable(hold))`")
                        throw ExitCode(1)
                    }
                    print(json ? JSONValue.object(["released": .string(hold)]).text : "released")
                }
            }
        }
    }
}
