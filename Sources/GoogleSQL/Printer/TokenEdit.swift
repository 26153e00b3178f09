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

extension TokenEdit {
    /// Whether the printer would leave one of some edits out because it begins inside of another one.
    public static func overlap(_ edits: [TokenEdit]) -> Bool {
        var end = 0
        for edit in inOrder(edits) {
            if edit.tokens.lowerBound < end { return true }
            end = max(end, edit.tokens.upperBound)
        }
        return false
    }

    /// The edits that do not lie inside of some parts of a statement, which must not overlap.
    public static func edits(_ edits: [TokenEdit], outside parts: [Range<Int>]) -> [TokenEdit] {
        let parts = parts.sorted { $0.lowerBound < $1.lowerBound }
        return edits.filter { edit in
            let next = parts.partitioningIndex { $0.upperBound > edit.tokens.lowerBound }
            guard next < parts.count else { return true }
            // What is inserted before a part is not inside of it.
            let begin = edit.tokens.isEmpty ? edit.tokens.lowerBound - 1 : edit.tokens.lowerBound
            return begin < parts[next].lowerBound || edit.tokens.upperBound > parts[next].upperBound
        }
    }

    /// By their first tokens; those of one place in the order given.
    static func inOrder(_ edits: [TokenEdit]) -> [TokenEdit] {
        edits.enumerated().sorted {
            ($0.element.tokens.lowerBound, $0.offset) < ($1.element.tokens.lowerBound, $1.offset)
        }.map(\.element)
    }
}

extension Array {
    /// The first index from which on all elements fulfil a condition that those before it do not.
    func partitioningIndex(where belongsInSecond: (Element) -> Bool) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = low + (high - low) / 2
            if belongsInSecond(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
