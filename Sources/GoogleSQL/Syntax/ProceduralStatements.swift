/// `CALL procedure(arguments)`.
public struct CallStatement: Sendable {
    /// The procedure.
    public let procedure: PathExpression
    /// The arguments: those of table functions can stand here too.
    public let arguments: [TableFunctionArgument]
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// `EXECUTE IMMEDIATE text [INTO variables] [USING arguments]`.
///
/// What the text says is not known before it runs.
public struct ExecuteImmediate: Sendable {
    /// The expression that gives the text of a statement.
    public let text: Expression
    /// The variables after INTO.
    public let into: [Identifier]
    /// The arguments after USING, with `AS name` for named parameters.
    public let using: [AliasedExpression]
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// `ASSERT condition [AS 'description']`.
public struct AssertStatement: Sendable {
    /// The condition.
    public let condition: Expression
    /// The string literal after AS.
    public let description: Literal?
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// `ANALYZE [OPTIONS(…)] [table (columns), …]`.
public struct AnalyzeStatement: Sendable {
    /// A table with the columns that are named.
    public struct Target: Sendable, Hashable {
        /// The table.
        public let table: PathExpression
        /// The columns in parentheses.
        public let columns: [Identifier]
        /// The tokens it covers.
        @TokenRange public var tokens: Range<Int>
    }

    /// The entries of OPTIONS.
    public let options: [HintEntry]
    /// The tables.
    public let targets: [Target]
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// `DESCRIBE [type] name [FROM source]`.
public struct DescribeStatement: Sendable {
    /// The word for the type of object.
    public let objectType: Identifier?
    /// The object.
    public let name: PathExpression
    /// The path after FROM.
    public let source: PathExpression?
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// `SHOW objects [FROM source] [LIKE 'pattern']`.
public struct ShowStatement: Sendable {
    /// The word for the type of objects; nil for `MATERIALIZED VIEWS`.
    public let objectType: Identifier?
    /// The path after FROM.
    public let source: PathExpression?
    /// The string literal after LIKE.
    public let pattern: Literal?
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// `EXPLAIN statement`.
public struct ExplainStatement: Sendable {
    /// A hint before the statement. It is never printed.
    public let hint: Hint?
    /// The statement.
    public let statement: Statement
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// `IMPORT MODULE name` or `IMPORT PROTO 'file'`.
public struct ImportStatement: Sendable {
    /// What is imported.
    public enum Kind: Sendable, Hashable, CaseIterable {
        case module
        case proto
    }

    /// What is imported: a path or a string literal.
    public enum Name: Sendable {
        case path(PathExpression)
        case literal(Literal)
    }

    /// What is imported.
    public let kind: Kind
    /// Its name.
    public let name: Name
    /// The name after AS or INTO.
    public let alias: Identifier?
    /// The entries of OPTIONS.
    public let options: [HintEntry]
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// `MODULE name [OPTIONS(…)]`.
public struct ModuleStatement: Sendable {
    /// The name.
    public let name: PathExpression
    /// The entries of OPTIONS.
    public let options: [HintEntry]
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// `DEFINE TABLE name (option = value, …)`.
public struct DefineTableStatement: Sendable {
    /// The name.
    public let name: PathExpression
    /// The options.
    public let options: [HintEntry]
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}
