import HTTPTypes
import HummingbirdCore
import JSON
import MCP
import NIOCore

/// An HTTP answer, ready to be written.
struct Reply: Sendable {
    let status: Int
    var headers: HTTPFields = [:]
    let body: [UInt8]
    /// Whether the connection ends with this answer, because the request was not read to its end.
    var endsConnection = false

    /// An answer with a JSON body.
    init(_ answer: OutboundHTTP) {
        status = answer.status
        body = answer.body.serialized()
        headers[.contentType] = "application/json"
    }

    /// An answer without a body.
    init(status: Int) {
        self.status = status
        body = []
    }

    /// An error of the transport, told as a JSON-RPC error, which clients show to people.
    init(status: Int, _ message: String, id: MessageID? = nil) {
        self.init(OutboundHTTP(status: status, error: ProtocolError(.invalidRequest, message), id: id))
    }

    /// The request's method is not one of those that are offered.
    static func methodNotAllowed(_ allowed: HTTPRequest.Method) -> Reply {
        var reply = Reply(status: 405, "only \(allowed.rawValue) is offered here")
        reply.headers[.allow] = allowed.rawValue
        return reply
    }

    /// The head, with what every answer carries.
    var head: HTTPResponse {
        var fields = headers
        fields[.contentLength] = String(body.count)
        fields[.date] = HTTPDate.now
        fields[.cacheControl] = "no-cache, no-transform"
        if let name = HTTPField.Name("X-Content-Type-Options") { fields[name] = "nosniff" }
        if endsConnection { fields[.connection] = "close" }
        return HTTPResponse(status: .init(code: status), headerFields: fields)
    }
}
