/// Somebody who acts for a subject (RFC 8693, 4.1): a member of a token's `act` chain.
public struct DelegatedActor: Sendable, Hashable {
    /// The longest chain.
    public static let chainMax = 8

    /// Who vouches for the actor, where it is not the token's issuer.
    public let issuer: String?
    /// The name of the actor.
    public let subject: String
    /// The program that it is, where one is named.
    public let client: String?
}
