import Catalog
import GoogleSQL

/// A function whose body was rewritten so that every table in it is masked where it is read; the same for all calls.
struct ExpandedFunction {
    /// A column of the table that it gives.
    struct Column {
        let name: String?
        /// Indices into ``ExpandedFunction/masked``.
        let sources: [Int]
    }

    /// What a call becomes.
    enum Text {
        /// The body, with the arguments in the places of the parameters.
        case body(SQLFunction, FunctionText)
        /// A call under the full name, as of a function in JavaScript.
        case call(RoutineID, parameters: Int)
    }

    let text: Text
    /// The masked columns below it, by the names that the caller may be told.
    let masked: [MaskedColumn]
    /// The columns of a table function; nil when they are not known.
    let columns: [Column]?
    /// What the body reads, below further views and functions as well.
    var sources: QuerySources
    /// Whether some table below has a masked column, read or not.
    let touchesMaskedTable: Bool
    /// Whether it gives another value each time.
    let isVolatile: Bool
    /// Whether its text holds a query.
    let hasQuery: Bool

    /// Whether it makes one value of many rows.
    var isAggregate: Bool {
        switch text {
        case .body(let function, _): function.isAggregate
        case .call: false
        }
    }
}

/// The printed body of a function, with the places of its parameters.
struct FunctionText {
    /// Stands for a parameter until the text is cut there. No printed text holds a control character.
    private static let mark: Character = "\u{1}"

    /// What stands before, between and behind the places.
    let pieces: [Substring]
    /// The parameter of each place.
    let parameters: [Int]
    let byteCount: Int

    /// - Parameter printed: a text with ``hole(_:)`` in each place.
    init(printed: String) {
        let parts = printed.split(separator: Self.mark, omittingEmptySubsequences: false)
        var pieces: [Substring] = []
        var parameters: [Int] = []
        for (index, part) in parts.enumerated() {
            if index.isMultiple(of: 2) { pieces.append(part) } else { parameters.append(Int(part) ?? 0) }
        }
        self.pieces = pieces
        self.parameters = parameters
        byteCount = printed.utf8.count
    }

    /// What marks the place of a parameter.
    static func hole(_ parameter: Int) -> String { "\(mark)\(parameter)\(mark)" }

    /// How often each parameter is used.
    func uses(of count: Int) -> [Int] {
        var uses = [Int](repeating: 0, count: count)
        for parameter in parameters where uses.indices.contains(parameter) { uses[parameter] += 1 }
        return uses
    }

    /// The text with arguments in the places; nil when it would be longer than allowed.
    func filled(with arguments: [String], bytesMax: Int) -> String? {
        var bytes = byteCount
        for parameter in parameters {
            guard arguments.indices.contains(parameter) else { return nil }
            bytes += arguments[parameter].utf8.count
            if bytes > bytesMax { return nil }
        }
        var text = ""
        for (index, piece) in pieces.enumerated() {
            text += piece
            if index < parameters.count { text += arguments[parameters[index]] }
        }
        return text
    }
}
