import GoogleSQL

/// What is wrong with what the parser makes of some bytes, or nil: `make fuzz` looks for bytes that give an answer here.
func fuzzFailure(of bytes: [UInt8]) -> String? {
    guard let text = String(validating: bytes, as: UTF8.self) else {
        // Only this door takes what is not UTF-8, and must refuse it.
        return (try? Parser.parse(utf8: bytes)) == nil ? nil : "accepted, and is not UTF-8"
    }
    return failure(of: text, as: ParsedStatement.self) ?? failure(of: text, as: ParsedScript.self)
        ?? failure(of: text, as: ParsedExpression.self) ?? failureOfType(text)
}

private func failure<Parsed: ParsedTree>(of text: String, as type: Parsed.Type) -> String? {
    do {
        let parsed = try Parsed.read(text)
        return invariantFailure(of: parsed, survey: text.utf8.count < surveyedBytesMax).map { "\(type): \($0)" }
    } catch {
        return misplaced(error, in: text)
    }
}

/// The look for identifiers by reflection takes long.
private let surveyedBytesMax = 100

private func failureOfType(_ text: String) -> String? {
    do {
        let printed = TokenPrinter.print(try Parser.parse(type: text))
        guard let again = try? Parser.parse(type: printed) else { return "type: does not read back: \(printed)" }
        return TokenPrinter.print(again) == printed ? nil : "type: prints differently again: \(printed)"
    } catch {
        return misplaced(error, in: text)
    }
}

/// An error must lie in the text and be one line.
private func misplaced(_ error: SyntaxError, in text: String) -> String? {
    guard (0...text.utf8.count).contains(error.offset) else { return "an error at byte \(error.offset)" }
    return error.message.utf8.contains(10) ? "an error of several lines: \(error.message)" : nil
}
