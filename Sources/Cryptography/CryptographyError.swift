/// What went wrong in a cryptographic operation. The message never holds a secret, a plaintext or the input.
public struct CryptographyError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kind of failure; callers and tests decide on this, people read `message`.
    public enum Code: String, Sendable, Hashable, CaseIterable {
        /// A key could not be read: not PEM, encrypted, or of another algorithm.
        case keyFormat
        /// A key has a length that its algorithm or our policy does not allow.
        case keySize
        /// A sealed message was not made with this key and this additional data, or was changed.
        case notAuthentic
        /// Text is not in the encoding it claims to be in.
        case encoding
        /// A key ring's file is missing, unreadable, too open to others, or malformed.
        case keyRing
        /// The library itself refused: out of memory, no entropy, or a provider that lacks the algorithm.
        case library
    }

    /// The kind of failure.
    public let code: Code
    /// One line for people.
    public let message: String

    /// An error of the given kind.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The message alone.
    public var description: String { message }
}
