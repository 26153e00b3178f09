/// A statement that steers others: transactions, calls, assignments, blocks, branches and loops.
public indirect enum ProceduralStatement: Sendable {
    case assignment(Assignment)
    case transaction(TransactionStatement)
    case batch(BatchStatement)
    case call(CallStatement)
    case executeImmediate(ExecuteImmediate)
    case assert(AssertStatement)
    case analyze(AnalyzeStatement)
    case describe(DescribeStatement)
    case show(ShowStatement)
    case explain(ExplainStatement)
    case `import`(ImportStatement)
    case module(ModuleStatement)
    case defineTable(DefineTableStatement)
    /// Pipe operators without a query before them: a statement for the grammar, of no use to BigQuery.
    case subpipeline(Subpipeline)
    /// DECLARE, blocks, branches and loops: in scripts alone.
    case scripting(ScriptingStatement)

    /// The kind in the terms of ZetaSQL.
    public var kind: StatementKind {
        switch self {
        case .assignment(let node): node.kind
        case .transaction(let node): node.kind
        case .batch(let node): node.kind
        case .call: .call
        case .executeImmediate: .executeImmediate
        case .assert: .assert
        case .analyze: .analyze
        case .describe: .describe
        case .show: .show
        case .explain: .explain
        case .import: .import
        case .module: .module
        case .defineTable: .defineTable
        case .subpipeline: .subpipeline
        case .scripting(let node): node.kind
        }
    }

    /// The tokens it covers.
    public var tokens: Range<Int> {
        switch self {
        case .assignment(let node): node.tokens
        case .transaction(let node): node.tokens
        case .batch(let node): node.tokens
        case .call(let node): node.tokens
        case .executeImmediate(let node): node.tokens
        case .assert(let node): node.tokens
        case .analyze(let node): node.tokens
        case .describe(let node): node.tokens
        case .show(let node): node.tokens
        case .explain(let node): node.tokens
        case .import(let node): node.tokens
        case .module(let node): node.tokens
        case .defineTable(let node): node.tokens
        case .subpipeline(let node): node.tokens
        case .scripting(let node): node.tokens
        }
    }
}

/// `SET target = value`.
public struct Assignment: Sendable {
    /// What gets the value.
    public enum Target: Sendable {
        /// `SET x = …`
        case variable(Identifier)
        /// `SET (x, y) = …`, from a struct.
        case variables([Identifier])
        /// `SET @x = …`
        case parameter(Parameter)
        /// `SET @@x.y = …`
        case systemVariable(SystemVariable)
    }

    /// What gets the value.
    public let target: Target
    /// The value.
    public let value: Expression
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>

    /// The kind in the terms of ZetaSQL.
    public var kind: StatementKind {
        switch target {
        case .variable: .assignVariable
        case .variables: .assignFromStruct
        case .parameter: .assignParameter
        case .systemVariable: .assignSystemVariable
        }
    }
}

/// BEGIN, START TRANSACTION, SET TRANSACTION, COMMIT, ROLLBACK.
public struct TransactionStatement: Sendable {
    /// What is done with the transaction.
    public enum Action: Sendable, Hashable, CaseIterable {
        case begin
        case set
        case commit
        case rollback
    }

    /// A property of a transaction.
    public enum Mode: Sendable, Hashable {
        case readOnly
        case readWrite
        /// `ISOLATION LEVEL` and one or two words that name it.
        case isolationLevel([Identifier])
    }

    /// What is done with the transaction.
    public let action: Action
    /// The properties; COMMIT and ROLLBACK have none.
    public let modes: [Mode]
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>

    /// The kind in the terms of ZetaSQL.
    public var kind: StatementKind {
        switch action {
        case .begin: .begin
        case .set: .setTransaction
        case .commit: .commit
        case .rollback: .rollback
        }
    }
}

/// START BATCH, RUN BATCH, ABORT BATCH.
public struct BatchStatement: Sendable {
    /// What is done with the batch.
    public enum Action: Sendable, Hashable, CaseIterable {
        case start
        case run
        case abort
    }

    /// What is done with the batch.
    public let action: Action
    /// The word after START BATCH.
    public let type: Identifier?
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>

    /// The kind in the terms of ZetaSQL.
    public var kind: StatementKind {
        switch action {
        case .start: .startBatch
        case .run: .runBatch
        case .abort: .abortBatch
        }
    }
}
