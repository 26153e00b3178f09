import Gate
import MCP

/// What arguments of prompts and templates can be completed to: names of what the caller may see.
enum GateCompletions {
    static func complete(
        _ gate: QueryGate
    ) -> @Sendable (CompletionRequest, Caller) async throws(ProtocolError) -> CompletionResult {
        { request, caller throws(ProtocolError) in
            guard let subject = try subject(of: request) else { return CompletionResult([], total: 0, hasMore: false) }
            let found = try await ProtocolError.of { () throws(GateFailure) in
                try await gate.complete(subject, prefix: request.value, for: caller)
            }
            return CompletionResult(found.values, total: found.total.map(Int64.init), hasMore: found.hasMore)
        }
    }

    /// What an argument names; nil for one that takes any text.
    private static func subject(of request: CompletionRequest) throws(ProtocolError) -> CompletionSubject? {
        switch request.reference {
        case .resource(let template):
            guard GateResources.templates.contains(where: { $0.uriTemplate == template }) else {
                throw ProtocolError(.invalidParameters, "there is no such template; `resources/templates/list` has all")
            }
            return subject(ofVariable: request)
        case .prompt(let name):
            let prompts = [
                GatePrompts.exploreDataset, GatePrompts.writeQuery, GatePrompts.profileColumn,
                GatePrompts.explainRefusal,
            ]
            guard let prompt = prompts.first(where: { $0.name == name }) else {
                throw ProtocolError(.invalidParameters, "there is no such prompt; `prompts/list` has all")
            }
            guard prompt.arguments.contains(where: { $0.name == request.argument }) else {
                throw ProtocolError(.invalidParameters, "the prompt has no such argument")
            }
            return subject(ofArgument: request)
        }
    }

    private static func subject(ofVariable request: CompletionRequest) -> CompletionSubject? {
        let project = request.filled["project"]
        switch request.argument {
        case "project": return .project
        case "dataset": return .dataset(inProject: project)
        case "table": return request.filled["dataset"].map { .table(inProject: project, dataset: $0) }
        default: return nil
        }
    }

    private static func subject(ofArgument request: CompletionRequest) -> CompletionSubject? {
        switch request.argument {
        case GatePrompts.dataset: return .datasetName
        case GatePrompts.table: return .tableName
        case GatePrompts.column: return request.filled[GatePrompts.table].map { .column(ofTable: $0) }
        default: return nil
        }
    }
}
