import Glibc

/// Signals that stand for errors of single writes, which must not end the process.
enum ProcessSignals {
    /// Makes a write to a client that is gone (EPIPE), and one beyond the process's file-size limit (EFBIG), errors of
    /// these writes: the audit log then stops queries and says so, and is closed in order.
    static func turnIntoErrors() {
        signal(SIGPIPE, SIG_IGN)
        signal(SIGXFSZ, SIG_IGN)
    }
}
