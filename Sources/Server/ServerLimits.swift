/// Limits of what clients may send and of how long they may take, for both transports unless one is named.
public enum ServerLimits {
    /// The largest request body: SQL of 1 MB in a JSON string may take several times that in escapes.
    public static let bodyBytesMax = 4_000_000
    /// How long a client may take to send a body.
    public static let bodySecondsMax: Int64 = 20
    /// What all bodies that are being read or answered may hold together; beyond it the answer is 503.
    public static let heldBodyBytesMax = 256_000_000
    /// What the bodies of one principal may hold of it.
    public static let heldBodyBytesShare = 64_000_000
    /// How long a connection may be idle between requests, or silent within one.
    public static let idleSecondsMax: Int64 = 75
    /// How long a call may run in silence before its answer becomes an event stream, and between two comments in it.
    public static let keepAliveSeconds: Int64 = 15
    /// Subscriptions that one principal may have open at once; they take no place among its calls.
    public static let subscriptionsAtOnce = 32
    /// How often a client that wants to hear of progress is told that its call is still running.
    static let progressSeconds: Int64 = 1
    /// The largest event of an event stream: the Python client 2.3.0 ends a stream on one of more than 1 MiB.
    public static let eventBytesMax = 1_000_000
    /// Notifications of one call that were not written yet; further ones are left out, and a subscription that has so
    /// many is ended, because its client does not read.
    static let heldNotificationsMax = 64
    /// How long a connection stays open after an answer that ends it, so that a client that is still sending gets to
    /// read that answer: closing with unread bytes would reset the connection and discard it.
    public static let lingerSecondsMax: Int64 = 5
    /// How long a request's head may take from its first byte to its end.
    public static let headSecondsMax: Int64 = 15
    /// How long a client may leave what is written to it unread. The kernel takes some megabytes before this counts.
    public static let writeSecondsMax: Int64 = 60
    /// Connections that are open at once where the operator says nothing and descriptors allow it: some 25 kB each.
    public static let connectionsMax = 20_000
    /// Connections that wait in the listener's queue; the kernel may hold fewer (`net.core.somaxconn`).
    public static let backlog = 4096
    /// Descriptors that connections leave to the rest: 256 connections to BigQuery, the log, the process itself.
    public static let descriptorsReserved = 512
    /// Calls of one principal that run at once where the operator says nothing; a call holds a connection to BigQuery
    /// while it waits, of which there are 256.
    public static let callsAtOnce = 100
    /// Calls of one principal that wait for their turn.
    public static let callsQueued = 400
    /// Calls that one principal may begin in a minute: twice what BigQuery allows one account of each of its methods
    /// (https://cloud.google.com/bigquery/quotas#api_request_quotas), for calls that it need not be asked about.
    public static let callsPerMinute = 12_000
    /// Requests for health and readiness that one address may make in a minute: probes come every second at most.
    static let probesPerMinute = 600
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
