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
        fileprivate let channel: any Channel
        fileprivate let address: String
        private let idleSince = Locked<NIODeadline?>(.now())

        fileprivate init(_ channel: any Channel) {
            self.channel = channel
            address = channel.remoteAddress?.ipAddress ?? ""
        }

        /// Whether a request of it is being read or answered.
        var isBusy: Bool {
            get { idleSince.withLock { $0 == nil } }
            set { idleSince.withLock { $0 = newValue ? nil : .now() } }
        }

        fileprivate var idle: NIODeadline? { idleSince.withLock { $0 } }
    }

    private let connectionsMax: Int
    private let entries = Locked<[ObjectIdentifier: Entry]>([:])

    init(connectionsMax: Int) { self.connectionsMax = connectionsMax }

    /// The connections that are kept free, and closed at once when they are not.
    private var room: Int { max(1, connectionsMax / 100) }

    /// How many are open.
    var count: Int { entries.withLock { $0.count } }

    /// Enters a connection until it is closed, and makes room if needed.
    func enter(_ channel: any Channel) -> Entry {
        let entry = Entry(channel)
        let all: [Entry]? = entries.withLock { entries in
            entries[ObjectIdentifier(entry)] = entry
            return entries.count > connectionsMax - room ? Array(entries.values) : nil
        }
        channel.closeFuture.whenComplete { [self] _ in
            entries.withLock { $0[ObjectIdentifier(entry)] = nil }
        }
        if let all { makeRoom(among: all.filter { $0 !== entry }) }
        return entry
    }

    private func makeRoom(among entries: [Entry]) {
        var held: [String: Int] = [:]
        for entry in entries { held[entry.address, default: 0] += 1 }
        let idle = entries.compactMap { entry in
            entry.idle.map { (entry: entry, held: held[entry.address] ?? 0, since: $0) }
        }
        let victims = idle.sorted { $0.held == $1.held ? $0.since < $1.since : $0.held > $1.held }.prefix(room)
        for victim in victims {
            let entry = victim.entry
            // On its own loop, where it is known whether a request has come meanwhile.
            entry.channel.eventLoop.execute {
                if !entry.isBusy { entry.channel.close(promise: nil) }
            }
        }
    }
}
