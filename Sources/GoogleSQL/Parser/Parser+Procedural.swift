/// CALL, SET, EXECUTE IMMEDIATE, ASSERT, transactions.
extension Parser {
    mutating func parseProcedural() throws(SyntaxError) -> ProceduralStatement {
        .unread(takeRest(from: index))
    }
}
