import JSON
import MCP
import Server

/// The resources of the conformance suite.
enum FixtureResources {
    static let offer = ResourceOffer<FixtureCaller>(
        templates: [
            ResourceTemplate(
                uriTemplate: "test://template/{id}/data",
                name: "template",
                description: "data of any ID",
                mimeType: "application/json"
            )
        ],
        list: { cursor, _ throws(ProtocolError) in
            // Two pages, so that clients page.
            switch cursor {
            case nil: ListPage(Array(all.prefix(2)), nextCursor: "rest")
            case "rest": ListPage(Array(all.dropFirst(2)))
            default: throw .invalidCursor
            }
        },
        read: { uri, _, _ throws(ProtocolError) in
            switch uri {
            case "test://static-text":
                return contents(uri, "text/plain", .text("This is the content of the static text resource."))
            case "test://static-binary":
                return contents(uri, "image/png", .bytes(FixtureOffer.picture))
            case "test://watched-resource":
                return contents(uri, "text/plain", .text("Watched resource content"))
            default:
                guard let id = templateID(in: uri) else { throw .resourceNotFound(uri) }
                let data: JSONValue = ["id": .string(id), "templateTest": true, "data": "Data for ID: \(id)"]
                return contents(uri, "application/json", .text(data.text))
            }
        }
    )

    private static let all = [
        ResourceDefinition(
            uri: "test://static-text",
            name: "static-text",
            description: "a text",
            mimeType: "text/plain"
        ),
        ResourceDefinition(
            uri: "test://static-binary",
            name: "static-binary",
            description: "a picture",
            mimeType: "image/png"
        ),
        ResourceDefinition(
            uri: "test://watched-resource",
            name: "watched-resource",
            description: "a text that can be watched",
            mimeType: "text/plain"
        ),
    ]

    private static func contents(
        _ uri: String,
        _ mimeType: String,
        _ body: ResourceContents.Body
    ) -> RoundOutcome<[ResourceContents]> {
        .complete([ResourceContents(uri: uri, mimeType: mimeType, body: body)])
    }

    private static func templateID(in uri: String) -> String? {
        let (prefix, suffix) = ("test://template/", "/data")
        guard uri.hasPrefix(prefix), uri.hasSuffix(suffix), uri.count > prefix.count + suffix.count else { return nil }
        let id = String(uri.dropFirst(prefix.count).dropLast(suffix.count))
        return id.contains("/") ? nil : id
    }
}
