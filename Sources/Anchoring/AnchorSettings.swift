public import Audit
public import HTTPTransport

/// Who outside keeps the checkpoints of a log.
public struct AnchorSettings: Sendable {
    /// How somebody is reached.
    public struct Address: Sendable, Hashable {
        /// `https`, or `http` to loopback.
        public let url: HTTPURL
        /// The time that an answer has.
        public let timeout: Duration
        /// Whether the log stops when nobody answers there.
        public let isRequired: Bool

        /// An address; `nil` when checkpoints would cross a network unprotected.
        public init?(url: HTTPURL, timeout: Duration, isRequired: Bool) {
            guard url.scheme == "https" || url.isLoopback else { return nil }
            self.url = url
            self.timeout = timeout
            self.isRequired = isRequired
        }
    }

    /// Servers that take each checkpoint as the body of a POST.
    public var webhooks: [Address] = []
    /// Witnesses: the submission prefix of each, and its key. <https://c2sp.org/tlog-witness>
    public var witnesses: [(address: Address, key: WitnessKey)] = []

    /// Nobody.
    public init() {}

    /// Whether there is nobody.
    public var isEmpty: Bool { webhooks.isEmpty && witnesses.isEmpty }
}
