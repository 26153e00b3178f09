import Audit
import HTTPTransport
import TransparencyLog

/// Sends the signed note of each checkpoint as the body of a POST; any status of 2xx says that it is kept.
struct Webhook: AnchorTarget {
    let address: AnchorSettings.Address
    let transport: HTTPTransport

    var name: String { "webhook \(address.url.origin)" }
    var isRequired: Bool { address.isRequired }

    func send(_ checkpoint: KeptCheckpoint) async throws(AnchorFailure) {
        let response = try await transport.post(
            checkpoint.note.serialized,
            to: address.url.text,
            timeout: address.timeout
        )
        guard (200..<300).contains(response.status) else {
            throw AnchorFailure(reason: "the answer has the status \(response.status)")
        }
    }
}

extension HTTPTransport {
    private static let answerBytesMax = 65_536

    /// Sends a text.
    func post(_ text: String, to url: String, timeout: Duration) async throws(AnchorFailure) -> HTTPResponse {
        let request = HTTPRequest(
            .post,
            url,
            headers: [HTTPHeader("Content-Type", "text/plain; charset=utf-8")],
            body: Array(text.utf8),
            timeout: timeout,
            responseBytesMax: Self.answerBytesMax
        )
        do {
            return try await send(request)
        } catch {
            throw AnchorFailure(reason: error.message)
        }
    }
}
