public import GoogleSQL

/// One reason why a query does not run, and what to do about it.
///
/// A query that is refused carries all of its reasons at once. The texts never hold a cell value, a key or a token;
/// they may quote names and syntax of the caller's own text.
public struct Refusal: Error, Sendable, Hashable {
    /// `family.reason`, stable across versions: `column.denied`, `function.user_defined`, …
    public let code: String
    /// What is wrong: lower case, no full stop.
    public let message: String
    /// Where in the caller's text; `nil` when it is the query as a whole.
    public let position: SourcePosition?
    /// What to change or whom to ask.
    public let fix: String

    /// Creates a reason.
    public init(code: String, message: String, position: SourcePosition?, fix: String) {
        self.code = code
        self.message = message
        self.position = position
        self.fix = fix
    }
}

/// The reasons why a query was refused, in the order of the text; never empty.
public struct RefusalList: Error, Sendable, Hashable {
    /// The most reasons that one answer lists; a text that breaks more rules is told so.
    public static let refusalsMax = 50

    /// The reasons, ordered by their place in the text, those without a place last.
    public let refusals: [Refusal]

    /// Sorts the reasons, removes repeats, and cuts the list at ``refusalsMax``.
    init(_ collected: [Refusal]) {
        var seen: Set<Refusal> = []
        var unique = collected.filter { seen.insert($0).inserted }
        unique.sort { left, right in
            let leftPlace = left.position.map { ($0.line, $0.column) } ?? (.max, .max)
            let rightPlace = right.position.map { ($0.line, $0.column) } ?? (.max, .max)
            return leftPlace == rightPlace ? left.code < right.code : leftPlace < rightPlace
        }
        if unique.count > Self.refusalsMax {
            let hidden = unique.count - Self.refusalsMax
            unique.removeLast(hidden)
            unique.append(
                Refusal(
                    code: "limit.refusals",
                    message: "\(hidden) more reasons are not listed",
                    position: nil,
                    fix: "correct the reasons above first"
                )
            )
        }
        refusals = unique
    }
}
