import Dispatch
import Foundation
import Glibc
import Locks

/// Reads lines from a descriptor on a thread of its own, because a read may block for as long as it likes.
///
/// The thread is at most ``linesAheadMax`` lines ahead of who takes them: then it reads no further, and the client's
/// writes wait in the pipe.
final class LineReader: Sendable {
    /// Lines that were read and not yet taken.
    static let linesAheadMax = 8
    private static let readBytesMax = 65_536

    /// The lines; ends with the input, or after ``stop()``. For each one, call ``take()``.
    let lines: AsyncStream<StdioLine>
    private let source: AsyncStream<StdioLine>.Continuation
    private let room = DispatchSemaphore(value: LineReader.linesAheadMax)
    private let isStopped = Locked(false)
    private let descriptor: Int32
    private let lineBytesMax: Int
    /// What wakes the thread out of waiting for input: a pipe, of which the thread closes the first end and
    /// ``stop()`` the second.
    private let wake: Locked<(reading: Int32, writing: Int32)?>

    /// - Parameter descriptor: stays open, and stays the caller's.
    init(descriptor: Int32, lineBytesMax: Int) {
        // No buffer limit here: `room` bounds what is in it.
        (lines, source) = AsyncStream.makeStream(bufferingPolicy: .unbounded)
        self.descriptor = descriptor
        self.lineBytesMax = lineBytesMax
        var ends: [Int32] = [-1, -1]
        let made = unsafe ends.withUnsafeMutableBufferPointer { unsafe pipe($0.baseAddress) }
        wake = Locked(made == 0 ? (ends[0], ends[1]) : nil)
    }

    /// Starts reading. Call it once.
    func start() {
        let thread = Thread { self.run() }
        thread.name = "scrim-stdin"
        thread.start()
    }

    /// Makes room for another line.
    func take() { room.signal() }

    /// Ends the lines, and soon the thread.
    func stop() {
        let isFirst = isStopped.withLock { isStopped in
            defer { isStopped = true }
            return !isStopped
        }
        guard isFirst else { return }
        source.finish()
        if let wake = wake.withLock({ $0 }) { close(wake.writing) }
        room.signal()
    }

    private func run() {
        var framer = LineFramer(bytesMax: lineBytesMax)
        reading: while let bytes = read() {
            for line in framer.take(bytes) {
                guard yield(line) else { break reading }
            }
        }
        if !isStopped.withLock({ $0 }), let line = framer.finish() { _ = yield(line) }
        source.finish()
        if let wake = wake.withLock({ $0 }) { close(wake.reading) }
    }

    private func yield(_ line: StdioLine) -> Bool {
        room.wait()
        guard !isStopped.withLock({ $0 }) else { return false }
        source.yield(line)
        return true
    }

    /// What there is to read; `nil` at the end of the input, or after ``stop()``.
    private func read() -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: Self.readBytesMax)
        while true {
            guard waitForInput() else { return nil }
            let count = unsafe bytes.withUnsafeMutableBytes { buffer in
                unsafe Glibc.read(descriptor, buffer.baseAddress, buffer.count)
            }
            if count > 0 {
                bytes.removeLast(bytes.count - count)
                return bytes
            }
            // Another process that shares the descriptor may have made it non-blocking.
            guard count < 0, errno == EINTR || errno == EAGAIN else { return nil }
        }
    }

    private func waitForInput() -> Bool {
        while !isStopped.withLock({ $0 }) {
            var awaited = [pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)]
            if let wake = wake.withLock({ $0 }) {
                awaited.append(pollfd(fd: wake.reading, events: Int16(POLLIN), revents: 0))
            }
            let ready = unsafe awaited.withUnsafeMutableBufferPointer { buffer in
                unsafe poll(buffer.baseAddress, nfds_t(buffer.count), -1)
            }
            if ready < 0, errno != EINTR { return false }
            if ready > 0, awaited[0].revents != 0 { return true }
        }
        return false
    }
}
