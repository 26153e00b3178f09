import Audit
import Cryptography
import Testing
import TransparencyLog

/// What somebody who can write to a log's directory could do to it.
enum Tampering: String, CaseIterable {
    case bitFlipped = "a bit flipped"
    case byteRemoved = "a byte removed"
    case byteInserted = "a byte inserted"
    case bytesExchanged = "two bytes exchanged"
    case truncated = "a file truncated"
    case extended = "a file extended"
    case emptied = "a file emptied"
    case removed = "a file removed"
    case added = "a file added"
    case exchanged = "a file in place of another"
    case entryDropped = "an entry dropped"
    case entrySwapped = "two entries swapped"
    case entryDoubled = "an entry duplicated"
    case entryCopied = "an entry in place of another"
    case pendingChanged = "a pending record changed"
    case pendingDropped = "a pending record dropped, swapped or duplicated"
    case treeMadeAnew = "an entry changed and all hashes made anew"
    case rolledBack = "rolled back to an older state, the newer one anchored"

    /// The files after it; null where it would change nothing, or nothing that belongs to the log.
    func apply(to log: TamperLab, using random: inout some RandomNumberGenerator) -> [String: [UInt8]]? {
        let name = log.names[Int.random(in: log.names.indices, using: &random)]
        switch self {
        case .removed: return log.isNeeded(name) ? log.files.merging([name: []]) { $1 }.filter { $0.key != name } : nil
        case .added: return Self.add(to: log, &random)
        case .exchanged:
            let other = log.names[Int.random(in: log.names.indices, using: &random)]
            return log.replacing(name, by: log.files[other] ?? [])
        case .entryDropped, .entrySwapped, .entryDoubled, .entryCopied: return changeEntries(of: log, &random)
        case .pendingChanged, .pendingDropped: return changePending(of: log, &random)
        case .treeMadeAnew: return log.madeAnew(using: &random)
        case .rolledBack: return log.older[Int.random(in: log.older.indices, using: &random)]
        default: return log.replacing(name, by: change(log.files[name] ?? [], &random))
        }
    }

    private func change(_ original: [UInt8], _ random: inout some RandomNumberGenerator) -> [UInt8] {
        var bytes = original
        guard !bytes.isEmpty else { return bytes }
        let index = Int.random(in: bytes.indices, using: &random)
        switch self {
        case .bitFlipped: bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case .byteRemoved: bytes.remove(at: index)
        case .byteInserted: bytes.insert(UInt8.random(in: 0...255, using: &random), at: index)
        case .bytesExchanged: bytes.swapAt(index, Int.random(in: bytes.indices, using: &random))
        case .truncated: bytes.removeLast(bytes.count - index)
        case .extended: bytes += original.prefix(index + 1)
        default: bytes = []
        }
        return bytes
    }

    private static func add(
        to log: TamperLab,
        _ random: inout some RandomNumberGenerator
    ) -> [String: [UInt8]]? {
        let number = Int.random(in: 0...400, using: &random)
        let digits = String(1000 + number % 1000).dropFirst()
        let width = Int.random(in: 1...255, using: &random)
        let name =
            [
                "tile/0/\(digits)", "tile/entries/\(digits)", "tile/1/\(digits)", "blobs/\(digits)",
                "pending/\(number)",
                "tile/0/\(digits).p/\(width)", "tile/entries/\(digits).p/\(width)", "blobs/\(digits).p/1",
                "file\(number)",
                "tile/\(number)", "tile/0/x\(digits)/000", "index.sqlite", "entries.jsonl", ".hidden", "history.old",
            ].randomElement(using: &random) ?? "file"
        guard log.files[name] == nil else { return nil }
        let bytes = (0..<Int.random(in: 0...200, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
        return log.files.merging([name: bytes]) { $1 }
    }

    private func changeEntries(
        of log: TamperLab,
        _ random: inout some RandomNumberGenerator
    ) -> [String: [UInt8]]? {
        guard let name = log.bundles.randomElement(using: &random),
            let ranges = EntryBundle.ranges(in: log.files[name] ?? [])
        else { return nil }
        var entries = ranges.map { Array((log.files[name] ?? [])[$0]) }
        rearrange(&entries, &random)
        var bytes: [UInt8] = []
        for entry in entries { _ = EntryBundle.append(entry, to: &bytes) }
        return log.replacing(name, by: bytes)
    }

    private func rearrange<Item>(_ items: inout [Item], _ random: inout some RandomNumberGenerator) {
        let index = Int.random(in: items.indices, using: &random)
        let other = Int.random(in: items.indices, using: &random)
        switch self {
        case .entryDropped: items.remove(at: index)
        case .entrySwapped: items.swapAt(index, other)
        case .entryDoubled: items.insert(items[index], at: other)
        case .entryCopied: items[index] = items[other]
        default:
            switch Int.random(in: 0..<3, using: &random) {
            // The last one could be cut off unseen: no signature covers it.
            case 0: items.remove(at: Int.random(in: 0..<(items.count - 1), using: &random))
            case 1: items.swapAt(index, other)
            default: items.insert(items[index], at: other)
            }
        }
    }

    private func changePending(
        of log: TamperLab,
        _ random: inout some RandomNumberGenerator
    ) -> [String: [UInt8]]? {
        guard let bytes = log.files[log.pendingName] else { return nil }
        var records = TamperLab.pendingRecords(of: bytes)
        if self == .pendingChanged {
            let index = Int.random(in: records.indices, using: &random)
            let place = Int.random(in: records[index].indices, using: &random)
            records[index][place] ^= UInt8.random(in: 1...255, using: &random)
        } else {
            rearrange(&records, &random)
        }
        return log.replacing(log.pendingName, by: Array(bytes.prefix(64)) + Array(records.joined()))
    }
}

/// A log with all that a log can have, as it is on the disk when its server was killed: full and partial tiles, sealed
/// texts, a history of several checkpoints, and entries that no checkpoint covers. An anchor outside has all of them.
struct TamperLab {
    let fixture: LogFixture
    let anchor: String
    let files: [String: [UInt8]]
    let names: [String]
    /// The files at former checkpoints.
    let older: [[String: [UInt8]]]
    let bundles: [String]
    let pendingName: String
    private let size: Int64

    static func make() async throws -> TamperLab {
        let made = try LogFixture()
        var options = AuditLog.Options()
        let clock = TestClock()
        // A minute from entry to entry, so that all checkpoints are kept.
        options.clock = { clock.next(addingMicroseconds: 60_000_000) }
        options.anchorFile = made.root + "/anchors"
        let log = try made.open(options: options)
        var older: [[String: [UInt8]]] = []
        for number in 0..<300 {
            _ = try await log.append(
                number % 10 == 0 ? .jobSubmitted(Sample.context, Sample.submitted(number)) : Sample.all[9]
            )
            guard [5, 100, 255, 270, 290, 299].contains(number) else { continue }
            try await log.checkpoint()
            if number < 299 { older.append(try made.files()) }
        }
        for number in 0..<12 { _ = try await log.append(Sample.all[number % Sample.all.count]) }
        let files = try made.files()
        let fixture = try LogFixture(keys: made.keys)
        try fixture.restore(files)
        try fixture.write(try made.read("../anchors"), to: "../anchors")
        try await log.close()
        return TamperLab(
            fixture: fixture,
            anchor: fixture.root + "/anchors",
            files: files,
            names: files.keys.sorted(),
            older: older,
            bundles: ["tile/entries/000", "tile/entries/001.p/44"],
            pendingName: "pending/300",
            size: 300
        )
    }

    /// A partial tile of a former checkpoint holds nothing that the current one has not.
    func isNeeded(_ name: String) -> Bool {
        !name.contains(".p/") || name.hasSuffix("001.p/44") || name == "tile/1/000.p/1"
    }

    func replacing(_ name: String, by bytes: [UInt8]) -> [String: [UInt8]]? {
        files[name] == bytes ? nil : files.merging([name: bytes]) { $1 }
    }

    /// The records behind the header, each with its link.
    static func pendingRecords(of bytes: [UInt8]) -> [[UInt8]] {
        var records: [[UInt8]] = []
        var start = 64
        func number(_ range: Range<Int>) -> Int { bytes[range].reduce(0) { $0 << 8 | Int($1) } }
        while start < bytes.count {
            let end = start + 10 + number(start..<(start + 2)) + number((start + 2)..<(start + 6)) + 32
            records.append(Array(bytes[start..<end]))
            start = end
        }
        return records
    }

    /// What who has no key can do: one digit of an entry is another, and all hashes above are right again.
    func madeAnew(using random: inout some RandomNumberGenerator) -> [String: [UInt8]]? {
        var changed = files
        let target = Int.random(in: 0..<Int(size), using: &random)
        var tree = TileTree()
        for name in bundles {
            guard let bytes = files[name], let ranges = EntryBundle.ranges(in: bytes) else { return nil }
            var made: [UInt8] = []
            for range in ranges {
                var entry = Array(bytes[range])
                if tree.size == Int64(target) {
                    // In the time, which no form forbids.
                    let digit = entry.firstIndex(of: UInt8(ascii: ".")).map {
                        $0 + 1 + Int.random(in: 0..<6, using: &random)
                    }
                    guard let digit, digit < entry.count else { return nil }
                    entry[digit] = entry[digit] == UInt8(ascii: "9") ? UInt8(ascii: "0") : entry[digit] + 1
                }
                _ = EntryBundle.append(entry, to: &made)
                for full in tree.append(TreeHasher().leaf(entry)) {
                    changed[full.tile.path] = full.hashes.flatMap(\.bytes)
                }
            }
            changed[name] = made
        }
        for (tile, hashes) in tree.partialTiles { changed[tile.path] = hashes.flatMap(\.bytes) }
        let root = tree.root()
        guard let note = SignedNote(files["checkpoint"] ?? []), let head = TreeHead(text: note.text) else { return nil }
        let forged = TreeHead(origin: head.origin, size: head.size, root: root)
        if Bool.random(using: &random) {
            changed["checkpoint"] = Array(SignedNote(text: forged.text, signatures: note.signatures).serialized.utf8)
        }
        return changed
    }

    /// Puts the changed files in place, asks the verifier, and puts the former ones back.
    func isFound(_ changed: [String: [UInt8]]) throws -> Bool {
        let differing = Set(files.keys).union(changed.keys).filter { files[$0] != changed[$0] }
        for name in differing { try put(changed[name], name) }
        let holds = try verify(fixture, anchors: [anchor]).holds
        for name in differing { try put(files[name], name) }
        return !holds
    }

    private func put(_ bytes: [UInt8]?, _ name: String) throws {
        if let bytes {
            try fixture.writeWithDirectories(bytes, to: name)
        } else {
            try fixture.removeWithDirectories(name)
        }
    }
}
