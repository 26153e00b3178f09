import BigQuery
import HTTPTransport

/// BigQuery as the configuration describes it.
enum Warehouse {
    /// A client under the configured service account, or another one; nothing is sent yet.
    static func client(
        _ warehouse: Configuration.Warehouse,
        keyFile: String? = nil
    ) throws(ConfigurationError) -> BigQueryClient {
        do {
            let endpoint =
                try warehouse.endpoint.map { (text) throws(BigQueryError) in try BigQueryEndpoint(text) } ?? .google
            let key = try ServiceAccountKey(file: keyFile ?? warehouse.serviceAccountFile, for: endpoint)
            let transport = try HTTPTransport(
                configuration: HTTPTransport.Configuration(
                    allowsPlainLoopback: endpoint.isLoopback,
                    userAgent: "scrim/\(Version.current)"
                )
            )
            return BigQueryClient(
                configuration: BigQueryClient.Configuration(
                    endpoint: endpoint,
                    project: warehouse.project,
                    location: warehouse.location
                ),
                key: key,
                transport: transport
            )
        } catch {
            throw ConfigurationError("bigquery: \(error)")
        }
    }
}
