import Cryptography
import JSON
import TransparencyLog

/// Walks the earlier checkpoints, one line after the other.
struct HistoryCheck {
    static let file = "history"
    private static let lineBytesMax = 2 * SignedNote.byteCountMax
    private static let pieceBytes = 262_144

    private let stream: ReadOnlyFile?
    private var unread: Int64
    private var piece: ArraySlice<UInt8> = []
    private let trustedKeys: [VerifierKey]
    private(set) var lastSize: Int64 = -1
    /// The size before the last.
    private(set) var sizeBefore: Int64 = -1
    /// Over the lines that were read, and over those before the last.
    private(set) var digest = [UInt8](repeating: 0, count: SHA256.digestBytes)
    private(set) var digestBefore: [UInt8]?
    private(set) var lastClaim: LogClaim?

    /// - Parameter size: how much of the file counts: it can grow meanwhile.
    init(path: String, size: Int64?, trustedKeys: [VerifierKey]) throws(AuditError) {
        stream = try ReadOnlyFile(ifPresent: path)
        unread = size ?? 0
        self.trustedKeys = trustedKeys
    }

    /// What is left behind the last line feed, once all lines were read.
    var torn: ArraySlice<UInt8> { piece }

    /// The next checkpoint; null at the end. Lines that are none are findings and are passed over.
    mutating func next(in result: inout AuditVerification) throws(AuditError) -> LogClaim? {
        while let line = try nextLine() {
            digestBefore = digest
            digest = SHA256.hash(digest + line + [UInt8(ascii: "\n")])
            result.historyCount += 1
            guard let claim = LogClaim(line: line, source: Self.file, trustedKeys: trustedKeys) else {
                result.add(
                    "line \(result.historyCount) is no checkpoint, or not signed by the key it names",
                    file: Self.file
                )
                continue
            }
            if claim.head.size <= lastSize {
                result.add("line \(result.historyCount) does not come after the one before it", file: Self.file)
                continue
            }
            sizeBefore = lastSize
            lastSize = claim.head.size
            lastClaim = claim
            return claim
        }
        return nil
    }

    private mutating func nextLine() throws(AuditError) -> ArraySlice<UInt8>? {
        while true {
            if let newline = piece.firstIndex(of: UInt8(ascii: "\n")) {
                let line = piece[..<newline]
                piece = piece[(newline + 1)...]
                return line
            }
            guard let stream, unread > 0, piece.count <= Self.lineBytesMax else { return nil }
            let more = try stream.read(count: min(Self.pieceBytes, Int(clamping: unread)))
            guard !more.isEmpty else { return nil }
            unread -= Int64(more.count)
            piece = Array(piece)[...] + more
        }
    }

    /// Compares the history with what the newest pending file says of it. A crash can leave one line more than that, or
    /// a part of one: that of the checkpoint that was being made, which is the one over all entries.
    func check(against said: [UInt8], end: Int64, in result: inout AuditVerification) {
        if digest == said, torn.isEmpty { return }
        if digest == said, isPart(torn, ofCheckpointOver: end) {
            result.notices.append("`history` ends in a part of a line: a crash prevented a checkpoint")
        } else if digestBefore == said, torn.isEmpty, lastClaim?.head.size == end {
            result.notices.append("`history` is one checkpoint ahead: it is being written, or a crash prevented it")
        } else {
            result.add("was changed: lines are missing, added or cut off", file: Self.file)
        }
    }

    private func isPart(_ torn: ArraySlice<UInt8>, ofCheckpointOver end: Int64) -> Bool {
        guard let origin = lastClaim?.head.origin else { return torn.first == UInt8(ascii: "\"") }
        let start = JSONValue.string("\(origin)\n\(end)\n").serialized().dropLast()
        return torn.count < start.count ? start.starts(with: torn) : torn.starts(with: start)
    }
}
