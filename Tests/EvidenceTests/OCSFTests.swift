import Audit
import JSON
import Testing

@testable import Evidence

/// The class of each type of entry, and what the class requires, by <https://schema.ocsf.io/1.8.0/>; the end-to-end tests
/// have the whole table.
@Suite("OCSF")
struct OCSFTests {
    private static func event(_ type: String, _ members: String = "") throws -> JSONValue {
        let text = #"{"seq":7,"time":"2026-11-22T18:27:00.123456Z","type":"\#(type)"\#(members)}"#
        return OCSFEvent(try #require(SignedEntry(origin: "scrim/test", bytes: Array(text.utf8)))).json
    }

    static let actor = #","actor":{"issuer":"i","subject":"ann","roles":["analyst"],"kind":"human"},"session":"s""#

    static let classes: [(String, Int64, Int64, [String])] = [
        ("server_started", 6002, 3, ["app"]), ("server_stopped", 6002, 4, ["app"]),
        ("mapping_loaded", 6002, 8, ["app"]), ("revocations_read", 6002, 8, ["app"]),
        ("identity_refused", 3002, 1, ["user", "service"]), ("session_seen", 3002, 1, ["user", "service"]),
        ("identity_refusals_counted", 3002, 1, ["user", "service"]),
        ("request_refused", 6003, 2, ["actor", "api", "src_endpoint"]),
        ("query_estimated", 6005, 4, ["actor", "src_endpoint", "database"]),
        ("job_submitted", 6005, 4, ["actor", "src_endpoint", "database"]),
        ("job_ended", 6005, 4, ["actor", "src_endpoint", "database"]),
        ("page_delivered", 6005, 1, ["actor", "src_endpoint", "database"]),
        ("metadata_read", 6005, 8, ["actor", "src_endpoint", "database"]),
        ("tag_change_planned", 6005, 99, ["actor", "src_endpoint", "database"]),
        ("tag_change_ended", 6005, 2, ["actor", "src_endpoint", "database"]),
        ("mapping_refused", 6002, 8, ["app"]), ("log_opened", 6002, 99, ["app"]), ("keys_read", 6002, 99, ["app"]),
        ("signal_received", 6002, 99, ["app"]), ("anchor_changed", 6002, 99, ["app"]),
        ("audit_sink", 6002, 99, ["app"]), ("request_received", 6003, 99, ["actor", "api", "src_endpoint"]),
        ("admin_command", 6003, 99, ["actor", "api", "src_endpoint"]),
        ("keys_changed", 6003, 99, ["actor", "api", "src_endpoint"]),
        ("audit_read", 6003, 2, ["actor", "api", "src_endpoint"]),
        ("torn_tail_cut", 0, 99, []), ("content_erased", 0, 99, []), ("of_a_later_version", 0, 99, []),
    ]

    /// Also of an entry that has nothing but what every entry has.
    @Test(arguments: classes.indices, ["", actor])
    func `each type has a class, and what that requires`(index: Int, members: String) throws {
        let (type, uid, activity, required) = Self.classes[index]
        let event = try Self.event(type, members)
        #expect(event["class_uid"] == .integer(uid) && event["category_uid"] == .integer(uid / 1000))
        #expect(event["activity_id"] == .integer(activity) && event["type_uid"] == .integer(uid * 100 + activity))
        #expect(event["time"] == 1_795_372_020_123)
        for name in required + ["metadata", "severity_id"] {
            #expect(event[name].map { !$0.isNull && $0.objectValue?.isEmpty != true } == true, "\(name)")
        }
        #expect(event["metadata"]?["uid"] == "scrim/test/7" && event["metadata"]?["version"] == "1.8.0")
    }

    @Test
    func `outcomes and names have their places`() throws {
        let ended = try Self.event(
            "job_ended",
            Self.actor + #","job":{"job_id":"j","project":"p"},"outcome":"withheld","reason":"crosscheck.tables""#
        )
        #expect(ended["status_id"] == 2 && ended["severity_id"] == 4 && ended["status_code"] == "crosscheck.tables")
        #expect(ended["database"]?["name"] == "p" && ended["type_id"] == 1)
        let submitted = try Self.event(
            "job_submitted",
            Self.actor + #","sql":"SELECT ?","tables":["p.d.t","p.d.u"],"job":{"job_id":"j"},"tool":"query""#
        )
        #expect(submitted["table"]?["uid"] == "p.d.t" && submitted["database"]?["uid"] == "p.d")
        #expect(submitted["query_info"]?["query_string"] == "SELECT ?" && submitted["query_info"]?["uid"] == "j")
        #expect(submitted["actor"]?["user"]?["name"] == "ann" && submitted["actor"]?["session"]?["uid"] == "s")
        #expect(submitted["unmapped"]?["tables"]?.arrayValue?.count == 2 && submitted["type_id"] == 3)
        let refused = try Self.event("identity_refused", #","peer":"192.0.2.7","reason":"expired","subject":"eve""#)
        #expect(refused["src_endpoint"]?["ip"] == "192.0.2.7" && refused["user"]?["name"] == "eve")
        #expect(refused["status_code"] == "expired" && refused["severity_id"] == 3)
    }
}
