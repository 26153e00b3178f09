import Audit
import Cryptography
import JSON

/// What a package's report tells: all of it comes from the manifest, the checkpoint and the entries, so that whoever has
/// these makes the same report again.
struct EvidenceReport {
    /// What one person did, as far as it is chosen.
    struct Person {
        var sessions: Set<String> = []
        var jobs: Set<String> = []
        var refusals = 0
        var estimates = 0
        var metadataReads = 0
        var pages = 0
        var rows: Int64 = 0
        var bytesProcessed: Int64 = 0
    }

    /// A stretch of a session in which nothing was recorded.
    struct Gap {
        let session: String
        let person: String
        let from: String
        let to: String
        let seconds: Int64
    }

    /// A mapping that was in force, or was read.
    struct MappingVersion {
        let digest: String
        let loaded: AuditEntry?
        let hasFiles: Bool
    }

    let manifest: EvidenceManifest
    let checkpoint: String
    let entries: [SignedEntry]
    private(set) var persons: [(name: String, did: Person)] = []
    private(set) var jobs: [ReportJob] = []
    private(set) var refusals: [AuditEntry] = []
    /// Estimates and reads of names and types.
    private(set) var looks: [AuditEntry] = []
    /// Entries that no other table has.
    private(set) var others: [AuditEntry] = []
    private(set) var gaps: [Gap] = []
    private(set) var mappings: [MappingVersion] = []
    private(set) var chosenRange: ClosedRange<Int64>?
    private(set) var chosenTimes: (first: String, last: String)?

    init(manifest: EvidenceManifest, entries: EvidenceEntries, checkpoint: String) {
        self.manifest = manifest
        self.checkpoint = checkpoint
        self.entries = entries.all
        let chosen = entries.chosen.map(\.entry)
        if let first = chosen.first, let last = chosen.last {
            chosenRange = first.sequence...last.sequence
            chosenTimes = (first.time, last.time)
        }
        sort(chosen)
        count(chosen)
        collectJobs(entries)
        collectGaps(chosen)
        collectMappings(entries)
    }

    /// Whether an entry is the loading of a mapping, an admin's change, the server's start, or anything else that is
    /// about no caller's request.
    private mutating func sort(_ chosen: [AuditEntry]) {
        for entry in chosen {
            switch entry.type {
            case "request_refused", "identity_refused", "identity_refusals_counted": refusals.append(entry)
            case "query_estimated", "metadata_read": looks.append(entry)
            case "job_submitted", "job_ended", "page_delivered": break
            default: others.append(entry)
            }
        }
    }

    private mutating func count(_ chosen: [AuditEntry]) {
        var order: [String] = []
        var found: [String: Person] = [:]
        for entry in chosen {
            guard let name = entry.person else { continue }
            if found[name] == nil { order.append(name) }
            found[name, default: Person()].add(entry)
        }
        persons = order.compactMap { name in found[name].map { (name, $0) } }
    }

    private mutating func collectJobs(_ entries: EvidenceEntries) {
        var order: [String] = []
        var found: [String: ReportJob] = [:]
        for entry in entries.all {
            guard let id = entry.entry.json["job"]?["job_id"]?.stringValue else { continue }
            if found[id] == nil { order.append(id) }
            found[id, default: ReportJob(id: id)].add(
                entry.entry,
                isChosen: entries.selected.contains(entry.sequence)
            )
        }
        // A job of which only the neighbours of a period tell is not one of the period.
        jobs = order.compactMap { found[$0] }.filter { !$0.entries.isEmpty }
    }

    private mutating func collectGaps(_ chosen: [AuditEntry]) {
        var last: [String: String] = [:]
        for entry in chosen {
            guard let session = entry.session else { continue }
            let before = last.updateValue(entry.time, forKey: session)
            guard let before, let from = AuditTime.microseconds(before), let to = AuditTime.microseconds(entry.time)
            else { continue }
            let seconds = (to - from) / 1_000_000
            guard seconds >= manifest.gapSeconds else { continue }
            gaps.append(
                Gap(
                    session: session,
                    person: entry.person ?? "",
                    from: before,
                    to: entry.time,
                    seconds: seconds
                )
            )
        }
    }

    private mutating func collectMappings(_ entries: EvidenceEntries) {
        var loaded: [String: AuditEntry] = [:]
        var named: Set<String> = []
        for entry in entries.all {
            if let digest = entry.entry.loadedMapping { loaded[digest] = loaded[digest] ?? entry.entry }
            guard entries.selected.contains(entry.sequence) else { continue }
            if let digest = entry.entry.loadedMapping ?? entry.entry.namedMapping { named.insert(digest) }
        }
        let files = Set(manifest.mappings)
        mappings = named.map {
            MappingVersion(digest: $0, loaded: loaded[$0], hasFiles: files.contains($0))
        }.sorted { ($0.loaded?.sequence ?? 0, $0.digest) < ($1.loaded?.sequence ?? 0, $1.digest) }
    }
}

extension EvidenceReport.Person {
    fileprivate mutating func add(_ entry: AuditEntry) {
        if let session = entry.session { sessions.insert(session) }
        if let job = entry.json["job"]?["job_id"]?.stringValue { jobs.insert(job) }
        switch entry.type {
        case "request_refused", "identity_refused": refusals += 1
        case "query_estimated": estimates += 1
        case "metadata_read": metadataReads += 1
        case "page_delivered":
            pages += 1
            rows = rows.addingReportingOverflow(entry.json["rows"]?.integerValue ?? 0).partialValue
        case "job_ended":
            let bytes = entry.json["bytes_processed"]?.integerValue ?? 0
            bytesProcessed = bytesProcessed.addingReportingOverflow(bytes).partialValue
        default: break
        }
    }
}
