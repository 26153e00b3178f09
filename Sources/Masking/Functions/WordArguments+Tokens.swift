import GoogleSQL

extension WordArguments {
    /// The words that `WEEK(…)` takes.
    private static let weekdays: Set<String> = [
        "SUNDAY", "MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY",
    ]
    /// The tokens before a word in which its call must begin; beyond that it counts as a name.
    private static let tokensMax = 10_000

    /// Whether a token is such a word, by the call that it stands in.
    static func isWord(at index: Int, of text: some ParsedText) -> Bool {
        guard text.tokens[index].kind != .quotedIdentifier else { return false }
        let name = text.name(of: index).uppercased()
        if weekdays.contains(name) {
            guard let week = call(around: index, of: text), week.place == 0, wordCalls.contains(week.name) else {
                return false
            }
            return call(around: week.index, of: text).map { $0.place == place(in: $0.name) } ?? false
        }
        guard words.contains(name), let outer = call(around: index, of: text) else { return false }
        return outer.place == place(in: outer.name)
    }

    /// The function whose arguments a token is among, where it stands, and at which of them the token is.
    private static func call(
        around index: Int,
        of text: some ParsedText
    ) -> (name: String, index: Int, place: Int)? {
        var depth = 0
        var place = 0
        for before in stride(from: index - 1, to: max(0, index - tokensMax), by: -1) {
            let kind = text.tokens[before].kind
            if kind == .rightParenthesis || kind == .rightBracket {
                depth += 1
            } else if depth > 0 {
                if kind == .leftParenthesis || kind == .leftBracket { depth -= 1 }
            } else if kind == .comma {
                place += 1
            } else if kind == .leftBracket {
                return nil
            } else if kind == .leftParenthesis {
                guard text.tokens[before - 1].role == .functionName else { return nil }
                return (text.name(of: before - 1).uppercased(), before - 1, place)
            }
        }
        return nil
    }
}
