import Cryptography
import Foundation
import Identity
import JSON

/// Decodes one element of `identity.issuers`.
struct IssuerDecoder {
    let secrets: IdentityDecoder

    func decode(_ reader: JSONReader) throws -> IssuerSettings {
        var reader = reader
        var options = IssuerSettings.Options()
        options.audiences = try reader.optionalStrings("audiences") ?? []
        if let names = try reader.optionalStrings("algorithms") {
            options.algorithms = Set(try choices(names, "algorithms", of: JWSAlgorithm.allCases, reader))
        }
        if let names = try reader.optionalStrings("token_types") {
            options.tokenTypes = Set(try choices(names, "token_types", of: IssuerSettings.TokenType.allCases, reader))
        }
        if let claim = try reader.optionalString("groups_claim") { options.groupsClaim = try ClaimPath(claim) }
        if let claim = try reader.optionalString("groups_overage_claim") {
            options.groupsOverage = .useClaim(try ClaimPath(claim))
        }
        options.roleRules = try (reader.optionalObjects("roles") ?? []).map { try rule($0) }
        options.scopeRoles = try scopeRoles(reader.optionalObject("scope_roles"))
        try machine(&reader, &options)
        try times(&reader, &options)
        options.jwksURL = try reader.optionalString("jwks_uri")
        options.introspection = try reader.optionalObject("introspection").map { try introspection($0) }
        let issuer = try reader.string("issuer")
        try reader.finish()
        return try IssuerSettings(issuer: issuer, options: options)
    }

    private func choices<Choice: RawRepresentable<String>>(
        _ names: [String],
        _ key: String,
        of all: [Choice],
        _ reader: JSONReader
    ) throws -> [Choice] {
        try names.map { name in
            guard let choice = Choice(rawValue: name) else {
                throw reader.invalid(key, "must be of \(all.map(\.rawValue).joined(separator: ", "))")
            }
            return choice
        }
    }

    private func rule(_ reader: JSONReader) throws -> RoleRule {
        var reader = reader
        let rule = try RoleRule(
            role: reader.string("role"),
            when: conditions(reader.object("when"))
        )
        try reader.finish()
        return rule
    }

    /// `{claim: value, claim: [value, …]}`.
    private func conditions(_ reader: JSONReader) throws -> [ClaimCondition] {
        var reader = reader
        return try reader.object.keys.map { claim in
            try ClaimCondition(claim: ClaimPath(claim), values: texts(claim, &reader))
        }
    }

    private func scopeRoles(_ reader: JSONReader?) throws -> [String: [String]] {
        guard var reader else { return [:] }
        var roles: [String: [String]] = [:]
        for scope in reader.object.keys { roles[scope] = try texts(scope, &reader) }
        return roles
    }

    /// One text, or a list of them; truth values and numbers as JSON writes them.
    private func texts(_ key: String, _ reader: inout JSONReader) throws -> [String] {
        let value = try reader.value(key)
        return try (value.arrayValue ?? [value]).map { value in
            switch value {
            case .string(let text): return text
            case .integer(let number): return String(number)
            case .bool(let flag): return flag ? "true" : "false"
            case .null, .double, .array, .object: throw reader.invalid(key, "must be a text or a list of texts")
            }
        }
    }

    private func machine(_ reader: inout JSONReader, _ options: inout IssuerSettings.Options) throws {
        guard let value = reader.optionalValue("machine") else { return }
        if let flag = value.boolValue {
            options.isMachine = flag
        } else {
            options.machineConditions = try conditions(reader.object("machine"))
        }
    }

    private func times(_ reader: inout JSONReader, _ options: inout IssuerSettings.Options) throws {
        if let seconds = try seconds("clock_skew", &reader) { options.clockSkewSeconds = seconds }
        if let seconds = try seconds("lifetime_max", &reader) { options.lifetimeMaxSeconds = seconds }
    }

    private func seconds(_ key: String, _ reader: inout JSONReader) throws -> Int? {
        guard let text = try reader.optionalString(key) else { return nil }
        if text == "0s" { return 0 }
        guard let seconds = Quantity.seconds(text) else {
            throw reader.invalid(key, "must be a time such as 60s or 1h")
        }
        return Int(seconds)
    }

    private func introspection(_ reader: JSONReader) throws -> IntrospectionSettings {
        var reader = reader
        let source = try secrets.secret(reader.object("client_secret"))
        guard let secret = source.read() else {
            throw reader.invalid("client_secret", "is not there: \(source.place) is missing or empty")
        }
        let settings = try IntrospectionSettings(
            endpoint: reader.string("endpoint"),
            clientID: reader.string("client_id"),
            clientSecret: secret,
            cacheSeconds: seconds("cache", &reader) ?? 30,
            requiresAudience: reader.optionalBool("requires_audience") ?? true
        )
        try reader.finish()
        return settings
    }
}
