import Audit
import BigQuery
import Catalog
import Cryptography
import Foundation
import Gate
import HTTPTransport
import Identity
import Logging
import MCP
import Masking
import Server
import ServiceLifecycle
import UnixSignals

/// The parts of a server, put together from a configuration; every mistake shows before it listens.
struct Assembly {
    private let configuration: Configuration
    private let principal: Principal
    private let sessions: SessionIDMint
    private let gate: QueryGate
    private let audit: AuditLog
    private let logger: Logger

    /// - Throws: `ConfigurationError` that names the key, the file or the service that is at fault.
    init(_ configuration: Configuration) async throws(ConfigurationError) {
        self.configuration = configuration
        logger = Logger(label: "scrim") { StreamLogHandler.standardError(label: $0) }
        let tokens = try Self.ring(configuration.keys.tokens, key: "keys.tokens")
        let sealing = try Self.ring(configuration.keys.sealing, key: "keys.sealing")
        let auditKeys = try Self.ring(configuration.keys.audit, key: "keys.audit")
        let mapping = try MappingReload.load(configuration)
        let client = try Warehouse.client(configuration.warehouse)
        do {
            principal = try DevelopmentPrincipal.make(
                subject: configuration.developmentPrincipal.subject,
                roles: configuration.developmentPrincipal.roles,
                listeningOn: .host(configuration.listen.host)
            )
            sessions = try SessionIDMint(keys: sealing, windowHours: configuration.limits.sessionHours)
        } catch {
            throw ConfigurationError("identity.development_principal: \(error)")
        }
        do {
            try FileManager.default.createDirectory(
                atPath: configuration.auditDirectory,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
            audit = try AuditLog(directory: configuration.auditDirectory, keys: auditKeys)
        } catch {
            throw ConfigurationError("audit.directory: \(error)")
        }
        gate = QueryGate(
            settings: GateSettings(configuration),
            mapping: mapping,
            keys: GateKeys(tokens: tokens, sealing: sealing),
            upstream: (client, audit),
            logger: logger
        )
        do {
            try await gate.adopt(mapping)
        } catch {
            throw ConfigurationError("audit.directory: the log cannot be written")
        }
    }

    /// The ring in a file, made when there is none.
    private static func ring(_ path: String, key: String) throws(ConfigurationError) -> KeyRing {
        do {
            try FileManager.default.createDirectory(
                at: URL(filePath: path).deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            return try KeyRing.loadOrMake(file: path)
        } catch {
            throw ConfigurationError("\(key): \(error)")
        }
    }

    /// Listens until a signal ends the server, lets running requests end, and closes the log.
    func serve() async throws {
        StandardError.print(
            "warning: every caller is the development principal `\(principal.subject)`; for development on this machine only"
        )
        let server = ProxyServer(
            settings: ProxyServerSettings(
                host: configuration.listen.host,
                port: configuration.listen.port,
                refusesForwardedRequests: true
            ),
            offer: ServerOffer(
                software: ServerSoftware(name: "scrim", title: "Scrim", version: Version.current),
                instructions: GateTools.instructions,
                tools: GateTools.all(of: gate)
            ),
            access: AccessRules<Principal, Caller>(
                authenticate: { [principal] _ in .success(principal) },
                makeCaller: { [sessions] principal, facts in
                    Caller(
                        principal: principal,
                        session: sessions.session(of: principal),
                        requestID: facts.requestID,
                        client: facts.client,
                        protocolVersion: facts.protocolVersion
                    )
                }
            ),
            logger: logger,
            onListening: { StandardError.print("ready \($0.url)") }
        )
        _ = try await audit.append(
            .serverStarted(
                ServerStarted(
                    version: Version.current,
                    transport: "http",
                    address: "\(configuration.listen.host):\(configuration.listen.port)",
                    job: (configuration.warehouse.project, configuration.warehouse.location),
                    isDevelopment: true
                )
            )
        )
        let group = ServiceGroup(
            configuration: .init(
                services: [
                    .init(service: GateService(gate: gate)),
                    .init(service: await MappingReload(configuration, gate: gate, logger: logger)),
                    .init(service: server),
                ],
                gracefulShutdownSignals: [.sigterm, .sigint],
                logger: logger
            )
        )
        do {
            try await group.run()
        } catch {
            try? await audit.close()
            throw error
        }
        _ = try await audit.append(.serverStopped(ServerStopped(reason: "signal")))
        try await audit.close()
    }
}

/// Cancels jobs of vanished callers for as long as the server runs.
private struct GateService: Service {
    let gate: QueryGate

    func run() async {
        await withGracefulShutdownHandler {
            await gate.run()
        } onGracefulShutdown: {
            gate.stop()
        }
    }
}

extension GateSettings {
    /// The settings that a configuration fixes.
    init(_ configuration: Configuration) {
        let warehouse = configuration.warehouse
        self.init(
            project: warehouse.project,
            location: warehouse.location,
            defaultDataset: warehouse.defaultDataset,
            datasets: warehouse.datasets.map { name in
                guard let dot = name.lastIndex(of: ".") else {
                    return DatasetID(project: warehouse.project, dataset: name)
                }
                return DatasetID(project: String(name[..<dot]), dataset: String(name[name.index(after: dot)...]))
            },
            limits: (
                configuration.limits.maxBytesBilled, configuration.limits.pageRows, configuration.limits.pageBytes,
                .seconds(configuration.limits.queryTimeoutSeconds)
            )
        )
    }
}
