import GoogleSQL

/// Functions one of whose arguments is a word of the language and no column: a date part, or a form of `NORMALIZE`.
enum WordArguments {
    /// The place of the word among the arguments of each function, from 0; the function's name in upper case.
    ///
    /// Anywhere else such a word is a column that is called like it. The functions that take an INTERVAL have the date
    /// part in that (<https://cloud.google.com/bigquery/docs/reference/standard-sql/date_functions>).
    private static let places: [String: Int] = [
        "DATE_TRUNC": 1, "DATETIME_TRUNC": 1, "TIME_TRUNC": 1, "TIMESTAMP_TRUNC": 1, "LAST_DAY": 1,
        "DATE_DIFF": 2, "DATETIME_DIFF": 2, "TIME_DIFF": 2, "TIMESTAMP_DIFF": 2,
        "NORMALIZE": 1, "NORMALIZE_AND_CASEFOLD": 1,
    ]

    /// The place of the word among the arguments of a call; nil when it takes none.
    ///
    /// - Parameters:
    ///   - name: the function's in upper case.
    ///   - isChained: whether what stands before the dot is the first argument, as in `(day).DATE_TRUNC(MONTH)`.
    static func place(in name: String, isChained: Bool = false) -> Int? {
        places[name].map { isChained ? $0 - 1 : $0 }
    }

    /// The words, upper case.
    static let words: Set<String> = [
        "MICROSECOND", "MILLISECOND", "SECOND", "MINUTE", "HOUR", "DAY", "DAYOFWEEK", "DAYOFYEAR", "WEEK", "ISOWEEK",
        "MONTH", "QUARTER", "YEAR", "ISOYEAR", "DATE", "DATETIME", "TIME", "NFC", "NFKC", "NFD", "NFKD",
    ]

    /// Date parts that are written as calls: `WEEK(MONDAY)`.
    static let wordCalls: Set<String> = ["WEEK"]

    /// Whether an argument is such a word and not a column.
    ///
    /// - Parameter expression: the argument at the function's ``place(in:isChained:)``.
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
