internal import CCurl

extension EasyHandle {
    /// Sets everything that a transfer needs but its callbacks; false when libcurl does not take it.
    func prepare(_ checked: CheckedRequest, _ configuration: HTTPTransport.Configuration) -> Bool {
        set(CURLOPT_URL, checked.url.text)
            && set(CURLOPT_PROTOCOLS_STR, checked.url.scheme)
            && set(CURLOPT_FOLLOWLOCATION, 0)
            && set(CURLOPT_NOSIGNAL, 1)
            && set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
            && set(CURLOPT_USERAGENT, configuration.userAgent)
            && set(CURLOPT_TCP_KEEPALIVE, 1)
            && secure(configuration)
            && setProxy(checked.url, configuration)
            && setVersion(checked)
            && setTimeouts(checked, configuration)
            && setBody(checked.request)
            && setHeaders(headerLines(checked.request))
    }

    private func secure(_ configuration: HTTPTransport.Configuration) -> Bool {
        set(CURLOPT_SSL_VERIFYPEER, 1)
            && set(CURLOPT_SSL_VERIFYHOST, 2)
            && set(CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2)
            && (configuration.certificateAuthoritiesFile.map { set(CURLOPT_CAINFO, $0) } ?? true)
    }

    /// What goes to loopback or to a metadata server goes there itself, because a proxy would see it unprotected.
    private func setProxy(_ url: HTTPURL, _ configuration: HTTPTransport.Configuration) -> Bool {
        url.isLoopback || configuration.plainHosts.contains(url.host) ? set(CURLOPT_PROXY, "") : true
    }

    private func setVersion(_ checked: CheckedRequest) -> Bool {
        guard !checked.isStream else { return set(CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1) }
        return set(CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_2TLS)
    }

    private func setTimeouts(_ checked: CheckedRequest, _ configuration: HTTPTransport.Configuration) -> Bool {
        let timeout = checked.request.timeout
        guard set(CURLOPT_CONNECTTIMEOUT_MS, min(configuration.connectTimeout, timeout).milliseconds) else {
            return false
        }
        guard checked.isStream else { return set(CURLOPT_TIMEOUT_MS, timeout.milliseconds) }
        // Less than one byte a second over this long is silence; libcurl does not count while a transfer is paused.
        return set(CURLOPT_LOW_SPEED_LIMIT, 1)
            && set(CURLOPT_LOW_SPEED_TIME, max(timeout.milliseconds / 1000, 1))
    }

    private func setBody(_ request: HTTPRequest) -> Bool {
        switch request.method {
        case .get where request.body == nil:
            return set(CURLOPT_HTTPGET, 1)
        case .get, .post, .put, .patch, .delete:
            return set(CURLOPT_POST, 1)
                && set(CURLOPT_POSTFIELDSIZE_LARGE, offset: request.body?.count ?? 0)
                && set(CURLOPT_CUSTOMREQUEST, request.method.rawValue)
        }
    }

    /// The request's fields, and those of libcurl's own that are not wanted taken out.
    private func headerLines(_ request: HTTPRequest) -> [String] {
        var lines = request.headers.map { $0.value.isEmpty ? "\($0.name);" : "\($0.name): \($0.value)" }
        lines.append("Expect:")
        if !request.headers.contains(where: { $0.name.lowercased() == "content-type" }) {
            lines.append("Content-Type:")
        }
        return lines
    }
}

extension Duration {
    /// Whole milliseconds as libcurl takes them: at least 1, because 0 would mean no limit.
    fileprivate var milliseconds: Int {
        let (seconds, attoseconds) = components
        guard seconds < Int64(Int32.max) / 1000 else { return Int(Int32.max) }
        return max(Int(seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000), 1)
    }
}
