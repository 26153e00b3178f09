import GoogleSQL

/// The parameters that a caller declared, and what the query makes of them.
struct DeclaredParameters {
    /// What to do with one parameter in the text.
    enum Use {
        case asWritten
        /// Print it as this name: positional parameters are sent as named ones.
        case named(String)
        case refused(code: String, message: String, fix: String)
    }

    private let declared: [QueryParameter]
    private let isPositional: Bool
    private let names: Set<String>
    private(set) var positionalCount = 0
    /// What is wrong with the declaration itself.
    let refusals: [Refusal]

    init(_ declared: [QueryParameter]) {
        self.declared = declared
        let isPositional = declared.first?.name.isEmpty ?? false
        self.isPositional = isPositional
        var names: Set<String> = []
        var refusals: [Refusal] = []
        if declared.contains(where: { $0.name.isEmpty != isPositional }) {
            refusals.append(
                Self.refusal("parameter.mixed", "parameters with and without names are mixed", "name all or none")
            )
        }
        for parameter in declared where !parameter.name.isEmpty {
            let name = parameter.name.lowercased()
            if name.hasPrefix(TokenKeys.reservedPrefix) {
                let message = "the parameter `\(parameter.name)` begins with the reserved `\(TokenKeys.reservedPrefix)`"
                refusals.append(Self.refusal("parameter.reserved", message, "choose another name"))
            }
            if !names.insert(name).inserted {
                let message = "the parameter `\(parameter.name)` is declared twice"
                refusals.append(Self.refusal("parameter.duplicate", message, "declare it once"))
            }
        }
        self.names = names
        self.refusals = refusals
    }

    private static func refusal(_ code: String, _ message: String, _ fix: String) -> Refusal {
        Refusal(code: code, message: message, position: nil, fix: fix)
    }

    /// Decides on a `?`, counted from 1 in the order of the text.
    mutating func usePositional(_ number: Int) -> Use {
        positionalCount = max(positionalCount, number)
        guard isPositional || declared.isEmpty else {
            return .refused(
                code: "parameter.mixed",
                message: "`?` is used, but the parameters have names",
                fix: "write `@name`, or give the parameters as a list"
            )
        }
        guard number <= declared.count else {
            return .refused(
                code: "parameter.undeclared",
                message: "there is no value for parameter \(number)",
                fix: "give as many values as there are `?`"
            )
        }
        return .named(Self.positionalName(number))
    }

    /// Decides on `@name`.
    func use(_ name: Identifier) -> Use {
        guard names.contains(name.name.lowercased()) else {
            return .refused(
                code: "parameter.undeclared",
                message: "the parameter `@\(name.name)` is not declared",
                fix: "declare it in `parameters`"
            )
        }
        return .asWritten
    }

    /// What the walk has found in the end: positional values that the text does not use.
    func leftover() -> Refusal? {
        guard isPositional, positionalCount < declared.count else { return nil }
        return Self.refusal(
            "parameter.count",
            "\(declared.count) values are given for \(positionalCount) `?`",
            "give as many values as there are `?`"
        )
    }

    /// A parameter by its name; nil when it is not declared.
    func declared(_ name: Identifier) -> QueryParameter? {
        declared.first { !$0.name.isEmpty && $0.name.lowercased() == name.name.lowercased() }
    }

    /// The parameter of a `?`, counted from 1 in the order of the text.
    func declared(number: Int) -> QueryParameter? {
        isPositional && declared.indices.contains(number - 1) ? declared[number - 1] : nil
    }

    /// The parameters as they are sent: all with names.
    var sent: [QueryParameter] {
        guard isPositional else { return declared }
        return declared.enumerated().map { index, parameter in
            QueryParameter(name: Self.positionalName(index + 1), type: parameter.type, value: parameter.value)
        }
    }

    private static func positionalName(_ number: Int) -> String { "p\(number)" }
}
