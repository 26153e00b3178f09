import Anchoring
import Audit
import BigQuery
import Catalog
import Cryptography
import Foundation
import Gate
import JSON
import Logging
import Server

/// `scrim.yaml`, decoded and checked; `docs/configuration.md` describes every key.
///
/// Relative paths are relative to the file's own directory, so that a command works from anywhere.
struct Configuration: Sendable {
    struct Listen: Sendable {
        var host = "127.0.0.1"
        var port = 8080
        /// Connections that are open at once; nil: what the process's descriptors allow.
        var connections: Int?
    }

    struct Warehouse: Sendable {
        /// The project that jobs are billed to, and the default of unqualified names.
        let project: String
        let location: String
        let defaultDataset: String?
        /// What exists for callers: `dataset` of the project, or `project.dataset`.
        let datasets: [String]
        /// The base URL of BigQuery's API; nil: Google's.
        let endpoint: String?
        /// Where access tokens come from.
        let credentials: CredentialSettings
        /// Whether functions of datasets that are written in JavaScript may be called.
        let javaScriptFunctions: Bool
    }

    struct Keys: Sendable {
        let tokens: String
        let sealing: String
        let audit: String
    }

    struct AuditSettings: Sendable {
        let directory: String
        /// The log's name; nil: the one that it has, or one after this machine.
        let origin: LogOrigin?
        /// A file to which checkpoints are added.
        let anchorFile: String?
        /// Who else gets them.
        let anchors: AnchorSettings
        /// A table that entries are copied to.
        let sink: AuditSinkSettings?
        /// Whether what callers are given is kept, sealed.
        var recordsContent = false
        /// How long sealed records are kept.
        var retention = RetentionPolicy()
    }

    struct AuditSinkSettings: Sendable {
        let table: TableID
        /// The account that writes it; nil: the server's own.
        let serviceAccountFile: String?
        /// Where it is kept how far the table has come.
        let stateFile: String
        /// How long entries may wait before that is recorded.
        var lagSeconds: Int64 = 60
    }

    struct Limits: Sendable {
        var maxBytesBilled: Int64 = 100_000_000_000
        var pageRows = 100
        var pageBytes = 40_000
        var queryTimeoutSeconds: Int64 = 300
        var sessionHours = 12
        var wildcardTables = GateSettings.wildcardTablesDefault
        /// What one principal may have going at once.
        var calls = CallLimits()
        /// From the first signal to the end of the process: less than the 30 s that Kubernetes gives.
        var shutdownSeconds: Int64 = 25
    }

    let listen: Listen
    /// What of the server's own log is written.
    let logLevel: Logger.Level
    let warehouse: Warehouse
    var identity: IdentityConfiguration
    let mapping: String
    let keys: Keys
    let audit: AuditSettings
    let limits: Limits
    /// SHA-256 of the file.
    var digest: [UInt8]?

    /// Where admin commands record what they do: a running server holds the lock on its own log.
    var adminAuditDirectory: String { audit.directory + "-admin" }

    /// Reads and checks a configuration file.
    static func load(_ path: String, environment: [String: String]) throws(ConfigurationError) -> Configuration {
        guard let data = FileManager.default.contents(atPath: path),
            let text = String(validating: data, as: UTF8.self)
        else {
            throw ConfigurationError("`\(path)` cannot be read as UTF-8 text")
        }
        do {
            let directory = URL(filePath: path).deletingLastPathComponent()
            var configuration = try ConfigurationDecoder(directory: directory, environment: environment)
                .decode(YAMLDocument.parse(text))
            configuration.digest = SHA256.hash(Array(data))
            return configuration
        } catch let error as ConfigurationError {
            throw ConfigurationError("`\(path)`: \(error)")
        } catch {
            throw ConfigurationError("`\(path)`: \(error)")
        }
    }
}
