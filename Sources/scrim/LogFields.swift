import Audit
import Gate
import Masking

// What the executable's own lines of the log have, beside what the Gate's have.

/// It names keys, files and services of the operator's own.
extension ConfigurationError: LogSafe { var logText: String { description } }

/// The mapping's version.
struct MappingDigest: LogSafe {
    let logText: String

    init(_ mapping: Mapping) { logText = mapping.digest }
}

/// How many there are of what, under names of the program.
struct LogCounts: LogSafe {
    let logText: String

    init(_ counts: [String: Int]) { logText = "\(counts)" }
}

/// The service account that calls of BigQuery are made under, and which of its keys: what Google's own logs have too.
struct AccountName: LogSafe {
    let logText: String

    init(_ account: String, keyID: String?) { logText = keyID.map { "\(account) key \($0.prefix(64))" } ?? account }
}

/// How far the audit's table is behind the log, and why.
struct SinkLag: LogSafe {
    let logText: String

    init(_ state: AuditSinkState) {
        logText = "\(state.table) next \(state.next) waiting \(state.waitingCount) reason \(state.reason ?? "none")"
    }
}

/// Who keeps checkpoints, by the name that the configuration gives, and why it does not.
struct AnchorState: LogSafe {
    let logText: String

    init(anchor: String, reason: String?) { logText = reason.map { "\(anchor): \($0)" } ?? anchor }
}
