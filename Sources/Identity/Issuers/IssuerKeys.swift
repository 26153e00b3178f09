import struct FoundationEssentials.Date
import HTTPTransport
import JSON
import Locks

/// The keys of one issuer: found through its metadata, kept for a time, fetched again when a token names one that is not
/// known, and used for a while longer when that fails.
final class IssuerKeys: Sendable {
    /// How long keys are kept before they are fetched again: what the issuer says, within these bounds, in seconds.
    static let freshSeconds = 300.0...86_400.0
    /// The same where the issuer says nothing.
    static let freshSecondsStandard = 3600.0
    /// For how much longer keys serve when they cannot be fetched again, in seconds.
    static let staleSecondsMax = 21_600.0
    /// The shortest time between two fetches that tokens cause, in seconds.
    static let fetchPauseSeconds = 30.0
    /// The same while there are no keys at all, so that an issuer that starts late is found soon.
    static let firstFetchPauseSeconds = 5.0

    /// What a token's header finds.
    enum Lookup {
        case key(JSONWebKey)
        case unknown
        case ambiguous
        case unavailable
    }

    private struct State: Sendable {
        var keys: JSONWebKeySet?
        var fetched = Date.distantPast
        var freshSeconds = 0.0
        var tried = Date.distantPast
        var lastFailed = false
    }

    private let settings: IssuerSettings
    private let fetcher: any IssuerFetcher
    private let clock: @Sendable () -> Date
    private let state = Locked(State())
    private let flight = SingleFlight<Bool, Void>()

    init(settings: IssuerSettings, fetcher: any IssuerFetcher, clock: @escaping @Sendable () -> Date) {
        self.settings = settings
        self.fetcher = fetcher
        self.clock = clock
    }

    /// The key for a header.
    func key(for header: TokenHeader) async -> Lookup {
        if isFresh, case .one(let key)? = known?.match(header) { return .key(key) }
        await fetchIfAllowed()
        guard let known else { return .unavailable }
        switch known.match(header) {
        case .one(let key): return .key(key)
        case .several: return .ambiguous
        // An issuer that cannot be reached may have such a key by now.
        case .none: return state.withLock(\.lastFailed) ? .unavailable : .unknown
        }
    }

    private var known: JSONWebKeySet? {
        let now = clock()
        return state.withLock { state in
            Self.age(since: state.fetched, now) <= state.freshSeconds + Self.staleSecondsMax ? state.keys : nil
        }
    }

    private var isFresh: Bool {
        let now = clock()
        return state.withLock { Self.age(since: $0.fetched, now) <= $0.freshSeconds }
    }

    /// A clock that was set back makes everything old.
    private static func age(since time: Date, _ now: Date) -> Double {
        let age = now.timeIntervalSince(time)
        return age < 0 ? .infinity : age
    }

    private func fetchIfAllowed() async {
        await flight.value(for: true) { [self] in
            let now = clock()
            let isAllowed = state.withLock { state in
                let pause = state.keys == nil ? Self.firstFetchPauseSeconds : Self.fetchPauseSeconds
                guard Self.age(since: state.tried, now) >= pause else { return false }
                state.tried = now
                return true
            }
            guard isAllowed else { return }
            let found = await IssuerDiscovery(settings: settings, fetcher: fetcher).keys()
            state.withLock { state in
                state.lastFailed = found == nil
                guard let found else { return }
                state.keys = found.keys
                state.fetched = now
                state.freshSeconds = found.freshSeconds
            }
        }
    }
}

/// Fetches an issuer's metadata and keys.
struct IssuerDiscovery {
    /// The largest metadata document, in bytes.
    static let metadataBytesMax = 256_000
    /// The time for each document.
    static let timeout = Duration.seconds(5)

    let settings: IssuerSettings
    let fetcher: any IssuerFetcher

    /// The keys and for how long they are fresh; null when they cannot be had.
    func keys() async -> (keys: JSONWebKeySet, freshSeconds: Double)? {
        guard let address = await keysAddress(),
            let answer = await get(address, bytesMax: JSONWebKeySet.bytesMax),
            let keys = JSONWebKeySet(parsing: answer.body)
        else { return nil }
        return (keys, Self.freshSeconds(answer.cacheControl))
    }

    private func keysAddress() async -> String? {
        if let address = settings.options.jwksURL { return address }
        for address in IssuerAddress.metadata(of: settings.issuer) {
            guard let answer = await get(address, bytesMax: Self.metadataBytesMax) else { continue }
            if let keys = keysAddress(metadata: answer.body) { return keys }
        }
        return nil
    }

    /// The address of the keys in metadata that are the issuer's own (OpenID Connect Discovery 1.0, 4.3, RFC 8414,
    /// 3.3): `https`, or on this machine if the issuer is.
    private func keysAddress(metadata: [UInt8]) -> String? {
        let limits = JSONLimits(bytesMax: Self.metadataBytesMax, depthMax: 16)
        guard let document = try? JSONValue(parsing: metadata, limits: limits),
            let issuer = document["issuer"]?.stringValue, ClaimText.isSame(issuer, settings.issuer),
            let address = document["jwks_uri"]?.stringValue,
            let url = try? IssuerAddress.check(address, what: "address of the keys")
        else { return nil }
        guard url.scheme == "https" || settings.issuer.hasPrefix("http://") else { return nil }
        return address
    }

    private func get(_ address: String, bytesMax: Int) async -> IssuerAnswer? {
        let request = HTTPRequest(
            .get,
            address,
            headers: [HTTPHeader("Accept", "application/json")],
            timeout: Self.timeout,
            responseBytesMax: bytesMax
        )
        guard let answer = try? await fetcher.answer(to: request), answer.status == 200, answer.body.count <= bytesMax
        else { return nil }
        return answer
    }

    /// The `max-age` of an answer (RFC 9111, 5.2.2.1), within bounds.
    static func freshSeconds(_ cacheControl: String?) -> Double {
        let directives = (cacheControl ?? "").lowercased().split(separator: ",").map { $0.filter { $0 != " " } }
        let range = IssuerKeys.freshSeconds
        if directives.contains("no-store") || directives.contains("no-cache") { return range.lowerBound }
        let ages = directives.compactMap { $0.hasPrefix("max-age=") ? Int($0.dropFirst("max-age=".count)) : nil }
        guard let age = ages.min() else { return IssuerKeys.freshSecondsStandard }
        return min(max(Double(age), range.lowerBound), range.upperBound)
    }
}
