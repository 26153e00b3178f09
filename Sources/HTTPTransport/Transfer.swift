internal import CCurl

/// One transfer on the loop's thread: what libcurl reads from and writes to.
@safe
final class Transfer {
    let easy: EasyHandle
    let exchange: Exchange
    let checked: CheckedRequest
    var body: ArraySlice<UInt8>
    var head = ResponseHeadParser()
    /// Set when one of our own functions ended the transfer; counts before libcurl's code.
    var failure: HTTPTransportError?

    init?(
        _ checked: CheckedRequest,
        _ exchange: Exchange,
        easy: EasyHandle,
        configuration: HTTPTransport.Configuration
    ) {
        self.checked = checked
        self.exchange = exchange
        self.easy = easy
        self.body = (checked.request.body ?? [])[...]
        guard easy.prepare(checked, configuration) else { return nil }
        // The loop keeps the transfer until libcurl has let go of the handle.
        unsafe scrim_curl_set_callbacks(
            easy.handle,
            { unsafe Transfer.of($3)?.receiveHeader(UnsafeRawBufferPointer(start: $0, count: $1 * $2)) ?? 0 },
            { unsafe Transfer.of($3)?.receiveBody(UnsafeRawBufferPointer(start: $0, count: $1 * $2)) ?? 0 },
            { unsafe Transfer.of($3)?.sendBody(UnsafeMutableRawBufferPointer(start: $0, count: $1 * $2)) ?? 0 },
            { unsafe Transfer.of($0)?.rewind(to: Int($1), from: $2) ?? Int32(CURL_SEEKFUNC_FAIL) },
            Unmanaged.passUnretained(self).toOpaque()
        )
    }

    private static func of(_ context: UnsafeMutableRawPointer?) -> Transfer? {
        unsafe context.map { unsafe Unmanaged<Transfer>.fromOpaque($0).takeUnretainedValue() }
    }

    /// Ends the exchange as libcurl, or one of our own functions, says.
    func finish(_ code: CURLcode) {
        if let failure {
            exchange.finish(.failure(failure))
        } else if code == CURLE_OK {
            exchange.finish(.success(()))
        } else {
            exchange.finish(.failure(error(for: code)))
        }
    }

    private func error(for code: CURLcode) -> HTTPTransportError {
        let origin = checked.url.origin
        let (kind, message): (HTTPTransportError.Code, String) =
            switch code {
            case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY:
                (.resolve, "the name of `\(origin)` cannot be resolved")
            case CURLE_COULDNT_CONNECT:
                (.connect, "`\(origin)` cannot be reached")
            case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE,
                CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER, CURLE_SSL_ISSUER_ERROR:
                (.tls, "the certificate or handshake of `\(origin)` is not valid")
            case CURLE_OPERATION_TIMEDOUT:
                (.timeout, "`\(origin)` did not answer in time")
            case CURLE_PARTIAL_FILE, CURLE_HTTP2_STREAM:
                (.truncated, "the answer of `\(origin)` is cut short")
            case CURLE_GOT_NOTHING, CURLE_SEND_ERROR, CURLE_SEND_FAIL_REWIND:
                (.connectionLost, "the connection to `\(origin)` was lost")
            case CURLE_RECV_ERROR:
                head.isComplete
                    ? (.truncated, "the answer of `\(origin)` is cut short")
                    : (.connectionLost, "the connection to `\(origin)` was lost")
            case CURLE_WEIRD_SERVER_REPLY, CURLE_HTTP2, CURLE_UNSUPPORTED_PROTOCOL, CURLE_BAD_CONTENT_ENCODING:
                (.invalidResponse, "`\(origin)` did not answer in HTTP")
            default:
                (.failed, "the request to `\(origin)` failed (libcurl code \(code.rawValue))")
            }
        return HTTPTransportError(kind, message, mayHaveBeenSent: easy.hasBegunToSend)
    }

    // MARK: What libcurl calls

    private func receiveHeader(_ line: UnsafeRawBufferPointer) -> Int {
        switch unsafe head.receive(line) {
        case .more:
            return line.count
        case .complete(let head):
            exchange.receive(head: head)
            return line.count
        case .invalid:
            failure = HTTPTransportError(
                .invalidResponse,
                "the header of `\(checked.url.origin)` is not valid or too large",
                mayHaveBeenSent: true
            )
            return 0
        }
    }

    private func receiveBody(_ bytes: UnsafeRawBufferPointer) -> Int {
        switch unsafe exchange.receive(bytes) {
        case .taken:
            return bytes.count
        case .pause:
            return scrim_curl_write_pause
        case .tooLarge:
            failure = HTTPTransportError(
                .responseTooLarge,
                "the answer of `\(checked.url.origin)` is over \(checked.request.responseBytesMax) bytes",
                mayHaveBeenSent: true
            )
            // Fewer bytes than were offered end the transfer; an empty offer never comes here.
            return 0
        }
    }

    private func sendBody(_ room: UnsafeMutableRawBufferPointer) -> Int {
        let part = body.prefix(room.count)
        unsafe room.copyBytes(from: part)
        body = body.dropFirst(part.count)
        return part.count
    }

    /// libcurl would send a request again when a kept connection breaks before the answer. The server may have acted on
    /// it by then, so a body that has begun to leave cannot be rewound.
    private func rewind(to offset: Int, from origin: Int32) -> Int32 {
        let total = checked.request.body?.count ?? 0
        let isUntouched = offset == 0 && origin == 0 && body.count == total
        return Int32(isUntouched ? CURL_SEEKFUNC_OK : CURL_SEEKFUNC_FAIL)
    }
}
