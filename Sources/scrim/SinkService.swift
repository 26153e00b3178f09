import Audit
import BigQuery
import Evidence
import Foundation
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
    ) throws(ConfigurationError) {
        guard let settings = configuration.audit.sink else {
            sink = nil
            return
        }
        var writer = client
        if let file = settings.serviceAccountFile {
            do {
                writer = try Warehouse.client(configuration.warehouse, keyFile: file)
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
                let metadata: Logger.Metadata = [
                    "table": "\(state.table)", "next": "\(state.next)", "waiting": "\(state.waitingCount)",
                    "reason": "\(state.reason ?? "none")",
                ]
                if state.isBehind {
                    logger.error("the audit table is behind the log", metadata: metadata)
                } else {
                    logger.notice("the audit table has caught up with the log", metadata: metadata)
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
