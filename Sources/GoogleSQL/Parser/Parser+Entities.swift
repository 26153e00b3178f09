/// Objects that the grammar has no words for: their statements are alike, and the service says which there are.
extension Parser {
    /// The words of BigQuery's reference for such objects, in lower case.
    private static let entityTypes: Set<String> = [
        "assignment", "bi_capacity", "capacity", "data_policy", "organization", "project", "reservation",
    ]

    /// Reads the word that says what an object is, such as CAPACITY. It cannot be in backticks.
    mutating func parseEntityType() throws(SyntaxError) -> Identifier {
        guard kind == .word, keyword == .none || keyword == .project else {
            throw kind == .quotedIdentifier
                ? failure("\(describe(index)) is no kind of object", at: index)
                : unexpected(expected: "a kind of object")
        }
        let word = String(decoding: bytes[tokens[index].range], as: UTF8.self)
        guard Self.entityTypes.contains(word.lowerCasedASCII) else {
            throw failure("\(describe(index)) is no kind of object", at: index)
        }
        return try takeIdentifier(.datePart)
    }

    /// Reads a string or JSON literal, which describes an object.
    mutating func parseEntityBody() throws(SyntaxError) -> Literal {
        let start = index
        guard accept(.json) else { return try parseStringLiteral() }
        _ = try parseStringLiteral()
        return Literal(kind: .json, tokens: start..<index)
    }
}
