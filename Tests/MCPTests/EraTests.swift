import JSON
import MCP
import Testing

/// Which era a message belongs to: mcp.md 2.1.
struct EraTests {
    private func request(_ http: InboundHTTP) throws -> MCPRequest {
        guard case .request(let request) = MCPEndpoint.verdict(http) else {
            throw Refused()
        }
        return request
    }

    private struct Refused: Error {}

    @Test func `a version in the body makes a request modern`() throws {
        let request = try request(Sample.modern("tools/list"))
        #expect(request.era == .modern)
        #expect(request.protocolVersion == "2026-07-28")
        #expect(request.client == ClientSoftware(name: "tester", version: "1.2"))
    }

    @Test(arguments: ["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05", " 2025-11-25\t"])
    func `an old version in the header makes a request legacy`(version: String) throws {
        let request = try request(Sample.legacy("tools/list", version: version))
        #expect(request.era == .legacy)
        #expect(request.protocolVersion == version.trimmingBlanks)
    }

    @Test func `a request without any version is a legacy one of 2025-03-26`() throws {
        let request = try request(Sample.legacy("tools/list", version: nil))
        #expect(request.era == .legacy)
        #expect(request.protocolVersion == "2025-03-26")
    }

    @Test(arguments: [nil, "2025-11-25", "2025-06-18"])
    func `initialize is legacy with and without a header`(version: String?) throws {
        #expect(try request(Sample.legacy("initialize", version: version)).era == .legacy)
    }

    @Test(arguments: ["2026-07-28", "2027-01-01", "1999-01-01", "latest", ""])
    func `any other version in the header means the modern ladder`(version: String) {
        let answer = Sample.answer(Sample.legacy("tools/list", version: version))
        #expect(answer?.status == 400)
        #expect(answer?.errorCode == -32602)
    }

    @Test(arguments: ["server/discover", "subscriptions/listen"])
    func `methods of the modern era mean that era without any version`(method: String) {
        let answer = Sample.answer(Sample.legacy(method, version: nil))
        #expect(answer?.status == 400)
        #expect(answer?.errorCode == -32602)
    }

    @Test func `every message is judged by itself`() throws {
        _ = try Sample.result(Sample.modern("server/discover"))
        _ = try Sample.result(Sample.legacy("initialize", params: ["protocolVersion": "2025-11-25"], version: nil))
        _ = try Sample.result(Sample.modern("tools/list"))
        _ = try Sample.result(Sample.legacy("tools/list"))
    }

    @Test func `two different old versions are refused`() {
        let headers = [
            HeaderField("MCP-Protocol-Version", "2025-11-25"), HeaderField("mcp-protocol-version", "2025-06-18"),
        ]
        let answer = Sample.answer(Sample.post(["jsonrpc": "2.0", "id": 4, "method": "ping"], headers))
        #expect(answer?.status == 400)
        #expect(answer?.errorCode == -32600)
        #expect(answer?.body["id"] == 4)
    }
}

extension MCPEndpoint {
    static func verdict(_ http: InboundHTTP) -> InboundVerdict { Sample.endpoint.receive(http) }
}

extension String {
    var trimmingBlanks: String { HeaderField("x", self).trimmedValue }
}
