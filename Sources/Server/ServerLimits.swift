/// Limits of the HTTP side.
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
    /// How long a connection stays open after an answer that ends it, so that a client that is still sending gets to
    /// read that answer: closing with unread bytes would reset the connection and discard it.
    public static let lingerSecondsMax: Int64 = 10
    /// Connections that are open at once; further ones wait in the listener's queue.
    public static let connectionsMax = 4096
    /// All header fields of a request together.
    public static let headerBytesMax = 32 * 1024
    /// The number of header fields of a request.
    public static let headerFieldsMax = 100
    /// What is kept of the name that a client gives itself, in Unicode scalars.
    public static let clientNameScalarsMax = 128
}
