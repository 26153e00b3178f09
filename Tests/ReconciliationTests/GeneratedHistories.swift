import Audit
import BigQuery

@testable import Reconciliation

/// A generator with a seed, so that a failure can be had again (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

/// A finding, as far as it is said beforehand.
struct Expected: Hashable, CustomStringConvertible {
    let code: ReconciliationFinding.Code
    let jobID: String

    var description: String { "\(code.rawValue) \(jobID)" }
}

/// What one job did, from which both sides' words are made.
struct Fact {
    static let server = "scrim@p.iam.gserviceaccount.com"
    static let admin = "admin@p.iam.gserviceaccount.com"

    var jobID: String
    var isAdmin = false
    var submitted: Int64
    var duration: Int64
    var sql: String
    var tables: Set<String>
    var bytes: Int64
    var opensText = true

    init(_ number: Int, in period: ReconciliationPeriod, _ random: inout SeededGenerator) {
        jobID = "scrim_\(number)_\(random.next())"
        isAdmin = Int.random(in: 0..<8, using: &random) == 0
        // Some begin before the period and end in it, none ends at its edge.
        submitted = Int64.random(in: (period.from - 3_000_000)..<(period.before - 1_000_000), using: &random)
        duration = Int64.random(in: 3_000_001..<900_000_000, using: &random)
        sql = "SELECT a FROM `p`.`d`.`t\(number)` WHERE b = '\(random.next())'"
        tables = Set((0..<Int.random(in: 1...4, using: &random)).map { "p.d.t\($0)" })
        bytes = Int64.random(in: 0..<1_000_000_000_000, using: &random)
        opensText = Bool.random(using: &random)
    }

    var labels: [String: String] {
        isAdmin
            ? ["scrim_command": "tags_coverage", "scrim_request": "r\(jobID)"]
            : ["scrim_session": "s1", "scrim_request": "r\(jobID)"]
    }

    /// The job as BigQuery has it, by a clock of its own.
    func recorded(skew: Int64) -> RecordedJob {
        var job = RecordedJob(project: "p", jobID: jobID)
        job.location = "us"
        job.userEmail = isAdmin ? Self.admin : Self.server
        job.isDone = true
        job.created = submitted + skew
        job.ended = submitted + skew + duration
        job.statementType = "SELECT"
        job.text = RecordedJob.Text(sql)
        job.labels = labels
        job.bytesProcessed = bytes
        job.bytesBilled = bytes + 1
        job.tables = tables
        return job
    }

    /// The log's two entries.
    func entries(from sequence: Int64) -> [AuditEntry] {
        let job = #""job":{"project":"p","location":"US","job_id":"\#(jobID)"}"#
        let actor = isAdmin ? #""actor":{"kind":"admin","client":"\#(Self.admin)"},"# : #""session":"s1","#
        let listed = tables.sorted().map { "\"\($0)\"" }.joined(separator: ",")
        let shape = TextDigest.withoutLiterals(sql) ?? ""
        let texts = [
            #""type":"job_submitted",\#(actor)"request":"r\#(jobID)","tool":"tags_coverage",\#(job),"#
                + #""sent_shape_sha256":"\#(shape)","tables":[\#(listed)]"#,
            #""type":"job_ended",\#(job),"outcome":"done","bytes_processed":\#(bytes),"bytes_billed":\#(bytes + 1),"#
                + #""tables":[\#(listed)]"#,
        ]
        return zip([submitted, submitted + duration], texts).enumerated().compactMap { offset, made in
            entry(sequence + Int64(offset), at: made.0, made.1)
        }
    }

    /// What the key ring makes of the entry.
    var text: LoggedJob.Text {
        opensText
            ? .digest(TextDigest.exact(sql)) : .unknown(.noKeys, withoutLiterals: TextDigest.withoutLiterals(sql))
    }
}
