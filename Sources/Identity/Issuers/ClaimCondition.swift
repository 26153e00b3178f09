import JSON

/// A condition on one claim: it holds one of a list of values.
///
/// Values are compared byte for byte. A value that ends in `*` allows every text that begins with what is before it.
/// A claim that is a list fulfils the condition when one of its elements does; numbers and truth values are compared as
/// JSON writes them.
public struct ClaimCondition: Sendable, Hashable {
    /// The most values of one condition.
    public static let valuesMax = 1000

    /// The claim.
    public let claim: ClaimPath
    /// The values that it may hold.
    public let values: [String]

    /// A condition.
    ///
    /// - Throws: `settings` when there are no values or too many, when one is empty or only `*`, or when one has a `*`
    ///   elsewhere than at its end.
    public init(claim: ClaimPath, values: [String]) throws(IdentityError) {
        guard (1...Self.valuesMax).contains(values.count) else {
            throw IdentityError(.settings, "the condition on `\(claim)` has 1 to \(Self.valuesMax) values")
        }
        for value in values {
            guard !value.isEmpty, value != "*", !value.utf8.dropLast().contains(UInt8(ascii: "*")) else {
                throw IdentityError(
                    .settings,
                    "a value of the condition on `\(claim)` is empty, only `*`, or has a `*` that is not at its end"
                )
            }
        }
        self.claim = claim
        self.values = values
    }

    /// Whether the claims fulfil it.
    func holds(for claims: JSONObject) -> Bool {
        guard let value = claim.value(in: claims) else { return false }
        let candidates = (value.arrayValue ?? [value]).compactMap(Self.text)
        return candidates.contains { candidate in values.contains { Self.matches(candidate, $0) } }
    }

    private static func text(_ value: JSONValue) -> String? {
        switch value {
        case .string(let text): text
        case .integer(let number): String(number)
        case .bool(let flag): flag ? "true" : "false"
        case .null, .double, .array, .object: nil
        }
    }

    private static func matches(_ text: String, _ pattern: String) -> Bool {
        guard pattern.utf8.last == UInt8(ascii: "*") else { return text.utf8.elementsEqual(pattern.utf8) }
        return text.utf8.starts(with: pattern.utf8.dropLast())
    }
}

/// A role that an issuer's claims give.
public struct RoleRule: Sendable, Hashable {
    /// The role.
    public let role: String
    /// What must hold, all of it.
    public let conditions: [ClaimCondition]

    /// A rule.
    ///
    /// - Throws: `settings` when the role has no name or there is no condition: a role for everybody is given by a
    ///   condition that says so, not by an empty one.
    public init(role: String, when conditions: [ClaimCondition]) throws(IdentityError) {
        guard !role.isEmpty else { throw IdentityError(.settings, "a role rule names no role") }
        guard !conditions.isEmpty else {
            throw IdentityError(.settings, "the rule for role `\(role)` has no condition")
        }
        self.role = role
        self.conditions = conditions
    }

    func holds(for claims: JSONObject) -> Bool { conditions.allSatisfy { $0.holds(for: claims) } }
}
