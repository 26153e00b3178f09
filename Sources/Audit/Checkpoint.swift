import Cryptography
import Glibc

/// A statement about the whole log up to one entry, signed as a note; `docs/audit-log.md`, section 4.
struct Checkpoint: Equatable {
    static let origin = "scrim-audit-chain"
    static let fileBytesMax = 65_536

    /// The number of entries.
    var count: Int64
    /// The hash of the last one.
    var hash: [UInt8]
    /// The length of the entries' file.
    var length: Int64

    /// A log without entries.
    static let empty = Checkpoint(count: 0, hash: EntryLine.firstPrevious, length: 0)

    /// The text that is signed.
    func text(time: String) -> String {
        "\(Self.origin)\n\(count)\n\(Base64.encode(hash))\nbytes \(length)\ntime \(time)\n"
    }

    init(count: Int64, hash: [UInt8], length: Int64) {
        self.count = count
        self.hash = hash
        self.length = length
    }

    /// The checkpoint in a text that this module signed.
    init?(text: String) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard
            lines.count == 6, lines[0] == Self.origin, let count = Int64(lines[1]), count >= 0,
            let hash = try? Base64.decode(String(lines[2])), hash.count == SHA256.digestBytes,
            lines[3].hasPrefix("bytes "), let length = Int64(lines[3].dropFirst(6)), length >= 0
        else { return nil }
        self.init(count: count, hash: hash, length: length)
    }
}

extension LogLayout {
    /// Replaces the checkpoint: written beside, synced, renamed, directory synced.
    func store(_ checkpoint: Checkpoint, time: String, signer: AuditSigner) throws(AuditError) {
        let note = try signer.note(checkpoint.text(time: time))
        let file = try LogFile(opening: newCheckpoint, flags: O_WRONLY | O_CREAT | O_TRUNC)
        try file.write(Array(note.utf8))
        try file.sync()
        try LogFile.rename(newCheckpoint, to: self.checkpoint)
        try LogFile(opening: directory, flags: O_RDONLY | O_DIRECTORY).sync()
    }

    /// Reads the checkpoint, which must be signed by one of our keys.
    func loadCheckpoint(signer: AuditSigner) throws(AuditError) -> Checkpoint {
        let file = try LogFile(opening: checkpoint, flags: O_RDONLY)
        let note = try String(decoding: file.read(at: 0, count: Checkpoint.fileBytesMax), as: UTF8.self)
        guard let text = signer.text(ofNote: note) else {
            throw AuditError(.damaged, "`\(checkpoint)` is not signed by a key of the audit key ring")
        }
        guard let checkpoint = Checkpoint(text: text) else {
            throw AuditError(.damaged, "`\(checkpoint)` is not a checkpoint")
        }
        return checkpoint
    }
}
