/// `CREATE [AGGREGATE] FUNCTION name(parameters) RETURNS type … AS body`.
public struct CreateFunction: Sendable {
    /// What a function does.
    public enum Body: Sendable {
        /// `AS (expression)`, in SQL.
        case expression(Expression)
        /// `AS 'text'`, in another language.
        case text(Literal)
    }

    /// OR REPLACE and TEMP.
    public let header: CreateHeader
    /// Whether it is CREATE AGGREGATE FUNCTION.
    public let isAggregate: Bool
    /// Whether IF NOT EXISTS is there.
    public let allowsExisting: Bool
    /// The name.
    public let name: PathExpression
    /// The parameters.
    public let parameters: [RoutineParameter]
    /// The type after RETURNS.
    public let result: TypeName?
    /// SQL SECURITY.
    public let security: SQLSecurity?
    /// Whether the result depends on the arguments alone.
    public let determinism: Determinism?
    /// The name after LANGUAGE.
    public let language: Identifier?
    /// Whether REMOTE is there.
    public let isRemote: Bool
    /// WITH CONNECTION.
    public let connection: ConnectionClause?
    /// OPTIONS, before or after the body.
    public let options: [HintEntry]?
    /// What the function does.
    public let body: Body?
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// Whether the result of a function depends on its arguments alone.
public enum Determinism: Sendable, Hashable, CaseIterable {
    case deterministic
    case notDeterministic
    case immutable
    case stable
    case volatile
}

/// `CREATE TABLE FUNCTION name(parameters) RETURNS TABLE<…> … AS query`.
public struct CreateTableFunction: Sendable {
    /// What the rows come from.
    public enum Body: Sendable {
        /// `AS query`. Parameters that are tables are no tables of the dataset in it.
        case query(Query)
        /// `AS 'text'`, in another language.
        case text(Literal)
    }

    /// OR REPLACE and TEMP.
    public let header: CreateHeader
    /// Whether IF NOT EXISTS is there.
    public let allowsExisting: Bool
    /// The name.
    public let name: PathExpression
    /// The parameters.
    public let parameters: [RoutineParameter]
    /// The columns after RETURNS.
    public let result: TableTypeName?
    /// SQL SECURITY.
    public let security: SQLSecurity?
    /// The name after LANGUAGE.
    public let language: Identifier?
    /// OPTIONS, before or after LANGUAGE.
    public let options: [HintEntry]?
    /// What the rows come from.
    public let body: Body?
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// `CREATE PROCEDURE name(parameters) … BEGIN … END`, or with `LANGUAGE name AS 'text'`.
public struct CreateProcedure: Sendable {
    /// What a procedure does.
    public enum Body: Sendable {
        /// `BEGIN … END`
        case block(BeginEndBlock)
        /// `LANGUAGE name AS 'text'`, without a text if the code is elsewhere.
        case foreign(language: Identifier, text: Literal?)
    }

    /// OR REPLACE and TEMP.
    public let header: CreateHeader
    /// Whether IF NOT EXISTS is there.
    public let allowsExisting: Bool
    /// The name.
    public let name: PathExpression
    /// The parameters.
    public let parameters: [RoutineParameter]
    /// EXTERNAL SECURITY.
    public let security: SQLSecurity?
    /// WITH CONNECTION.
    public let connection: ConnectionClause?
    /// OPTIONS.
    public let options: [HintEntry]?
    /// What the procedure does.
    public let body: Body
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// A parameter of a function or a procedure: `x INT64 DEFAULT 1`, `STRING`, `OUT y ANY TYPE`.
public struct RoutineParameter: Sendable {
    /// Which way a value goes through the parameter of a procedure.
    public enum Mode: Sendable, Hashable, CaseIterable {
        case `in`
        case out
        case inOut
    }

    /// What may be passed.
    public indirect enum Kind: Sendable {
        case type(TypeName)
        /// `ANY TYPE` and the like.
        case template(TemplateType)
        /// `TABLE<…>`
        case table(TableTypeName)
    }

    /// What ANY stands before.
    public enum TemplateType: Sendable, Hashable, CaseIterable {
        case type
        case table
        case array
        case structure
        case proto
        case enumeration
    }

    /// IN, OUT or INOUT.
    public let mode: Mode?
    /// The name, which functions can do without.
    public let name: Identifier?
    /// What may be passed.
    public let kind: Kind
    /// The name after AS.
    public let alias: Alias?
    /// The value after DEFAULT.
    public let value: Expression?
    /// Whether NOT AGGREGATE is there.
    public let isNotAggregate: Bool
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}
