import Audit
import TransparencyLog

/// The way to one keeper: one checkpoint after the other, and of those that wait only the newest.
actor AnchorLane {
    /// A keeper without whom the log stops gets another chance.
    private static let attemptsMax = 3
    private static let pause = Duration.seconds(1)

    private let target: any AnchorTarget
    private let report: @Sendable (AnchorChanged) -> Void
    private var isFailing = false
    private var isBusy = false
    private var next: KeptCheckpoint?
    private var kept: Int64?

    init(to target: any AnchorTarget, report: @escaping @Sendable (AnchorChanged) -> Void) {
        self.target = target
        self.report = report
    }

    /// Makes a checkpoint known, or leaves it to the call that is under way; then a later one is the proof for it too.
    ///
    /// - Returns: why it is not kept.
    @discardableResult
    func send(_ checkpoint: KeptCheckpoint) async -> AnchorFailure? {
        guard !isBusy else {
            next = checkpoint
            return nil
        }
        isBusy = true
        defer { isBusy = false }
        var failure = await attempt(checkpoint)
        while let following = next {
            next = nil
            failure = await attempt(following)
        }
        return failure
    }

    private func attempt(_ checkpoint: KeptCheckpoint) async -> AnchorFailure? {
        for number in 1... {
            do throws(AnchorFailure) {
                try await target.send(checkpoint)
                kept = checkpoint.head.size
                if isFailing { report(AnchorChanged(anchor: target.name, reason: nil, keptCount: kept)) }
                isFailing = false
                return nil
            } catch {
                if target.isRequired, number < Self.attemptsMax {
                    try? await Task.sleep(for: Self.pause)
                    continue
                }
                if !isFailing { report(AnchorChanged(anchor: target.name, reason: error.reason, keptCount: kept)) }
                isFailing = true
                return error
            }
        }
        return nil
    }
}
