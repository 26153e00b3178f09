import Cryptography
import JSON

/// What a client is told about a resource: the entry of `resources/list`, and the target of a link.
public struct ResourceDefinition: Sendable, Hashable {
    /// The URI under which it is read; `https` only when a client can fetch it itself.
    public let uri: String
    /// The name for programs.
    public let name: String
    /// The name for people.
    public let title: String?
    /// What it holds.
    public let description: String?
    /// The type of its contents.
    public let mimeType: String?
    /// The size of its contents in bytes, where that is known.
    public let size: Int64?

    /// Creates a definition.
    public init(
        uri: String,
        name: String,
        title: String? = nil,
        description: String? = nil,
        mimeType: String? = nil,
        size: Int64? = nil
    ) {
        self.uri = uri
        self.name = name
        self.title = title
        self.description = description
        self.mimeType = mimeType
        self.size = size
    }

    var members: JSONObject {
        var object: JSONObject = ["uri": .string(uri), "name": .string(name)]
        object["title"] = title.map { .string($0) }
        object["description"] = description.map { .string($0) }
        object["mimeType"] = mimeType.map { .string($0) }
        object["size"] = size.map { .integer($0) }
        return object
    }
}

/// What a client is told about a family of resources: the entry of `resources/templates/list`.
public struct ResourceTemplate: Sendable, Hashable {
    /// A URI template (RFC 6570), such as `bq://{project}/{dataset}`.
    public let uriTemplate: String
    /// The name for programs.
    public let name: String
    /// The name for people.
    public let title: String?
    /// What such a resource holds.
    public let description: String?
    /// The type of the contents, when all have the same.
    public let mimeType: String?

    /// Creates a template.
    public init(
        uriTemplate: String,
        name: String,
        title: String? = nil,
        description: String? = nil,
        mimeType: String? = nil
    ) {
        self.uriTemplate = uriTemplate
        self.name = name
        self.title = title
        self.description = description
        self.mimeType = mimeType
    }

    var json: JSONValue {
        var object: JSONObject = ["uriTemplate": .string(uriTemplate), "name": .string(name)]
        object["title"] = title.map { .string($0) }
        object["description"] = description.map { .string($0) }
        object["mimeType"] = mimeType.map { .string($0) }
        return .object(object)
    }
}

/// The contents of a resource: one entry of the answer to `resources/read`.
public struct ResourceContents: Sendable, Hashable {
    /// What the contents are.
    public enum Body: Sendable, Hashable {
        case text(String)
        /// Sent as base64.
        case bytes([UInt8])
    }

    /// The URI of what this is, which may be a part of what was asked for.
    public let uri: String
    /// The type.
    public let mimeType: String?
    /// The contents.
    public let body: Body

    /// Creates contents.
    public init(uri: String, mimeType: String?, body: Body) {
        self.uri = uri
        self.mimeType = mimeType
        self.body = body
    }

    var json: JSONValue {
        var object: JSONObject = ["uri": .string(uri)]
        object["mimeType"] = mimeType.map { .string($0) }
        switch body {
        case .text(let text): object["text"] = .string(text)
        case .bytes(let bytes): object["blob"] = .string(Base64.encode(bytes))
        }
        return .object(object)
    }
}
