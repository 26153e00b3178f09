/// Why the log cannot be opened, written or read.
public struct AuditError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kind of failure.
    public enum Code: String, Sendable, Hashable, CaseIterable {
        /// Another process has the log open.
        case locked
        /// A file could not be opened, read, written or synced.
        case file
        /// The files contradict each other: something was removed or changed.
        case damaged
        /// The log is of another version, or has another name.
        case format
        /// A former write or sync failed; nothing is accepted until the log was opened anew.
        case failed
        /// More entries wait to be written than are allowed.
        case overloaded
        /// The log was closed.
        case closed
        /// An entry would be larger than allowed, although all its parts are cut to size.
        case entrySize
        /// The content of an answer is longer than what can be kept.
        case contentSize
        /// A key is missing or unusable.
        case key
        /// Somebody outside who must know the checkpoints does not.
        case anchor
    }

    /// The kind of failure.
    public let code: Code
    /// One line for people.
    public let message: String

    /// The message alone.
    public var description: String { message }

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}
