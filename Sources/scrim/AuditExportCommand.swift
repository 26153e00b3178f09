import ArgumentParser
import Audit
import AuditIndex
import Evidence
import Foundation
import JSON
import Masking
import Reconciliation

extension AuditCommand {
    /// `scrim audit export`.
    struct Export: AsyncParsableCommand {
        /// What is written.
        enum Format: String, ExpressibleByArgument, CaseIterable {
            case package
            case jsonl
            case ocsf
        }

        static let configuration = CommandConfiguration(
            commandName: "export",
            abstract: "Writes evidence for a period, a person or a dataset, which can be checked without the log.",
            discussion: """
                A package is a new directory: the entries, a proof for each, the checkpoint, a report that prints well, and \
                a list of SHA-256 sums. `scrim audit check-export` checks it. --format jsonl writes the entries one a line, \
                --format ocsf events of the Open Cybersecurity Schema Framework for a SIEM. Only entries under the log's \
                checkpoint are exported.

                EXAMPLE: scrim audit export --config scrim.yaml --person ann@bank.example --from 2026-11-01 --to 2026-12-01 \
                --out evidence
                EXAMPLE: scrim audit export --directory var/audit --format ocsf --from 2026-11-28T00:00:00Z
                """
        )

        @OptionGroup var location: Location

        @Option(name: .long, help: "package, jsonl or ocsf.")
        var format = Format.package

        @Option(name: .long, help: "The directory of the package, or the file; it must not be there yet.")
        var out: String?

        @Option(name: .long, help: "From this day, or this time in UTC, such as 2026-11-22T18:27:00Z.")
        var from: String?

        @Option(name: .long, help: "To the end of this day, or before this time.")
        var to: String?

        @Option(name: .long, help: "Only this subject, for example dev@example.com; also who acts for another.")
        var person: String?

        @Option(name: .long, help: "Only what names this dataset, as project.dataset, and its jobs.")
        var dataset: String?

        @Option(name: .long, help: "Only this session.")
        var session: String?

        @Option(name: .long, help: "Only this job ID.")
        var job: String?

        @Option(name: .long, help: "The least length of a gap that the report shows, such as 90s, 15m or 2h.")
        var gap = "15m"

        @Option(name: .long, help: "A verifier key of the log, for the report; may be given several times.")
        var key: [String] = []

        @Option(name: .long, help: "The mapping directory in its Git repository, to add the mappings in force.")
        var mappingGit: String?

        @Flag(name: .long, help: "Say in JSON what the package has. The other formats are JSON in any case.")
        var json = false

        func validate() throws {
            guard Quantity.seconds(gap) != nil else { throw ValidationError("--gap takes a time such as 15m") }
            try AuditMoment.check([("--from", from), ("--to", to)])
            guard format != .package || out != nil else { throw ValidationError("a package needs --out DIRECTORY") }
            guard format == .package || mappingGit == nil else {
                throw ValidationError("--mapping-git belongs to a package")
            }
            if let dataset, dataset.split(separator: ".", omittingEmptySubsequences: false).count != 2 {
                throw ValidationError("--dataset takes project.dataset")
            }
        }

        private var choice: EvidenceChoice {
            var choice = EvidenceChoice()
            choice.from = from.flatMap(AuditMoment.begin).map(Moment.text)
            choice.to = to.flatMap(AuditMoment.end).map(Moment.text)
            choice.subject = person
            choice.dataset = dataset
            choice.session = session
            choice.job = job
            return choice
        }

        func run() async throws {
            let asked: [String: String?] = [
                "format": format.rawValue, "out": out, "from": from, "to": to, "person": person, "dataset": dataset,
                "session": session, "job": job,
            ]
            try await location.record(AuditRead("export", asked))
            try AuditCommand.reporting {
                do {
                    let log = try SignedLog(directory: location.path())
                    switch format {
                    case .package: try writePackage(of: log)
                    case .jsonl: try writeLines(of: log) { $0.bytes }
                    case .ocsf: try writeLines(of: log) { OCSFEvent($0).json.serialized() }
                    }
                } catch let error as EvidenceError {
                    StandardError.print("scrim: \(error)")
                    throw ExitCode(2)
                }
            }
        }

        // MARK: A package

        private func writePackage(of log: SignedLog) throws {
            var package = try EvidencePackage(
                of: log,
                choice: choice,
                gapSeconds: Quantity.seconds(gap) ?? AuditIndex.gapSecondsDefault,
                keys: namedKeys(),
                software: "scrim/\(Version.current)",
                mappingFiles: { digests in try mappingGit.map { try MappingHistory.files(of: digests, in: $0) } ?? [:] }
            )
            let directory = try NewDirectory(out ?? "")
            try package.forEachFile { path, bytes in try directory.write(bytes, to: path) }
            if json {
                let answer: JSONValue = [
                    "entries": .integer(Int64(package.selectedCount)), "directory": .string(directory.path),
                    "missing_mappings": mappingGit == nil
                        ? [] : .array(package.missingMappings.map { .string($0) }),
                ]
                print(answer.text)
                return
            }
            print("\(AuditCommand.count(package.selectedCount, "entry", "entries")) in \(directory.path)")
            guard mappingGit != nil else { return }
            for digest in package.missingMappings { print("notice: no files were found for the mapping \(digest)") }
        }

        /// Never from the log itself.
        private func namedKeys() throws -> [NamedKey] {
            guard key.isEmpty else {
                return try key.map { NamedKey(verifierKey: try VerifierKey($0).description, source: "--key") }
            }
            return try location.trustedKeys().map {
                NamedKey(
                    verifierKey: $0.description,
                    source: "the audit key ring that the server's configuration names"
                )
            }
        }

        // MARK: Lines

        /// So many bytes are written at once.
        private static let writtenBytes = 262_144

        private func writeLines(of log: SignedLog, _ line: (SignedEntry) -> [UInt8]) throws {
            let file = try out.map { try NewFile($0) }
            var selection = EvidenceSelection(choice)
            var waiting: [UInt8] = []
            func flush() throws(AuditError) {
                do {
                    try (file?.handle ?? .standardOutput).write(contentsOf: Data(waiting))
                } catch {
                    throw AuditError(.file, "the lines cannot be written: \(error.localizedDescription)")
                }
                waiting.removeAll(keepingCapacity: true)
            }
            try log.forEachEntry { entry throws(AuditError) in
                guard selection.includes(entry.entry) else { return true }
                waiting += line(entry) + [UInt8(ascii: "\n")]
                if waiting.count >= Self.writtenBytes { try flush() }
                return true
            }
            try flush()
        }
    }
}

/// A file that is made; one that is there already is left as it is.
private struct NewFile {
    let handle: FileHandle

    init(_ path: String) throws(ConfigurationError) {
        do {
            try Data().write(to: URL(filePath: path), options: .withoutOverwriting)
            handle = try FileHandle(forWritingTo: URL(filePath: path))
        } catch {
            throw ConfigurationError("`\(path)` is there already, or cannot be written")
        }
    }
}

/// A directory that is made, and the files in it.
private struct NewDirectory {
    let path: String

    init(_ path: String) throws(ConfigurationError) {
        self.path = path
        do {
            // Only the last directory is made, and only when there is nothing of its name: who reads a package must not
            // find what was there before.
            try FileManager.default.createDirectory(
                atPath: path,
                withIntermediateDirectories: false,
                attributes: [.posixPermissions: 0o700]
            )
        } catch {
            throw ConfigurationError("`\(path)` is there already, or cannot be made")
        }
    }

    func write(_ bytes: [UInt8], to name: String) throws(ConfigurationError) {
        let file = URL(filePath: "\(path)/\(name)")
        do {
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try Data(bytes).write(to: file, options: .withoutOverwriting)
        } catch {
            throw ConfigurationError("`\(path)/\(name)` cannot be written")
        }
    }
}
