public import JSON
import Locks
public import MCP

/// What a handler knows of the request beside its parameters, and what it can say before its result.
public struct CallContext: Sendable {
    /// The era of the request.
    public let era: ProtocolEra
    /// What the client declared with this request; empty in the legacy era.
    public let clientCapabilities: JSONObject
    /// The answers to what was asked in the round before, by the names of the questions. `nil` in a first round. They
    /// are the client's: anything may be in them, or missing.
    public let inputResponses: JSONObject?
    /// The state that was given out in the round before, unchanged, by this caller for this request.
    public let state: JSONValue?
    /// The trace that the request belongs to.
    public let trace: TraceContext?
    private let reporter: CallReporter?
    private let question: (@Sendable (InputRequest) async -> JSONValue?)?

    /// A context in which nobody listens, for calls from within.
    public init(era: ProtocolEra = .modern, clientCapabilities: JSONObject = [:]) {
        self.era = era
        self.clientCapabilities = clientCapabilities
        inputResponses = nil
        state = nil
        trace = nil
        reporter = nil
        question = nil
    }

    init(_ request: MCPRequest, state: JSONValue?, reporter: CallReporter, line: CallLine) {
        era = request.era
        clientCapabilities = request.clientCapabilities
        inputResponses = request.inputResponses
        trace = request.trace
        self.state = state
        self.reporter = reporter
        question = line.ask
    }

    /// Whether the client wants to hear of progress.
    public var reportsProgress: Bool { reporter?.token != nil }

    /// Asks a legacy client while its request waits, which keeps state in this process: what has to work on any
    /// replica asks by ``RoundOutcome/inputRequired(_:)``, or does without.
    ///
    /// - Returns: the client's result.
    /// - Throws: `invalidParameters` when this client cannot be asked so, or does not answer.
    public func ask(_ input: InputRequest) async throws(ProtocolError) -> JSONValue {
        guard let answer = await question?(input) else {
            throw ProtocolError(.invalidParameters, "the client cannot be asked, or gave no answer")
        }
        return answer
    }

    /// Whether the client said that it can answer this, in a further round.
    public func mayAsk(_ input: InputRequest) -> Bool {
        era == .modern && input.isAllowed(by: clientCapabilities)
    }

    /// Tells the client how far the request is, if it wants to hear of it.
    ///
    /// A note that is not beyond the one before, or comes too soon after it, is left out. The first one makes the
    /// answer an event stream.
    ///
    /// - Parameters:
    ///   - progress: how far; grows.
    ///   - total: how far it will be at the end, in the same unit, where that is known.
    ///   - message: for people.
    public func progress(_ progress: Double, total: Double? = nil, message: String? = nil) async {
        await reporter?.progress(progress, total: total, message: message)
    }

    /// Sends the client a line of a log, if it wants lines of this level.
    public func log(_ level: LogLevel, logger: String? = nil, _ data: JSONValue) async {
        await reporter?.log(level, logger: logger, data)
    }
}

/// Sends messages of one request, as a transport has it; `false` when the client does not take any more.
typealias NotificationSink = @Sendable (JSONValue) async -> Bool

/// How one request's client is spoken to before its result.
struct CallLine: Sendable {
    let send: NotificationSink
    /// Asks a legacy client; `nil` where that cannot be.
    let ask: (@Sendable (InputRequest) async -> JSONValue?)?

    init(send: @escaping NotificationSink, ask: (@Sendable (InputRequest) async -> JSONValue?)? = nil) {
        self.send = send
        self.ask = ask
    }
}

/// Says what a handler has to say, in the measure that the client wants.
final class CallReporter: Sendable {
    private struct State {
        var lastProgress: (value: Double, at: ContinuousClock.Instant)?
        var isClosed = false
    }

    let token: MessageID?
    private let logLevel: LogLevel?
    private let interval: Duration
    private let sink: NotificationSink
    private let state = Locked(State())

    init(_ request: MCPRequest, interval: Duration, sink: @escaping NotificationSink) {
        token = request.progressToken
        logLevel = request.logLevel
        self.interval = interval
        self.sink = sink
    }

    func progress(_ value: Double, total: Double?, message: String?) async {
        guard let token, value.isFinite else { return }
        let now = ContinuousClock.now
        let isDue = state.withLock { state in
            guard !state.isClosed else { return false }
            if let last = state.lastProgress {
                guard value > last.value, now - last.at >= interval else { return false }
            }
            state.lastProgress = (value, now)
            return true
        }
        guard isDue else { return }
        _ = await sink(OutboundNotification.progress(value, total: total, message: message, token: token))
    }

    func log(_ level: LogLevel, logger: String?, _ data: JSONValue) async {
        guard let logLevel, level >= logLevel, !state.withLock({ $0.isClosed }) else { return }
        _ = await sink(OutboundNotification.message(level, logger: logger, data: data))
    }

    /// After the result nothing is said any more.
    func close() { state.withLock { $0.isClosed = true } }
}
