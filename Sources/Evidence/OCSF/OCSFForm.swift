import Audit
import JSON

extension OCSFEvent {
    /// The class of an event.
    enum Kind {
        case base
        case authentication
        case lifecycle
        case api
        case datastore

        /// Its number: the category's, and its own.
        var uid: Int64 {
            switch self {
            case .base: 0
            case .authentication: 3002
            case .lifecycle: 6002
            case .api: 6003
            case .datastore: 6005
            }
        }
    }

    /// An enumerated value and its caption.
    struct Choice {
        let id: Int64
        let name: String

        init(_ id: Int64, _ name: String) {
            self.id = id
            self.name = name
        }

        static let success = Choice(1, "Success")
        static let failure = Choice(2, "Failure")
        static let unknown = Choice(0, "Unknown")
    }

    /// Which event an entry becomes.
    struct Form {
        let kind: Kind
        let activity: Choice
        var status = Choice.success
        /// 1 informational, 2 low, 3 medium, 4 high.
        var severity: Int64 = 1
        var statusCode: String?

        private init(_ kind: Kind, _ activity: Choice) {
            self.kind = kind
            self.activity = activity
        }

        init(of entry: AuditEntry) {
            switch entry.type {
            case "server_started": self.init(.lifecycle, Choice(3, "Start"))
            case "server_stopped": self.init(.lifecycle, Choice(4, "Stop"))
            case "mapping_loaded", "revocations_read":
                self.init(.lifecycle, Choice(8, "Update"))
                if entry.json["in_force"]?.boolValue == false { fail(severity: 4, code: nil) }
            case "mapping_refused":
                self.init(.lifecycle, Choice(8, "Update"))
                fail(severity: 4, code: nil)
            case "log_opened", "keys_read", "signal_received": self.init(.lifecycle, Choice(99, entry.type))
            case "anchor_changed", "audit_sink":
                self.init(.lifecycle, Choice(99, entry.type))
                guard ["failing", "behind"].contains(entry.json["state"]?.stringValue) else { break }
                fail(severity: 3, code: entry.json["reason"]?.stringValue)
            case "request_received": self.init(.api, Choice(99, "Request"))
            case "admin_command", "keys_changed": self.init(.api, Choice(99, entry.type))
            case "audit_read": self.init(.api, Choice(2, "Read"))
            case "session_seen": self.init(.authentication, Choice(1, "Logon"))
            case "identity_refused", "identity_refusals_counted":
                self.init(.authentication, Choice(1, "Logon"))
                fail(severity: 3, code: entry.json["reason"]?.stringValue)
            case "request_refused":
                self.init(.api, Choice(2, "Read"))
                fail(severity: 2, code: entry.json["refused"]?.arrayValue?.first?["code"]?.stringValue)
            case "query_estimated", "job_submitted": self.init(.datastore, Choice(4, "Query"))
            case "job_ended":
                self.init(.datastore, Choice(4, "Query"))
                judge(outcome: entry, good: ["done"])
            case "page_delivered": self.init(.datastore, Choice(1, "Read"))
            case "metadata_read": self.init(.datastore, Choice(8, "List"))
            case "tag_change_planned": self.init(.datastore, Choice(99, "Plan"))
            case "tag_change_submitted": self.init(.datastore, Choice(2, "Update"))
            case "tag_change_ended":
                self.init(.datastore, Choice(2, "Update"))
                judge(outcome: entry, good: ["applied"])
            default:
                self.init(.base, Choice(99, entry.type))
                if entry.type == "torn_tail_cut" { severity = 4 }
            }
        }

        private mutating func fail(severity: Int64, code: String?) {
            status = .failure
            self.severity = severity
            statusCode = code
        }

        /// Where something ended in another way than it should, somebody may want to look.
        private mutating func judge(outcome entry: AuditEntry, good: Set<String>) {
            let outcome = entry.json["outcome"]?.stringValue ?? "unknown"
            guard !good.contains(outcome) else { return }
            let isGrave = outcome == "withheld" || outcome == "differs"
            fail(severity: isGrave ? 4 : 2, code: entry.json["reason"]?.stringValue ?? outcome)
            if outcome == "unknown" { status = .unknown }
        }
    }
}
