internal import class Foundation.NSLock

/// A value that one thread at a time reaches.
///
/// In place of `Synchronization.Mutex`, whose contended path ThreadSanitizer does not see on Linux (Swift 6.3): it then
/// reports races that are none, and a run of the tests under it proves nothing. `NSLock` is a POSIX mutex, which it
/// knows.
///
/// `Sendable` because `value` is reached only under `lock`, and is itself `Sendable`, so that what leaves is safe.
final class Locked<Value: Sendable>: @unchecked Sendable {
    private let lock = NSLock()
    private var value: Value

    init(_ value: Value) {
        self.value = value
    }

    func withLock<Result, Failure: Error>(_ body: (inout Value) throws(Failure) -> Result) throws(Failure) -> Result {
        lock.lock()
        defer { lock.unlock() }
        return try body(&value)
    }
}
