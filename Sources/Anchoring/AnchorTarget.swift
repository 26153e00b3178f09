import Audit

/// Why somebody outside does not keep a checkpoint, in one line for people; without anything secret.
struct AnchorFailure: Error, Hashable {
    let reason: String
}

/// Somebody outside who keeps checkpoints.
protocol AnchorTarget: Sendable {
    /// The kind and the name, for the log.
    var name: String { get }
    /// Whether the log stops when this one fails.
    var isRequired: Bool { get }

    /// Makes a checkpoint known; returns when it is kept.
    func send(_ checkpoint: KeptCheckpoint) async throws(AnchorFailure)
}
