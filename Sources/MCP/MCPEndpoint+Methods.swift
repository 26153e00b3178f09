import JSON

extension MCPEndpoint {
    /// The operation that a request asks for, checked; `nil` when there is none in it.
    func operation(of request: MCPRequest) throws(ProtocolError) -> MCPOperation? {
        switch (request.era, request.method) {
        case (_, MethodName.toolsCall):
            try checkRound(request)
            return .callTool(try toolCall(request))
        case (_, MethodName.resourcesList) where features.resourceTemplates != nil:
            return .listResources(cursor: try cursor(request))
        case (_, MethodName.resourcesRead) where features.resourceTemplates != nil:
            try checkRound(request)
            return .readResource(uri: try uri(request))
        case (_, MethodName.promptsGet) where features.prompts != nil:
            try checkRound(request)
            return .getPrompt(try promptCall(request))
        case (_, MethodName.complete) where features.completes:
            return .complete(try CompletionRequest(request.params))
        case (.modern, MethodName.listen) where !features.changes.isEmpty:
            return .listen(try ListenFilter(request.params))
        default:
            return nil
        }
    }

    /// The result of a request that needs nothing but what is known here.
    func result(of request: MCPRequest) throws(ProtocolError) -> JSONObject {
        switch (request.era, request.method) {
        case (.modern, MethodName.discover): return discovery
        case (.legacy, MethodName.initialize): return try handshake(request)
        case (.legacy, MethodName.ping): return [:]
        case (_, MethodName.toolsList): return try list("tools", tools, request, \.json)
        case (_, MethodName.promptsList):
            guard let prompts = features.prompts else { throw .methodNotFound }
            return try list("prompts", prompts, request, \.json)
        case (_, MethodName.templatesList):
            guard let templates = features.resourceTemplates else { throw .methodNotFound }
            return try list("resourceTemplates", templates, request, \.json)
        case (.legacy, MethodName.setLevel) where features.legacyLogging:
            guard LogLevel(rawValue: request.params["level"]?.stringValue ?? "") != nil else {
                throw ProtocolError(.invalidParameters, "`level` must be one of the levels of RFC 5424")
            }
            return [:]
        case (.legacy, MethodName.subscribe) where features.legacySubscriptions,
            (.legacy, MethodName.unsubscribe) where features.legacySubscriptions:
            _ = try uri(request)
            return [:]
        default: throw .methodNotFound
        }
    }

    /// The result of `server/discover` (revision 2026-07-28, server/discover). The same for everyone.
    private var discovery: JSONObject {
        var result: JSONObject = [
            "supportedVersions": .array(ProtocolRevision.modernSupported.map { .string($0) }),
            "capabilities": .object(features.capabilities(in: .modern)),
            "instructions": .string(instructions),
        ]
        CacheHint.discovery.add(to: &result, in: .modern)
        return result
    }

    /// The result of `initialize` (revision 2025-11-25, basic/lifecycle): a version that is spoken is confirmed, for
    /// any other one the newest is offered.
    private func handshake(_ request: MCPRequest) throws(ProtocolError) -> JSONObject {
        guard let offered = request.params["protocolVersion"]?.stringValue else {
            throw ProtocolError(.invalidParameters, "`protocolVersion` must be a string")
        }
        let agreed = ProtocolRevision.legacyKnown.contains(offered) ? offered : ProtocolRevision.legacyLatest
        return [
            "protocolVersion": .string(agreed),
            "capabilities": .object(features.capabilities(in: .legacy)),
            "serverInfo": [
                "name": .string(software.name),
                "title": .string(software.title),
                "version": .string(software.version),
            ],
            "instructions": .string(instructions),
        ]
    }

    /// One page of a list that is the same for everyone.
    private func list<Element: Sendable>(
        _ name: String,
        _ elements: [Element],
        _ request: MCPRequest,
        _ json: (Element) -> JSONValue
    ) throws(ProtocolError) -> JSONObject {
        let pages = StaticPages(name: name, elements: elements, pageSize: features.pageSize)
        return list(name, try pages.page(request.params), .definitions, request.era, json)
    }

    /// One page of a list.
    func list<Element>(
        _ name: String,
        _ page: ListPage<Element>,
        _ hint: CacheHint,
        _ era: ProtocolEra,
        _ json: (Element) -> JSONValue
    ) -> JSONObject {
        var result: JSONObject = [:]
        result[name] = .array(page.elements.map(json))
        result["nextCursor"] = page.nextCursor.map { .string($0) }
        hint.add(to: &result, in: era)
        return result
    }

    private func cursor(_ request: MCPRequest) throws(ProtocolError) -> String? {
        guard let cursor = request.params["cursor"] else { return nil }
        guard let text = cursor.stringValue else { throw .invalidCursor }
        return text
    }

    private func uri(_ request: MCPRequest) throws(ProtocolError) -> String {
        guard let uri = request.params["uri"]?.stringValue else {
            throw ProtocolError(.invalidParameters, "`uri` must be a string")
        }
        return uri
    }

    /// The tool that `tools/call` names, with its arguments.
    private func toolCall(_ request: MCPRequest) throws(ProtocolError) -> ToolCall {
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

    /// The prompt that `prompts/get` names, with its arguments; names that it does not have are dropped.
    private func promptCall(_ request: MCPRequest) throws(ProtocolError) -> PromptCall {
        guard let name = request.params["name"]?.stringValue else {
            throw ProtocolError(.invalidParameters, "`name` must be a string")
        }
        guard let prompt = features.prompts?.first(where: { $0.name == name }) else {
            throw ProtocolError(.invalidParameters, "there is no prompt of this name; `prompts/list` has all of them")
        }
        guard case .object(let given) = request.params["arguments"] ?? [:] else {
            throw ProtocolError(.invalidParameters, "`arguments` must be an object")
        }
        var arguments: [String: String] = [:]
        for argument in prompt.arguments {
            guard let value = given[argument.name] else {
                if argument.isRequired {
                    throw ProtocolError(.invalidParameters, "the argument `\(argument.name)` is missing")
                }
                continue
            }
            guard let text = value.stringValue else {
                throw ProtocolError(.invalidParameters, "the argument `\(argument.name)` must be a string")
            }
            arguments[argument.name] = text
        }
        return PromptCall(prompt: prompt, arguments: arguments)
    }

    /// The shape of what a further round brings along.
    private func checkRound(_ request: MCPRequest) throws(ProtocolError) {
        if let responses = request.params[MethodName.inputResponses], responses.objectValue == nil {
            throw ProtocolError(.invalidParameters, "`inputResponses` must be an object")
        }
        if let state = request.params[MethodName.requestState], state.stringValue == nil {
            throw ProtocolError(.invalidParameters, "`requestState` must be a string")
        }
    }

    /// Wraps a result as the era wants it: the modern one says whether it is complete, and who answers.
    func answer(
        to request: MCPRequest,
        result: JSONObject,
        type: String = "complete",
        meta more: JSONObject = [:]
    ) -> OutboundHTTP {
        var result = result
        var meta = result["_meta"]?.objectValue ?? [:]
        for (key, value) in more { meta[key] = value }
        if request.era == .modern {
            result["resultType"] = .string(type)
            meta[MetaKey.serverInfo] = ["name": .string(software.name), "version": .string(software.version)]
        }
        if !meta.isEmpty { result["_meta"] = .object(meta) }
        let body: JSONValue = ["jsonrpc": "2.0", "id": request.id.json, "result": .object(result)]
        return OutboundHTTP(status: 200, body: body)
    }
}
