/// Proof that an event is on the disk. Only this module makes one.
public struct AuditReceipt: Sendable, Hashable {
    /// The entry's number in the log, from 0.
    public let sequence: Int64
    /// The entry's leaf hash in the tree.
    public let entryHash: [UInt8]

    init(sequence: Int64, entryHash: [UInt8]) {
        self.sequence = sequence
        self.entryHash = entryHash
    }
}

/// Proof that a job was recorded before its send. Only this module makes one, and no job is sent without it.
public struct JobReceipt: Sendable, Hashable {
    /// The job that may now be sent.
    public let job: AuditJob
    /// The entry that says so.
    public let entry: AuditReceipt

    /// The ID of the job.
    public var jobID: String { job.jobID }

    init(job: AuditJob, entry: AuditReceipt) {
        self.job = job
        self.entry = entry
    }
}

/// Proof that a change of tags was recorded before its send. Only this module makes one, and no change is sent without
/// it.
public struct TagChangeReceipt: Sendable, Hashable {
    /// The change that may now be sent.
    public let change: TagChange
    /// The entries that say so.
    public let entries: [AuditReceipt]

    init(change: TagChange, entries: [AuditReceipt]) {
        self.change = change
        self.entries = entries
    }
}
