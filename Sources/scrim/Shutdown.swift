import Audit
import Gate
import Logging
import Server
import ServiceLifecycle
import UnixSignals

/// The end of a server, in the time that it is given: at the first SIGTERM or SIGINT nothing new is taken and what runs
/// may go on; then BigQuery is asked to cancel what still runs; then connections are cut. Whatever happens, the caller
/// gets to close the log.
struct Shutdown: Sendable {
    private let gate: QueryGate
    private let audit: AuditLog
    private let logger: Logger
    private let limit: Duration
    private let signals: UnixSignalsSequence

    /// How far the end has come.
    private enum Stage: Int, Comparable {
        case running
        /// No connection and no request is taken; calls that run may end.
        case draining
        /// Running jobs are cancelled, so that the calls that wait for them end.
        case cancelling
        /// Tasks are cancelled and connections closed.
        case cutting
        /// What has still not ended is left behind.
        case leaving

        static func < (left: Stage, right: Stage) -> Bool { left.rawValue < right.rawValue }

        /// The part of the limit after which this stage begins.
        var share: Double {
            switch self {
            case .running, .draining: 0
            case .cancelling: 0.7
            case .cutting: 0.8
            case .leaving: 0.9
            }
        }
    }

    private enum Event {
        case signal(UnixSignal)
        case due(Stage)
        case ended(Result<Void, any Error>)
    }

    /// What a further signal leaves of the time.
    private static let hurriedLimit: Duration = .seconds(3)

    /// From here on the signals no longer end the process; those that come before ``run(_:)`` are kept for it.
    ///
    /// - Parameter limit: the time from the first signal to the return of ``run(_:)`` and ``finish(_:)``.
    init(gate: QueryGate, audit: AuditLog, limit: Duration, logger: Logger) async {
        self.gate = gate
        self.audit = audit
        self.limit = limit
        self.logger = logger
        signals = await UnixSignalsSequence(trapping: .sigterm, .sigint)
    }

    /// Runs services until they end by themselves or signals have ended them.
    ///
    /// - Returns: the time until which everything is to have ended; nil when no signal asked for it.
    func run(_ group: ServiceGroup) async throws -> ContinuousClock.Instant? {
        let (events, source) = AsyncStream<Event>.makeStream()
        // On its own, because it is left behind when it does not end.
        let services = Task {
            do {
                try await group.run()
                source.yield(.ended(.success(())))
            } catch {
                source.yield(.ended(.failure(error)))
            }
        }
        let listening = Task { for await signal in signals { source.yield(.signal(signal)) } }
        defer { listening.cancel() }
        var stage = Stage.running
        var deadline: ContinuousClock.Instant?
        for await event in events {
            switch event {
            case .ended(let result):
                // Services that were cut say so as an error, which is none.
                if stage < .cutting { try result.get() }
                return deadline
            case .signal(let signal):
                audit.note(signal, logger)
                let isFirst = stage == .running
                deadline = plan(isFirst ? limit : Self.hurriedLimit, isHurried: !isFirst, source, before: deadline)
                if isFirst {
                    stage = .draining
                    logger.record(.notice, "ending: calls that run may end", [LogField("seconds", limit)])
                    await group.triggerGracefulShutdown()
                }
            case .due(let next) where next > stage:
                stage = next
                switch next {
                case .running, .draining: break
                case .cancelling: await gate.cancelRunningJobs()
                case .cutting: services.cancel()
                case .leaving:
                    logger.record(.error, "ending: calls are left behind that did not end")
                    return deadline
                }
            case .due: break
            }
        }
        return deadline
    }

    /// Cancels the jobs that still run, because a job is known only to the process that sent it, and waits until
    /// BigQuery was told.
    ///
    /// - Parameter worker: runs ``Gate/QueryGate/run()``.
    func finish(_ worker: Task<Void, Never>, by deadline: ContinuousClock.Instant?) async {
        await gate.cancelRunningJobs()
        gate.stop()
        let deadline = deadline ?? .now + Self.hurriedLimit
        let (ends, source) = AsyncStream<Bool>.makeStream()
        let telling = Task {
            await worker.value
            source.yield(true)
        }
        let waiting = Task {
            try? await Task.sleep(until: deadline)
            source.yield(false)
        }
        for await isTold in ends {
            if !isTold { logger.record(.error, "ending: BigQuery could not be told to cancel every job in time") }
            break
        }
        telling.cancel()
        waiting.cancel()
    }

    /// Lets the stages come at their times, and gives the time of the end.
    private func plan(
        _ limit: Duration,
        isHurried: Bool,
        _ source: AsyncStream<Event>.Continuation,
        before: ContinuousClock.Instant?
    ) -> ContinuousClock.Instant {
        let start = ContinuousClock.now
        let deadline = min(start + limit, before ?? start + limit)
        for stage in [Stage.cancelling, .cutting, .leaving] {
            // Who asks a second time does not want to wait for calls.
            let isAtOnce = isHurried && stage == .cancelling
            let wait = isAtOnce ? .zero : start.duration(to: deadline) * stage.share
            Task {
                try? await Task.sleep(for: wait)
                source.yield(.due(stage))
            }
        }
        return deadline
    }
}

extension AuditLog {
    /// Records a signal. What it asks for is done also when it cannot be recorded: a server must end when it is told to.
    func note(_ signal: UnixSignal, _ logger: Logger) {
        do {
            try note(.signalReceived(SignalReceived(signal: "\(signal)")))
        } catch {
            logger.record(.critical, "a signal could not be recorded", [.reason(error)])
        }
    }
}
