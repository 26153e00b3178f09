/// CREATE of routines, models, indexes, policies, graphs, entities.
extension Parser {
    mutating func parseCreateRoutine(_ header: CreateHeader) throws(SyntaxError) -> CreateRoutine {
        switch keyword {
        case .function, .aggregate: return .function(try parseCreateFunction(header))
        case .table: return .tableFunction(try parseCreateTableFunction(header))
        case .procedure: return .procedure(try parseCreateProcedure(header))
        case .constant: return .constant(try parseCreateConstant(header))
        case .model: return .model(try parseCreateModel(header))
        default: break
        }
        guard header.scope == nil else { throw unexpected(expected: "an object that can be temporary") }
        switch keyword {
        case .unique, .nullFiltered, .search, .vector, .index: return .index(try parseCreateIndex(header))
        case .row: return .rowAccessPolicy(try parseCreateRowAccessPolicy(header))
        case .privilege: return .privilegeRestriction(try parseCreatePrivilegeRestriction(header))
        case .sequence: return .sequence(try parseCreateSequence(header))
        case .property: return .propertyGraph(try parseCreatePropertyGraph(header))
        case .locality where !header.replaces: throw try refuseLocalityGroup()
        default: return .entity(try parseCreateEntity(header))
        }
    }

    private mutating func parseCreateConstant(_ header: CreateHeader) throws(SyntaxError) -> CreateConstant {
        advance()
        let allowsExisting = try acceptIfNotExists()
        let name = try parseWholePath()
        try expect(.equal, "=")
        let value = try parseExpression()
        return CreateConstant(
            header: header,
            allowsExisting: allowsExisting,
            name: name,
            value: value,
            tokens: header.tokens.lowerBound..<index
        )
    }

    private mutating func parseCreateSequence(_ header: CreateHeader) throws(SyntaxError) -> CreateSequence {
        advance()
        let allowsExisting = try acceptIfNotExists()
        let name = try parseWholePath()
        let options = try parseOptionsClause()
        return CreateSequence(
            header: header,
            allowsExisting: allowsExisting,
            name: name,
            options: options,
            tokens: header.tokens.lowerBound..<index
        )
    }

    /// Reads `LOCALITY GROUP name OPTIONS(…)`, which only Spanner has, and returns the error.
    private mutating func refuseLocalityGroup() throws(SyntaxError) -> SyntaxError {
        let place = index
        advance()
        try expect(.group)
        _ = try parseWholePath()
        _ = try parseOptionsClause()
        return failure("CREATE LOCALITY GROUP is not supported", at: place)
    }

    // MARK: Entities

    private mutating func parseCreateEntity(_ header: CreateHeader) throws(SyntaxError) -> CreateEntity {
        let type = try parseEntityType()
        let allowsExisting = try acceptIfNotExists()
        let name = try parseWholePath()
        let options = try parseOptionsClause()
        let body = accept(.as) ? try parseEntityBody() : nil
        return CreateEntity(
            header: header,
            type: type,
            allowsExisting: allowsExisting,
            name: name,
            options: options,
            body: body,
            tokens: header.tokens.lowerBound..<index
        )
    }
}
