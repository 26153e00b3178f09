/// Text that takes the place of tokens when a statement is printed.
///
/// The text is inserted as it is, set off by spaces: the caller quotes what needs quoting (`quotedIdentifier(_:)`).
public struct TokenEdit: Sendable, Hashable {
    /// The tokens that are replaced. An empty range inserts before the token at its lower bound.
    public let tokens: Range<Int>
    /// The text.
    public let text: String

    /// Creates an edit.
    public init(tokens: Range<Int>, text: String) {
        self.tokens = tokens
        self.text = text
    }
}
