public import Cryptography
public import Identity

/// The secrets that the Gate works with.
public struct GateKeys: Sendable {
    /// The master keys of `KEYED_TOKEN`.
    public let tokens: KeyRing
    /// Makes job IDs and knows whose they are.
    public let jobs: JobIDMint
    let cursors: CursorSeal

    /// Creates the keys from the two rings.
    public init(tokens: KeyRing, sealing: KeyRing) {
        self.tokens = tokens
        self.jobs = JobIDMint(keys: sealing)
        self.cursors = CursorSeal(ring: sealing)
    }
}
