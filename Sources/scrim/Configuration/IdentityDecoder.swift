import Foundation
import Identity
import JSON
import Server

/// Decodes the part `identity` of `scrim.yaml`.
struct IdentityDecoder {
    /// The variable that `scrim stdio` takes its token from when the file names no other place.
    static let tokenVariable = "SCRIM_TOKEN"
    private static let issuersMax = 32

    let directory: URL

    func decode(_ reader: JSONReader) throws -> IdentityConfiguration {
        var reader = reader
        let issuers = try reader.optionalObjects("issuers")
        let configuration = IdentityConfiguration(
            resource: try issuers.map { try resource(of: &reader, issuers: $0) },
            developmentPrincipal: try developmentPrincipal(reader.optionalObject("development_principal"))
        )
        if issuers == nil {
            // Without issuers it says nothing yet, so that a configuration can be written before there is one.
            _ = try reader.optionalString("resource")
            guard configuration.developmentPrincipal != nil else {
                throw reader.invalid("issuers", "is missing: name an issuer, or a `development_principal` on loopback")
            }
        }
        try reader.finish()
        return configuration
    }

    private func developmentPrincipal(
        _ reader: JSONReader?
    ) throws -> IdentityConfiguration.DevelopmentPrincipal? {
        guard var reader else { return nil }
        let principal = IdentityConfiguration.DevelopmentPrincipal(
            subject: try reader.string("subject"),
            roles: try reader.strings("roles")
        )
        try reader.finish()
        return principal
    }

    private func resource(
        of reader: inout JSONReader,
        issuers: [JSONReader]
    ) throws -> IdentityConfiguration.Resource {
        guard let url = ResourceURL(try reader.string("resource")) else {
            throw reader.invalid("resource", "must be this server's https URL, or http to loopback, without a query")
        }
        guard (1...Self.issuersMax).contains(issuers.count) else {
            throw reader.invalid("issuers", "must have 1 to \(Self.issuersMax) elements")
        }
        let settings = try issuers.map { try IssuerDecoder(secrets: self).decode($0) }
        let names = settings.map(\.issuer)
        guard Set(names).count == names.count else { throw reader.invalid("issuers", "names an issuer twice") }
        let servers = try reader.optionalStrings("authorization_servers")
        if let servers, servers.isEmpty { throw reader.invalid("authorization_servers", "must not be empty") }
        return IdentityConfiguration.Resource(
            url: url,
            issuers: settings,
            authorizationServers: servers ?? names,
            scopes: try scopes(reader.optionalObject("scopes")),
            revocations: try reader.optionalObject("revocations").map { try file($0) },
            token: try reader.optionalObject("token").map { try secret($0) }
        )
    }

    private func scopes(_ reader: JSONReader?) throws -> ScopeRules {
        guard var reader else { return ScopeRules() }
        let rules = ScopeRules(
            base: try scopeList("default", &reader),
            tools: try scopeLists(reader.optionalObject("tools")),
            includes: try scopeLists(reader.optionalObject("includes"))
        )
        try reader.finish()
        return rules
    }

    private func scopeLists(_ reader: JSONReader?) throws -> [String: [String]] {
        guard var reader else { return [:] }
        var lists: [String: [String]] = [:]
        for key in reader.object.keys { lists[key] = try scopeList(key, &reader) }
        return lists
    }

    private func scopeList(_ key: String, _ reader: inout JSONReader) throws -> [String] {
        let scopes = try reader.optionalStrings(key) ?? []
        guard scopes.allSatisfy({ ScopeRules.isScope($0) }) else {
            throw reader.invalid(key, "must be scopes: printable ASCII without blanks, quotes and backslashes")
        }
        // MCP 2026-07-28, basic/authorization: it is no scope of a resource, and not to be asked for here.
        guard !scopes.contains("offline_access") else {
            throw reader.invalid(key, "must not have `offline_access`, which is between client and issuer")
        }
        return scopes
    }

    private func file(_ reader: JSONReader) throws -> String {
        var reader = reader
        let file = URL(filePath: try reader.string("file"), relativeTo: directory).path
        try reader.finish()
        return file
    }

    /// `{file: …}` or `{environment: …}`.
    func secret(_ reader: JSONReader) throws -> IdentityConfiguration.SecretSource {
        var reader = reader
        let file = try reader.optionalString("file")
        let variable = try reader.optionalString("environment")
        try reader.finish()
        switch (file, variable) {
        case (let file?, nil): return .file(URL(filePath: file, relativeTo: directory).path)
        case (nil, let variable?): return .environment(variable)
        case (nil, nil), (_?, _?):
            throw reader.invalid("file", "or `environment` must be there, and only one of the two")
        }
    }
}
