import Catalog
import GoogleSQL

extension Column {
    /// The GoogleSQL type of one value of the column, without the array of a REPEATED one. Lengths and precisions are
    /// left out: BigQuery drops them from every expression.
    var elementTypeText: String {
        switch type {
        case .scalar(let scalar): scalar.name
        case .range(let element): "RANGE<\(element.name)>"
        case .record(let fields):
            "STRUCT<" + fields.map { "\(quotedIdentifier($0.name)) \($0.typeText)" }.joined(separator: ", ") + ">"
        case .unknown(let name): name
        }
    }

    /// The GoogleSQL type of the column.
    var typeText: String { mode == .repeated ? "ARRAY<\(elementTypeText)>" : elementTypeText }

    /// A constant of the column's type that shows nothing: NULL, or an empty array for a REPEATED column.
    var nothingText: String { mode == .repeated ? "\(typeText)[]" : "CAST(NULL AS \(typeText))" }

    /// Whether every part of the type is known, so that the type can be written down.
    var isReadable: Bool {
        switch type {
        case .scalar, .range: true
        case .record(let fields): !fields.isEmpty && fields.allSatisfy(\.isReadable)
        case .unknown: false
        }
    }
}
