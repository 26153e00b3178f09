import Cryptography

/// What the writer's thread owns: the open files and the end of the chain.
struct LogWriter {
    private let layout: LogLayout
    private let signer: AuditSigner
    private let seal: SaltSeal
    private let clock: @Sendable () -> Int64
    private let log: OpenedLog
    private var end: Checkpoint
    private var signedCount: Int64
    /// Built for the next commit.
    private var lines: [UInt8] = []
    private var records: [UInt8] = []
    private var uncommitted: Checkpoint

    init(
        opened log: OpenedLog,
        layout: LogLayout,
        signer: AuditSigner,
        seal: SaltSeal,
        clock: @escaping @Sendable () -> Int64
    ) {
        self.log = log
        self.layout = layout
        self.signer = signer
        self.seal = seal
        self.clock = clock
        end = log.end
        uncommitted = log.end
        // The checkpoint found may be older than the entries: the first thing to do is to sign the end.
        signedCount = -1
    }

    /// The bytes that wait for `commit`.
    var pendingBytes: Int { lines.count }

    /// Whether entries are on the disk that no checkpoint covers.
    var needsCheckpoint: Bool { signedCount != end.count }

    /// Gives an event its place in the chain. It counts for nothing before `commit`.
    mutating func add(_ event: EncodedEvent) throws(AuditError) -> AuditReceipt {
        let record = try event.salts.map { salts throws(AuditError) in try seal.record(of: salts) }
        let sequence = uncommitted.count + 1
        let line = try EntryLine(
            sequence: sequence,
            time: AuditTime.text(microseconds: clock()),
            previous: uncommitted.hash,
            fields: event.fields,
            saltsDigest: record.map { SHA256.hash(Array($0.utf8)) }
        )
        lines += line.bytes
        if let record { records += Array("\(sequence) \(record)\n".utf8) }
        uncommitted = Checkpoint(
            count: sequence,
            hash: line.hash,
            length: uncommitted.length + Int64(line.bytes.count)
        )
        return AuditReceipt(sequence: sequence, entryHash: line.hash)
    }

    /// Writes what was added and waits until it is on the disk. Salts go first: an entry is never without its salts,
    /// and records of entries that a crash prevented are cut when the log is opened.
    mutating func commit() throws(AuditError) {
        guard !lines.isEmpty else { return }
        if !records.isEmpty {
            try log.salts.write(records)
            try log.salts.syncData()
            records.removeAll(keepingCapacity: true)
        }
        try log.entries.write(lines)
        try log.entries.syncData()
        lines.removeAll(keepingCapacity: true)
        end = uncommitted
    }

    /// Signs the end of what is on the disk.
    mutating func writeCheckpoint() throws(AuditError) {
        guard needsCheckpoint else { return }
        try layout.store(end, time: AuditTime.text(microseconds: clock()), signer: signer)
        signedCount = end.count
    }
}
