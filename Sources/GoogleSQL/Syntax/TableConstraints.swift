/// `[CONSTRAINT name] PRIMARY KEY (a)`, `FOREIGN KEY (a) REFERENCES t(b)`, `CHECK (expression)`.
public struct TableConstraint: Sendable {
    /// What must hold.
    public indirect enum Kind: Sendable {
        case primaryKey([Identifier])
        case foreignKey([Identifier], ForeignKeyReference)
        case check(Expression)
    }

    /// The name after CONSTRAINT.
    public let name: Identifier?
    /// What must hold.
    public let kind: Kind
    /// False with NOT ENFORCED.
    public let isEnforced: Bool
    /// OPTIONS.
    public let options: [HintEntry]?
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// `REFERENCES table(columns) MATCH … ON UPDATE … ON DELETE …`.
public struct ForeignKeyReference: Sendable {
    /// How NULL in a key of several columns matches.
    public enum Match: Sendable, Hashable, CaseIterable {
        case simple
        case full
        case notDistinct
    }

    /// What a change in the other table does to the rows that refer to it.
    public enum Action: Sendable, Hashable, CaseIterable {
        case noAction
        case restrict
        case cascade
        case setNull
    }

    /// The table that is referred to.
    public let table: PathExpression
    /// Its columns.
    public let columns: [Identifier]
    /// MATCH.
    public let match: Match?
    /// ON UPDATE.
    public let onUpdate: Action?
    /// ON DELETE.
    public let onDelete: Action?
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// What is said about a column after its type.
public indirect enum ColumnAttribute: Sendable {
    case primaryKey(isEnforced: Bool)
    /// `[CONSTRAINT name] REFERENCES …`
    case foreignKey(name: Identifier?, ForeignKeyReference, isEnforced: Bool)
    case hidden
    case notNull
}
