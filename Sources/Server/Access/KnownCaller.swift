public import Identity

/// Who was identified, as the same one whatever the token: limits hold for a person and not for each sign-in, and a
/// client that has got a fresh token, or one with more scopes, can cancel what it began under the former one.
public struct KnownCaller: Sendable, Hashable {
    /// What the token of this request says.
    public let principal: Principal

    /// A caller.
    public init(_ principal: Principal) { self.principal = principal }

    /// Whether both are one subject of one issuer, by bytes: to Swift, texts that only look the same are equal.
    public static func == (one: KnownCaller, other: KnownCaller) -> Bool {
        one.principal.issuer.utf8.elementsEqual(other.principal.issuer.utf8)
            && one.principal.subject.utf8.elementsEqual(other.principal.subject.utf8)
    }

    /// Feeds what `==` compares.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(Array(principal.issuer.utf8))
        hasher.combine(Array(principal.subject.utf8))
    }
}
