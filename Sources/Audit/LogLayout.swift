/// The names of a log's files; `docs/audit-log.md`, section 2.
struct LogLayout {
    let directory: String

    var entries: String { directory + "/entries.jsonl" }
    var salts: String { directory + "/salts" }
    var checkpoint: String { directory + "/checkpoint" }
    /// Left by a crash at the worst; overwritten by the next checkpoint.
    var newCheckpoint: String { directory + "/checkpoint.new" }
}
