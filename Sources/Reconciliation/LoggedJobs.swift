public import Audit
internal import JSON

/// Gathers the jobs of one or more logs from their entries, those only that can matter for a period.
public struct LoggedJobs: Sendable {
    /// What a job is known by. BigQuery's IDs are unique in a project and location; ours, being random, in a project.
    public struct Key: Sendable, Hashable {
        let project: String
        let jobID: String
    }

    private let period: ReconciliationPeriod
    private var jobs: [Key: LoggedJob] = [:]
    private var repeated: [LoggedJob] = []
    /// All projects and locations that the logs name, also of jobs outside the period.
    public private(set) var places: Set<Place> = []
    /// The time of the earliest entry, in microseconds since 1970.
    public private(set) var firstTime: Int64?

    /// Where jobs run.
    public struct Place: Sendable, Hashable, Comparable {
        /// The project.
        public let project: String
        /// The location, in upper case.
        public let location: String

        /// A place.
        public init(project: String, location: String) {
            self.project = project
            self.location = location.uppercased()
        }

        /// Orders by project, then location.
        public static func < (left: Place, right: Place) -> Bool {
            (left.project, left.location) < (right.project, right.location)
        }
    }

    /// No jobs yet.
    public init(period: ReconciliationPeriod) {
        self.period = period
    }

    /// Adds an entry of the log named `log`. Adding one again changes nothing.
    ///
    /// - Parameter text: what is known of the text of an entry `job_submitted`.
    public mutating func add(_ entry: AuditEntry, log: String, text: (AuditEntry) -> LoggedJob.Text) {
        guard let time = AuditTime.microseconds(entry.time) else { return }
        firstTime = min(firstTime ?? time, time)
        guard let job = entry.json["job"], let project = job["project"]?.stringValue,
            let jobID = job["job_id"]?.stringValue
        else {
            if entry.type == "server_started" { notePlace(entry.json) }
            return
        }
        let key = Key(project: project, jobID: jobID)
        switch entry.type {
        case "job_submitted":
            notePlace(job)
            guard period.canMatter(made: time) else { return }
            guard jobs[key] == nil else {
                if jobs[key]?.log != log || jobs[key]?.sequence != entry.sequence {
                    repeated.append(submitted(entry, key, log: log, time: time))
                }
                return
            }
            var made = submitted(entry, key, log: log, time: time)
            made.text = text(entry)
            jobs[key] = made
        case "job_ended":
            jobs[key]?.end(entry, time: time)
        default:
            break
        }
    }

    /// The jobs that were submitted, by key; and those that were, once more, under an ID that was there already.
    var gathered: (jobs: [Key: LoggedJob], repeated: [LoggedJob]) { (jobs, repeated) }

    /// Whether a job is among them.
    public func contains(project: String, jobID: String) -> Bool { jobs[Key(project: project, jobID: jobID)] != nil }

    private mutating func notePlace(_ object: JSONValue) {
        guard let project = object["project"]?.stringValue, let location = object["location"]?.stringValue else {
            return
        }
        places.insert(Place(project: project, location: location))
    }

    private func submitted(_ entry: AuditEntry, _ key: Key, log: String, time: Int64) -> LoggedJob {
        let json = entry.json
        var job = LoggedJob(
            project: key.project,
            jobID: key.jobID,
            location: json["job"]?["location"]?.stringValue ?? "",
            entry: (log, entry.sequence),
            submitted: time
        )
        if json["actor"]?["kind"]?.stringValue == "admin" {
            job.account = json["actor"]?["client"]?.stringValue
            job.labels["scrim_command"] = json["tool"]?.stringValue
        }
        job.labels["scrim_session"] = json["session"]?.stringValue
        job.labels["scrim_request"] = json["request"]?.stringValue
        job.tablesSent = LoggedJob.Tables(entry)
        return job
    }
}

extension LoggedJob {
    /// A later end adds what an earlier one, as of a wish to cancel, did not know yet.
    fileprivate mutating func end(_ entry: AuditEntry, time: Int64) {
        let json = entry.json
        ended = time
        outcome = json["outcome"]?.stringValue ?? outcome
        reason = json["reason"]?.stringValue ?? reason
        bytesProcessed = json["bytes_processed"]?.integerValue ?? bytesProcessed
        bytesBilled = json["bytes_billed"]?.integerValue ?? bytesBilled
        if json["bytes_processed"] != nil { tablesRead = Tables(entry) }
    }
}

extension LoggedJob.Tables {
    fileprivate init?(_ entry: AuditEntry) {
        guard let names = entry.json["tables"]?.arrayValue else { return nil }
        self.init(names.compactMap(\.stringValue), isCut: entry.json["cut"]?["tables"] != nil)
    }
}
