/// Why a page cannot be converted.
///
/// The text names places and columns, never a value of the page.
public struct RowStreamError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What kind of trouble it is.
    public enum Code: Sendable, Hashable {
        /// The bytes break the grammar of RFC 8259, or are no valid UTF-8.
        case syntax
        /// The body ends before its document does.
        case truncated
        /// The page has two members of one name.
        case duplicateMember
        /// The document is larger or deeper than the limits allow.
        case limit
        /// JSON, but not the shape of a page of rows.
        case shape
        /// A cell is not a value of its column's type.
        case type
        /// A value of its type that the output format cannot hold.
        case range
        /// A column has a type that this version does not know.
        case unknownType
    }

    /// What kind of trouble it is.
    public let code: Code
    /// The reason in a few words: lower case, no full stop.
    public let message: String
    /// Where in the page's body, in bytes from 0, when the bytes are at fault; for a cell the start of its row.
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

    /// The same error with its place.
    func at(_ offset: Int) -> RowStreamError { RowStreamError(code, message, at: offset) }

    static let cellType = RowStreamError(.type, "a cell is not of its column's type")
}
