/// DROP and UNDROP.
extension Parser {
    mutating func parseDrop() throws(SyntaxError) -> DropStatement {
        .unread(takeRest(from: index))
    }
}
