import Audit
import BigQuery
import Catalog
import Foundation
import Gate
import HTTPTransport
import Masking

/// One run of an admin command: the admin's own credential, a log of the admin's own, and the configuration.
struct AdminSession {
    let configuration: Configuration
    let mapping: Mapping
    let client: AdminClient
    let log: AuditLog
    let context: AuditContext

    /// Opens everything; nothing is changed and nothing is read from BigQuery.
    private static func open(_ access: TagsCommand.Access) async throws -> AdminSession {
        let environment = ProcessInfo.processInfo.environment
        let configuration = try Configuration.load(access.config, environment: environment)
        let mapping = try MappingDirectory.load(configuration.mapping)
        let client = try client(configuration.warehouse, keyFile: access.credentials)
        do {
            try await client.checkCredentials()
        } catch {
            throw ConfigurationError("--credentials: \(error)")
        }
        let context = try AdminLog.context(client: client.accountEmail, mapping: mapping.digest)
        let log = try await AdminLog.open(configuration, directory: access.auditDirectory, makesKeys: true)
        return AdminSession(
            configuration: configuration,
            mapping: mapping,
            client: client,
            log: log,
            context: context
        )
    }

    /// Runs a command in a session and closes its log, whatever happens. The command is in the log before anything is
    /// done for it.
    ///
    /// - Parameter arguments: what the command was given, by the names of its options; null what was not.
    /// - Throws: what the body throws; failures of BigQuery and of the log as `ConfigurationError`.
    static func run(
        _ access: TagsCommand.Access,
        _ command: String,
        _ arguments: [String: String?],
        _ body: (AdminSession) async throws -> Void
    ) async throws {
        let session = try await open(access)
        let given = AdminCommandGiven(command: command, arguments: arguments.compactMapValues(\.self))
        do {
            try await AdminLog.use(session.log) {
                _ = try await session.log.append(.adminCommandGiven(session.context, given))
                try await body(session)
            }
        } catch let error as BigQueryError {
            throw ConfigurationError("bigquery: \(error)")
        }
    }

    /// Records that names, types and tags are about to be shown.
    func recordReading(_ command: String, _ resources: [String], itemCount: Int) async throws {
        _ = try await log.append(
            .metadataRead(context, MetadataRead(tool: command, resources: resources, itemCount: itemCount))
        )
    }

    /// The tables of a dataset, or of all configured ones.
    ///
    /// - Parameters:
    ///   - dataset: `dataset` or `project.dataset`.
    ///   - table: only tables of this name, `dataset.table` or `project.dataset.table`.
    func tables(dataset: String?, table: String?) async throws -> [TableID] {
        let project = configuration.warehouse.project
        var datasets = GateSettings(configuration).datasets
        if let dataset {
            let parts = dataset.split(separator: ".").map(String.init)
            guard (1...2).contains(parts.count) else {
                throw ConfigurationError("--dataset must be `dataset` or `project.dataset`")
            }
            datasets = [DatasetID(project: parts.count == 2 ? parts[0] : project, dataset: parts[parts.count - 1])]
        }
        if let table {
            let parts = table.split(separator: ".").map(String.init)
            switch (parts.count, dataset) {
            case (1, .some): return [TableID(project: datasets[0].project, dataset: datasets[0].dataset, table: table)]
            case (2, nil): return [TableID(project: project, dataset: parts[0], table: parts[1])]
            case (3, nil): return [TableID(project: parts[0], dataset: parts[1], table: parts[2])]
            default:
                throw ConfigurationError("--table must be `dataset.table`, or a table's name beside --dataset")
            }
        }
        var tables: [TableID] = []
        for dataset in datasets {
            guard let listed = try await client.tables(of: dataset) else {
                throw ConfigurationError("there is no dataset `\(dataset)`")
            }
            tables += listed.map(\.id)
        }
        return tables
    }

    // MARK: Credentials

    /// The admin's client. The server's account is refused, by file and by name: who changes tags must be told apart
    /// from who reads, in BigQuery's own logs too.
    private static func client(
        _ warehouse: Configuration.Warehouse,
        keyFile: String
    ) throws(ConfigurationError) -> AdminClient {
        let refusal = ConfigurationError(
            "--credentials: that is the server's service account; tag commands need one of their own"
        )
        let paths = [keyFile, warehouse.credentials.file].map { path in
            path.map { URL(filePath: $0).standardizedFileURL.resolvingSymlinksInPath().path }
        }
        guard paths[0] != paths[1] else { throw refusal }
        do {
            let endpoint = try Warehouse.endpoint(of: warehouse)
            let key = try ServiceAccountKey(file: keyFile, for: endpoint)
            // An admin's machine need not hold the server's credential; where it does, the accounts are compared.
            let server = try? CredentialSource.account(of: warehouse.credentials, for: endpoint)
            guard server?.lowercased() != key.email.lowercased() else { throw refusal }
            let transport = try HTTPTransport(
                configuration: HTTPTransport.Configuration(
                    allowsPlainLoopback: endpoint.isLoopback,
                    userAgent: Warehouse.userAgent
                )
            )
            let configuration = BigQueryClient.Configuration(
                endpoint: endpoint,
                project: warehouse.project,
                location: warehouse.location
            )
            return AdminClient(configuration: configuration, key: key, transport: transport)
        } catch let error as ConfigurationError {
            throw error
        } catch {
            throw ConfigurationError("--credentials: \(error)")
        }
    }
}
