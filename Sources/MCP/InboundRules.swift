import JSON

/// From an HTTP request to a verdict: the checks that come before any method, in the order in which the first
/// failure wins.
///
/// The order for the modern era is that of the reference server (`mcp/shared/inbound.py` of the Python package
/// 2.3.0). Origin, Host, size, media types and authentication come before and belong to the transport.
public enum InboundRules {
    /// Judges one request.
    public static func judge(_ http: InboundHTTP) -> InboundVerdict {
        guard http.method == "POST" else { return .methodNotAllowed }
        return judge(http.body, RoutingHeaders(headers: http.headers))
    }

    /// Judges one line of the stdio transport: the same rules without headers, which only intermediaries need
    /// (revision 2026-07-28, basic/transports/stdio).
    public static func judge(line: [UInt8]) -> InboundVerdict { judge(line, nil) }

    private static func judge(_ body: [UInt8], _ headers: RoutingHeaders?) -> InboundVerdict {
        let message: InboundMessage
        do throws(InboundMessage.Malformed) {
            message = try InboundMessage(parsing: body)
        } catch {
            return .reject(OutboundHTTP(status: 400, error: error.error, id: error.id))
        }
        switch (message.kind, era(of: message, headers)) {
        case (.notification, .modern):
            return .accepted(Notification(method: message.method, params: message.params))
        case (.notification, .legacy):
            return legacy(headers, id: nil) { _ in
                .accepted(Notification(method: message.method, params: message.params))
            }
        case (.response, .modern):
            return refuse(.invalidRequest, "a response was not asked for", id: nil)
        case (.response(let reply), .legacy):
            return .replied(reply)
        case (.request(let id), .modern):
            return modern(message, headers, id: id)
        case (.request(let id), .legacy):
            return legacy(headers, id: id) { version in
                .request(
                    MCPRequest(
                        era: .legacy,
                        protocolVersion: version,
                        id: id,
                        method: message.method,
                        params: message.params,
                        trace: trace(of: message, headers)
                    )
                )
            }
        }
    }

    /// A message is modern when its `_meta` names a version, when its header names one that is not an old one, or
    /// when its method exists only there; else legacy. Sessions play no part: none are issued.
    private static func era(of message: InboundMessage, _ headers: RoutingHeaders?) -> ProtocolEra {
        if message.params["_meta"]?[MetaKey.protocolVersion] != nil { return .modern }
        let versions = headers?.headers.values(of: RoutingHeaders.version) ?? []
        if versions.contains(where: { !ProtocolRevision.legacyKnown.contains($0) }) { return .modern }
        return MethodName.modernOnly.contains(message.method) ? .modern : .legacy
    }

    private static func modern(
        _ message: InboundMessage,
        _ headers: RoutingHeaders?,
        id: MessageID
    ) -> InboundVerdict {
        guard let meta = message.params["_meta"]?.objectValue else {
            return refuse(.invalidParameters, "`params._meta` must be an object", id: id)
        }
        guard let version = meta[MetaKey.protocolVersion]?.stringValue else {
            return refuse(.invalidParameters, "`_meta` must hold `\(MetaKey.protocolVersion)`, a string", id: id)
        }
        guard meta[MetaKey.clientCapabilities]?.objectValue != nil else {
            return refuse(.invalidParameters, "`_meta` must hold `\(MetaKey.clientCapabilities)`, an object", id: id)
        }
        let subject = MethodName.subjectParameter[message.method]
        let name = subject.map { RoutingHeaders.ExpectedName.text(message.params[$0]?.stringValue) } ?? .none
        if let trouble = headers?.mismatch(version: version, method: message.method, name: name) {
            return refuse(.headerMismatch, trouble, id: id)
        }
        guard ProtocolRevision.modernSupported.contains(version) else {
            let data: JSONObject = [
                "supported": .array(ProtocolRevision.modernSupported.map { .string($0) }),
                "requested": .string(version),
            ]
            let error = ProtocolError(.unsupportedVersion, "this protocol version is not spoken here", data: data)
            return .reject(OutboundHTTP(status: 400, error: error, id: id))
        }
        return .request(
            MCPRequest(
                era: .modern,
                protocolVersion: version,
                id: id,
                method: message.method,
                params: message.params,
                trace: trace(of: message, headers)
            )
        )
    }

    /// Legacy: at most one version header. That it names a known version follows from the era.
    private static func legacy(
        _ headers: RoutingHeaders?,
        id: MessageID?,
        _ verdict: (String) -> InboundVerdict
    ) -> InboundVerdict {
        let versions = Set(headers?.headers.values(of: RoutingHeaders.version) ?? [])
        guard versions.count < 2 else {
            return refuse(.invalidRequest, "header `\(RoutingHeaders.version)` names several versions", id: id)
        }
        return verdict(versions.first ?? ProtocolRevision.legacyWithoutHeader)
    }

    private static func trace(of message: InboundMessage, _ headers: RoutingHeaders?) -> TraceContext? {
        TraceContext(meta: message.params["_meta"], headers: headers?.headers ?? [])
    }

    private static func refuse(_ code: ProtocolError.Code, _ message: String, id: MessageID?) -> InboundVerdict {
        .reject(OutboundHTTP(status: 400, error: ProtocolError(code, message), id: id))
    }
}
