internal import CCurl

/// The one owner of a libcurl multi handle.
///
/// Unchecked: the pointer never changes, every function but `wakeUp` is called on the loop's thread only, and `wakeUp`
/// is the call that libcurl allows from other threads. Whoever can call it holds a reference, so the handle is alive.
@safe
final class MultiHandle: @unchecked Sendable {
    private let multi: UnsafeMutableRawPointer

    /// libcurl's own state of the process, made before the first handle.
    private static let isReady = curl_global_init(Int(scrim_curl_global_default)) == CURLE_OK

    init(connectionsMax: Int) throws(HTTPTransportError) {
        guard Self.isReady, let multi = unsafe curl_multi_init() else {
            throw HTTPTransportError(.failed, "libcurl could not be started")
        }
        unsafe self.multi = multi
        unsafe scrim_curl_multi_set_long(multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, max(connectionsMax, 1))
        unsafe scrim_curl_multi_set_long(multi, CURLMOPT_PIPELINING, Int(CURLPIPE_MULTIPLEX))
    }

    deinit { unsafe curl_multi_cleanup(multi) }

    func wakeUp() { unsafe curl_multi_wakeup(multi) }

    func add(_ easy: EasyHandle) { unsafe curl_multi_add_handle(multi, easy.handle) }

    func remove(_ easy: EasyHandle) { unsafe curl_multi_remove_handle(multi, easy.handle) }

    func perform() {
        var running: Int32 = 0
        unsafe curl_multi_perform(multi, &running)
    }

    /// Sleeps until a transfer can go on, a timeout of libcurl's, or `wakeUp`.
    func wait(milliseconds: Int32) {
        unsafe curl_multi_poll(multi, nil, 0, milliseconds, nil)
    }

    /// The next transfer that has ended, by its id, and how.
    func nextFinished() -> (id: Int, code: CURLcode)? {
        var code = CURLE_OK
        guard let easy = unsafe scrim_curl_next_finished(multi, &code) else { return nil }
        return unsafe (Int(scrim_curl_get_private(easy)), code)
    }
}
