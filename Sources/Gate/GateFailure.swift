import GoogleSQL
public import JSON
public import Masking

/// Why the Gate gave no answer: every reason that was found, each with a code, a place and what to do.
public struct GateFailure: Error, Sendable {
    /// The reasons, in the order of their places in the text.
    public let refusals: [Refusal]

    /// Whether BigQuery failed the job for no fault of the query, so that a new job may do better.
    let wantsNewJob: Bool

    init(_ refusals: [Refusal], wantsNewJob: Bool = false) {
        self.refusals = refusals
        self.wantsNewJob = wantsNewJob
    }

    init(_ code: String, _ message: String, fix: String) {
        self.init([Refusal(code: code, message: message, position: nil, fix: fix)])
    }

    /// Whether the request itself was at fault: an argument, a name, or a cursor.
    public var isRequestsFault: Bool {
        refusals.allSatisfy { refusal in
            refusal.code.hasPrefix("parameter.") || refusal.code.hasSuffix("not_found")
                || refusal.code == Self.unknownCursorCode
        }
    }

    private static let unknownCursorCode = "policy.unknown_cursor"

    /// `{"refused": [{"code", "message", "line", "column", "fix"}]}`; `line` and `column` are null where no place in
    /// the SQL is meant.
    public var json: JSONObject {
        [
            "refused": .array(
                refusals.map { refusal in
                    [
                        "code": .string(refusal.code),
                        "message": .string(refusal.message),
                        "line": refusal.position.map { .integer(Int64($0.line)) } ?? .null,
                        "column": refusal.position.map { .integer(Int64($0.column)) } ?? .null,
                        "fix": .string(refusal.fix),
                    ]
                }
            )
        ]
    }
}

extension GateFailure {
    /// A job that does not exist, is not this caller's, or is no longer known: one answer for all three.
    static let unknownJob = GateFailure(
        "policy.unknown_job",
        "there is no such job",
        fix: "use a job ID from an answer of this session; after a restart of the server, run the query again"
    )

    /// A cursor that is malformed, expired, or made for somebody else: one answer for all three.
    static let unknownCursor = GateFailure(
        unknownCursorCode,
        "the cursor is not valid or has expired",
        fix: "run the query again and page on from its `next_cursor`"
    )

    static let auditUnavailable = GateFailure(
        "policy.audit_unavailable",
        "the audit log cannot be written, so nothing is run",
        fix: "tell the operator; queries work again when the log does"
    )

    /// What is to be kept of an answer and cannot be; then it is not given.
    static let contentUnrecordable = GateFailure(
        "policy.content_unrecordable",
        "the operator keeps what is returned, and this answer is too long for that",
        fix: "ask for less: fewer columns, or SUBSTR of long ones"
    )

    static let noRole = GateFailure(
        "policy.no_role",
        "none of your groups has a role here",
        fix: "ask an administrator for a role"
    )
}
