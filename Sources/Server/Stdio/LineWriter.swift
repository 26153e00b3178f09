import Dispatch
import Foundation
import Glibc
import Locks

/// Writes lines to a descriptor on a thread of its own, one after the other, each with one write.
///
/// Who writes waits until it is done, so that a client that does not read slows down who answers it.
final class LineWriter: Sendable {
    private typealias Waiter = CheckedContinuation<Void, Never>

    private struct Queue {
        var lines: [(number: Int, bytes: [UInt8])] = []
        var waiters: [Int: Waiter] = [:]
        var nextNumber = 0
        /// Nobody waits any more; what is queued is still written.
        var isHurried = false
        /// The client reads no more.
        var isBroken = false
        var isEnding = false
    }

    private let queue = Locked(Queue())
    private let wake = DispatchSemaphore(value: 0)
    private let ended = StopSignal()
    private let descriptor: Int32
    private let onBroken: @Sendable () -> Void

    /// - Parameters:
    ///   - descriptor: stays open, and stays the caller's.
    ///   - onBroken: called once when nothing can be written any more.
    init(descriptor: Int32, onBroken: @escaping @Sendable () -> Void) {
        self.descriptor = descriptor
        self.onBroken = onBroken
    }

    /// Starts the thread. Call it once.
    func start() {
        let thread = Thread { self.run() }
        thread.name = "scrim-stdout"
        thread.start()
    }

    /// Queues a line, to which a line break is added, and waits until it is written.
    func write(_ line: [UInt8]) async {
        await withCheckedContinuation { (waiter: Waiter) in
            let waits = queue.withLock { queue in
                guard !queue.isBroken, !queue.isEnding else { return false }
                queue.lines.append((queue.nextNumber, line + [UInt8(ascii: "\n")]))
                if !queue.isHurried { queue.waiters[queue.nextNumber] = waiter }
                queue.nextNumber += 1
                return !queue.isHurried
            }
            wake.signal()
            if !waits { waiter.resume() }
        }
    }

    /// Lets nobody wait for a write any more, because the server is ending.
    func hurry() {
        let waiters = queue.withLock { queue in
            queue.isHurried = true
            defer { queue.waiters = [:] }
            return queue.waiters
        }
        for waiter in waiters.values { waiter.resume() }
    }

    /// Ends the thread after what is queued. A client that does not read is left behind after `limit`.
    func finish(within limit: Duration) async {
        hurry()
        queue.withLock { $0.isEnding = true }
        wake.signal()
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.ended.wait() }
            group.addTask { try? await Task.sleep(for: limit) }
            await group.next()
            group.cancelAll()
        }
    }

    private func run() {
        defer { ended.stop() }
        while true {
            wake.wait()
            let (next, isEnding) = queue.withLock { queue in
                (queue.lines.isEmpty ? nil : queue.lines.removeFirst(), queue.isEnding)
            }
            guard let next else {
                if isEnding { return }
                continue
            }
            let isWritten = put(next.bytes)
            let waiter = queue.withLock { $0.waiters.removeValue(forKey: next.number) }
            waiter?.resume()
            guard isWritten else { return end() }
        }
    }

    private func end() {
        queue.withLock { queue in
            queue.isBroken = true
            queue.lines = []
        }
        hurry()
        onBroken()
    }

    /// Writes all bytes; `false` when the other end is closed.
    private func put(_ bytes: [UInt8]) -> Bool {
        var start = 0
        while start < bytes.count {
            let written = unsafe bytes.withUnsafeBytes { buffer in
                unsafe Glibc.write(descriptor, buffer.baseAddress.map { unsafe $0 + start }, bytes.count - start)
            }
            if written > 0 {
                start += written
            } else if errno == EAGAIN {
                // Another process that shares the descriptor may have made it non-blocking.
                var awaited = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                _ = unsafe poll(&awaited, 1, -1)
            } else if errno != EINTR {
                return false
            }
        }
        return true
    }
}
