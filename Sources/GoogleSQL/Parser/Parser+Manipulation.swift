/// INSERT, UPDATE, DELETE, MERGE, TRUNCATE.
extension Parser {
    mutating func parseManipulation() throws(SyntaxError) -> ManipulationStatement {
        .unread(takeRest(from: index))
    }
}
