/// The words for kinds of objects.
extension Parser {
    /// Whether a word follows that can only be a kind of object that the grammar does not know.
    var startsEntityType: Bool {
        kind == .quotedIdentifier || kind == .word && (keyword == .none || keyword == .project)
    }

    /// Reads the words for a kind of object other than TABLE alone.
    mutating func parseSchemaObject() throws(SyntaxError) -> SchemaObject {
        let place = index
        let object: SchemaObject
        switch keyword {
        case .connection: object = .connection
        case .constant: object = .constant
        case .database: object = .database
        case .function: object = .function
        case .index: object = .index
        case .model: object = .model
        case .procedure: object = .procedure
        case .schema: object = .schema
        case .sequence: object = .sequence
        case .view: object = .view
        case .aggregate: return try parseSchemaObject(.aggregateFunction, before: .function)
        case .approx: return try parseSchemaObject(.approximateView, before: .view)
        case .materialized: return try parseSchemaObject(.materializedView, before: .view)
        case .property: return try parseSchemaObject(.propertyGraph, before: .graph)
        case .external:
            advance()
            if accept(.schema) { return .externalSchema }
            guard accept(.table) else { throw unexpected(expected: "`SCHEMA` or `TABLE`") }
            if keyword == .function { throw failure("EXTERNAL TABLE FUNCTION is not supported", at: place) }
            return .externalTable
        default: throw unexpected(expected: "a kind of object")
        }
        advance()
        return object
    }

    private mutating func parseSchemaObject(
        _ object: SchemaObject,
        before word: Keyword
    ) throws(SyntaxError) -> SchemaObject {
        advance()
        try expect(word)
        return object
    }
}
