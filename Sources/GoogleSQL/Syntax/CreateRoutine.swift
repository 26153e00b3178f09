/// A statement that makes a function, a procedure, a model, an index, a policy, a graph or an entity.
public indirect enum CreateRoutine: Sendable {
    case function(CreateFunction)
    case tableFunction(CreateTableFunction)
    case procedure(CreateProcedure)
    case constant(CreateConstant)
    case sequence(CreateSequence)
    case model(CreateModel)
    case index(CreateIndex)
    case rowAccessPolicy(CreateRowAccessPolicy)
    case privilegeRestriction(CreatePrivilegeRestriction)
    case propertyGraph(CreatePropertyGraph)
    case entity(CreateEntity)

    /// The kind in the terms of ZetaSQL.
    public var kind: StatementKind {
        switch self {
        case .function: .createFunction
        case .tableFunction: .createTableFunction
        case .procedure: .createProcedure
        case .constant: .createConstant
        case .sequence: .createSequence
        case .model: .createModel
        case .index: .createIndex
        case .rowAccessPolicy: .createRowAccessPolicy
        case .privilegeRestriction: .createPrivilegeRestriction
        case .propertyGraph: .createPropertyGraph
        case .entity: .createEntity
        }
    }

    /// The tokens it covers.
    public var tokens: Range<Int> {
        switch self {
        case .function(let node): node.tokens
        case .tableFunction(let node): node.tokens
        case .procedure(let node): node.tokens
        case .constant(let node): node.tokens
        case .sequence(let node): node.tokens
        case .model(let node): node.tokens
        case .index(let node): node.tokens
        case .rowAccessPolicy(let node): node.tokens
        case .privilegeRestriction(let node): node.tokens
        case .propertyGraph(let node): node.tokens
        case .entity(let node): node.tokens
        }
    }
}

/// `CREATE CONSTANT name = value`.
public struct CreateConstant: Sendable {
    /// OR REPLACE and TEMP.
    public let header: CreateHeader
    /// Whether IF NOT EXISTS is there.
    public let allowsExisting: Bool
    /// The name.
    public let name: PathExpression
    /// The value.
    public let value: Expression
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// `CREATE SEQUENCE name OPTIONS(…)`.
public struct CreateSequence: Sendable {
    /// OR REPLACE.
    public let header: CreateHeader
    /// Whether IF NOT EXISTS is there.
    public let allowsExisting: Bool
    /// The name.
    public let name: PathExpression
    /// OPTIONS.
    public let options: [HintEntry]?
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// `CREATE RESERVATION name OPTIONS(…) AS JSON '…'`, and other objects that the grammar has no words for.
public struct CreateEntity: Sendable {
    /// OR REPLACE.
    public let header: CreateHeader
    /// The word that says what is made, such as CAPACITY.
    public let type: Identifier
    /// Whether IF NOT EXISTS is there.
    public let allowsExisting: Bool
    /// The name.
    public let name: PathExpression
    /// OPTIONS.
    public let options: [HintEntry]?
    /// The string or JSON literal after AS.
    public let body: Literal?
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}
