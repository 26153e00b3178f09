import Audit
import BigQuery
import Evidence
import Foundation
import Gate
import Logging
import ServiceLifecycle

/// Copies the log's entries into the configured table, for as long as the server runs; without one it does nothing.
///
/// What was not copied by then is when the server runs again.
struct SinkService: Service {
    private let sink: AuditSink?

    /// - Throws: `ConfigurationError` when the table's account cannot be used. Whether it may write shows when it does:
    ///   no query waits for it.
    init(
        _ configuration: Configuration,
        client: BigQueryClient,
        audit: AuditLog,
        logger: Logger
    ) async throws(ConfigurationError) {
        guard let settings = configuration.audit.sink else {
            sink = nil
            return
        }
        var writer = client
        if let file = settings.serviceAccountFile {
            do {
                writer = try await Warehouse.client(
                    configuration.warehouse,
                    credentials: CredentialSettings(origin: .serviceAccountFile(path: file, selfSigned: false)),
                    logger: logger
                )
            } catch {
                throw ConfigurationError("audit.sink.credentials: \(error)")
            }
        }
        sink = AuditSink(
            settings: AuditSink.Settings(
                directory: configuration.audit.directory,
                lagAllowed: .seconds(settings.lagSeconds)
            ),
            client: AuditRowsClient(table: settings.table, client: writer),
            store: Self.store(in: settings.stateFile),
            tell: { state in
                let lag = LogField("state", SinkLag(state))
                if state.isBehind {
                    logger.record(.error, "the audit table is behind the log", [lag])
                } else {
                    logger.record(.notice, "the audit table has caught up with the log", [lag])
                }
                // A log that cannot be written stops the server by itself.
                _ = try? await audit.append(.auditSink(state))
            }
        )
    }

    private static func store(in file: String) -> AuditSink.Store {
        let url = URL(filePath: file)
        return AuditSink.Store(
            load: {
                guard FileManager.default.fileExists(atPath: file) else { return nil }
                return try [UInt8](Data(contentsOf: url))
            },
            save: { bytes in try Data(bytes).write(to: url, options: .atomic) }
        )
    }

    func run() async {
        guard let sink else {
            try? await gracefulShutdown()
            return
        }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await sink.run() }
            try? await gracefulShutdown()
            group.cancelAll()
        }
    }
}
