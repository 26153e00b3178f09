/// Which of the protocol's two families a message belongs to.
///
/// The era is a property of one message, never of a connection: clients were seen to send `initialize` after a
/// successful `server/discover`.
public enum ProtocolEra: Sendable, Hashable {
    /// 2026-07-28 and later: no handshake, every request carries its version and the client's capabilities.
    case modern
    /// 2025-11-25 and earlier: `initialize` first, the version in a header afterwards.
    case legacy
}

/// The protocol revisions that are known by name.
public enum ProtocolRevision {
    /// The modern revision that is spoken.
    public static let modern = "2026-07-28"
    /// All modern revisions that are spoken, newest first; what `server/discover` lists.
    public static let modernSupported = [modern]
    /// The legacy revision that is offered when a client asks for one that is not spoken.
    public static let legacyLatest = "2025-11-25"
    /// Every released legacy revision, newest first. `initialize` confirms each, because what is offered here is the
    /// same in all of them; to any other offer the answer is ``legacyLatest``. A request that names one in its header is
    /// a legacy request.
    public static let legacyKnown = [legacyLatest, "2025-06-18", "2025-03-26", "2024-11-05"]
    /// What a legacy request without the version header is taken to speak (revision 2025-11-25, basic/transports).
    public static let legacyWithoutHeader = "2025-03-26"
}
