import Cryptography
import struct FoundationEssentials.Date
import HTTPTransport
import JSON
import Locks

/// Asks an issuer about opaque tokens (RFC 7662) and keeps its answers for a short while, under SHA-256 of the token.
final class Introspection: Sendable {
    /// The most answers kept.
    static let entriesMax = 2000
    /// The most questions under way at once; further ones are refused as unavailable.
    static let questionsMax = 64
    /// The largest answer, in bytes.
    static let answerBytesMax = 16_000
    /// The time for an answer.
    static let timeout = Duration.seconds(5)

    /// What the issuer says.
    enum Answer: Sendable {
        case active(JSONObject)
        case inactive
        case unavailable
    }

    private struct Entry: Sendable {
        let answer: Answer
        let asked: Date
        let until: Date

        var isActive: Bool {
            if case .active = answer { true } else { false }
        }
    }

    private let settings: IntrospectionSettings
    private let fetcher: any IssuerFetcher
    private let clock: @Sendable () -> Date
    private let entries = Locked<[[UInt8]: Entry]>([:])
    private let flight = SingleFlight<[UInt8], Answer>()

    init(settings: IntrospectionSettings, fetcher: any IssuerFetcher, clock: @escaping @Sendable () -> Date) {
        self.settings = settings
        self.fetcher = fetcher
        self.clock = clock
    }

    func answer(about token: String) async -> Answer {
        let digest = SHA256.hash(Array(token.utf8))
        if let kept = kept(digest) { return kept }
        let answer = await flight.value(for: digest, limit: Self.questionsMax) { [self] in
            let asked = clock()
            let answer = await ask(token)
            keep(answer, digest, asked: asked)
            return answer
        }
        return answer ?? .unavailable
    }

    // MARK: Answers kept

    private func kept(_ digest: [UInt8]) -> Answer? {
        let now = clock()
        return entries.withLock { entries in
            guard let entry = entries[digest] else { return nil }
            guard entry.asked <= now, now < entry.until else {
                entries[digest] = nil
                return nil
            }
            return entry.answer
        }
    }

    private func keep(_ answer: Answer, _ digest: [UInt8], asked: Date) {
        var until = asked.addingTimeInterval(Double(settings.cacheSeconds))
        switch answer {
        case .unavailable: return
        case .inactive: break
        case .active(let claims):
            if let expiry = claims["exp"]?.doubleValue { until = min(until, Date(timeIntervalSince1970: expiry)) }
        }
        guard until > asked else { return }
        let entry = Entry(answer: answer, asked: asked, until: until)
        entries.withLock { entries in
            if entries.count >= Self.entriesMax { entries = entries.filter { $0.value.until > asked } }
            if entries.count >= Self.entriesMax { Self.removeOne(from: &entries) }
            entries[digest] = entry
        }
    }

    /// Makes room: what is not active goes first, so that made-up tokens do not push out good ones; of these the oldest.
    private static func removeOne(from entries: inout [[UInt8]: Entry]) {
        let inactive = entries.filter { !$0.value.isActive }
        let candidates = inactive.isEmpty ? entries : inactive
        if let oldest = candidates.min(by: { $0.value.asked < $1.value.asked }) { entries[oldest.key] = nil }
    }

    // MARK: Questions

    private func ask(_ token: String) async -> Answer {
        let form = "token=\(FormEncoding.encode(token))&token_type_hint=access_token"
        let credentials = "\(FormEncoding.encode(settings.clientID)):\(FormEncoding.encode(settings.clientSecret))"
        let request = HTTPRequest(
            .post,
            settings.endpoint,
            headers: [
                HTTPHeader("Accept", "application/json"),
                HTTPHeader("Content-Type", "application/x-www-form-urlencoded"),
                HTTPHeader("Authorization", "Basic \(Base64.encode(Array(credentials.utf8)))"),
            ],
            body: Array(form.utf8),
            timeout: Self.timeout,
            responseBytesMax: Self.answerBytesMax
        )
        guard let answer = try? await fetcher.answer(to: request), answer.status == 200,
            case .object(let claims)? = try? JSONValue(
                parsing: answer.body,
                limits: JSONLimits(bytesMax: Self.answerBytesMax, depthMax: 16)
            ),
            let isActive = claims["active"]?.boolValue
        else { return .unavailable }
        return isActive ? .active(claims) : .inactive
    }
}

/// `application/x-www-form-urlencoded`.
enum FormEncoding {
    private static let plain = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~".utf8)

    static func encode(_ text: String) -> String {
        text.utf8.reduce(into: "") { encoded, byte in
            if plain.contains(byte) {
                encoded.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                encoded += "%" + Hex.encode([byte]).uppercased()
            }
        }
    }
}
