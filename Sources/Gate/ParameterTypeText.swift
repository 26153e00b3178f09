import Catalog
import Masking

/// Reads the type of a query parameter as callers write it: `INT64`, `ARRAY<STRUCT<a INT64, b STRING>>`, `RANGE<DATE>`.
///
/// Nothing else of GoogleSQL's type syntax means anything for a parameter: no lengths, no collation.
struct ParameterTypeText {
    static let nestingMax = 16

    private var rest: Substring

    static func parse(_ text: String) -> ParameterType? {
        var reader = ParameterTypeText(rest: text[...])
        guard let type = reader.type(depth: 0), reader.peek == nil else { return nil }
        return type
    }

    private var peek: Character? {
        mutating get {
            rest = rest.drop(while: \.isWhitespace)
            return rest.first
        }
    }

    private mutating func take(_ character: Character) -> Bool {
        guard peek == character else { return false }
        rest = rest.dropFirst()
        return true
    }

    private mutating func word() -> String? {
        guard peek != nil else { return nil }
        let word = rest.prefix { $0 == "_" || ($0.isASCII && ($0.isLetter || $0.isNumber)) }
        rest = rest.dropFirst(word.count)
        return word.isEmpty ? nil : String(word)
    }

    private mutating func type(depth: Int) -> ParameterType? {
        guard depth < Self.nestingMax, let name = word() else { return nil }
        switch name.uppercased() {
        case "ARRAY":
            guard take("<"), let element = type(depth: depth + 1), take(">") else { return nil }
            if case .array = element { return nil }
            return .array(of: element)
        case "RANGE":
            guard take("<"), let element = word().flatMap(ScalarType.init(named:)), take(">") else { return nil }
            return [.date, .datetime, .timestamp].contains(element) ? .range(of: element) : nil
        case "STRUCT":
            return structure(depth: depth)
        case let scalar:
            return ScalarType(named: scalar).map(ParameterType.scalar)
        }
    }

    private mutating func structure(depth: Int) -> ParameterType? {
        guard take("<") else { return nil }
        var fields: [ParameterType.Field] = []
        repeat {
            let before = rest
            // A field is `name TYPE` or `TYPE`: a name is what another word follows.
            if let name = word(), let next = peek, next.isLetter || next == "_" {
                guard let type = type(depth: depth + 1) else { return nil }
                fields.append(ParameterType.Field(name: name, type: type))
            } else {
                rest = before
                guard let type = type(depth: depth + 1) else { return nil }
                fields.append(ParameterType.Field(name: "", type: type))
            }
        } while take(",")
        return take(">") ? .structure(fields) : nil
    }
}
