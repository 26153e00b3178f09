internal import CCurl
internal import Foundation
internal import Locks

/// A handle on one transfer, for the task that waits for it.
struct TransferTicket: Sendable {
    let id: Int
    let exchange: Exchange
    let loop: TransferLoop

    func next(_ wanted: Exchange.Wanted) async -> Exchange.Delivery {
        await withTaskCancellationHandler {
            await exchange.next(wanted) { loop.submit(.resume(id)) }
        } onCancel: {
            cancel()
        }
    }

    func cancel() { loop.submit(.cancel(id)) }
}

/// The thread on which all transfers of a transport run, and the queue of what it is told to do.
///
/// libcurl's handles are touched on that thread only; the one exception is `curl_multi_wakeup`, which may be called
/// from any (<https://curl.se/libcurl/c/curl_multi_wakeup.html>).
final class TransferLoop: Sendable {
    enum Command: Sendable {
        case start(id: Int, CheckedRequest, Exchange)
        case resume(Int)
        case cancel(Int)
    }

    private struct Inbox: Sendable {
        var commands: [Command] = []
        var lastID = 0
        /// `nil` once the loop is told to stop: nobody can reach the handle any more.
        var multi: MultiHandle?
    }

    /// How long the thread sleeps when nothing happens, in milliseconds; libcurl shortens it to its next timeout.
    private static let idleMilliseconds: Int32 = 60_000

    private let inbox: Locked<Inbox>
    private let configuration: HTTPTransport.Configuration

    init(configuration: HTTPTransport.Configuration) throws(HTTPTransportError) {
        self.configuration = configuration
        self.inbox = Locked(Inbox(multi: try MultiHandle(connectionsMax: configuration.connectionsMax)))
    }

    /// Starts the thread, which ends after ``stop()``.
    func start() {
        guard let multi = inbox.withLock({ $0.multi }) else { return }
        let thread = Thread { [self] in run(on: multi) }
        thread.name = "scrim-http"
        thread.start()
    }

    /// Begins a transfer; after ``stop()`` it fails at once.
    func start(_ request: CheckedRequest) -> TransferTicket {
        let exchange = Exchange(isStream: request.isStream, bytesMax: request.request.responseBytesMax)
        let id = inbox.withLock { inbox in
            inbox.lastID += 1
            return inbox.lastID
        }
        if !submit(.start(id: id, request, exchange)) { exchange.finish(.failure(Self.stopped)) }
        return TransferTicket(id: id, exchange: exchange, loop: self)
    }

    /// Queues a command and wakes the thread; false when the loop has stopped.
    @discardableResult
    func submit(_ command: Command) -> Bool {
        inbox.withLock { inbox in
            guard let multi = inbox.multi else { return false }
            inbox.commands.append(command)
            multi.wakeUp()
            return true
        }
    }

    /// Tells the thread to end all transfers and itself.
    func stop() {
        inbox.withLock { inbox in
            inbox.multi?.wakeUp()
            inbox.multi = nil
        }
    }

    private static let stopped = HTTPTransportError(.shutDown, "the transport was shut down", mayHaveBeenSent: true)

    // MARK: The thread

    private func run(on multi: MultiHandle) {
        var transfers: [Int: Transfer] = [:]
        while true {
            let (commands, isOpen) = inbox.withLock { inbox in
                defer { inbox.commands = [] }
                return (inbox.commands, inbox.multi != nil)
            }
            for command in commands { carryOut(command, on: multi, &transfers) }
            guard isOpen else { break }
            multi.perform()
            while let (id, code) = multi.nextFinished() {
                guard let transfer = transfers.removeValue(forKey: id) else { continue }
                multi.remove(transfer.easy)
                transfer.finish(code)
            }
            multi.wait(milliseconds: Self.idleMilliseconds)
        }
        for transfer in transfers.values {
            multi.remove(transfer.easy)
            transfer.exchange.finish(.failure(Self.stopped))
        }
    }

    private func carryOut(_ command: Command, on multi: MultiHandle, _ transfers: inout [Int: Transfer]) {
        switch command {
        case .start(let id, let request, let exchange):
            guard let easy = EasyHandle(id: id),
                let transfer = Transfer(request, exchange, easy: easy, configuration: configuration)
            else {
                exchange.finish(.failure(HTTPTransportError(.failed, "the transfer could not be prepared")))
                return
            }
            transfers[id] = transfer
            multi.add(easy)
        case .resume(let id):
            transfers[id]?.easy.resume()
        case .cancel(let id):
            guard let transfer = transfers.removeValue(forKey: id) else { return }
            let mayHaveBeenSent = transfer.easy.hasBegunToSend
            multi.remove(transfer.easy)
            transfer.exchange.finish(
                .failure(HTTPTransportError(.cancelled, "the request was cancelled", mayHaveBeenSent: mayHaveBeenSent))
            )
        }
    }
}
