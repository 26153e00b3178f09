/// ALTER.
extension Parser {
    mutating func parseAlter() throws(SyntaxError) -> AlterStatement {
        .unread(takeRest(from: index))
    }
}
