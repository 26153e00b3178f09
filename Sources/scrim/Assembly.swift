import Anchoring
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

/// The parts of a server, put together from a configuration; every mistake shows before it listens.
///
/// What is here is the same for each transport; `Assembly+HTTP.swift` and `Assembly+Stdio.swift` have the rest.
struct Assembly {
    let configuration: Configuration
    let transport: CallTransport
    let door: Door
    let gate: QueryGate
    let gateOffer: GateOffer
    let logger: Logger
    let client: BigQueryClient
    private let sessions: SessionIDMint
    let audit: AuditLog
    private let auditKeys: KeyRing
    private let anchors: Anchors
    private let sinkService: SinkService

    /// How long the last checkpoint has to reach those who keep it; otherwise it does with the next start.
    private static let anchorsEnd = Duration.seconds(3)

    /// - Throws: `ConfigurationError` that names the key, the file or the service that is at fault.
    init(_ configuration: Configuration, for transport: CallTransport) async throws(ConfigurationError) {
        self.configuration = configuration
        self.transport = transport
        var logger = Logger(label: "scrim") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = configuration.logLevel
        self.logger = logger
        let tokens = try Self.ring(configuration.keys.tokens, key: "keys.tokens")
        let sealing = try Self.ring(configuration.keys.sealing, key: "keys.sealing")
        auditKeys = try Self.ring(configuration.keys.audit, key: "keys.audit")
        let mapping = try MappingReload.load(configuration)
        client = try await Warehouse.client(configuration.warehouse, logger: logger)
        let developmentPrincipal = try Door.developmentPrincipal(of: configuration, for: transport)
        do {
            sessions = try SessionIDMint(keys: sealing, windowHours: configuration.limits.sessionHours)
        } catch {
            throw ConfigurationError("limits.session_hours: \(error)")
        }
        anchors = try Self.anchors(configuration.audit.anchors, logger: logger)
        audit = try await Self.log(configuration.audit, keys: auditKeys, anchors: anchors, for: transport)
        anchors.record(in: audit)
        sinkService = try await SinkService(configuration, client: client, audit: audit, logger: logger)
        gate = QueryGate(
            settings: GateSettings(configuration),
            mapping: mapping,
            keys: GateKeys(tokens: tokens, sealing: sealing),
            upstream: (client, audit),
            logger: logger
        )
        gateOffer = GateOffer(gate)
        try Self.recordOpening(
            of: audit,
            in: configuration.audit.directory,
            [.tokens: tokens, .sealing: sealing, .audit: auditKeys]
        )
        do {
            try await gate.adopt(mapping)
        } catch {
            throw ConfigurationError("audit.directory: the log cannot be written")
        }
        door = try await Door(
            configuration.identity,
            developmentPrincipal: developmentPrincipal,
            tools: Set(GateTools.all(of: gate).map(\.definition.name)),
            sessions: sessions,
            gate: gate,
            records: (RefusalRecorder(audit: audit, transport: transport, logger: logger), audit),
            logger: logger
        )
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

    /// Those outside who keep checkpoints.
    private static func anchors(
        _ settings: AnchorSettings,
        logger: Logger
    ) throws(ConfigurationError) -> Anchors {
        do throws(AuditError) {
            return try Anchors(settings) { change in
                let anchor = LogField("anchor", AnchorState(anchor: change.anchor, reason: change.reason))
                if change.reason != nil {
                    logger.record(.error, "checkpoints of the audit log are not kept", [anchor])
                } else {
                    logger.record(.notice, "checkpoints of the audit log are kept again", [anchor])
                }
            }
        } catch {
            throw ConfigurationError("audit.anchors: \(error)")
        }
    }

    /// The log, made when there is none.
    ///
    /// One process at a time has it. Some clients of the stdio transport start a server only to see whether there is
    /// one, and the next one while the first still ends: that end is waited for.
    private static func log(
        _ settings: Configuration.AuditSettings,
        keys: KeyRing,
        anchors: Anchors,
        for transport: CallTransport
    ) async throws(ConfigurationError) -> AuditLog {
        var options = AuditLog.Options()
        if !settings.anchors.isEmpty { options.keepOutside = anchors.keep }
        options.anchorFile = settings.anchorFile
        let origin = settings.origin.map { LogOrigin.Rule.exactly($0) } ?? .forNewLog(.ofThisMachine)
        let patience: Duration = transport == .stdio ? .seconds(3) : .zero
        let deadline = ContinuousClock.now + patience
        while true {
            do {
                try FileManager.default.createDirectory(
                    atPath: settings.directory,
                    withIntermediateDirectories: true,
                    attributes: [.posixPermissions: 0o700]
                )
                return try AuditLog(
                    directory: settings.directory,
                    keys: keys,
                    origin: origin,
                    options: options
                )
            } catch let error as AuditError where error.code == .locked {
                guard ContinuousClock.now < deadline else {
                    throw ConfigurationError(
                        "audit.directory: \(error): one server at a time writes a log, give each its own directory"
                    )
                }
            } catch {
                throw ConfigurationError("audit.directory: \(error)")
            }
            try? await Task.sleep(for: .milliseconds(50))
        }
    }

    /// Records what the log held and which keys there are, in front of the first entry that is waited for.
    private static func recordOpening(
        of audit: AuditLog,
        in directory: String,
        _ rings: [KeysRead.Ring: KeyRing]
    ) throws(ConfigurationError) {
        do {
            try audit.note(.logOpened(audit.opened))
            let before = try AuditReader(directory: directory).idsOfKeysRead()
            for ring in KeysRead.Ring.allCases {
                guard let keys = rings[ring] else { continue }
                try audit.note(.keysRead(KeysRead(ring: ring, keys: keys, idsBefore: before[ring])))
            }
        } catch {
            throw ConfigurationError("audit.directory: \(error)")
        }
    }

    /// How the server presents itself, and what it offers.
    var offer: ServerOffer<Caller> {
        gateOffer.offer(as: ServerSoftware(name: "scrim", title: "Scrim", version: Version.current))
    }

    /// What a tool call of a principal runs as.
    var makeCaller: @Sendable (Principal, CallFacts) -> Caller {
        { [sessions, transport] principal, facts in
            Caller(
                principal: principal,
                session: sessions.session(of: principal),
                requestID: facts.requestID,
                client: facts.client,
                protocolVersion: facts.protocolVersion,
                transport: transport,
                traceparent: facts.trace?.traceparent
            )
        }
    }

    /// Says on standard error where somebody could listen in, and where nobody proves who they are.
    func warn() {
        if transport == .http, !ListenAddress.host(configuration.listen.host).isLocal {
            StandardError.print(
                "warning: tokens and rows reach `\(configuration.listen.host)` unencrypted; only a proxy with TLS may stand "
                    + "before it"
            )
        }
        guard let principal = door.developmentPrincipal else { return }
        let callers = door.resourceServer == nil ? "every caller" : "every caller without a token"
        StandardError.print(
            "warning: \(callers) is the development principal `\(principal.subject)`; for development on this machine only"
        )
    }

    /// Runs a server until it ends or a signal ends it, and closes the log.
    ///
    /// - Parameters:
    ///   - server: answers, and ends when the group is told to.
    ///   - address: what it listens on, for the log; empty for the standard streams.
    func run(_ server: any Service, address: String) async throws {
        _ = try await audit.append(
            .serverStarted(
                ServerStarted(
                    version: Version.current,
                    transport: transport.rawValue,
                    address: address,
                    job: (configuration.warehouse.project, configuration.warehouse.location),
                    isDevelopment: door.developmentPrincipal != nil,
                    configurationDigest: configuration.digest
                )
            )
        )
        let shutdown = await Shutdown(
            gate: gate,
            audit: audit,
            limit: .seconds(configuration.limits.shutdownSeconds),
            logger: logger
        )
        // A stdio server is started also just to see whether there is one: it gets its token when it needs it.
        let credentials: [ServiceGroupConfiguration.ServiceConfiguration] =
            transport == .http ? [.init(service: await CredentialReload(client))] : []
        let group = ServiceGroup(
            configuration: .init(
                services: credentials + [
                    .init(service: await MappingReload(configuration, gate: gate, audit: audit, logger: logger)),
                    .init(service: DoorService(door: door)),
                    .init(service: gateOffer.news),
                    .init(service: sinkService),
                    .init(service: RetentionKeeper(configuration, log: audit, keys: auditKeys, logger: logger)),
                    .init(service: server, successTerminationBehavior: .gracefullyShutdownGroup),
                ],
                logger: logger
            )
        )
        // Not one of the services: jobs are cancelled also after those were.
        let cancelling = Task { [gate] in await gate.run() }
        do {
            let deadline = try await shutdown.run(group)
            await shutdown.finish(cancelling, by: deadline)
        } catch {
            await shutdown.finish(cancelling, by: nil)
            try? await audit.close()
            throw error
        }
        await door.recorder.flush()
        _ = try await audit.append(.serverStopped(ServerStopped(reason: transport == .stdio ? "end" : "signal")))
        try await audit.close()
        await anchors.finish(within: Self.anchorsEnd)
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
            ),
            wildcardTablesMax: configuration.limits.wildcardTables,
            allowsJavaScript: warehouse.javaScriptFunctions,
            recordsContent: configuration.audit.recordsContent
        )
    }
}
