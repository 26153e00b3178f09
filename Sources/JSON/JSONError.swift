/// Why bytes are not a document that is taken, or why a document is not of the expected shape.
///
/// The text names places and keys, never a value of the document.
public struct JSONError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What kind of trouble it is.
    public enum Code: Sendable, Hashable {
        /// The bytes break the grammar of RFC 8259, or are no valid UTF-8.
        case syntax
        /// An object has two members of one name.
        case duplicateKey
        /// A number that neither an `Int64` nor a finite double can hold.
        case numberRange
        /// The document is larger or deeper than the caller allows.
        case limit
        /// A member that must be there is not.
        case missingKey
        /// A value is of another type than expected.
        case wrongType
        /// A member that nobody asked for.
        case unknownKey
    }

    /// What kind of trouble it is.
    public let code: Code
    /// The reason in a few words: lower case, no full stop.
    public let message: String
    /// Where in the bytes, counted from 0, when the bytes themselves are at fault.
    public let offset: Int?

    init(_ code: Code, _ message: String, at offset: Int? = nil) {
        self.code = code
        self.message = message
        self.offset = offset
    }

    /// The reason and, where known, the place.
    public var description: String {
        offset.map { "\(message) at byte \($0)" } ?? message
    }
}
