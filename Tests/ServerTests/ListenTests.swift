import JSON
import MCP
import Testing

@testable import Server

/// `subscriptions/listen` over both transports: mcp.md 2.5; revision 2026-07-28, basic/patterns/subscriptions.
@Suite(.timeLimit(.minutes(1)))
struct ListenTests {
    private static let tag: JSONObject = ["io.modelcontextprotocol/subscriptionId": "l-1"]

    private static func listen(_ filter: JSONObject) -> String {
        Wire.modern("subscriptions/listen", ["notifications": .object(filter)], id: "l-1")
    }

    private static func offering(_ hub: ChangeHub) -> (inout ServerOffer<TestCaller>) -> Void {
        {
            $0.resources = ResourceOffer(templates: [], list: { _, _ in ListPage([]) }) {
                uri,
                _,
                _ throws(ProtocolError) in
                throw .resourceNotFound(uri)
            }
            $0.changes = ChangeOffer(hub) { uri, _ in uri == "bq://mine" }
        }
    }

    @Test func `what is honored is acknowledged first, then told, tagged, and nothing else`() async throws {
        let hub = ChangeHub(kinds: [.resourcesList, .resource])
        try await Harness.serving(adjust: Self.offering(hub)) { port, _ in
            try await RawClient.connected(to: port) { client in
                try await client.send(
                    Self.listen([
                        "toolsListChanged": true, "resourcesListChanged": true,
                        "resourceSubscriptions": ["bq://mine", "bq://other", "bq://mine"],
                    ])
                )
                #expect(try await client.response().header("content-type") == "text/event-stream")
                let first = try await client.event()
                #expect(first["method"] == "notifications/subscriptions/acknowledged")
                #expect(
                    first["params"] == [
                        "_meta": .object(Self.tag),
                        "notifications": ["resourcesListChanged": true, "resourceSubscriptions": ["bq://mine"]],
                    ]
                )
                hub.announce(.toolsList)
                hub.announce(.resource("bq://other"))
                hub.announce(.resource("bq://mine"))
                let second = try await client.event()
                #expect(second["method"] == "notifications/resources/updated")
                #expect(second["params"] == ["_meta": .object(Self.tag), "uri": "bq://mine"])
                hub.announce(.resourcesList)
                let third = try await client.event()
                #expect(third["method"] == "notifications/resources/list_changed")
                #expect(third["params"] == ["_meta": .object(Self.tag)])
            }
        }
    }

    @Test func `a server that stops ends a subscription with a result`() async throws {
        let hub = ChangeHub(kinds: [.resourcesList])
        try await Harness.serving(adjust: Self.offering(hub)) { port, stop in
            try await RawClient.connected(to: port) { client in
                try await client.send(Self.listen(["resourcesListChanged": true]))
                _ = try await client.response()
                _ = try await client.event()
                await stop()
                let end = try await client.event()
                #expect(end["id"] == "l-1")
                #expect(end["result"]?["resultType"] == "complete")
                #expect(end["result"]?["_meta"]?["io.modelcontextprotocol/subscriptionId"] == "l-1")
                #expect(try await client.streamEnds())
            }
        }
    }

    private static func opened(_ listen: String, _ client: inout RawClient) async throws {
        try await client.send(listen)
        _ = try await client.response()
        _ = try await client.event()
    }

    @Test func `subscriptions take no places among calls, and a principal has so many`() async throws {
        let hub = ChangeHub(kinds: [.resourcesList])
        try await Harness.serving(
            calls: CallLimits(atOnce: 1, queued: 0),
            adjust: Self.offering(hub),
            change: { $0.subscriptionsAtOnce = 2 }
        ) { port, _ in
            let listen = Self.listen(["resourcesListChanged": true])
            try await RawClient.connected(to: port) { first in
                try await RawClient.connected(to: port) { second in
                    try await Self.opened(listen, &first)
                    try await Self.opened(listen, &second)
                    try await RawClient.connected(to: port) { third in
                        try await third.send(listen)
                        let refused = try await third.response()
                        #expect(refused.status == 200)
                        #expect(refused.errorCode == -32600)
                        try await third.send(Wire.modernCall("echo"))
                        #expect(try await third.response().json?["result"]?["isError"] == false)
                    }
                }
            }
            while hub.count > 0 { try await Task.sleep(for: .milliseconds(5)) }
            try await RawClient.connected(to: port) { later in
                try await later.send(listen)
                #expect(try await later.response().header("content-type") == "text/event-stream")
            }
        }
    }

    @Test func `reads of resources count as calls, and are refused without a status of their own`() async throws {
        let hub = ChangeHub(kinds: [.resourcesList])
        let limits = CallLimits(atOnce: 10, queued: 0, perMinute: 2)
        try await Harness.serving(calls: limits, adjust: Self.offering(hub)) { port, _ in
            try await RawClient.connected(to: port) { client in
                for isRefused in [false, false, true] {
                    try await client.send(Wire.modern("resources/list", [:]))
                    let answer = try await client.response()
                    #expect(answer.status == 200)
                    #expect(answer.errorCode == (isRefused ? -32600 : nil))
                }
            }
        }
    }

    @Test func `a client that leaves ends its subscription`() async throws {
        let hub = ChangeHub(kinds: [.resourcesList])
        try await Harness.serving(adjust: Self.offering(hub)) { port, _ in
            try await RawClient.connected(to: port) { client in
                try await client.send(Self.listen(["resourcesListChanged": true]))
                _ = try await client.response()
                _ = try await client.event()
                #expect(hub.count == 1)
            }
            while hub.count > 0 { try await Task.sleep(for: .milliseconds(5)) }
        }
    }

    @Test func `what cannot be listened to is refused`() async throws {
        try await Harness.serving(adjust: Self.offering(ChangeHub(kinds: [.resourcesList]))) { port, _ in
            let refused: [(String, Int, Int64)] = [
                (Self.listen(["resourcesListChanged": 1]), 200, -32602),
                (Self.listen(["resourceSubscriptions": [1]]), 200, -32602),
                (Self.listen(["resourceSubscriptions": "x"]), 200, -32602),
                (Wire.modern("subscriptions/listen", ["notifications": []]), 200, -32602),
                (Self.listen([:]).replacing(", text/event-stream", with: ""), 406, -32600),
            ]
            for (request, status, code) in refused {
                try await RawClient.connected(to: port) { client in
                    try await client.send(request)
                    let response = try await client.response()
                    #expect(response.status == status)
                    #expect(response.errorCode == code)
                }
            }
        }
        try await Harness.serving { port, _ in
            try await RawClient.connected(to: port) { client in
                try await client.send(Self.listen([:]))
                let response = try await client.response()
                #expect(response.status == 404)
                #expect(response.errorCode == -32601)
            }
        }
    }

    @Test func `on stdio a subscription is cancelled in silence, and ends gracefully with the input`() async throws {
        let hub = ChangeHub(kinds: [.resourcesList])
        @Sendable func listen(_ id: String) -> String {
            StdioWire.modern("subscriptions/listen", ["notifications": ["resourcesListChanged": true]], id: .string(id))
        }
        try await Harness.onStdio(adjust: Self.offering(hub), change: { $0.grace = .seconds(30) }) { client in
            for id in ["a", "b"] {
                try client.send(listen(id))
                let note = try await client.next()
                #expect(note?["params"]?["_meta"]?["io.modelcontextprotocol/subscriptionId"] == .string(id))
            }
            try client.send(#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"a"}}"#)
            while hub.count > 1 { try await Task.sleep(for: .milliseconds(5)) }
            hub.announce(.resourcesList)
            let note = try await client.next()
            #expect(note?["method"] == "notifications/resources/list_changed")
            #expect(note?["params"]?["_meta"]?["io.modelcontextprotocol/subscriptionId"] == "b")
            client.hangUp()
            let end = try await client.next()
            #expect(end?["id"] == "b")
            #expect(end?["result"]?["_meta"]?["io.modelcontextprotocol/subscriptionId"] == "b")
            #expect(try await client.next() == nil)
        }
    }

    @Test func `a change that was not sent yet is held once`() async {
        let hub = ChangeHub(kinds: [.toolsList, .resource])
        await hub.withSubscription(to: [.toolsList, .resource("a")]) { subscription in
            for _ in 0..<1000 {
                hub.announce(.resource("a"))
                hub.announce(.toolsList)
                hub.announce(.resource("b"))
            }
            #expect(subscription.take() == [.resource("a"), .toolsList])
            #expect(subscription.take() == [])
        }
        #expect(hub.count == 0)
    }
}
