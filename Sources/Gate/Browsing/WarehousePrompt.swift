/// A prompt that helps an agent to query this warehouse well, with what a person filled in.
public enum WarehousePrompt: Sendable, Hashable {
    /// What a dataset holds.
    case exploreDataset(String)
    /// A question in words that is to become SQL; of one dataset, or of all.
    case writeQuery(question: String, dataset: String?)
    /// What a column's values are like.
    case profileColumn(table: String, column: String)
    /// Why a statement is refused, and what to write instead.
    case explainRefusal(sql: String)

    /// The longest question, in UTF-8 bytes.
    public static let questionBytesMax = 8000
    /// The longest statement that is explained, in UTF-8 bytes; the text of the prompt repeats it.
    public static let statementBytesMax = 20_000
}

/// The texts of prompts. They hold names of the warehouse, which have no line breaks and no quotes, and never its
/// descriptions: those are for the reader to ask for, as data.
enum PromptText {
    /// Tables that a text names.
    static let tablesMax = 40
    /// Masked columns that a text names of one table.
    static let maskedColumnsMax = 12

    /// A table and what a text says of it.
    struct Table: Sendable {
        /// As queries name it.
        let name: String
        let kind: String
        /// The masked columns with their rules; nil when they are not known.
        let masked: [(column: String, rule: String)]?
        /// What reads the table and those of other days.
        let wildcard: String?

        var line: String {
            var line = "- `\(name)` (\(kind))"
            if let wildcard { line += ", one a day: `\(wildcard)`" }
            guard let masked, !masked.isEmpty else { return line }
            let shown = masked.prefix(PromptText.maskedColumnsMax).map { "`\($0.column)` \($0.rule)" }
            let more = masked.count > shown.count ? " and \(masked.count - shown.count) more" : ""
            return "\(line); masked for you: \(shown.joined(separator: ", "))\(more)"
        }
    }

    private static let masks = """
        Masked columns keep their type and can be selected, joined and grouped as the mask shows them. Under SHA256 and \
        KEYED_TOKEN equal values stay equal, so counts and joins on them are right; under ALWAYS_NULL and \
        DEFAULT_MASKING_VALUE every value is the same and tells nothing. Do not try to undo a mask; say in your answer \
        which columns it changed.
        """

    static func explore(_ dataset: String, _ tables: [Table], total: Int) -> String {
        """
        Find out what the dataset `\(dataset)` of the warehouse holds and tell me in a few lines: the main tables, what one \
        row of each stands for, how they join, which span of time they cover, and three questions they can answer.

        \(list(tables, total: total))

        Use `describe_table` on those that look central. Look at them with aggregates (COUNT, MIN and MAX of a date, \
        APPROX_COUNT_DISTINCT), filtered on the partitioning column where there is one, and not by reading rows. Ask \
        `estimate_query` first where a table may be large.

        \(masks)
        """
    }

    static func write(_ question: String, _ tables: [Table], total: Int) -> String {
        """
        Answer this question with one GoogleSQL SELECT on the warehouse:

        \(question)

        \(list(tables, total: total))

        Find the tables with `search_schema` and `describe_table` before you write. Check the statement with \
        `estimate_query`: it names the masked columns and the bytes it would read, or every reason for which it is \
        refused, each with a fix. Then run it with `query`. Select the columns you need, aggregate in SQL, filter on the \
        partitioning column, choose days of a wildcard table with `_TABLE_SUFFIX`, and give values as parameters. Show \
        the statement with your answer.

        \(masks)
        """
    }

    static func profile(_ column: String, of table: String, type: String, rule: String?) -> String {
        let mask =
            rule.map { "It is masked for you by \($0), so say that you describe the masked values.\n\n\(masks)" }
            ?? "It is not masked for you."
        return """
            Describe the values of the column `\(column)` (\(type)) of `\(table)` with one aggregate query: the rows, how \
            many are NULL, how many distinct values (APPROX_COUNT_DISTINCT), the smallest and the largest, and the ten most \
            frequent with APPROX_TOP_COUNT. Ask `estimate_query` first; filter on the partitioning column if it is large.

            \(mask)
            """
    }

    static func refused(_ sql: String, reasons: [String]) -> String {
        """
        This statement is refused:

        \(sql)

        The reasons, all of them:
        \(reasons.map { "- \($0)" }.joined(separator: "\n"))

        Explain each in plain words, then write a statement that asks for the same and is not refused, as far as there is \
        one; check it with `estimate_query`. Where a reason is a rule of this warehouse, say whom to ask instead of \
        working around it.
        """
    }

    static func notRefused(_ sql: String, masked: [String]) -> String {
        let columns = masked.isEmpty ? "no column is masked" : "masked columns: \(masked.joined(separator: ", "))"
        return """
            This statement is not refused now (\(columns)):

            \(sql)

            Run it with `query`. If it was refused before, the schemas, the mapping or your roles have changed since.
            """
    }

    private static func list(_ tables: [Table], total: Int) -> String {
        guard !tables.isEmpty else { return "There are no tables that you can see." }
        let more = total > tables.count ? "\n- and \(total - tables.count) more: `list_tables`" : ""
        return "Tables that you can query:\n" + tables.map(\.line).joined(separator: "\n") + more
    }
}
