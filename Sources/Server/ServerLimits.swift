/// Limits of what clients may send and of how long they may take, for both transports unless one is named.
public enum ServerLimits {
    /// The largest request body: SQL of 1 MB in a JSON string may take several times that in escapes.
    public static let bodyBytesMax = 4_000_000
    /// How long a client may take to send a body.
    public static let bodySecondsMax: Int64 = 30
    /// What all bodies that are being read or answered may hold together; beyond it the answer is 503.
    public static let heldBodyBytesMax = 256_000_000
    /// How long a connection may be idle between requests, or silent within one.
    public static let idleSecondsMax: Int64 = 75
    /// How long a call may run in silence before its answer becomes an event stream, and between two comments in it.
    public static let keepAliveSeconds: Int64 = 15
    /// How often a client that wants to hear of progress is told that its call is still running.
    static let progressSeconds: Int64 = 1
    /// The largest event of an event stream: the Python client 2.3.0 ends a stream on one of more than 1 MiB.
    public static let eventBytesMax = 1_000_000
    /// Notifications of one call that were not written yet; further ones are left out, and a subscription that has so
    /// many is ended, because its client does not read.
    static let heldNotificationsMax = 64
    /// How long a connection stays open after an answer that ends it, so that a client that is still sending gets to
    /// read that answer: closing with unread bytes would reset the connection and discard it.
    public static let lingerSecondsMax: Int64 = 10
    /// Connections that are open at once; further ones wait in the listener's queue.
    public static let connectionsMax = 4096
    /// All header fields of a request together.
    public static let headerBytesMax = 32 * 1024
    /// The number of header fields of a request.
    public static let headerFieldsMax = 100
    /// Calls that one stdio client may have running at once; further ones are refused, because a line that waits for
    /// a call to end would keep the cancellation behind it from being read.
    public static let stdioCallsMax = 256
    /// How long calls may go on after the end of a stdio client's input, in milliseconds, so that what was piped in is
    /// answered. Clients wait 2 s for the process to end.
    public static let stdioGraceMilliseconds: Int64 = 400
    /// How long what is written last may take, in milliseconds, before a client that does not read is left behind.
    public static let stdioFlushMilliseconds: Int64 = 200
    /// What is kept of the name that a client gives itself, in Unicode scalars.
    public static let clientNameScalarsMax = 128
}
