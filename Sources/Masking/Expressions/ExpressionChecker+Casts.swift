import Catalog
import GoogleSQL

extension ExpressionChecker {
    /// CAST is written as SAFE_CAST: what cannot be converted is NULL and no error.
    mutating func cast(_ node: CastExpression) -> ExpressionTerm? {
        guard node.format == nil, node.timeZone == nil else {
            problem("FORMAT and AT TIME ZONE cannot stand in a mask", at: node.tokens)
            return nil
        }
        guard let target = type(node.type) else { return nil }
        guard let term = term(node.value) else { return nil }
        guard Self.targets(of: term.type).contains(target) else {
            problem("\(term.type.name) cannot be converted to \(target.name)", at: node.tokens)
            return nil
        }
        let isText = target == .string || target == .bytes
        let size = isText ? term.size : .scalar
        return ExpressionTerm(type: target, text: "SAFE_CAST(\(term.text) AS \(target.name))", size: size)
    }

    private mutating func type(_ node: TypeName) -> ScalarType? {
        if case .named(let path) = node.kind, path.parts.count == 1, node.parameters.isEmpty, node.collation == nil,
            let type = ScalarType(named: path.parts[0].name), MaskExpression.typesOffered.contains(type)
        {
            return type
        }
        let known = MaskExpression.typesOffered.map(\.name).joined(separator: ", ")
        problem("the type cannot stand in a mask; those that can are \(known), without lengths", at: node.tokens)
        return nil
    }

    /// What a type can be converted to
    /// (<https://cloud.google.com/bigquery/docs/reference/standard-sql/conversion_rules#casting>).
    static func targets(of type: ScalarType) -> Set<ScalarType> {
        switch type {
        case .string:
            [.string, .bytes, .int64, .float64, .numeric, .bignumeric, .bool, .date, .datetime, .time, .timestamp]
        case .bytes: [.bytes, .string]
        case .int64: [.int64, .float64, .numeric, .bignumeric, .bool, .string]
        case .float64, .numeric, .bignumeric: [.int64, .float64, .numeric, .bignumeric, .string]
        case .bool: [.bool, .int64, .string]
        case .date: [.date, .datetime, .timestamp, .string]
        case .datetime, .timestamp: [.date, .datetime, .time, .timestamp, .string]
        case .time: [.time, .string]
        case .geography, .json, .interval: []
        }
    }
}
