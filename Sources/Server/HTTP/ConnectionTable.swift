import Locks
import NIOCore

/// The connections that are open, so that room can be made when there are too many.
///
/// A connection without a request costs its client nothing. When nearly all places are taken, those that have been
/// idle longest make room, of the address that holds the most first, so that whoever has something to ask gets in.
/// Connections with a request are never closed for it: with nothing but those, further clients wait in the listener's
/// queue.
final class ConnectionTable: Sendable {
    /// One connection.
    final class Entry: Sendable {
        private enum State {
            case idle(since: NIODeadline)
            case busy
            /// It was chosen to make room, and closes unless a request comes first.
            case leaving
        }

        fileprivate let channel: any Channel
        fileprivate let address: String
        private let state = Locked(State.idle(since: .now()))

        fileprivate init(_ channel: any Channel) {
            self.channel = channel
            address = channel.remoteAddress?.ipAddress ?? ""
        }

        /// Tells whether a request of it is being read or answered.
        func mark(busy: Bool) { state.withLock { $0 = busy ? .busy : .idle(since: .now()) } }

        fileprivate var idleSince: NIODeadline? {
            state.withLock { state in
                if case .idle(let since) = state { since } else { nil }
            }
        }

        fileprivate var isLeaving: Bool {
            state.withLock { state in
                if case .leaving = state { true } else { false }
            }
        }

        /// Closes it unless a request came meanwhile, which its own loop knows.
        fileprivate func leave() {
            state.withLock { $0 = .leaving }
            channel.eventLoop.execute { [self] in
                if isLeaving { channel.close(promise: nil) }
            }
        }
    }

    private let connectionsMax: Int
    private let entries = Locked<[ObjectIdentifier: Entry]>([:])

    init(connectionsMax: Int) { self.connectionsMax = connectionsMax }

    /// The connections that are kept free, and closed at once when they are not.
    private var room: Int { max(1, connectionsMax / 100) }

    /// Enters a connection until it is closed, and makes room if needed.
    func enter(_ channel: any Channel) -> Entry {
        let entry = Entry(channel)
        channel.closeFuture.whenComplete { [self] _ in
            entries.withLock { $0[ObjectIdentifier(entry)] = nil }
        }
        entries.withLock { entries in
            if entries.count >= connectionsMax - room { makeRoom(among: Array(entries.values)) }
            entries[ObjectIdentifier(entry)] = entry
        }
        return entry
    }

    private func makeRoom(among entries: [Entry]) {
        let staying = entries.filter { !$0.isLeaving }
        let surplus = staying.count - (connectionsMax - room)
        guard surplus >= 0 else { return }
        var held: [String: Int] = [:]
        for entry in staying { held[entry.address, default: 0] += 1 }
        let idle = staying.compactMap { entry in
            entry.idleSince.map { (entry: entry, held: held[entry.address] ?? 0, since: $0) }
        }
        // Some more than needed, so that not each further connection has to look for one.
        let victims = idle.sorted { $0.held == $1.held ? $0.since < $1.since : $0.held > $1.held }
            .prefix(surplus + room)
        for victim in victims { victim.entry.leave() }
    }
}
