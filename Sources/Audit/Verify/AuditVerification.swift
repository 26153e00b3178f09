public import JSON

/// What the verifier found.
public struct AuditVerification: Sendable {
    /// Something that does not hold.
    public struct Finding: Sendable, Hashable {
        /// The file, relative to the log's directory; an anchor as it was named.
        public let file: String
        /// The entry's number in the log, where one is concerned.
        public let sequence: Int64?
        /// What is wrong.
        public let message: String
    }

    /// Up to where a witness saw the log.
    public struct Witnessed: Sendable, Hashable {
        /// The witness's name.
        public let name: String
        /// How many entries it cosigned.
        public let entryCount: Int64
        /// When, in seconds since the Unix epoch, by the witness's clock.
        public let time: Int64
        /// The same in UTC.
        public var timeText: String {
            AuditTime.text(microseconds: time.multipliedReportingOverflow(by: 1_000_000).partialValue)
        }
    }

    /// The most findings that are kept; more are only counted.
    public static let findingsMax = 100

    /// The log's name, as its checkpoint has it.
    public internal(set) var origin: String?
    /// The entries read.
    public internal(set) var entryCount: Int64 = 0
    /// The entries that the signed checkpoint covers.
    public internal(set) var signedCount: Int64 = 0
    /// When the last entry that the checkpoint covers was written, in UTC by the server's clock.
    public internal(set) var signedTime: String?
    /// The anchors that the log was compared with.
    public internal(set) var anchorCount = 0
    /// The earlier checkpoints of the history that the log was compared with.
    public internal(set) var historyCount = 0
    /// What each witness cosigned that the caller trusts.
    public internal(set) var witnesses: [Witnessed] = []
    /// Sealed records that are not there, as entries under the checkpoint say.
    public internal(set) var erasedCount: Int64 = 0
    /// The entries that say so.
    public internal(set) var erasureCount = 0
    /// Whether the checkpoint is signed by a key that the caller trusts.
    public internal(set) var isKeyTrusted = false
    /// What does not hold, in the order in which it was found.
    public private(set) var findings: [Finding] = []
    /// How many findings there are in all.
    public private(set) var findingCount = 0
    /// What an auditor should know although nothing is wrong.
    public internal(set) var notices: [String] = []

    /// Whether everything holds that could be checked.
    public var holds: Bool { findingCount == 0 }

    /// `verified`, `self-consistent, key not trusted`, or the number of findings.
    public var verdict: String {
        guard holds else { return "failed: \(findingCount) finding\(findingCount == 1 ? "" : "s")" }
        return isKeyTrusted ? "verified" : "self-consistent, key not trusted"
    }

    mutating func add(_ message: String, file: String, sequence: Int64? = nil) {
        add(Finding(file: file, sequence: sequence, message: message))
    }

    mutating func add(_ finding: Finding) {
        findingCount += 1
        if findings.count < Self.findingsMax { findings.append(finding) }
    }

    /// The same for machines.
    public var json: JSONValue {
        [
            "verdict": .string(verdict), "holds": .bool(holds), "key_trusted": .bool(isKeyTrusted),
            "origin": origin.map { .string($0) } ?? .null, "entries": .integer(entryCount),
            "signed_entries": .integer(signedCount), "signed_time": signedTime.map { .string($0) } ?? .null,
            "anchors": .integer(Int64(anchorCount)), "earlier_checkpoints": .integer(Int64(historyCount)),
            "witnesses": .array(
                witnesses.map { witness in
                    [
                        "name": .string(witness.name), "entries": .integer(witness.entryCount),
                        "time": .string(witness.timeText),
                    ]
                }
            ),
            "erased_records": .integer(erasedCount), "erasures": .integer(Int64(erasureCount)),
            "finding_count": .integer(Int64(findingCount)),
            "findings": .array(
                findings.map { finding in
                    [
                        "file": .string(finding.file), "seq": finding.sequence.map { .integer($0) } ?? .null,
                        "message": .string(finding.message),
                    ]
                }
            ),
            "notices": .array(notices.map { .string($0) }),
        ]
    }
}
