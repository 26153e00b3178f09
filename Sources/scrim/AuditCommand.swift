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
            Sessions.self, Jobs.self, Show.self, Verify.self, Prove.self, CheckProof.self, Index.self,
            Reconcile.self, Export.self, CheckExport.self,
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
