public import Catalog
import GoogleSQL

extension AnalyzedQuery {
    /// What a routine reads and calls by its own text, as far as that can be parsed.
    public static func needs(of routine: Routine) -> TableNeeds {
        switch SQLFunction.of(routine) {
        case .success(let function): function.body.needs
        case .failure: TableNeeds(tables: [])
        }
    }
}

extension SQLFunction {
    /// A function of a dataset: names in it resolve in its own project, without a default dataset.
    static func of(_ routine: Routine) -> Swift.Result<SQLFunction, Refusal> {
        if let refusal = refusal(of: routine) { return .failure(refusal) }
        guard let parameters = parameters(of: routine), let result = result(of: routine) else {
            let message = "has a parameter or a result of a type that is not known here"
            return .failure(Self.refusal("function.definition", routine.id, message))
        }
        guard let text = text(of: routine, parameters) else {
            return .failure(Self.refusal("function.body", routine.id, "has a body that cannot be understood"))
        }
        return .success(
            SQLFunction(
                origin: .persistent(routine.id),
                parameters: parameters,
                result: result,
                isAggregate: routine.kind == .aggregateFunction,
                text: text,
                defaults: NameDefaults(project: routine.id.project)
            )
        )
    }

    /// Why a routine is not one that can be written into the query; nil for a function in SQL.
    static func refusal(of routine: Routine) -> Refusal? {
        let id = routine.id
        switch routine.kind {
        case .scalarFunction, .tableFunction, .aggregateFunction: break
        case .procedure: return refusal("function.procedure", id, "is a procedure")
        case .unknown(let name):
            return refusal("function.kind", id, "is of a kind that is not known here (`\(name)`)")
        }
        for feature in Routine.Feature.allCases where routine.features.contains(feature) {
            switch feature {
            case .remote: return refusal("function.remote", id, "sends its arguments to a service outside of BigQuery")
            case .masking: return refusal("function.masking", id, "masks columns for BigQuery's own data policies")
            case .libraries: return refusal("function.libraries", id, "loads code from Cloud Storage")
            case .runtimeOptions: return refusal("function.language", id, "runs in a runtime of its own")
            }
        }
        guard routine.language != "SQL" else { return nil }
        guard routine.language == "JAVASCRIPT" else {
            return refusal("function.language", id, "is written in \(routine.language)")
        }
        guard routine.kind == .scalarFunction else {
            return refusal("function.language", id, "is written in JavaScript and gives more than one value")
        }
        return Refusal(
            code: "function.javascript",
            message: "the function `\(id)` is written in JavaScript",
            position: nil,
            fix: "ask the operator to set `bigquery.javascript_functions`, or write what it does in the query itself"
        )
    }

    private static func refusal(_ code: String, _ id: RoutineID, _ message: String) -> Refusal {
        Refusal(
            code: code,
            message: "the function `\(id)` \(message)",
            position: nil,
            fix: "write what it does in the query itself"
        )
    }

    private static func parameters(of routine: Routine) -> [Parameter]? {
        var parameters: [Parameter] = []
        for definition in routine.parameters {
            guard let name = definition.name, !name.isEmpty else { return nil }
            switch definition.kind {
            case .value(let type):
                guard let text = type.text else { return nil }
                parameters.append(Parameter(name: name, kind: .value(type: text)))
            case .anyValue: parameters.append(Parameter(name: name, kind: .value(type: nil)))
            case .table(let columns):
                let names = columns.compactMap(\.name)
                guard names.count == columns.count, !names.isEmpty else { return nil }
                parameters.append(Parameter(name: name, kind: .table(columns: names)))
            case .anyTable: parameters.append(Parameter(name: name, kind: .table(columns: nil)))
            case .unknown: return nil
            }
        }
        let isOfTables = routine.kind == .tableFunction || !parameters.contains(where: \.isTable)
        return isOfTables && haveNamesOfTheirOwn(parameters) ? parameters : nil
    }

    /// Whether no two parameters have one name.
    static func haveNamesOfTheirOwn(_ parameters: [Parameter]) -> Bool {
        Set(parameters.map { FoldedName($0.name) }).count == parameters.count
    }

    private static func result(of routine: Routine) -> Result? {
        if routine.kind == .tableFunction {
            guard let columns = routine.returnColumns else { return .table(nil) }
            var found: [ResultColumn] = []
            for column in columns {
                guard let name = column.name, !name.isEmpty else { return nil }
                guard let type = column.type else { return nil }
                guard let text = type.text else { return nil }
                found.append(ResultColumn(name: name, type: text))
            }
            return found.isEmpty ? nil : .table(found)
        }
        guard let type = routine.returnType else { return .value(type: nil) }
        return type.text.map { .value(type: $0) }
    }

    /// The body as a query. It is parsed alone first, so that nothing in it can end what is put around it.
    private static func text(of routine: Routine, _ parameters: [Parameter]) -> String? {
        if routine.kind == .tableFunction {
            guard let parsed = try? Parser.parse(statement: routine.body), case .query = parsed.statement else {
                return nil
            }
            return text(ofQuery: TokenPrinter.print(parsed), parameters)
        }
        guard let parsed = try? Parser.parse(expression: routine.body) else { return nil }
        return "SELECT \(TokenPrinter.print(parsed))"
    }

    /// A query with a common table expression in the place of each table that is passed.
    static func text(ofQuery query: String, _ parameters: [Parameter]) -> String {
        let tables = parameters.filter(\.isTable).map { "\(quotedIdentifier($0.name)) AS (SELECT 1)" }
        return tables.isEmpty ? query : "WITH \(tables.joined(separator: ", ")) (\(query))"
    }
}

extension RoutineType {
    /// The type in GoogleSQL; nil when a part of it is not known.
    var text: String? {
        switch self {
        case .scalar(let scalar): return scalar.name
        case .range(let element): return "RANGE<\(element.name)>"
        case .array(let element): return element.text.map { "ARRAY<\($0)>" }
        case .record(let fields):
            var parts: [String] = []
            for field in fields {
                guard let type = field.type?.text else { return nil }
                parts.append(field.name.map { "\(quotedIdentifier($0)) \(type)" } ?? type)
            }
            return "STRUCT<\(parts.joined(separator: ", "))>"
        case .unknown: return nil
        }
    }
}
