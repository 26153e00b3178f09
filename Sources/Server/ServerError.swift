/// Why the server could not be started.
public struct ServerError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What kind of trouble it is.
    public enum Code: Sendable, Hashable {
        /// The address cannot be listened on: in use, not of this machine, or not permitted.
        case cannotListen
    }

    /// What kind of trouble it is.
    public let code: Code
    /// The reason in a few words: lower case, no full stop.
    public let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The reason.
    public var description: String { message }
}
