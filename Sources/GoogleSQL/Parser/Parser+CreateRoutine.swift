/// CREATE of routines, models, indexes, policies, graphs, entities.
extension Parser {
    mutating func parseCreateRoutine(_ header: CreateHeader) throws(SyntaxError) -> CreateRoutine {
        .unread(takeRest(from: header.tokens.lowerBound))
    }
}
