import Catalog
import GoogleSQL

extension MaskExpression {
    /// The types that an expression can mask: those that its functions and operators take.
    static let typesOffered: [ScalarType] = [
        .string, .bytes, .int64, .float64, .numeric, .bignumeric, .bool, .date, .datetime, .time, .timestamp,
    ]

    /// About 30 calls inside one another: no mask needs more, and reading it again on SIGHUP has a small stack.
    private static let limits = ParserLimits(queryBytesMax: bytesMax, tokensMax: bytesMax, nestingMax: 60)

    /// Parses an expression and checks it for each type that it is declared for.
    ///
    /// - Throws: every problem, each once, in the order of the text.
    static func compile(name: String, sql: String, types: [ScalarType]) throws(ExpressionErrors) -> MaskExpression {
        guard sql.utf8.count <= bytesMax else {
            throw ExpressionErrors(first: "the expression is longer than \(bytesMax) bytes")
        }
        let parsed: ParsedExpression
        do {
            parsed = try Parser.parse(expression: sql, limits: limits)
        } catch {
            let place = error.position
            throw ExpressionErrors(problems: [
                ExpressionProblem(line: place.line, column: place.column, message: error.message)
            ])
        }
        var texts: [ScalarType: [String]] = [:]
        var problems: [ExpressionProblem] = []
        var readsValue = false
        for type in types {
            var checker = ExpressionChecker(parsed, value: type)
            let term = checker.root()
            for problem in checker.problems where !problems.contains(problem) { problems.append(problem) }
            guard let term, checker.problems.isEmpty else { continue }
            let pieces = term.text.split(separator: ExpressionTerm.valueMark, omittingEmptySubsequences: false)
            texts[type] = pieces.map(String.init)
            readsValue = readsValue || pieces.count > 1
        }
        guard problems.isEmpty else {
            throw ExpressionErrors(problems: problems.sorted { ($0.line, $0.column) < ($1.line, $1.column) })
        }
        guard texts.count == Set(types).count, !texts.isEmpty else {
            throw ExpressionErrors(first: "the expression is declared for no type")
        }
        return MaskExpression(name: name, sql: sql, texts: texts, readsValue: readsValue)
    }
}

extension ExpressionErrors {
    /// One problem of the expression as a whole.
    init(first message: String) {
        problems = [ExpressionProblem(line: 1, column: 1, message: message)]
    }
}

/// A part of an expression that was checked: its type, its text, and how long its values can be.
struct ExpressionTerm {
    /// Stands for the value in a text: quoted strings have no NUL, which is escaped there.
    static let valueMark: Character = "\0"

    let type: ScalarType
    let text: String
    var size = ExpressionSize.scalar
}
