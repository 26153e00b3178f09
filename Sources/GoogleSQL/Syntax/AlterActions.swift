/// One change of a list in ALTER.
public struct AlterAction: Sendable {
    /// What is changed.
    public indirect enum Kind: Sendable {
        /// `SET OPTIONS(…)`
        case setOptions([HintEntry])
        /// `SET AS '…'` or `SET AS JSON '…'`
        case setBody(Literal)
        /// `SET DEFAULT COLLATE '…'`
        case setDefaultCollation(Collation)
        /// `RENAME TO path`
        case renameTo(PathExpression)
        case addColumn(AddColumn)
        /// `DROP COLUMN [IF EXISTS] name`
        case dropColumn(Identifier, allowsMissing: Bool)
        /// `RENAME COLUMN [IF EXISTS] name TO name`
        case renameColumn(Identifier, to: Identifier, allowsMissing: Bool)
        case alterColumn(AlterColumn)
        /// `ADD [CONSTRAINT [IF NOT EXISTS] name] PRIMARY KEY …`, or another constraint
        case addConstraint(TableConstraint, allowsExisting: Bool)
        /// `DROP CONSTRAINT [IF EXISTS] name`
        case dropConstraint(Identifier, allowsMissing: Bool)
        /// `DROP PRIMARY KEY [IF EXISTS]`
        case dropPrimaryKey(allowsMissing: Bool)
        case alterConstraint(AlterConstraint)
        case addPart(AddPart)
        /// `DROP REPLICA [IF EXISTS] name`
        case dropPart(type: Identifier, name: Identifier, allowsMissing: Bool)
        case alterPart(AlterPart)
    }

    /// What is changed.
    public let kind: Kind
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// `ADD COLUMN [IF NOT EXISTS] name type … FOLLOWING other FILL USING expression`.
public struct AddColumn: Sendable {
    /// Where the column goes.
    public enum Position: Sendable, Hashable {
        /// `PRECEDING name`
        case preceding(Identifier)
        /// `FOLLOWING name`
        case following(Identifier)
    }

    /// Whether IF NOT EXISTS is there.
    public let allowsExisting: Bool
    /// The column.
    public let column: ColumnDefinition
    /// Where it goes.
    public let position: Position?
    /// FILL USING: the value in rows that are there.
    public let fill: Expression?
}

/// `ALTER COLUMN [IF EXISTS] name change`.
public struct AlterColumn: Sendable {
    /// What is changed of the column.
    public indirect enum Change: Sendable {
        /// `SET DATA TYPE type`
        case setType(ColumnSchema)
        /// `SET OPTIONS(…)`
        case setOptions([HintEntry])
        /// `SET DEFAULT expression`
        case setDefault(Expression)
        /// `SET GENERATED ALWAYS AS IDENTITY(…)`
        case setGenerated(GeneratedColumn.Mode, IdentityColumn)
        /// `DROP DEFAULT`
        case dropDefault
        /// `DROP NOT NULL`
        case dropNotNull
        /// `DROP GENERATED`
        case dropGenerated
    }

    /// Whether IF EXISTS is there.
    public let allowsMissing: Bool
    /// The column.
    public let name: Identifier
    /// What is changed.
    public let change: Change
}

/// `ALTER CONSTRAINT [IF EXISTS] name change`.
public struct AlterConstraint: Sendable {
    /// What is changed of the constraint.
    public enum Change: Sendable {
        case enforced
        case notEnforced
        /// `SET OPTIONS(…)`
        case setOptions([HintEntry])
    }

    /// Whether IF EXISTS is there.
    public let allowsMissing: Bool
    /// The constraint.
    public let name: Identifier
    /// What is changed.
    public let change: Change
}

/// `ADD REPLICA [IF NOT EXISTS] name OPTIONS(…)`: a part of the object that the grammar has no rules for.
public struct AddPart: Sendable {
    /// The word for the kind of part.
    public let type: Identifier
    /// Whether IF NOT EXISTS is there.
    public let allowsExisting: Bool
    /// The name.
    public let name: Identifier
    /// OPTIONS.
    public let options: [HintEntry]?
}

/// `ALTER REPLICA [IF EXISTS] name action`.
public struct AlterPart: Sendable {
    /// The word for the kind of part.
    public let type: Identifier
    /// Whether IF EXISTS is there.
    public let allowsMissing: Bool
    /// The name.
    public let name: Identifier
    /// The change.
    public let action: AlterAction
}

/// One change of a list in ALTER SEARCH INDEX and ALTER VECTOR INDEX.
public struct AlterIndexAction: Sendable {
    /// What is changed.
    public enum Kind: Sendable {
        /// `SET OPTIONS(…)`
        case setOptions([HintEntry])
        /// `ADD COLUMN [IF NOT EXISTS] name OPTIONS(…)`
        case addColumn(Identifier, options: [HintEntry]?, allowsExisting: Bool)
        /// `DROP COLUMN [IF EXISTS] name`
        case dropColumn(Identifier, allowsMissing: Bool)
        /// `ALTER COLUMN [IF EXISTS] name SET OPTIONS(…)`
        case setColumnOptions(Identifier, [HintEntry], allowsMissing: Bool)
        case rebuild
    }

    /// What is changed.
    public let kind: Kind
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}
