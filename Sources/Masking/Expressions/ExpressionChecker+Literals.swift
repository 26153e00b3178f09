import Catalog
import GoogleSQL

extension ExpressionChecker {
    mutating func literal(_ literal: Literal, wanted: ScalarType?) -> ExpressionTerm? {
        switch literal.kind {
        case .null:
            guard let wanted else {
                problem("the type of NULL is not known here", at: literal.tokens)
                return nil
            }
            return ExpressionTerm(type: wanted, text: "CAST(NULL AS \(wanted.name))")
        case .true: return ExpressionTerm(type: .bool, text: "TRUE")
        case .false: return ExpressionTerm(type: .bool, text: "FALSE")
        case .integer: return integer(parsed.sourceText(of: literal.tokens), wanted: wanted, at: literal.tokens)
        case .floatingPoint: return floatingPoint(parsed.sourceText(of: literal.tokens), at: literal.tokens)
        case .string: return text(of: literal).map(ExpressionTerm.init(string:))
        case .bytes:
            guard let bytes = parsed.bytesValue(of: literal) else { return unreadable(literal) }
            let size = ExpressionSize(factor: 0, constant: bytes.count)
            return ExpressionTerm(type: .bytes, text: quotedBytes(bytes), size: size)
        case .numeric: return typed(literal, .numeric, LiteralFormat.isNumeric)
        case .bigNumeric: return typed(literal, .bignumeric, LiteralFormat.isBigNumeric)
        case .date: return typed(literal, .date, LiteralFormat.isDate)
        case .datetime: return typed(literal, .datetime, LiteralFormat.isDatetime)
        case .time: return typed(literal, .time, LiteralFormat.isTime)
        case .timestamp: return typed(literal, .timestamp, LiteralFormat.isTimestamp)
        case .json:
            problem("JSON cannot stand in a mask", at: literal.tokens)
            return nil
        }
    }

    /// The value of a string literal; `nil` after a problem was noted.
    mutating func text(of literal: Literal) -> String? {
        guard let text = parsed.stringValue(of: literal) else {
            _ = unreadable(literal)
            return nil
        }
        return text
    }

    private mutating func unreadable(_ literal: Literal) -> ExpressionTerm? {
        problem("the literal cannot be read", at: literal.tokens)
        return nil
    }

    /// `DATE '…'` and its kin: a text that is no value of the type would fail each query.
    private mutating func typed(
        _ literal: Literal,
        _ type: ScalarType,
        _ isValid: (String) -> Bool
    ) -> ExpressionTerm? {
        guard let text = parsed.stringValue(of: literal), isValid(text) else {
            problem("this is no \(type.name); \(LiteralFormat.help(for: type))", at: literal.tokens)
            return nil
        }
        return ExpressionTerm(type: type, text: "\(type.name) \(quotedString(text))")
    }

    private mutating func integer(_ source: String, wanted: ScalarType?, at tokens: Range<Int>) -> ExpressionTerm? {
        guard let number = LiteralFormat.integer(source) else {
            problem("the number is beyond INT64", at: tokens)
            return nil
        }
        switch wanted {
        case .numeric?, .bignumeric?:
            let type = wanted ?? .numeric
            return ExpressionTerm(type: type, text: "\(type.name) '\(number)'")
        case .float64?: return ExpressionTerm(type: .float64, text: "CAST(\(number) AS FLOAT64)")
        case .string?, .bytes?, .int64?, .bool?, .date?, .datetime?, .time?, .timestamp?, .geography?, .json?,
            .interval?, nil:
            return ExpressionTerm(type: .int64, text: String(number))
        }
    }

    private mutating func floatingPoint(_ source: String, at tokens: Range<Int>) -> ExpressionTerm? {
        guard let number = Double(source), number.isFinite else {
            problem("the number is beyond FLOAT64", at: tokens)
            return nil
        }
        return ExpressionTerm(type: .float64, text: source)
    }

    /// `-5`: a sign belongs to a number that is written out; there is no arithmetic in masks.
    mutating func signed(_ node: UnaryExpression, wanted: ScalarType?) -> ExpressionTerm? {
        guard case .literal(let literal) = node.operand, node.operators.count == 1,
            literal.kind == .integer || literal.kind == .floatingPoint
        else {
            problem("arithmetic cannot stand in a mask; a sign can before a number", at: node.tokens)
            return nil
        }
        var sign = ""
        switch node.operators[0] {
        case .plus: break
        case .minus: sign = "-"
        case .bitwiseNot:
            problem("arithmetic cannot stand in a mask; a sign can before a number", at: node.tokens)
            return nil
        }
        let source = sign + parsed.sourceText(of: literal.tokens)
        if literal.kind == .integer { return integer(source, wanted: wanted, at: node.tokens) }
        return floatingPoint(source, at: node.tokens)
    }
}

extension ExpressionTerm {
    /// A string that is written out.
    init(string: String) {
        let size = ExpressionSize(factor: 0, constant: string.utf8.count)
        self.init(type: .string, text: quotedString(string), size: size)
    }
}
