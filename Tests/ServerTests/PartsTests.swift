import MCP
import Testing

@testable import Server

/// The small parts of the HTTP side.
struct PartsTests {
    @Test(arguments: [
        (0, "Thu, 01 Jan 1970 00:00:00 GMT"), (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
        (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"), (1_709_251_199, "Thu, 29 Feb 2024 23:59:59 GMT"),
        (1_709_251_200, "Fri, 01 Mar 2024 00:00:00 GMT"), (4_107_542_400, "Mon, 01 Mar 2100 00:00:00 GMT"),
        (1_798_761_599, "Thu, 31 Dec 2026 23:59:59 GMT"), (-5, "Thu, 01 Jan 1970 00:00:00 GMT"),
    ])
    func `dates are written as HTTP wants them`(seconds: Int, text: String) {
        #expect(HTTPDate.text(secondsSince1970: seconds) == text)
    }

    @Test func `bodies together stay within the budget`() {
        let budget = BodyBudget(bytesMax: 10)
        #expect(budget.reserve(6))
        #expect(!budget.reserve(5))
        #expect(budget.reserve(4))
        #expect(!budget.reserve(1))
        budget.release(6)
        #expect(budget.reserve(6))
        #expect(!budget.reserve(.max))
    }

    @Test func `a signal reaches who waits and who comes later`() async {
        let signal = StopSignal()
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await signal.wait() }
            group.addTask { signal.stop() }
        }
        await signal.wait()
        #expect(signal.isStopped)
    }

    @Test func `a cancelled task does not wait`() async {
        let signal = StopSignal()
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await signal.wait() }
            group.cancelAll()
        }
        #expect(!signal.isStopped)
    }

    @Test func `a cancellation finds its own call only`() async {
        let calls = LegacyCalls<String>()
        func key(_ who: String, _ session: String, _ id: Int64) -> LegacyCalls<String>.Key {
            .init(identified: who, session: session, request: .integer(id))
        }
        let call = calls.enter(key("ann", "s", 1))
        for other in [key("bob", "s", 1), key("ann", "t", 1), key("ann", "s", 2)] {
            calls.cancel(other)
            #expect(!call.isStopped)
        }
        calls.cancel(key("ann", "s", 1))
        #expect(call.isStopped)
        let next = calls.enter(key("ann", "s", 1))
        calls.leave(key("ann", "s", 1), call)
        calls.cancel(key("ann", "s", 1))
        #expect(next.isStopped)
    }

    @Test(
        arguments: [
            ("claude-code", "claude-code"), ("a\nb\u{7f}\u{85}c\0", "abc"), ("\r\n", nil), ("", nil), (nil, nil),
            (String(repeating: "é", count: 500), String(repeating: "é", count: 128)),
        ] as [(String?, String?)]
    )
    func `a client's own name is cut to something that can be shown`(name: String?, shown: String?) {
        #expect(CallFacts.shownClient(name) == shown)
    }

    @Test(arguments: [
        ("127.0.0.1", "http://127.0.0.1:7/mcp"), ("::1", "http://[::1]:7/mcp"), ("[::1]", "http://[::1]:7/mcp"),
    ])
    func `the address is one that clients can use`(host: String, url: String) {
        #expect(ListeningAddress(host: host, port: 7).url == url)
    }
}
