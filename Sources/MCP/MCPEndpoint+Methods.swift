import JSON

extension MCPEndpoint {
    /// The result of `server/discover` (revision 2026-07-28, server/discover). The same for everyone.
    var discovery: JSONObject {
        [
            "supportedVersions": .array(ProtocolRevision.modernSupported.map { .string($0) }),
            "capabilities": capabilities,
            "instructions": .string(instructions),
            "ttlMs": .integer(Self.discoverTTLMilliseconds),
            "cacheScope": "public",
        ]
    }

    /// The result of `initialize` (revision 2025-11-25, basic/lifecycle): a version that is spoken is confirmed, for
    /// any other one the newest is offered.
    func handshake(_ request: MCPRequest) throws(ProtocolError) -> JSONObject {
        guard let offered = request.params["protocolVersion"]?.stringValue else {
            throw ProtocolError(.invalidParameters, "`protocolVersion` must be a string")
        }
        let agreed = ProtocolRevision.legacySupported.contains(offered) ? offered : ProtocolRevision.legacyLatest
        return [
            "protocolVersion": .string(agreed),
            "capabilities": capabilities,
            "serverInfo": [
                "name": .string(software.name),
                "title": .string(software.title),
                "version": .string(software.version),
            ],
            "instructions": .string(instructions),
        ]
    }

    /// The result of `tools/list`: all tools at once, so that no cursor is ever valid, the empty one included.
    func toolList(_ request: MCPRequest) throws(ProtocolError) -> JSONObject {
        guard request.params["cursor"] == nil else {
            throw ProtocolError(.invalidParameters, "the cursor is not one of this list")
        }
        var result: JSONObject = ["tools": .array(tools.map(\.json))]
        if request.era == .modern {
            result["ttlMs"] = .integer(Self.toolsTTLMilliseconds)
            result["cacheScope"] = "public"
        }
        return result
    }

    /// The tool that `tools/call` names, with its arguments.
    func toolCall(_ request: MCPRequest) throws(ProtocolError) -> ToolCall {
        guard let name = request.params["name"]?.stringValue else {
            throw ProtocolError(.invalidParameters, "`name` must be a string")
        }
        guard let tool = tools.first(where: { $0.name == name }) else {
            throw ProtocolError(.invalidParameters, "there is no tool of this name; `tools/list` has all of them")
        }
        guard case .object(let arguments) = request.params["arguments"] ?? [:] else {
            throw ProtocolError(.invalidParameters, "`arguments` must be an object")
        }
        return ToolCall(tool: tool, arguments: arguments)
    }

    /// Wraps a result as the era wants it: the modern one says that it is complete, and who answers.
    func answer(to request: MCPRequest, result: JSONObject) -> OutboundHTTP {
        var result = result
        if request.era == .modern {
            result["resultType"] = "complete"
            result["_meta"] = [
                MetaKey.serverInfo: ["name": .string(software.name), "version": .string(software.version)]
            ]
        }
        let body: JSONValue = ["jsonrpc": "2.0", "id": request.id.json, "result": .object(result)]
        return OutboundHTTP(status: 200, body: body)
    }

    private var capabilities: JSONValue { ["tools": [:]] }
}
