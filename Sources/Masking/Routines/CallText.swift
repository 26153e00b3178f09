import GoogleSQL

/// An argument of a call as it is printed.
struct CallArgument {
    struct Facts {
        /// Whether it gives another value each time it is computed.
        let isVolatile: Bool
        let hasQuery: Bool
        /// Whether it aggregates, or has a window, outside of its queries.
        let aggregates: Bool
    }

    let kind: RoutineCall.Argument.Kind
    let text: String
    let facts: Facts

    init(_ kind: RoutineCall.Argument.Kind, _ text: String, _ facts: Facts) {
        self.kind = kind
        self.text = text
        self.facts = facts
    }
}

/// What takes the place of one call.
///
/// An argument goes into the place of its parameter where nothing changes by that: where the body gives names to nothing,
/// no name of the argument can mean something else in it. Otherwise it is a column of a row of its own, around which
/// the body stands; names of the body's own queries go before it, as they go before a parameter.
struct CallText {
    enum Failure: Error {
        case tooLong
        case refused(String)
    }

    static let fix = "compute the value in a subquery first, or write what the function does in the query itself"

    private let call: RoutineCall
    private let function: ExpandedFunction
    private let bytesMax: Int

    init(_ call: RoutineCall, _ function: ExpandedFunction, bytesMax: Int) {
        self.call = call
        self.function = function
        self.bytesMax = bytesMax
    }

    func text(of arguments: [CallArgument]) -> Result<String, Failure> {
        switch function.text {
        case .call(let id, let parameters):
            guard arguments.count == parameters else { return .failure(wrongCount(parameters)) }
            if call.isTable { return .failure(.refused("it gives a value and no table")) }
            let list = arguments.map(\.text).joined(separator: ", ")
            return list.utf8.count > bytesMax ? .failure(.tooLong) : .success("\(id.path)(\(list))")
        case .body(let definition, let body):
            guard arguments.count == definition.parameters.count else {
                return .failure(wrongCount(definition.parameters.count))
            }
            guard call.isTable == definition.isTable else {
                return .failure(.refused(call.isTable ? "it gives a value and no table" : "it gives a table"))
            }
            return text(of: arguments, definition, body)
        }
    }

    private func wrongCount(_ parameters: Int) -> Failure {
        .refused("it takes \(parameters) argument\(parameters == 1 ? "" : "s")")
    }

    private func text(
        of arguments: [CallArgument],
        _ definition: SQLFunction,
        _ body: FunctionText
    ) -> Result<String, Failure> {
        let uses = body.uses(of: arguments.count)
        if let name = caughtTable(arguments, definition) {
            return .failure(.refused("`\(name)` is the name of one table that it takes, and stands in another"))
        }
        var bound: [String] = []
        var needsRow = !definition.takesArgumentsInPlace
        for (index, (parameter, argument)) in zip(definition.parameters, arguments).enumerated() {
            switch (parameter.kind, argument.kind) {
            case (.value(let type), .value):
                bound.append(type.map { "(CAST(\(argument.text) AS \($0)))" } ?? "(\(argument.text))")
                // How often a body with names of its own uses a parameter is not counted.
                let isRepeated = uses[index] > 1 || !definition.takesArgumentsInPlace
                if argument.facts.isVolatile && isRepeated {
                    return .failure(.refused("an argument gives another value each time it is used"))
                }
                // A query is computed once; one that is not used is read all the same.
                let isUsedOnce = uses[index] == 1 && !isRepeated
                needsRow = needsRow || (argument.facts.hasQuery && !isUsedOnce && !definition.isTable)
            case (.table(let columns), .query): bound.append(table("(\(inner(argument.text)))", columns))
            case (.table(let columns), .table): bound.append(table(argument.text, columns))
            case (.value, .query), (.value, .table), (.table, .value):
                return .failure(.refused("`\(parameter.name)` is \(parameter.isTable ? "a table" : "a value")"))
            }
        }
        if needsRow && definition.isAggregate {
            return .failure(.refused("an argument with a query is used more than once by an aggregate function"))
        }
        if needsRow && !definition.isTable && !arguments.isEmpty {
            return row(of: arguments, bound, definition, body)
        }
        guard let text = body.filled(with: bound, bytesMax: bytesMax) else { return .failure(.tooLong) }
        return .success(result(of: text, definition))
    }

    /// A parameter's name that an argument for a later one may mean as a table of the caller's.
    private func caughtTable(_ arguments: [CallArgument], _ definition: SQLFunction) -> String? {
        var names: [String] = []
        for (parameter, argument) in zip(definition.parameters, arguments) where parameter.isTable {
            let text = argument.text.lowercased()
            if let caught = names.first(where: { text.contains($0.lowercased()) }) { return caught }
            names.append(parameter.name)
        }
        return nil
    }

    /// The query inside of its parentheses.
    private func inner(_ text: String) -> String {
        text.hasPrefix("(") && text.hasSuffix(")") ? String(text.dropFirst().dropLast()) : text
    }

    private func table(_ text: String, _ columns: [String]?) -> String {
        let list = columns.map { $0.map(quotedIdentifier).joined(separator: ", ") } ?? "*"
        return "SELECT \(list) FROM \(text)"
    }

    /// The body around a row of the arguments.
    private func row(
        of arguments: [CallArgument],
        _ bound: [String],
        _ definition: SQLFunction,
        _ body: FunctionText
    ) -> Result<String, Failure> {
        guard !arguments.contains(where: \.facts.aggregates) else {
            return .failure(.refused("an argument aggregates, or has a window"))
        }
        let columns = zip(definition.parameters, bound).map { "\($1) AS \(quotedIdentifier($0.name))" }
        let names = definition.parameters.map { quotedIdentifier($0.name) }
        guard let text = body.filled(with: names, bytesMax: bytesMax) else { return .failure(.tooLong) }
        let row = columns.joined(separator: ", ")
        guard text.utf8.count + row.utf8.count <= bytesMax else { return .failure(.tooLong) }
        return .success(result(of: "(SELECT \(text) FROM (SELECT \(row)))", definition))
    }

    /// The text as one value, or as one table, that has no name of its own.
    private func result(of text: String, _ definition: SQLFunction) -> String {
        switch definition.result {
        case .value(let type?): return "CAST(\(text) AS \(type))"
        // A name in parentheses would name the column, and a number would count columns.
        case .value(nil): return "COALESCE(\(text))"
        case .table(nil): return "(\(text))"
        case .table(let columns?):
            let list = columns.map { column in
                let name = quotedIdentifier(column.name)
                return column.type.map { "CAST(\(name) AS \($0)) AS \(name)" } ?? name
            }
            return "(SELECT \(list.joined(separator: ", ")) FROM (\(text)))"
        }
    }
}
