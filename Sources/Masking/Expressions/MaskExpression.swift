public import Catalog

/// A mask of the operator's own: one GoogleSQL expression over the name `value`, declared in `mapping.yaml`.
///
/// What can stand in one is what BigQuery lets stand in a custom masking routine, without what needs keys and without
/// GENERATE_UUID, whose result differs each time a column is read
/// (<https://cloud.google.com/bigquery/docs/user-defined-functions#custom-mask>). It was checked for each type it is
/// declared for: it gives the type it is given, and cannot raise an error. The text that is sent is made from what was
/// checked, never from the text that was read.
public final class MaskExpression: Sendable {
    /// The most UTF-8 bytes of an expression: each column that it masks repeats it.
    public static let bytesMax = 2000
    /// The name that stands for what is masked.
    static let valueName = "value"

    /// The name by which roles refer to it and by which callers see it.
    public let name: String
    /// The expression as written.
    public let sql: String
    /// Whether it reads the value at all; one that does not shows nothing but whether there is a value.
    public let readsValue: Bool
    /// For each type it is declared for, the text between the places where the value stands.
    private let texts: [ScalarType: [String]]

    init(name: String, sql: String, texts: [ScalarType: [String]], readsValue: Bool) {
        self.name = name
        self.sql = sql
        self.texts = texts
        self.readsValue = readsValue
    }

    /// The types that it is declared for, in the order of ``ScalarType``.
    public var types: [ScalarType] { ScalarType.allCases.filter { texts[$0] != nil } }

    /// Whether it masks values of a type.
    public func fits(_ type: ScalarType) -> Bool { texts[type] != nil }

    /// The mask of a value, NULL for NULL; `nil` for a type that it is not declared for.
    func text(of value: String, type: ScalarType) -> String? {
        texts[type].map { "IF(\(value) IS NULL, NULL, \($0.joined(separator: value)))" }
    }
}

extension MaskExpression: Hashable {
    /// Whether two say the same of the same types under the same name; what they are made into follows from that.
    public static func == (left: MaskExpression, right: MaskExpression) -> Bool {
        left === right || (left.name == right.name && left.sql == right.sql && left.types == right.types)
    }

    /// Feeds the name, which tells expressions of one mapping apart.
    public func hash(into hasher: inout Hasher) { hasher.combine(name) }
}

/// What is wrong at a place of an expression.
struct ExpressionProblem: Error, Hashable {
    /// The line inside the expression, from 1.
    let line: Int
    /// The column inside the expression, from 1.
    let column: Int
    /// What is wrong: lower case, no full stop.
    let message: String
}

/// All that is wrong with an expression; never empty.
struct ExpressionErrors: Error {
    let problems: [ExpressionProblem]
}
