/// A statement that changes a definition.
public indirect enum AlterStatement: Sendable {
    case object(AlterObject)
    case entity(AlterEntity)
    case index(AlterIndex)
    case rowAccessPolicy(AlterRowAccessPolicy)
    case allRowAccessPolicies(AlterAllRowAccessPolicies)
    case privilegeRestriction(AlterPrivilegeRestriction)
    case rename(RenameStatement)

    /// The kind in the terms of ZetaSQL.
    public var kind: StatementKind {
        switch self {
        case .object(let node): node.kind
        case .entity: .alterEntity
        case .index: .alterIndex
        case .rowAccessPolicy: .alterRowAccessPolicy
        case .allRowAccessPolicies: .alterAllRowAccessPolicies
        case .privilegeRestriction: .alterPrivilegeRestriction
        case .rename: .rename
        }
    }

    /// The tokens it covers.
    public var tokens: Range<Int> {
        switch self {
        case .object(let node): node.tokens
        case .entity(let node): node.tokens
        case .index(let node): node.tokens
        case .rowAccessPolicy(let node): node.tokens
        case .allRowAccessPolicies(let node): node.tokens
        case .privilegeRestriction(let node): node.tokens
        case .rename(let node): node.tokens
        }
    }
}

/// `ALTER TABLE name action, …`, and the same of views, schemas, connections, databases, models and sequences.
public struct AlterObject: Sendable {
    /// The objects that can be altered.
    public enum Object: Sendable, Hashable, CaseIterable {
        case approximateView
        case connection
        case database
        case externalSchema
        case materializedView
        case model
        case schema
        case sequence
        case table
        case view
    }

    /// What is altered.
    public let object: Object
    /// Whether IF EXISTS is there.
    public let allowsMissing: Bool
    /// The name.
    public let name: PathExpression
    /// The changes, at least one.
    public let actions: [AlterAction]
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>

    /// The kind in the terms of ZetaSQL.
    public var kind: StatementKind {
        switch object {
        case .approximateView: .alterApproxView
        case .connection: .alterConnection
        case .database: .alterDatabase
        case .externalSchema: .alterExternalSchema
        case .materializedView: .alterMaterializedView
        case .model: .alterModel
        case .schema: .alterSchema
        case .sequence: .alterSequence
        case .table: .alterTable
        case .view: .alterView
        }
    }
}

/// `ALTER CAPACITY name action, …`: the object is of a kind that the grammar has no word for.
public struct AlterEntity: Sendable {
    /// The word for the kind of object.
    public let type: Identifier
    /// Whether IF EXISTS is there.
    public let allowsMissing: Bool
    /// The name, which is left out where there is only one, as of BI_CAPACITY in a project.
    public let name: PathExpression?
    /// The changes, at least one.
    public let actions: [AlterAction]
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// `ALTER SEARCH INDEX name ON table action, …`, `ALTER VECTOR INDEX …`.
public struct AlterIndex: Sendable {
    /// SEARCH or VECTOR.
    public let variant: IndexVariant
    /// Whether IF EXISTS is there.
    public let allowsMissing: Bool
    /// The name.
    public let name: PathExpression
    /// The table after ON.
    public let table: PathExpression?
    /// The changes, at least one.
    public let actions: [AlterIndexAction]
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// What an index is made for, as ALTER and DROP know it.
public enum IndexVariant: Sendable, Hashable, CaseIterable {
    case search
    case vector
}

/// `RENAME TABLE name TO name`.
public struct RenameStatement: Sendable, Hashable {
    /// The word for the kind of object.
    public let objectType: Identifier
    /// The name until now.
    public let oldName: PathExpression
    /// The name after TO.
    public let newName: PathExpression
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}
