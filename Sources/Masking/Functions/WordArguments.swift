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
}
