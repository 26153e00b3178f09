/// EXPORT DATA, EXPORT MODEL, LOAD DATA.
extension Parser {
    mutating func parseTransfer() throws(SyntaxError) -> TransferStatement {
        .unread(takeRest(from: index))
    }
}
