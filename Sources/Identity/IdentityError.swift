/// Why no principal, session or job ID was made.
public struct IdentityError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kind of failure.
    public enum Code: String, Sendable, Hashable, CaseIterable {
        /// A development principal was asked for on an address that others can reach.
        case notLocal
        /// A name is empty or too long, or there are too many roles.
        case malformed
        /// The settings of an issuer are not as they must be.
        case settings
        /// No random bytes were to be had.
        case noRandomness
    }

    /// The kind of failure.
    public let code: Code
    /// One line for people.
    public let message: String

    /// The message alone.
    public var description: String { message }

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}
