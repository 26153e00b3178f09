import ArgumentParser
import Audit
import Cryptography
import Foundation
import JSON

/// `scrim keys`: the key rings for tokens, sealing and audit. No command prints a secret.
struct KeysCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys",
        abstract: "Makes, lists and rotates key rings.",
        discussion: "EXAMPLE: scrim keys make keys/audit",
        subcommands: [Make.self, List.self, Rotate.self]
    )

    /// The ring to work on, and how to answer.
    struct Target: ParsableArguments {
        @Argument(help: "The file of the key ring.")
        var file: String

        @Flag(name: .long, help: "It is the audit key ring: show the verifier keys for auditors too.")
        var audit = false

        @Option(name: .long, help: "With --audit: the log's name (`audit.origin`), which its keys have as well.")
        var origin: String?

        @Option(name: .long, help: "Its configuration: changes are recorded; with --audit, keys are those of its log.")
        var config: String?

        @Flag(name: .long, help: "With --config: those of the log of admin commands.")
        var admin = false

        @Flag(name: .long, help: "Answer in JSON.")
        var json = false

        func validate() throws {
            guard audit || origin == nil else { throw ValidationError("--origin needs --audit") }
            guard origin == nil || config == nil else { throw ValidationError("name either --origin or --config") }
            guard !admin || config != nil else { throw ValidationError("--admin needs --config") }
        }

        /// The name of the log: as given, as its configuration or the log itself has it, or that of a new log here.
        private func logOrigin() throws -> LogOrigin {
            if let origin { return try LogOrigin(origin) }
            guard let config else { return .ofThisMachine }
            let settings = try Configuration.load(config, environment: ProcessInfo.processInfo.environment)
            if let origin = settings.audit.origin { return admin ? origin.admin : origin }
            let directory = admin ? settings.adminAuditDirectory : settings.audit.directory
            if let origin = try? AuditReader(directory: directory).origin() { return origin }
            return admin ? LogOrigin.ofThisMachine.admin : .ofThisMachine
        }

        /// Changes the ring and prints it. With a configuration the log of admin commands has the command before it is
        /// carried out and the keys after it. What comes first, when the ring of that log itself is made, is the ring.
        func change(
            _ change: KeysChanged.Change,
            _ body: (String) throws(CryptographyError) -> KeyRing
        ) async throws {
            do {
                guard let config else { return try show(body) }
                let configuration = try Configuration.load(config, environment: ProcessInfo.processInfo.environment)
                let ring = try ring(in: configuration)
                let isLogsOwn = ring == .audit && change == .made
                var changed = isLogsOwn ? try body(file) : nil
                let log = try await AdminLog.open(configuration, makesKeys: true)
                let context = try AdminLog.context()
                try await AdminLog.use(log) {
                    let command = change == .made ? "keys make" : "keys rotate"
                    let given = AdminCommandGiven(command: command, arguments: ["ring": ring.rawValue, "file": file])
                    _ = try await log.append(.adminCommandGiven(context, given))
                    let keys = try changed ?? body(file)
                    changed = keys
                    let event = KeysChanged(ring: ring, change: change, keys: keys)
                    _ = try await log.append(.keysChanged(context, event))
                }
                if let changed { try show { _ throws(CryptographyError) in changed } }
            } catch let error as ConfigurationError {
                StandardError.print("scrim: \(error)")
                throw ExitCode(2)
            } catch let error as CryptographyError {
                StandardError.print("scrim: \(error)")
                throw ExitCode(2)
            }
        }

        /// Which of a configuration's rings the file is.
        private func ring(in configuration: Configuration) throws(ConfigurationError) -> KeysRead.Ring {
            func path(_ text: String) -> String {
                URL(filePath: text).standardizedFileURL.resolvingSymlinksInPath().path
            }
            let keys = configuration.keys
            let rings: [(KeysRead.Ring, String)] = [
                (.tokens, keys.tokens), (.sealing, keys.sealing), (.audit, keys.audit),
            ]
            guard let found = rings.first(where: { path($0.1) == path(file) }) else {
                throw ConfigurationError("`\(file)` is none of the key rings of the configuration")
            }
            return found.0
        }

        /// Prints IDs, times and, where asked for, verifier keys of a ring.
        func show(_ body: (String) throws(CryptographyError) -> KeyRing) throws {
            do {
                let ring = try body(file)
                let verifierKeys = audit ? try AuditSigner(keys: ring, origin: logOrigin()).verifierKeys : []
                let rows = ring.keys.enumerated().map { index, key in
                    (key, verifierKeys.indices.contains(index) ? verifierKeys[index] : nil)
                }
                if json {
                    let keys = rows.map { key, verifierKey -> JSONValue in
                        var object: JSONObject = [
                            "id": .string(key.id), "created": .string(key.created.formatted(.iso8601)),
                        ]
                        object["verifier_key"] = verifierKey.map { .string($0) }
                        return .object(object)
                    }
                    print(JSONValue.array(keys).text)
                } else {
                    for (key, verifierKey) in rows {
                        let fields = [key.id, key.created.formatted(.iso8601), verifierKey].compactMap(\.self)
                        print(fields.joined(separator: "  "))
                    }
                }
            } catch let error as CryptographyError {
                StandardError.print("scrim: \(error)")
                throw ExitCode(2)
            } catch let error as AuditError {
                StandardError.print("scrim: \(error)")
                throw ExitCode(2)
            } catch let error as ConfigurationError {
                StandardError.print("scrim: \(error)")
                throw ExitCode(2)
            }
        }
    }

    /// `scrim keys make`.
    struct Make: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "make",
            abstract: "Makes a ring of one fresh key with mode 0600; refuses to replace a file.",
            discussion: "EXAMPLE: scrim keys make keys/sealing --config scrim.yaml"
        )

        @OptionGroup var target: Target

        func run() async throws {
            try await target.change(.made) { file throws(CryptographyError) in try KeyRing.make(file: file) }
        }
    }

    /// `scrim keys list`.
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract:
                "Lists the keys of a ring, newest first: ID, time of making, and for the audit ring verifier keys.",
            discussion: "EXAMPLE: scrim keys list --audit keys/audit --config scrim.yaml"
        )

        @OptionGroup var target: Target

        func validate() throws {
            guard target.audit || target.config == nil else { throw ValidationError("--config needs --audit") }
        }

        func run() async throws {
            try target.show { file throws(CryptographyError) in try KeyRing.load(file: file) }
        }
    }

    /// `scrim keys rotate`.
    struct Rotate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "rotate",
            abstract: "Puts a fresh key in front of a ring. Servers use it from their next start on.",
            discussion: "EXAMPLE: scrim keys rotate keys/tokens --config scrim.yaml"
        )

        @OptionGroup var target: Target

        func run() async throws {
            try await target.change(.rotated) { file throws(CryptographyError) in try KeyRing.rotate(file: file) }
        }
    }
}
