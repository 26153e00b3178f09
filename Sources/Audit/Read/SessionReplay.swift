public import Cryptography
import JSON

/// A session as it happened: its entries in order, with what was kept beside them.
public struct SessionReplay {
    /// What is known of the sealed texts of an entry.
    public enum Record: Sendable {
        /// The entry has none.
        case none
        /// There are some, and no key was given.
        case sealed
        /// They were opened, and are what the entry commits to.
        case opened([(name: String, text: [UInt8])])
        /// They were erased, as the entry of this number says.
        case erased(by: Int64)
        /// They are not what they should be, for this reason.
        case wrong(String)
    }

    /// One entry of the session.
    public struct Step: Sendable {
        /// The entry.
        public let entry: AuditEntry
        /// What is beside it.
        public let record: Record
    }

    private let directory: String
    private let check: CommitmentCheck?

    /// A replay from a log directory.
    ///
    /// - Parameter keys: the audit key ring, which opens texts; without it they stay sealed.
    public init(directory: String, keys: KeyRing?) throws(AuditError) {
        self.directory = directory
        check = try keys.map { keys throws(AuditError) in try CommitmentCheck(directory: directory, keys: keys) }
    }

    /// Calls `body` with each step of a session in order; the texts of one step at a time are in memory.
    public func forEachStep(of session: String, _ body: (Step) throws -> Void) throws {
        var entries: [AuditEntry] = []
        var erased = ErasedRecords()
        try AuditReader(directory: directory).forEachEntry { entry in
            if entry.session == session { entries.append(entry) }
            erased.add(entry)
        }
        let reading = LogReading(directory: directory)
        for entry in entries {
            try body(Step(entry: entry, record: record(of: entry, erased, reading)))
        }
    }

    private func record(of entry: AuditEntry, _ erased: ErasedRecords, _ reading: LogReading) -> Record {
        guard entry.json["blob_sha256"] != nil else { return .none }
        do throws(AuditError) {
            let announcement = erased.announcement(of: entry)
            if let check {
                if let texts = try check.texts(of: entry) { return .opened(texts) }
            } else if try reading.blob(of: entry.sequence) != nil {
                return .sealed
            }
            if let announcement { return .erased(by: announcement) }
            return .wrong("the texts of entry \(entry.sequence) are not there, and no entry says that they were erased")
        } catch {
            return .wrong(error.message)
        }
    }
}
