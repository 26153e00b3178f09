import JSON

/// A JSON-RPC message whose outer shape is right (JSON-RPC 2.0 sections 4 and 5).
struct InboundMessage {
    enum Kind: Hashable {
        case request(MessageID)
        case notification
        /// An answer to what a server asked.
        case response(ClientReply)
    }

    let kind: Kind
    /// Empty for a response.
    let method: String
    let params: JSONObject

    /// Why a body is no message, with the `id` to answer under when one could be read.
    struct Malformed: Error {
        let error: ProtocolError
        let id: MessageID?
    }

    /// Reads a body. Batches are refused: no era since 2025-06-18 has them.
    init(parsing body: [UInt8]) throws(Malformed) {
        let value: JSONValue
        do {
            value = try JSONValue(parsing: body)
        } catch {
            throw Malformed(error: ProtocolError(.parseError, "the body is not JSON: \(error)"), id: nil)
        }
        if case .array = value { throw Self.invalid("batches are not offered: send one message a request") }
        guard case .object(let object) = value else { throw Self.invalid("a message must be a JSON object") }
        try self.init(object)
    }

    private init(_ object: JSONObject) throws(Malformed) {
        let id = object["id"].flatMap(MessageID.init)
        guard object["jsonrpc"]?.stringValue == "2.0" else {
            throw Self.invalid("`jsonrpc` must be `2.0`", id: id)
        }
        guard let method = object["method"] else {
            guard object["result"] != nil || object["error"] != nil else {
                throw Self.invalid("a message needs a `method`", id: id)
            }
            let reply = ClientReply(id: id, result: object["error"] == nil ? object["result"] : nil)
            self.init(kind: .response(reply), method: "", params: [:])
            return
        }
        guard let method = method.stringValue else { throw Self.invalid("`method` must be a string", id: id) }
        let kind: Kind
        if object["id"] == nil {
            kind = .notification
        } else if let id {
            kind = .request(id)
        } else {
            throw Self.invalid("`id` must be a string or an integer")
        }
        let params = object["params"] ?? [:]
        guard case .object(let params) = params else {
            throw Malformed(error: ProtocolError(.invalidParameters, "`params` must be an object"), id: id)
        }
        self.init(kind: kind, method: method, params: params)
    }

    private init(kind: Kind, method: String, params: JSONObject) {
        self.kind = kind
        self.method = method
        self.params = params
    }

    private static func invalid(_ message: String, id: MessageID? = nil) -> Malformed {
        Malformed(error: ProtocolError(.invalidRequest, message), id: id)
    }
}
