/// A statement that removes an object, or brings one back.
public indirect enum DropStatement: Sendable {
    case object(DropObject)
    case function(DropFunction)
    case tableFunction(DropTableFunction)
    case snapshotTable(DropSnapshotTable)
    case index(DropIndex)
    case rowAccessPolicy(DropRowAccessPolicy)
    case allRowAccessPolicies(DropAllRowAccessPolicies)
    case privilegeRestriction(DropPrivilegeRestriction)
    case entity(DropEntity)
    case undrop(UndropStatement)

    /// The kind in the terms of ZetaSQL.
    public var kind: StatementKind {
        switch self {
        case .object(let node): node.object == .materializedView ? .dropMaterializedView : .drop
        case .function: .dropFunction
        case .tableFunction: .dropTableFunction
        case .snapshotTable: .dropSnapshotTable
        case .index(let node):
            switch node.variant {
            case .search: .dropSearchIndex
            case .vector: .dropVectorIndex
            }
        case .rowAccessPolicy: .dropRowAccessPolicy
        case .allRowAccessPolicies: .dropAllRowAccessPolicies
        case .privilegeRestriction: .dropPrivilegeRestriction
        case .entity: .dropEntity
        case .undrop: .undrop
        }
    }

    /// The tokens it covers.
    public var tokens: Range<Int> {
        switch self {
        case .object(let node): node.tokens
        case .function(let node): node.tokens
        case .tableFunction(let node): node.tokens
        case .snapshotTable(let node): node.tokens
        case .index(let node): node.tokens
        case .rowAccessPolicy(let node): node.tokens
        case .allRowAccessPolicies(let node): node.tokens
        case .privilegeRestriction(let node): node.tokens
        case .entity(let node): node.tokens
        case .undrop(let node): node.tokens
        }
    }
}

/// `DROP TABLE name`, and the same of most other kinds of objects.
public struct DropObject: Sendable, Hashable {
    /// What happens to the objects in a schema.
    public enum Mode: Sendable, Hashable, CaseIterable {
        case restrict
        case cascade
    }

    /// What is removed; never a function.
    public let object: SchemaObject
    /// Whether IF EXISTS is there.
    public let allowsMissing: Bool
    /// The name.
    public let name: PathExpression
    /// RESTRICT or CASCADE, after a schema alone.
    public let mode: Mode?
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// `DROP FUNCTION name(parameters)`.
public struct DropFunction: Sendable {
    /// Whether IF EXISTS is there.
    public let allowsMissing: Bool
    /// The name.
    public let name: PathExpression
    /// The parameters of the one function that is removed; nil for all of the name.
    public let parameters: [RoutineParameter]?
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// `DROP TABLE FUNCTION name`.
public struct DropTableFunction: Sendable, Hashable {
    /// Whether IF EXISTS is there.
    public let allowsMissing: Bool
    /// The name.
    public let name: PathExpression
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// `DROP SNAPSHOT TABLE name`.
public struct DropSnapshotTable: Sendable, Hashable {
    /// Whether IF EXISTS is there.
    public let allowsMissing: Bool
    /// The name.
    public let name: PathExpression
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// `DROP SEARCH INDEX name ON table`, `DROP VECTOR INDEX …`.
public struct DropIndex: Sendable, Hashable {
    /// SEARCH or VECTOR.
    public let variant: IndexVariant
    /// Whether IF EXISTS is there.
    public let allowsMissing: Bool
    /// The name.
    public let name: PathExpression
    /// The table after ON.
    public let table: PathExpression?
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// `DROP ROW ACCESS POLICY name ON table`.
public struct DropRowAccessPolicy: Sendable, Hashable {
    /// Whether IF EXISTS is there.
    public let allowsMissing: Bool
    /// The name.
    public let name: Identifier
    /// The table.
    public let table: PathExpression
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// `DROP ALL ROW [ACCESS] POLICIES ON table`.
public struct DropAllRowAccessPolicies: Sendable, Hashable {
    /// The table.
    public let table: PathExpression
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// `DROP PRIVILEGE RESTRICTION ON SELECT (column) ON TABLE name`.
public struct DropPrivilegeRestriction: Sendable, Hashable {
    /// Whether IF EXISTS is there.
    public let allowsMissing: Bool
    /// The privileges.
    public let privileges: [Privilege]
    /// The word that says what they are on, such as TABLE.
    public let objectType: Identifier
    /// The object.
    public let name: PathExpression
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// `DROP CAPACITY name`: the object is of a kind that the grammar has no word for.
public struct DropEntity: Sendable, Hashable {
    /// The word for the kind of object.
    public let type: Identifier
    /// Whether IF EXISTS is there.
    public let allowsMissing: Bool
    /// The name.
    public let name: PathExpression
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// `UNDROP SCHEMA name FOR SYSTEM_TIME AS OF … OPTIONS(…)`. No other object can be brought back.
public struct UndropStatement: Sendable {
    /// Whether IF NOT EXISTS is there.
    public let allowsExisting: Bool
    /// The name.
    public let name: PathExpression
    /// When it was there.
    public let systemTime: SystemTime?
    /// OPTIONS.
    public let options: [HintEntry]?
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}
