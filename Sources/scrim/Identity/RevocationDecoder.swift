import Foundation
import Identity
import JSON

/// Decodes the file of revocations. What stands there without an issuer is revoked for each of the configured ones.
struct RevocationDecoder {
    let issuers: [String]
    /// How many entries the file has of each sort.
    private(set) var counts: [String: Int] = [:]

    init(issuers: [String]) { self.issuers = issuers }

    mutating func decode(_ document: JSONValue) throws -> Revocations {
        var root = try JSONReader(document)
        var entries = try names("subjects", "subject", &root) { .subject(issuer: $0, subject: $1) }
        entries += try names("sign_ins", "sid", &root) { .signIn(issuer: $0, signIn: $1) }
        entries += try names("keys", "kid", &root) { .key(issuer: $0, keyID: $1) }
        entries += try names("tokens", "jti", &root) { .token(issuer: $0, tokenID: $1) }
        let sessions = try root.optionalStrings("sessions") ?? []
        counts["sessions"] = sessions.count
        entries += sessions.map { .session($0) }
        entries += try times(&root)
        try root.finish()
        return try Revocations(entries)
    }

    /// A list whose elements are names, or objects of an issuer and a name.
    private mutating func names(
        _ key: String,
        _ member: String,
        _ root: inout JSONReader,
        _ entry: (String, String) -> Revocations.Entry
    ) throws -> [Revocations.Entry] {
        let values = try root.optionalArray(key) ?? []
        counts[key] = values.count
        var entries: [Revocations.Entry] = []
        for (index, value) in values.enumerated() {
            if let name = value.stringValue {
                entries += issuers.map { entry($0, name) }
                continue
            }
            var reader = try JSONReader(value, path: "\(key)[\(index)]")
            let name = try reader.string(member)
            entries += try named(&reader).map { entry($0, name) }
            try reader.finish()
        }
        return entries
    }

    /// `issued_before`: times, or objects of a time, and an issuer or a subject or both.
    private mutating func times(_ root: inout JSONReader) throws -> [Revocations.Entry] {
        let values = try root.optionalArray("issued_before") ?? []
        counts["issued_before"] = values.count
        var entries: [Revocations.Entry] = []
        for (index, value) in values.enumerated() {
            let object: JSONValue = value.stringValue.map { ["time": .string($0)] } ?? value
            var reader = try JSONReader(object, path: "issued_before[\(index)]")
            guard let time = try? Date(reader.string("time"), strategy: .iso8601) else {
                throw reader.invalid("time", "must be a time such as 2026-11-28T12:00:00Z")
            }
            let subject = try reader.optionalString("subject")
            entries += try named(&reader).map { .issuedBefore(time, issuer: $0, subject: subject) }
            try reader.finish()
        }
        return entries
    }

    /// The issuer that an object names, which must be a configured one: a name with a mistake would revoke nothing.
    private func named(_ reader: inout JSONReader) throws -> [String] {
        guard let issuer = try reader.optionalString("issuer") else { return issuers }
        guard issuers.contains(issuer) else { throw reader.invalid("issuer", "is none of identity.issuers") }
        return [issuer]
    }
}
