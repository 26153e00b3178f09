import BigQuery
import JSON
import Logging

/// Where access tokens come from, and what the server's own log has.
extension ConfigurationDecoder {
    func credentials(_ reader: JSONReader) throws -> CredentialSettings {
        var reader = reader
        let keyFile = try reader.optionalString("service_account_file").map(path)
        let selfSigned = try reader.optionalBool("self_signed_jwt")
        let externalFile = try reader.optionalString("external_account_file").map(path)
        let metadataServer = try reader.optionalBool("metadata_server") ?? false
        let impersonation = try reader.optionalObject("impersonate").map(impersonation)
        try reader.finish()
        let origin: CredentialSettings.Origin
        switch (keyFile, externalFile, metadataServer) {
        case (let path?, nil, false):
            origin = .serviceAccountFile(path: path, selfSigned: selfSigned ?? false)
        case (nil, let path?, false):
            origin = .externalAccountFile(path: path)
        case (nil, nil, true):
            origin = .metadataServer(host: environment["GCE_METADATA_HOST"])
        default:
            throw reader.invalid(
                "service_account_file",
                "or `external_account_file` or `metadata_server: true` must be there, and only one of them"
            )
        }
        if selfSigned != nil, keyFile == nil {
            throw reader.invalid("self_signed_jwt", "needs `service_account_file`: only a key can sign")
        }
        return CredentialSettings(origin: origin, impersonation: impersonation)
    }

    private func impersonation(_ reader: JSONReader) throws -> CredentialSettings.Impersonation {
        var reader = reader
        let lifetime = try amount("lifetime", in: &reader, Quantity.seconds)
        let impersonation = CredentialSettings.Impersonation(
            serviceAccount: try reader.string("service_account"),
            delegates: try reader.optionalStrings("delegates") ?? [],
            lifetimeSeconds: lifetime ?? CredentialSettings.Impersonation.lifetimeStandard,
            endpoint: try reader.optionalString("endpoint")
        )
        guard CredentialSettings.Impersonation.lifetimes.contains(impersonation.lifetimeSeconds) else {
            throw reader.invalid("lifetime", "must be 10m to 12h")
        }
        try reader.finish()
        return impersonation
    }

    func logLevel(_ reader: JSONReader?) throws -> Logger.Level {
        guard var reader else { return .info }
        let name = try reader.optionalString("level") ?? "info"
        try reader.finish()
        guard name != "trace", let level = Logger.Level(rawValue: name) else {
            throw reader.invalid("level", "must be debug, info, notice, warning, error or critical")
        }
        return level
    }
}
