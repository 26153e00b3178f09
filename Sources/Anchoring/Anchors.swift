public import Audit
import Dispatch
import HTTPTransport
import Locks

/// Makes the checkpoints of a log known to those outside who keep them: `docs/audit-log.md`, section 5.
public final class Anchors: Sendable {
    private struct State {
        var log: AuditLog?
        /// What is to be recorded once there is a log to record it in.
        var unrecorded: [AnchorChanged] = []
        var tasks: [Int: Task<Void, Never>] = [:]
        var taskCount = 0
    }

    private let state: Locked<State>
    private let lanes: [(lane: AnchorLane, target: any AnchorTarget)]

    /// - Parameters:
    ///   - settings: who they are.
    ///   - report: hears when one begins or ends to fail, for the server's own messages.
    /// - Throws: `anchor` when no request can be made.
    public init(
        _ settings: AnchorSettings,
        report: @escaping @Sendable (AnchorChanged) -> Void
    ) throws(AuditError) {
        let state = Locked(State())
        let transport: HTTPTransport
        do {
            transport = try HTTPTransport(configuration: .init(allowsPlainLoopback: true, connectionsMax: 16))
        } catch {
            throw AuditError(.anchor, error.message)
        }
        let cosignatures = Cosignatures()
        var targets: [any AnchorTarget] = settings.webhooks.map { Webhook(address: $0, transport: transport) }
        targets += settings.witnesses.map { witness in
            Witness(address: witness.address, key: witness.key, transport: transport, cosignatures: cosignatures)
        }
        lanes = targets.map { target in
            let lane = AnchorLane(to: target) { change in
                report(change)
                Self.record(change, state)
            }
            return (lane, target)
        }
        self.state = state
    }

    /// Gives a kept checkpoint on, for `AuditLog.Options.keepOutside`. Waits for those without whom the log stops.
    ///
    /// - Throws: `anchor` when one of them does not keep it.
    public func keep(_ checkpoint: KeptCheckpoint) throws(AuditError) {
        for (lane, target) in lanes where !target.isRequired { begin { await lane.send(checkpoint) } }
        for (lane, target) in lanes where target.isRequired {
            let answer = Locked<AnchorFailure?>(nil)
            let done = DispatchSemaphore(value: 0)
            begin {
                let failure = await lane.send(checkpoint)
                answer.withLock { $0 = failure }
                done.signal()
            }
            // Of the log's own threads, which may wait; each attempt has a time limit.
            done.wait()
            if let failure = answer.withLock({ $0 }) {
                throw AuditError(.anchor, "\(target.name) does not keep the checkpoint: \(failure.reason)")
            }
        }
    }

    /// Names the log in which changes are recorded.
    public func record(in log: AuditLog) {
        let unrecorded = state.withLock { state in
            state.log = log
            defer { state.unrecorded = [] }
            return state.unrecorded
        }
        for change in unrecorded { Self.record(change, state) }
    }

    /// Waits for what is under way; what is not sent then is, with the next start.
    public func finish(within limit: Duration) async {
        let tasks = state.withLock { state in
            state.log = nil
            return Array(state.tasks.values)
        }
        let timer = Task {
            try? await Task.sleep(for: limit)
            for task in tasks { task.cancel() }
        }
        for task in tasks { await task.value }
        timer.cancel()
    }

    private func begin(_ work: @escaping @Sendable () async -> Void) {
        state.withLock { [state] own in
            let number = own.taskCount
            own.taskCount += 1
            own.tasks[number] = Task {
                await work()
                state.withLock { _ = $0.tasks.removeValue(forKey: number) }
            }
        }
    }

    /// The log may be waiting for the keeper, so nobody waits for the log here.
    private static func record(_ change: AnchorChanged, _ state: Locked<State>) {
        let log = state.withLock { state -> AuditLog? in
            if state.log == nil { state.unrecorded.append(change) }
            return state.log
        }
        if let log { Task { _ = try? await log.append(.anchorChanged(change)) } }
    }
}
