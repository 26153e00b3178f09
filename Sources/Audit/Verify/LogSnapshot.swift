import Glibc
import TransparencyLog

/// The parts of a log that change while it is written, as they were at one moment.
struct LogSnapshot {
    private static let attemptsMax = 50
    private static let waitMicroseconds: UInt32 = 20_000

    let checkpoint: [UInt8]
    let head: TreeHead?
    /// The pending files by their first entry.
    let pending: [PendingCheck]
    /// Names in the directory of pending files that are none.
    let foreignPending: [String]
    /// The bytes that the history had; null when there is none.
    let historySize: Int64?
    /// The partial tiles and bundle that the checkpoint needs; null in place of those that are missing.
    let partials: [Tile: [UInt8]?]

    /// Reads until nothing changed meanwhile. A log that is not written is read once.
    static func take(_ layout: LogLayout) throws(AuditError) -> LogSnapshot {
        var snapshot = try LogSnapshot(layout)
        for _ in 0..<attemptsMax {
            let isTorn = snapshot.pending.contains { $0.tornBytes > 0 }
            guard try !snapshot.isSettled(layout) || isTorn else { break }
            usleep(waitMicroseconds)
            snapshot = try LogSnapshot(layout)
        }
        return snapshot
    }

    private init(_ layout: LogLayout) throws(AuditError) {
        try LogReading(directory: layout.directory).requireLog()
        checkpoint = try ReadOnlyFile.contents(layout.checkpoint, bytesMax: SignedNote.byteCountMax) ?? []
        head = SignedNote(checkpoint).flatMap { TreeHead(text: $0.text) }
        historySize = try ReadOnlyFile(ifPresent: layout.history)?.size()
        var partials: [Tile: [UInt8]?] = [:]
        for tile in Self.partialTiles(of: head?.size ?? 0) {
            partials[tile] = try ReadOnlyFile.contents(layout.path(of: tile), bytesMax: LogReading.bundleBytesMax)
        }
        self.partials = partials
        var pending: [PendingCheck] = []
        var foreign: [String] = []
        for name in try Self.pendingNames(layout) {
            guard let start = Int64(name), start >= 0, String(start) == name else {
                foreign.append(name)
                continue
            }
            // One that is gone by now was there for a former checkpoint.
            let bytes = try ReadOnlyFile.contents(
                layout.pending(from: start),
                bytesMax: LogReading.pendingBytesMax
            )
            if let bytes { pending.append(PendingCheck(bytes, start: start)) }
        }
        self.pending = pending.sorted { $0.start < $1.start }
        foreignPending = foreign
    }

    private static func pendingNames(_ layout: LogLayout) throws(AuditError) -> [String] {
        LogFile.exists(layout.pendingDirectory) ? try LogFile.names(in: layout.pendingDirectory) : []
    }

    private func isSettled(_ layout: LogLayout) throws(AuditError) -> Bool {
        let starts = try Self.pendingNames(layout).compactMap { Int64($0) }.sorted()
        let now = try ReadOnlyFile.contents(layout.checkpoint, bytesMax: SignedNote.byteCountMax) ?? []
        return now == checkpoint && starts == pending.map(\.start)
    }

    /// The partial tiles and the partial bundle of a tree.
    static func partialTiles(of size: Int64) -> [Tile] {
        var tiles: [Tile] = []
        var count = size
        var level = 0
        while count > 0 {
            let (index, width) = count.quotientAndRemainder(dividingBy: Int64(Tile.fullWidth))
            if width > 0 {
                if level == 0 { tiles.append(Tile(.entries, index: index, width: Int(width))) }
                tiles.append(Tile(.hashes(level: level), index: index, width: Int(width)))
            }
            count = index
            level += 1
        }
        return tiles
    }
}
