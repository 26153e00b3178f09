import Gate
import JSON
import MCP
import Masking

/// The warehouse as resources: what the tools for metadata tell, under a URI each.
enum GateResources {
    static let mimeType = "application/json"

    static let templates = [
        ResourceTemplate(
            uriTemplate: "bq://{project}",
            name: "project",
            title: "Project",
            description: "The datasets of a project that you can query",
            mimeType: mimeType
        ),
        ResourceTemplate(
            uriTemplate: "bq://{project}/{dataset}",
            name: "dataset",
            title: "Dataset",
            description: "The tables of a dataset",
            mimeType: mimeType
        ),
        ResourceTemplate(
            uriTemplate: "bq://{project}/{dataset}/{table}",
            name: "table",
            title: "Table",
            description: "The columns of a table or view, and how each is masked for you",
            mimeType: mimeType
        ),
    ]

    /// The offer; what is read depends on who asks, and on the mapping in force.
    static func offer(of gate: QueryGate) -> ResourceOffer<Caller> {
        ResourceOffer(
            templates: templates,
            list: { cursor, caller throws(ProtocolError) in
                let page = try await ProtocolError.of { () throws(GateFailure) in
                    try await gate.listResources(cursor: cursor, for: caller)
                }
                return ListPage(page.resources.map(definition), nextCursor: page.nextCursor)
            },
            read: { uri, caller, _ throws(ProtocolError) in
                let card = try await ProtocolError.of { () throws(GateFailure) in
                    try await gate.readResource(uri, for: caller)
                }
                guard let card else { throw .resourceNotFound(uri) }
                let text = JSONValue.object(card).text
                return .complete([ResourceContents(uri: uri, mimeType: mimeType, body: .text(text))])
            }
        )
    }

    private static func definition(_ resource: WarehouseResource) -> ResourceDefinition {
        ResourceDefinition(
            uri: resource.uri,
            name: resource.name,
            description: resource.description,
            mimeType: mimeType
        )
    }
}

extension ProtocolError {
    /// Runs a call of the Gate outside of a tool, where a failure has no place but an error of the protocol.
    static func of<Value: Sendable>(
        _ call: () async throws(GateFailure) -> Value
    ) async throws(ProtocolError) -> Value {
        do {
            return try await call()
        } catch {
            throw ProtocolError(
                error.isRequestsFault ? .invalidParameters : .internalError,
                error.refusals.map(\.message).joined(separator: "; "),
                data: error.json
            )
        }
    }
}
