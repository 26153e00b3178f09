import ArgumentParser
import Audit
import Cryptography
import Foundation
import JSON

/// `scrim audit`: who asked for what, which jobs came of it, and whether the log is whole.
struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Reads and verifies the audit log.",
        discussion: "EXAMPLE: scrim audit sessions --directory var/audit",
        subcommands: [
            Sessions.self, Jobs.self, Show.self, Verify.self, Prove.self, CheckProof.self,
            Replay.self, Retention.self, Erase.self, Hold.self,
        ]
    )

    /// Where the log is: named by itself, or by a configuration.
    struct Location: ParsableArguments {
        @Option(name: .long, help: "The log directory, or a copy of it.")
        var directory: String?

        @Option(name: .long, help: "A configuration file that names the log directory and the audit key ring.")
        var config: String?

        @Flag(name: .long, help: "With --config: the log of admin commands beside the server's.")
        var admin = false

        func validate() throws {
            guard (directory == nil) != (config == nil) else {
                throw ValidationError("name either --directory or --config")
            }
            guard !admin || config != nil else { throw ValidationError("--admin needs --config") }
        }

        func configuration() throws(ConfigurationError) -> Configuration? {
            guard let config else { return nil }
            return try Configuration.load(config, environment: ProcessInfo.processInfo.environment)
        }

        func path() throws(ConfigurationError) -> String {
            if let directory { return directory }
            guard let configuration = try configuration() else { throw ConfigurationError("no log directory is named") }
            return path(in: configuration)
        }

        /// The name that the log must have and the keys of its ring, where a configuration is named.
        func trustedKeys() throws -> [VerifierKey] {
            guard let configuration = try configuration() else { return [] }
            var origin = configuration.audit.origin.map { admin ? $0.admin : $0 }
            if origin == nil { origin = try AuditReader(directory: path(in: configuration)).origin() }
            guard let origin else { return [] }
            let ring = try KeyRing.load(file: configuration.keys.audit)
            return try AuditSigner(keys: ring, origin: origin).verifierKeys.map { try VerifierKey($0) }
        }

        private func path(in configuration: Configuration) -> String {
            admin ? configuration.adminAuditDirectory : configuration.audit.directory
        }
    }

    /// Which entries count, for `sessions` and `jobs`.
    struct Choice: ParsableArguments {
        @Option(name: .long, help: "Only this session.")
        var session: String?

        @Option(name: .long, help: "Only this subject, for example dev@example.com.")
        var person: String?

        var filter: AuditFilter {
            var filter = AuditFilter()
            filter.session = session
            filter.subject = person
            return filter
        }
    }

    /// Runs a subcommand and turns what went wrong into the exit codes: 1 for a damaged log, 2 for a log that is not
    /// there.
    static func reporting(_ body: () throws -> Void) throws {
        do {
            try body()
        } catch let error as AuditError {
            StandardError.print("scrim: \(error)")
            throw ExitCode(error.code == .damaged ? 1 : 2)
        } catch let error as ConfigurationError {
            StandardError.print("scrim: \(error)")
            throw ExitCode(2)
        } catch let error as CryptographyError {
            StandardError.print("scrim: \(error)")
            throw ExitCode(2)
        }
    }

    /// Text from the log as a terminal may have it: names that clients give themselves can hold control characters.
    static func printable(_ text: String) -> String {
        var printable = ""
        for scalar in text.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .format, .surrogate, .privateUse, .lineSeparator, .paragraphSeparator, .unassigned:
                printable += scalar == "\n" || scalar == "\t" ? " " : "\\u{\(String(scalar.value, radix: 16))}"
            default:
                printable.unicodeScalars.append(scalar)
            }
        }
        return printable
    }

    /// `1 row`, `2 rows`.
    static func count(_ number: some BinaryInteger, _ one: String, _ many: String? = nil) -> String {
        "\(number) \(number == 1 ? one : many ?? one + "s")"
    }
}

extension AuditCommand {
    /// `scrim audit sessions`.
    struct Sessions: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "sessions",
            abstract: "Lists sessions: who, with which client, when, what was done, and the gaps in between.",
            discussion: """
                A gap is a stretch of a session in which nothing was recorded.

                EXAMPLE: scrim audit sessions --config scrim.yaml --person dev@example.com --gap 30m
                """
        )

        @OptionGroup var location: Location
        @OptionGroup var choice: Choice

        @Option(name: .long, help: "The least length of a gap, such as 90s, 15m or 2h.")
        var gap = "15m"

        @Flag(name: .long, help: "Answer in JSON.")
        var json = false

        func validate() throws {
            guard Quantity.seconds(gap) != nil else { throw ValidationError("--gap takes a time such as 15m") }
        }

        func run() async throws {
            try AuditCommand.reporting {
                let sessions = try AuditReader(directory: location.path()).sessions(
                    matching: choice.filter,
                    gapSeconds: Quantity.seconds(gap) ?? AuditReader.gapSecondsDefault
                )
                if json {
                    print(JSONValue.array(sessions.map(\.json)).text)
                } else {
                    for session in sessions { print(Self.text(of: session)) }
                    if sessions.isEmpty { print("no sessions") }
                }
            }
        }

        private static func text(of session: AuditSession) -> String {
            let counts = [
                count(session.requestCount, "request"), count(session.jobCount, "job"),
                count(session.refusalCount, "refusal"),
                count(session.estimateCount, "estimate"), count(session.metadataCount, "metadata read"),
                count(session.pageCount, "page"), count(session.rowCount, "row"),
            ]
            var lines = [
                session.id, "  person  \(session.person)", "  client  \(session.client)",
                "  time    \(session.firstTime) to \(session.lastTime)", "  did     \(counts.joined(separator: ", "))",
            ]
            for gap in session.gaps { lines.append("  gap     \(gap.from) to \(gap.to): \(duration(gap.seconds))") }
            return lines.map(printable).joined(separator: "\n")
        }

        /// `2 h 5 min`, `40 s`.
        private static func duration(_ seconds: Int64) -> String {
            let (hours, minutes) = (seconds / 3600, seconds / 60 % 60)
            if hours > 0 { return "\(hours) h \(minutes) min" }
            return minutes > 0 ? "\(minutes) min \(seconds % 60) s" : "\(seconds) s"
        }
    }

    /// `scrim audit jobs`.
    struct Jobs: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "jobs",
            abstract: "Lists BigQuery jobs: ID, session, person, outcome, bytes and masked columns.",
            discussion: "EXAMPLE: scrim audit jobs --config scrim.yaml --session zy6rs3…"
        )

        @OptionGroup var location: Location
        @OptionGroup var choice: Choice

        @Flag(name: .long, help: "Answer in JSON.")
        var json = false

        func run() async throws {
            try AuditCommand.reporting {
                let jobs = try AuditReader(directory: location.path()).jobs(matching: choice.filter)
                if json {
                    print(JSONValue.array(jobs.map(\.json)).text)
                } else {
                    for job in jobs { print(AuditCommand.text(of: job)) }
                    if jobs.isEmpty { print("no jobs") }
                }
            }
        }
    }

    /// A job for people, in several lines.
    static func text(of job: AuditJobRecord) -> String {
        let reason = job.reason.map { " (\($0))" } ?? ""
        let bytes = job.bytesProcessed.map { ", \(count($0, "byte")) read" } ?? ""
        let delivered = "\(count(job.rowCount, "row")) in \(count(job.pageCount, "page"))"
        var lines = [
            job.id, "  session \(job.session)", "  person  \(job.person)",
            "  where   \(job.project), \(job.location)",
            "  time    \(job.submittedTime ?? "not submitted") to \(job.endedTime ?? "now")",
            "  outcome \(job.outcome)\(reason): \(delivered)\(bytes)",
        ]
        if let sql = job.sqlShape { lines.append("  sql     \(sql)") }
        for column in job.maskedColumns { lines.append("  masked  \(column)") }
        if job.maskedColumnsCut > 0 { lines.append("  masked  and \(job.maskedColumnsCut) more, cut from the entry") }
        return lines.map(printable).joined(separator: "\n")
    }
}
