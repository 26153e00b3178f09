internal import CCurl

/// The one owner of a libcurl easy handle; used on the loop's thread only.
@safe
final class EasyHandle {
    let handle: UnsafeMutableRawPointer
    private var headers: UnsafeMutablePointer<curl_slist>?

    /// Creates a handle that carries an id, by which the loop finds its transfer again.
    init?(id: Int) {
        guard let handle = unsafe curl_easy_init() else { return nil }
        unsafe self.handle = handle
        unsafe scrim_curl_set_private(handle, curl_off_t(id))
    }

    deinit {
        unsafe curl_easy_cleanup(handle)
        unsafe curl_slist_free_all(headers)
    }

    /// Lets a paused transfer go on; libcurl may hand over data before this returns.
    func resume() { unsafe curl_easy_pause(handle, Int32(CURLPAUSE_CONT)) }

    /// Whether a connection was ready and the request began to leave.
    var hasBegunToSend: Bool { unsafe scrim_curl_get_offset(handle, CURLINFO_PRETRANSFER_TIME_T) > 0 }

    func set(_ option: CURLoption, _ value: Int) -> Bool {
        unsafe scrim_curl_set_long(handle, option, value) == CURLE_OK
    }

    func set(_ option: CURLoption, _ value: String) -> Bool {
        unsafe scrim_curl_set_string(handle, option, value) == CURLE_OK
    }

    func set(_ option: CURLoption, offset: Int) -> Bool {
        unsafe scrim_curl_set_offset(handle, option, curl_off_t(offset)) == CURLE_OK
    }

    /// Sets the header fields, each as `name: value`, `name;` for an empty value, or `name:` for none at all.
    func setHeaders(_ lines: [String]) -> Bool {
        for line in lines {
            guard let list = unsafe curl_slist_append(headers, line) else { return false }
            unsafe headers = list
        }
        return unsafe scrim_curl_set_list(handle, CURLOPT_HTTPHEADER, headers) == CURLE_OK
    }
}
