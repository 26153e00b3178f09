import BigQuery
import Gate
import Logging
import ServiceLifecycle
import UnixSignals

/// Keeps an access token at hand while the server runs, and reads the credential's file again on each SIGHUP.
///
/// Because of it a wrong credential shows in the log and at `/readyz` before a caller meets it, and a file that was
/// replaced is taken when the next token is due, without a signal.
struct CredentialReload: Service {
    /// How often it is seen to whether a token is due: several times in the span in which one is.
    private static let interval: Duration = .seconds(60)
    /// The first pause after a failure; it doubles up to ``interval``.
    private static let firstPause: Duration = .seconds(1)

    private let client: BigQueryClient
    private let signals: UnixSignalsSequence

    /// From here on SIGHUP no longer ends the process; those that come before ``run()`` are kept for it.
    init(_ client: BigQueryClient) async {
        self.client = client
        signals = await UnixSignalsSequence(trapping: .sighup)
    }

    func run() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { [client] in
                var pause = Self.firstPause
                while !Task.isCancelled {
                    let isGood = (try? await client.checkCredentials()) != nil
                    try? await Task.sleep(for: isGood ? Self.interval : pause)
                    pause = isGood ? Self.firstPause : min(pause * 2, Self.interval)
                }
            }
            group.addTask { [client, signals] in
                for await _ in signals {
                    await client.rereadCredentials()
                    _ = try? await client.checkCredentials()
                }
            }
            try? await gracefulShutdown()
            group.cancelAll()
        }
    }

    /// Writes to the log what became of credentials.
    static func tell(_ event: CredentialEvent, _ logger: Logger) {
        switch event {
        case .reread(let account, let keyID):
            logger.record(
                .notice,
                "the credential was read again",
                [LogField("account", AccountName(account, keyID: keyID))]
            )
        case .notReread(let error):
            StandardError.print("error: THE CREDENTIAL WAS NOT RELOADED; the one before stays in force\n\(error)")
            logger.record(.error, "the credential was not reloaded", [.reason(error)])
        case .tokenFailed(let error):
            logger.record(.error, "no access token could be had", [.reason(error)])
        case .tokenObtained:
            logger.record(.notice, "access tokens can be had again")
        }
    }
}
