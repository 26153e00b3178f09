public import JSON

/// An error of the protocol: the `error` member of an answer.
///
/// What goes wrong *inside* a tool (arguments, SQL, policy, quota) is no protocol error but a ``ToolResult`` with
/// `isError`, which the model gets to read.
public struct ProtocolError: Error, Sendable, Hashable {
    /// The codes that are used; revision 2026-07-28, basic/index "Error codes".
    public enum Code: Int64, Sendable, Hashable, CaseIterable {
        case parseError = -32700
        case invalidRequest = -32600
        case methodNotFound = -32601
        case invalidParameters = -32602
        case internalError = -32603
        /// There is no such resource. Legacy era only: the modern one has `invalidParameters` for it, and
        /// ``MCPEndpoint/answer(to:error:)`` puts that in its place.
        case resourceNotFound = -32002
        /// Headers and body disagree. Modern era only.
        case headerMismatch = -32020
        /// The request needs a capability that the client did not declare. Modern era only.
        case missingClientCapability = -32021
        /// The named revision is not spoken. Modern era only.
        case unsupportedVersion = -32022
    }

    /// What kind of error it is.
    public let code: Code
    /// The reason in a few words: lower case, no full stop.
    public let message: String
    /// Facts for programs; absent when the code says it all.
    public let data: JSONObject?

    /// Creates an error.
    public init(_ code: Code, _ message: String, data: JSONObject? = nil) {
        self.code = code
        self.message = message
        self.data = data
    }

    /// The body of an answer that carries this error; an `id` that could not be read is null.
    public func body(id: MessageID?) -> JSONValue {
        var error: JSONObject = ["code": .integer(code.rawValue), "message": .string(message)]
        if let data { error["data"] = .object(data) }
        return ["jsonrpc": "2.0", "id": id?.json ?? .null, "error": .object(error)]
    }
}

extension ProtocolError {
    /// There is nothing to read under this URI, or not for this caller.
    public static func resourceNotFound(_ uri: String) -> ProtocolError {
        ProtocolError(.resourceNotFound, "there is no such resource", data: ["uri": .string(uri)])
    }

    /// The cursor of a list is none that the list gave out.
    public static var invalidCursor: ProtocolError {
        ProtocolError(.invalidParameters, "the cursor is not one of this list")
    }

    /// The client did not declare what the request needs.
    public static func missingCapabilities(_ required: JSONObject) -> ProtocolError {
        ProtocolError(
            .missingClientCapability,
            "this needs capabilities that the client did not declare",
            data: ["requiredCapabilities": .object(required)]
        )
    }

    static var methodNotFound: ProtocolError { ProtocolError(.methodNotFound, "there is no such method") }
}
