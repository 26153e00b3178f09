import Catalog
import GoogleSQL

/// What a call of a function that somebody wrote names.
enum RoutineTarget: Hashable {
    /// Index into the temporary functions of the request.
    case temporary(Int)
    case persistent(RoutineID)
}

/// One call of a function that somebody wrote.
struct RoutineCall {
    /// One argument.
    struct Argument {
        enum Kind {
            case value
            /// A query in parentheses.
            case query
            /// The name after TABLE.
            case table
        }

        let kind: Kind
        let tokens: Range<Int>
    }

    let target: RoutineTarget
    /// The tokens to replace.
    let tokens: Range<Int>
    /// The name alone: where a refusal points.
    let nameTokens: Range<Int>
    let arguments: [Argument]
    /// Whether it stands in FROM.
    let isTable: Bool
}

/// What a walk notes of functions that somebody wrote.
struct RoutineNotes {
    /// The temporary functions that the text may call, by name: those of user-defined functions are case-sensitive.
    var temporary: [String: Int] = [:]
    /// The names of the parameters, if the text is the body of a function.
    var parameters: [String] = []

    var calls: [RoutineCall] = []
    /// The parameters by name.
    var parameterIndices: [Name: Int] = [:]
    /// The places where a path begins with a parameter's name.
    var parameterUses: [(tokens: Range<Int>, parameter: Int)] = []
    /// A name that begins a path and is no parameter's.
    var otherName: Range<Int>?

    /// The routines of datasets that are called.
    var persistent: Set<RoutineID> {
        var found: Set<RoutineID> = []
        for call in calls {
            if case .persistent(let id) = call.target { found.insert(id) }
        }
        return found
    }
}

extension RoutineID {
    /// The routine that a path names: `dataset.f`, `project.dataset.f`, or either in backticks; nil for anything else.
    init?(_ path: PathExpression, project: String) {
        var parts: [String] = []
        for part in path.parts {
            guard part.isQuoted && part.name.holdsDot else {
                parts.append(part.name)
                continue
            }
            var pieces = part.name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
            if parts.isEmpty, let colon = pieces.firstIndex(where: { $0.contains(":") }) {
                pieces.replaceSubrange(0...colon, with: [pieces[0...colon].joined(separator: ".")])
            }
            parts += pieces
        }
        let isWord = parts.suffix(2).allSatisfy { part in
            part.utf8.allSatisfy { $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-") || $0.isLetterOrDigit }
        }
        guard parts.count == 2 || parts.count == 3, parts.allSatisfy({ !$0.isEmpty }), isWord else { return nil }
        self.init(
            project: parts.count == 3 ? parts[0] : project,
            dataset: parts[parts.count - 2],
            routine: parts[parts.count - 1]
        )
    }

    /// The quoted path.
    var path: String { [project, dataset, routine].map(quotedIdentifier).joined(separator: ".") }

    /// The same name as that of a table: what `masked_columns` calls what a function hides.
    var asTable: TableID { TableID(project: project, dataset: dataset, table: routine) }
}

extension UInt8 {
    /// ASCII only.
    fileprivate var isLetterOrDigit: Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self)
            || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self)
    }
}
