/// ALTER up to the changes, and RENAME.
extension Parser {
    mutating func parseAlter() throws(SyntaxError) -> AlterStatement {
        if keyword == .rename { return .rename(try parseRename()) }
        let start = index
        try expect(.alter)
        switch keyword {
        case .table: return .object(try parseAlterTable(from: start))
        case .privilege: return .privilegeRestriction(try parseAlterPrivilegeRestriction(from: start))
        case .row: return .rowAccessPolicy(try parseAlterRowAccessPolicy(from: start))
        case .all: return .allRowAccessPolicies(try parseAlterAllRowAccessPolicies(from: start))
        case .search, .vector: return .index(try parseAlterIndex(from: start))
        default: break
        }
        if startsEntityType { return .entity(try parseAlterEntity(from: start)) }
        return .object(try parseAlterObject(from: start))
    }

    private mutating func parseAlterTable(from start: Int) throws(SyntaxError) -> AlterObject {
        let place = index
        advance()
        let isFunction = accept(.function)
        let allowsMissing = try acceptIfExists()
        let name = try parseWholeDashedPath()
        let actions = try parseAlterActions()
        // The grammar complains only at the end of the statement, here and below.
        if isFunction { throw failure("a table function cannot be altered", at: place) }
        return AlterObject(
            object: .table,
            allowsMissing: allowsMissing,
            name: name,
            actions: actions,
            tokens: start..<index
        )
    }

    private mutating func parseAlterObject(from start: Int) throws(SyntaxError) -> AlterObject {
        let place = index
        let object = AlterObject.Object(try parseSchemaObject())
        let allowsMissing = try acceptIfExists()
        let name = try parseWholePath()
        let actions = try parseAlterActions()
        guard let object else { throw failure("such an object cannot be altered", at: place) }
        return AlterObject(
            object: object,
            allowsMissing: allowsMissing,
            name: name,
            actions: actions,
            tokens: start..<index
        )
    }

    private mutating func parseAlterEntity(from start: Int) throws(SyntaxError) -> AlterEntity {
        let type = try parseEntityType()
        let allowsMissing = try acceptIfExists()
        let name = startsAlterAction ? nil : try parseWholePath()
        let actions = try parseAlterActions()
        return AlterEntity(
            type: type,
            allowsMissing: allowsMissing,
            name: name,
            actions: actions,
            tokens: start..<index
        )
    }

    /// Whether a change follows, and not the name of an object. All words that changes start with but SET can be names:
    /// then another change follows them, or a dot.
    private var startsAlterAction: Bool {
        switch keyword {
        case .set: return true
        case .add, .drop, .rename, .alter, .replace: break
        default: return false
        }
        switch peekKeyword(1) {
        case .set, .add, .drop, .rename, .alter, .replace: return false
        default: return peekKind(1) != .dot
        }
    }

    // MARK: Indexes

    private mutating func parseAlterIndex(from start: Int) throws(SyntaxError) -> AlterIndex {
        let variant: IndexVariant = keyword == .search ? .search : .vector
        advance()
        try expect(.index)
        let allowsMissing = try acceptIfExists()
        let name = try parseWholePath()
        let table = accept(.on) ? try parseWholePath() : nil
        let actions = try parseList { parser throws(SyntaxError) in try parser.parseAlterIndexAction() }
        return AlterIndex(
            variant: variant,
            allowsMissing: allowsMissing,
            name: name,
            table: table,
            actions: actions,
            tokens: start..<index
        )
    }

    private mutating func parseAlterIndexAction() throws(SyntaxError) -> AlterIndexAction {
        let start = index
        let action: AlterIndexAction.Kind
        switch keyword {
        case .set:
            advance()
            try expect(.options)
            action = .setOptions(try parseOptions())
        case .add:
            advance()
            try expect(.column)
            let allowsExisting = try acceptIfNotExists()
            let name = try parseIdentifier()
            action = .addColumn(name, options: try parseOptionsClause(), allowsExisting: allowsExisting)
        case .drop:
            advance()
            try expect(.column)
            let allowsMissing = try acceptIfExists()
            action = .dropColumn(try parseIdentifier(), allowsMissing: allowsMissing)
        case .alter:
            advance()
            try expect(.column)
            let allowsMissing = try acceptIfExists()
            let name = try parseIdentifier()
            try expect(.set)
            try expect(.options)
            action = .setColumnOptions(name, try parseOptions(), allowsMissing: allowsMissing)
        case .rebuild:
            advance()
            action = .rebuild
        default:
            throw unexpected(expected: "`SET`, `ADD`, `DROP`, `ALTER` or `REBUILD`")
        }
        return AlterIndexAction(kind: action, tokens: start..<index)
    }

    // MARK: RENAME

    private mutating func parseRename() throws(SyntaxError) -> RenameStatement {
        let start = index
        try expect(.rename)
        let objectType = try parseIdentifier(.datePart)
        let oldName = try parseWholePath()
        try expect(.to)
        let newName = try parseWholePath()
        return RenameStatement(objectType: objectType, oldName: oldName, newName: newName, tokens: start..<index)
    }
}

extension AlterObject.Object {
    /// Nil for an object that cannot be altered.
    fileprivate init?(_ object: SchemaObject) {
        switch object {
        case .approximateView: self = .approximateView
        case .connection: self = .connection
        case .database: self = .database
        case .externalSchema: self = .externalSchema
        case .materializedView: self = .materializedView
        case .model: self = .model
        case .schema: self = .schema
        case .sequence: self = .sequence
        case .table: self = .table
        case .view: self = .view
        case .aggregateFunction, .constant, .externalTable, .function, .index, .procedure, .propertyGraph: return nil
        }
    }
}
