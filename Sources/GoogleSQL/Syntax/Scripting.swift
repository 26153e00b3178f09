/// A statement that can stand in a script or in the body of a procedure alone.
public indirect enum ScriptingStatement: Sendable {
    case declare(VariableDeclaration)
    case block(BeginEndBlock)
    case `if`(IfStatement)
    case `case`(CaseStatement)
    case loop(LoopStatement)
    case forIn(ForInStatement)
    /// BREAK, LEAVE, CONTINUE, ITERATE.
    case jump(JumpStatement)
    case raise(RaiseStatement)
    case `return`(ReturnStatement)

    /// The kind in the terms of ZetaSQL.
    public var kind: StatementKind {
        switch self {
        case .declare: .declare
        case .block: .block
        case .if: .if
        case .case: .case
        case .loop(let node): node.kind
        case .forIn: .forIn
        case .jump(let node): node.kind
        case .raise: .raise
        case .return: .return
        }
    }

    /// The tokens it covers.
    public var tokens: Range<Int> {
        switch self {
        case .declare(let node): node.tokens
        case .block(let node): node.tokens
        case .if(let node): node.tokens
        case .case(let node): node.tokens
        case .loop(let node): node.tokens
        case .forIn(let node): node.tokens
        case .jump(let node): node.tokens
        case .raise(let node): node.tokens
        case .return(let node): node.tokens
        }
    }
}

/// `DECLARE x, y INT64 [DEFAULT value]` or `DECLARE x DEFAULT value`.
public struct VariableDeclaration: Sendable {
    /// The variables.
    public let names: [Identifier]
    /// The type.
    public let type: TypeName?
    /// The value after DEFAULT.
    public let value: Expression?
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// The label of a block or a loop: before it with a colon, and again after its END.
public struct ScriptLabel: Sendable, Hashable {
    /// The label before the statement.
    public let name: Identifier
    /// The label after END, which is the same but for case.
    public let end: Identifier?
}

/// `BEGIN statements [EXCEPTION WHEN ERROR THEN statements] END`.
public struct BeginEndBlock: Sendable {
    /// The label.
    public let label: ScriptLabel?
    /// The statements.
    public let body: StatementList
    /// The statements of the exception handler.
    public let handler: StatementList?
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// `IF condition THEN statements [ELSEIF …] [ELSE …] END IF`.
public struct IfStatement: Sendable {
    /// The branches, the first of them after IF, the others after ELSEIF.
    public let branches: [ConditionalStatements]
    /// The statements after ELSE.
    public let fallback: StatementList?
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// `CASE [operand] WHEN value THEN statements … [ELSE statements] END CASE`.
public struct CaseStatement: Sendable {
    /// What the values are compared with.
    public let operand: Expression?
    /// The branches.
    public let branches: [ConditionalStatements]
    /// The statements after ELSE.
    public let fallback: StatementList?
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// Statements that run under a condition.
public struct ConditionalStatements: Sendable {
    /// The condition, or the value that the operand of CASE has to have.
    public let condition: Expression
    /// The statements.
    public let body: StatementList
    /// The tokens it covers, from the keyword before the condition.
    @TokenRange public var tokens: Range<Int>
}

/// `LOOP … END LOOP`, `WHILE condition DO … END WHILE`, `REPEAT … UNTIL condition END REPEAT`.
public struct LoopStatement: Sendable {
    /// When the loop ends.
    public enum Condition: Sendable {
        /// LOOP: only by a jump.
        case none
        /// WHILE: before a round in which it does not hold.
        case `while`(Expression)
        /// REPEAT: after a round in which it holds.
        case until(Expression)
    }

    /// The label.
    public let label: ScriptLabel?
    /// When the loop ends.
    public let condition: Condition
    /// The statements.
    public let body: StatementList
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>

    /// The kind in the terms of ZetaSQL, which has no class of its own for LOOP.
    public var kind: StatementKind {
        switch condition {
        case .none, .while: .while
        case .until: .repeat
        }
    }
}

/// `FOR row IN (query) DO statements END FOR`.
public struct ForInStatement: Sendable {
    /// The label.
    public let label: ScriptLabel?
    /// The variable that holds a row.
    public let variable: Identifier
    /// The query, without its parentheses.
    public let query: Query
    /// The statements.
    public let body: StatementList
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// BREAK, LEAVE, CONTINUE, ITERATE, with or without a label.
public struct JumpStatement: Sendable, Hashable {
    /// Where it goes.
    public enum Target: Sendable, Hashable, CaseIterable {
        /// Behind the loop or block: BREAK, LEAVE.
        case end
        /// To the next round: CONTINUE, ITERATE.
        case next
    }

    /// Where it goes.
    public let target: Target
    /// The label of the loop or block.
    public let label: Identifier?
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>

    /// The kind in the terms of ZetaSQL.
    public var kind: StatementKind {
        switch target {
        case .end: .break
        case .next: .continue
        }
    }
}

/// `RAISE [USING MESSAGE = text]`.
public struct RaiseStatement: Sendable {
    /// The text of the error; without it an error that was caught is raised again.
    public let message: Expression?
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// `RETURN`.
public struct ReturnStatement: Sendable, Hashable {
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}
