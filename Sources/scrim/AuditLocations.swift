import ArgumentParser
import Audit
import AuditIndex
import Cryptography
import Foundation

extension AuditCommand {
    /// Where the logs are that a question is asked of, and the index over them.
    struct Locations: ParsableArguments {
        @Option(
            name: .long,
            help: "A log directory, a copy of one, or a directory of such; may be given several times."
        )
        var directory: [String] = []

        @Option(name: .long, help: "A configuration file that names the log directory and the audit key ring.")
        var config: String?

        @Flag(name: .long, help: "With --config: the log of admin commands beside the server's.")
        var admin = false

        @Option(
            name: .long,
            help: "The index, a file that ends in .sqlite. Without it: beside the log directory, or in ~/.cache/scrim."
        )
        var index: String?

        func validate() throws {
            guard directory.isEmpty != (config == nil) else {
                throw ValidationError("name either --directory or --config")
            }
            guard !admin || config != nil else { throw ValidationError("--admin needs --config") }
            if let index, !index.hasSuffix(".sqlite") {
                throw ValidationError("--index takes a file whose name ends in .sqlite")
            }
        }

        /// The directories as they are named.
        private func named() throws(ConfigurationError) -> [String] {
            guard let config else { return directory }
            let environment = ProcessInfo.processInfo.environment
            let configuration = try Configuration.load(config, environment: environment)
            return [admin ? configuration.adminAuditDirectory : configuration.audit.directory]
        }

        /// The log directories: those that are named, and the logs in those that are none.
        func logDirectories() throws -> [String] {
            try named().flatMap { directory in
                let inside = AuditReader.isLog(directory: directory) ? [] : Self.logs(in: directory)
                return inside.isEmpty ? [directory] : inside
            }
        }

        private static func logs(in directory: String) -> [String] {
            let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
            return names.sorted().map { "\(directory)/\($0)" }.filter { AuditReader.isLog(directory: $0) }
        }

        /// Opens the index over the logs, and brings it up to date.
        func openIndex(isRebuilding: Bool = false) throws -> AuditIndex {
            let directories = try logDirectories()
            return try AuditIndex(
                path: index ?? Self.indexPath(for: named()),
                directories: directories,
                isRebuilding: isRebuilding
            )
        }

        /// Beside the one directory that is named; for several, or where nobody may write there, in a cache.
        private static func indexPath(for named: [String]) throws -> String {
            if named.count == 1, let directory = named.first {
                let url = URL(filePath: directory).standardizedFileURL
                let parent = url.deletingLastPathComponent().path
                let path = parent + "/" + url.lastPathComponent + "-index.sqlite"
                let isThere = FileManager.default.fileExists(atPath: path)
                if FileManager.default.isWritableFile(atPath: parent),
                    !isThere || FileManager.default.isWritableFile(atPath: path)
                {
                    return path
                }
            }
            let environment = ProcessInfo.processInfo.environment
            let home = environment["XDG_CACHE_HOME"] ?? "\(environment["HOME"] ?? NSTemporaryDirectory())/.cache"
            let cache = home + "/scrim"
            try FileManager.default.createDirectory(
                atPath: cache,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
            let paths = named.map { URL(filePath: $0).standardizedFileURL.path }.sorted().joined(separator: "\0")
            return "\(cache)/audit-\(Hex.encode(Array(SHA256.hash(Array(paths.utf8)).prefix(12))))-index.sqlite"
        }
    }
}
