/// What a caller is told of a function that is refused.
struct RefusedFunctionAdvice {
    /// The code of the refusal.
    let code: String
    /// The middle of the message, after the function's name.
    let explanation: String
    /// What to do in its place.
    let fix: String

    /// - Parameter name: in upper case, without `SAFE.`.
    init(_ name: String, _ reason: FunctionRefusal) {
        explanation = reason.explanation
        if let own = Self.byName[name] ?? name.firstIndex(of: ".").flatMap({ Self.byNamespace[String(name[..<$0])] }) {
            (code, fix) = ("function.\(own.code)", own.fix)
        } else {
            (code, fix) = (reason.code, Self.fix(for: reason))
        }
    }

    private typealias Advice = (code: String, fix: String)

    private static let byName: [String: Advice] = {
        let changes = ("change_history", "query the table itself; its owner can offer its history as a table")
        let vectors = (
            "vector_search", "sort by COSINE_DISTANCE or EUCLIDEAN_DISTANCE of the embeddings, with ORDER BY and LIMIT"
        )
        let graph = ("graph", "join the tables that the graph is made of")
        let objects = ("object", "files are not read through the proxy; ask the owner of the bucket")
        return [
            "APPENDS": changes, "CHANGES": changes, "VECTOR_SEARCH": vectors, "AI.SEARCH": vectors,
            "VECTOR_INDEX.STATISTICS": vectors, "GRAPH_EXPAND": graph, "BQ.SHOW_GRAPH_EXPAND_SCHEMA": graph,
            "EXTERNAL_QUERY": ("external_query", "ask the database's owner to load the rows into BigQuery"),
            "EXTERNAL_OBJECT_TRANSFORM": objects, "ST_REGIONSTATS": objects,
            "BQ.JOBS.CANCEL": ("system_procedure", "cancel_job cancels a job of yours"),
        ]
    }()

    private static let byNamespace: [String: Advice] = [
        "AI": ("ai", "select the masked columns, and judge them yourself"),
        "ML": ("model", "ask the model's owner for a table of what it predicts"),
        "OBJ": ("object", "files are not read through the proxy; ask the owner of the bucket"),
        "BQ": ("system_procedure", "leave it out; ask an administrator"),
    ]

    private static func fix(for reason: FunctionRefusal) -> String {
        switch reason {
        case .identity: "leave it out; the query runs as the proxy's service account, whoever asks"
        case .readsTables: "query the tables themselves"
        case .readsOutside: "query the tables themselves"
        case .sendsOutside: "leave it out"
        case .usesKeys: "leave it out; masked values can be compared and joined as they are"
        case .notOffered: "leave it out"
        }
    }
}
