import Cryptography
public import JSON

/// One part of what a tool or a prompt gives to a model (revision 2026-07-28, server/tools "Tool result").
public enum ContentBlock: Sendable, Hashable {
    case text(String)
    /// A picture: its bytes, and a type such as `image/png`.
    case image([UInt8], mimeType: String)
    /// A sound: its bytes, and a type such as `audio/wav`.
    case audio([UInt8], mimeType: String)
    /// A resource with its contents.
    case resource(ResourceContents)
    /// The name of a resource that the client may read, or download, itself.
    case link(ResourceDefinition)

    /// The block as it stands in an answer.
    public var json: JSONValue {
        switch self {
        case .text(let text):
            return ["type": "text", "text": .string(text)]
        case .image(let bytes, let mimeType):
            return ["type": "image", "data": .string(Base64.encode(bytes)), "mimeType": .string(mimeType)]
        case .audio(let bytes, let mimeType):
            return ["type": "audio", "data": .string(Base64.encode(bytes)), "mimeType": .string(mimeType)]
        case .resource(let contents):
            return ["type": "resource", "resource": contents.json]
        case .link(let resource):
            var link: JSONObject = ["type": "resource_link"]
            for (key, value) in resource.members { link[key] = value }
            return .object(link)
        }
    }
}
