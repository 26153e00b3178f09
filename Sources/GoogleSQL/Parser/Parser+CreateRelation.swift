/// CREATE of tables, views, schemas, connections.
extension Parser {
    mutating func parseCreateRelation(_ header: CreateHeader) throws(SyntaxError) -> CreateRelation {
        .unread(takeRest(from: header.tokens.lowerBound))
    }
}
