import Cryptography
import JSON
import TransparencyLog

/// The checkpoints that are kept for good, one JSON string a line. Each pending file names the digest over all lines
/// at its time, so that none can go.
struct LogHistory: Sendable {
    /// The digest of a history without lines.
    static let emptyDigest = [UInt8](repeating: 0, count: SHA256.digestBytes)

    private let file: LogFile
    /// SHA-256(digest of the lines before ‖ line), over all lines.
    private(set) var digest: [UInt8]

    init(file: LogFile, digest: [UInt8]) {
        self.file = file
        self.digest = digest
    }

    static func line(of note: SignedNote) -> [UInt8] {
        JSONValue.string(note.serialized).serialized() + [UInt8(ascii: "\n")]
    }

    static func digest(after digest: [UInt8], line: some Sequence<UInt8>) -> [UInt8] {
        SHA256.hash(digest + line)
    }

    mutating func append(_ note: SignedNote) throws(AuditError) {
        let line = Self.line(of: note)
        try file.append(line)
        try file.sync()
        digest = Self.digest(after: digest, line: line)
    }
}

/// A file outside the log, best in somebody else's hands, to which checkpoints are added as to the history. With it a
/// log that was taken back to an older state can be told.
struct LogAnchor: Sendable {
    private let file: LogFile

    init(path: String) throws(AuditError) {
        file = try LogDisk().open(path)
        let size = try file.size()
        // After a crash in the middle of a line the next one begins on its own.
        if size > 0, try file.read(at: size - 1, count: 1) != [UInt8(ascii: "\n")] {
            try file.append([UInt8(ascii: "\n")])
        }
    }

    func append(_ note: SignedNote) throws(AuditError) {
        try file.append(LogHistory.line(of: note))
        try file.flush()
    }
}
