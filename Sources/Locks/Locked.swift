import class Foundation.NSLock

/// A value that one thread at a time reaches.
///
/// In place of `Synchronization.Mutex`, whose contended path ThreadSanitizer does not see on Linux (Swift 6.3): it then
/// reports races that are none, and a run of the tests under it proves nothing. `NSLock` is a POSIX mutex, which it
/// knows.
///
/// `Sendable` because `value` is reached only under `lock`, and is itself `Sendable`, so that what leaves is safe.
public final class Locked<Value: Sendable>: @unchecked Sendable {
    private let lock = NSLock()
    private var value: Value

    /// Puts a value behind a lock of its own.
    public init(_ value: Value) {
        self.value = value
    }

    /// Reaches the value; nobody else does until `body` returns.
    public func withLock<Result, Failure: Error>(
        _ body: (inout Value) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        lock.lock()
        defer { lock.unlock() }
        return try body(&value)
    }
}
