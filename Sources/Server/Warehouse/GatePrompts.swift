import Gate
import MCP

/// Prompts that help an agent to query the warehouse well.
enum GatePrompts {
    static let exploreDataset = PromptDefinition(
        name: "explore_dataset",
        title: "Explore a dataset",
        description: "Find out what a dataset holds and what it can answer",
        arguments: [PromptDefinition.Argument(dataset, "dataset or project.dataset", isRequired: true)]
    )
    static let writeQuery = PromptDefinition(
        name: "write_query",
        title: "Answer a question with SQL",
        description: "Turn a question into one checked query and run it",
        arguments: [
            PromptDefinition.Argument(question, "what you want to know, in your words", isRequired: true),
            PromptDefinition.Argument(dataset, "where to look; all datasets without it", isRequired: false),
        ]
    )
    static let profileColumn = PromptDefinition(
        name: "profile_column",
        title: "Describe a column's values",
        description: "NULLs, distinct values, range and most frequent values of a column, as you see it",
        arguments: [
            PromptDefinition.Argument(table, "dataset.table", isRequired: true),
            PromptDefinition.Argument(column, "a column; nested ones as a.b", isRequired: true),
        ]
    )
    static let explainRefusal = PromptDefinition(
        name: "explain_refusal",
        title: "Explain a refusal",
        description: "Why a statement is refused, and what to write instead",
        arguments: [PromptDefinition.Argument(sql, "the statement", isRequired: true)]
    )

    static let dataset = "dataset"
    static let question = "question"
    static let table = "table"
    static let column = "column"
    static let sql = "sql"

    /// All prompts, in the order in which they are listed.
    static func all(of gate: QueryGate) -> [Prompt<Caller>] {
        [
            prompt(exploreDataset, gate) { .exploreDataset($0[dataset] ?? "") },
            prompt(writeQuery, gate) { .writeQuery(question: $0[question] ?? "", dataset: $0[dataset]) },
            prompt(profileColumn, gate) { .profileColumn(table: $0[table] ?? "", column: $0[column] ?? "") },
            prompt(explainRefusal, gate) { .explainRefusal(sql: $0[sql] ?? "") },
        ]
    }

    private static func prompt(
        _ definition: PromptDefinition,
        _ gate: QueryGate,
        _ filledIn: @escaping @Sendable ([String: String]) -> WarehousePrompt
    ) -> Prompt<Caller> {
        Prompt(definition) { arguments, caller, _ throws(ProtocolError) in
            let text = try await ProtocolError.of { () throws(GateFailure) in
                try await gate.text(of: filledIn(arguments), for: caller)
            }
            return .complete(
                PromptResult(description: definition.description, messages: [PromptMessage(.user, .text(text))])
            )
        }
    }
}
