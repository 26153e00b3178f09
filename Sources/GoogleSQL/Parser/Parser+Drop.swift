/// DROP and UNDROP.
extension Parser {
    mutating func parseDrop() throws(SyntaxError) -> DropStatement {
        if keyword == .undrop { return .undrop(try parseUndrop()) }
        let start = index
        try expect(.drop)
        switch keyword {
        case .table: return try parseDropTable(from: start)
        case .snapshot: return .snapshotTable(try parseDropSnapshotTable(from: start))
        case .search, .vector: return .index(try parseDropIndex(from: start))
        case .row: return .rowAccessPolicy(try parseDropRowAccessPolicy(from: start))
        case .all: return .allRowAccessPolicies(try parseDropAllRowAccessPolicies(from: start))
        case .privilege: return .privilegeRestriction(try parseDropPrivilegeRestriction(from: start))
        default: break
        }
        if startsEntityType { return .entity(try parseDropEntity(from: start)) }
        return try parseDropObject(from: start)
    }

    // MARK: Tables and other objects

    private mutating func parseDropTable(from start: Int) throws(SyntaxError) -> DropStatement {
        advance()
        let isFunction = accept(.function)
        let allowsMissing = try acceptIfExists()
        let name = try parseWholeDashedPath()
        let end = index
        if kind == .leftParenthesis {
            // The grammar complains only after all of the parameters.
            _ = try parseFunctionParameters()
            throw failure("only functions that are no table functions are named with parameters", at: end)
        }
        guard isFunction else {
            return .object(
                DropObject(object: .table, allowsMissing: allowsMissing, name: name, mode: nil, tokens: start..<end)
            )
        }
        for token in name.tokens where tokens[token].role == .identifier { tokens[token].role = .functionName }
        return .tableFunction(DropTableFunction(allowsMissing: allowsMissing, name: name, tokens: start..<end))
    }

    private mutating func parseDropObject(from start: Int) throws(SyntaxError) -> DropStatement {
        let place = index
        let object = try parseSchemaObject()
        let allowsMissing = try acceptIfExists()
        let name = try parseWholePath(object.isRoutine ? .functionName : .identifier)
        let parametersPlace = index
        let parameters = kind == .leftParenthesis ? try parseFunctionParameters() : nil
        let modePlace = index
        let mode = parseDropMode()
        // The grammar complains only at the end of the statement.
        if object == .aggregateFunction {
            throw failure("an aggregate function is removed by DROP FUNCTION", at: place)
        }
        if mode != nil, object != .schema {
            throw failure("\(describe(modePlace)) can only follow DROP SCHEMA", at: modePlace)
        }
        if object == .function {
            return .function(
                DropFunction(allowsMissing: allowsMissing, name: name, parameters: parameters, tokens: start..<index)
            )
        }
        if parameters != nil { throw failure("only functions are named with parameters", at: parametersPlace) }
        return .object(
            DropObject(object: object, allowsMissing: allowsMissing, name: name, mode: mode, tokens: start..<index)
        )
    }

    /// Reads RESTRICT or CASCADE, if it is there.
    private mutating func parseDropMode() -> DropObject.Mode? {
        if accept(.restrict) { return .restrict }
        return accept(.cascade) ? .cascade : nil
    }

    private mutating func parseDropSnapshotTable(from start: Int) throws(SyntaxError) -> DropSnapshotTable {
        advance()
        try expect(.table)
        let allowsMissing = try acceptIfExists()
        let name = try parseWholeDashedPath()
        return DropSnapshotTable(allowsMissing: allowsMissing, name: name, tokens: start..<index)
    }

    private mutating func parseDropEntity(from start: Int) throws(SyntaxError) -> DropEntity {
        let type = try parseEntityType()
        let allowsMissing = try acceptIfExists()
        let name = try parseWholePath()
        return DropEntity(type: type, allowsMissing: allowsMissing, name: name, tokens: start..<index)
    }

    // MARK: Indexes and policies

    private mutating func parseDropIndex(from start: Int) throws(SyntaxError) -> DropIndex {
        let variant: IndexVariant = keyword == .search ? .search : .vector
        advance()
        try expect(.index)
        let allowsMissing = try acceptIfExists()
        let name = try parseWholePath()
        let table = accept(.on) ? try parseWholePath() : nil
        return DropIndex(
            variant: variant,
            allowsMissing: allowsMissing,
            name: name,
            table: table,
            tokens: start..<index
        )
    }

    private mutating func parseDropRowAccessPolicy(from start: Int) throws(SyntaxError) -> DropRowAccessPolicy {
        advance()
        try expect(.access)
        try expect(.policy)
        let allowsMissing = try acceptIfExists()
        let name = try parseIdentifier()
        try expect(.on)
        let table = try parseWholePath()
        return DropRowAccessPolicy(allowsMissing: allowsMissing, name: name, table: table, tokens: start..<index)
    }

    private mutating func parseDropAllRowAccessPolicies(
        from start: Int
    ) throws(SyntaxError) -> DropAllRowAccessPolicies {
        advance()
        try expect(.row)
        _ = accept(.access)
        try expect(.policies)
        try expect(.on)
        let table = try parseWholePath()
        return DropAllRowAccessPolicies(table: table, tokens: start..<index)
    }

    private mutating func parseDropPrivilegeRestriction(
        from start: Int
    ) throws(SyntaxError) -> DropPrivilegeRestriction {
        advance()
        try expect(.restriction)
        let allowsMissing = try acceptIfExists()
        try expect(.on)
        let privileges = try parsePrivileges()
        try expect(.on)
        let objectType = try parseIdentifier(.datePart)
        let name = try parseWholePath()
        return DropPrivilegeRestriction(
            allowsMissing: allowsMissing,
            privileges: privileges,
            objectType: objectType,
            name: name,
            tokens: start..<index
        )
    }

    // MARK: UNDROP

    private mutating func parseUndrop() throws(SyntaxError) -> UndropStatement {
        let start = index
        try expect(.undrop)
        let place = index
        let object = try parseSchemaObject()
        let allowsExisting = try acceptIfNotExists()
        let name = try parseWholePath()
        let systemTime = try parseSystemTime()
        let options = try parseOptionsClause()
        // The grammar complains only at the end of the statement.
        guard object == .schema else { throw failure("only a schema can be brought back", at: place) }
        return UndropStatement(
            allowsExisting: allowsExisting,
            name: name,
            systemTime: systemTime,
            options: options,
            tokens: start..<index
        )
    }
}

extension SchemaObject {
    /// Whether it is called by its name.
    fileprivate var isRoutine: Bool {
        self == .function || self == .aggregateFunction || self == .procedure
    }
}
