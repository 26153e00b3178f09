import GoogleSQL

/// Functions one of whose arguments is a word of the language and no column: a date part, or a form of `NORMALIZE`.
enum WordArguments {
    /// The functions, upper case.
    static let functions: Set<String> = [
        "DATE_ADD", "DATE_BUCKET", "DATE_DIFF", "DATE_SUB", "DATE_TRUNC", "DATETIME_ADD", "DATETIME_BUCKET",
        "DATETIME_DIFF", "DATETIME_SUB", "DATETIME_TRUNC", "LAST_DAY", "TIME_ADD", "TIME_DIFF", "TIME_SUB",
        "TIME_TRUNC",
        "TIMESTAMP_ADD", "TIMESTAMP_DIFF", "TIMESTAMP_SUB", "TIMESTAMP_TRUNC", "NORMALIZE", "NORMALIZE_AND_CASEFOLD",
        "GENERATE_DATE_ARRAY", "GENERATE_TIMESTAMP_ARRAY",
    ]

    /// The words, upper case.
    static let words: Set<String> = [
        "MICROSECOND", "MILLISECOND", "SECOND", "MINUTE", "HOUR", "DAY", "DAYOFWEEK", "DAYOFYEAR", "WEEK", "ISOWEEK",
        "MONTH", "QUARTER", "YEAR", "ISOYEAR", "DATE", "DATETIME", "TIME", "NFC", "NFKC", "NFD", "NFKD",
    ]

    /// Date parts that are written as calls: `WEEK(MONDAY)`.
    static let wordCalls: Set<String> = ["WEEK"]

    /// Whether a name in lower case is one of the words.
    static func isLowerCaseWord(_ name: String) -> Bool { lowerCaseWords.contains(name) }

    private static let lowerCaseWords = Set(words.map { $0.lowercased() })

    /// Whether an argument is such a word and not a column.
    ///
    /// - Parameter expression: an argument of one of ``functions``.
    static func isWord(_ expression: Expression) -> Bool {
        if case .call(let call) = expression { return isWordCall(call) }
        guard case .path(let path) = expression, path.parts.count == 1, let part = path.parts.first else {
            return false
        }
        return !part.isQuoted && words.contains(part.name.uppercased())
    }

    /// Whether a call is such a date part.
    static func isWordCall(_ call: FunctionCall) -> Bool {
        call.name.parts.count == 1 && wordCalls.contains(call.name.parts[0].name.uppercased()) && call.over == nil
            && call.modifiers.isEmpty
    }
}
