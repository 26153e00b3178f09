import Glibc

/// What people and supervisors read of a running command; standard output is for results.
enum StandardError {
    /// Writes one line at once, so that a supervisor that waits for it sees it.
    static func print(_ line: String) {
        let bytes = Array((line + "\n").utf8)
        var start = 0
        while start < bytes.count {
            let written = unsafe bytes.withUnsafeBytes { buffer in
                unsafe write(STDERR_FILENO, buffer.baseAddress.map { unsafe $0 + start }, bytes.count - start)
            }
            guard written > 0 else { return }
            start += written
        }
    }
}
