import BigQuery
import HTTPTransport
import Logging

/// BigQuery as the configuration describes it.
enum Warehouse {
    /// A client under the configured credential, or another one. Nothing is sent yet, but that a metadata server is asked
    /// who it is.
    ///
    /// - Parameters:
    ///   - other: a credential in place of the configured one.
    ///   - logger: gets what becomes of the credential; nil for a command that ends soon and says so itself.
    static func client(
        _ warehouse: Configuration.Warehouse,
        credentials other: CredentialSettings? = nil,
        logger: Logger? = nil
    ) async throws(ConfigurationError) -> BigQueryClient {
        do {
            let endpoint = try endpoint(of: warehouse)
            let credentials = try await CredentialSource.open(
                other ?? warehouse.credentials,
                for: endpoint,
                userAgent: userAgent
            ) { event in
                if let logger { CredentialReload.tell(event, logger) }
            }
            let transport = try HTTPTransport(
                configuration: HTTPTransport.Configuration(
                    allowsPlainLoopback: endpoint.isLoopback,
                    userAgent: userAgent
                )
            )
            return BigQueryClient(
                configuration: BigQueryClient.Configuration(
                    endpoint: endpoint,
                    project: warehouse.project,
                    location: warehouse.location
                ),
                credentials: credentials,
                transport: transport
            )
        } catch {
            throw ConfigurationError("bigquery: \(error)")
        }
    }

    /// Where BigQuery is.
    static func endpoint(of warehouse: Configuration.Warehouse) throws(BigQueryError) -> BigQueryEndpoint {
        try warehouse.endpoint.map { (text) throws(BigQueryError) in try BigQueryEndpoint(text) } ?? .google
    }

    /// How requests name the client.
    static var userAgent: String { "scrim/\(Version.current)" }
}
