import BigQuery
import Foundation
import JSON
import Testing

@testable import Reconciliation

@Suite("Cloud Audit Logs")
struct CloudAuditLogTests {
    @Test(arguments: [
        ("2026-11-22T18:27:00.123456Z", "2026-11-22T18:27:00.123456Z"),
        ("2026-11-22T18:27:00Z", "2026-11-22T18:27:00.000000Z"),
        ("2026-11-22t18:27:00.1z", "2026-11-22T18:27:00.100000Z"),
        ("2026-11-22T18:27:00.123456789Z", "2026-11-22T18:27:00.123456Z"),
        ("2026-11-22T18:27:00.5+05:30", "2026-11-22T12:57:00.500000Z"),
        ("2026-11-22T18:27:00-08:00", "2026-11-23T02:27:00.000000Z"), ("2026-11-22", "2026-11-22T00:00:00.000000Z"),
        ("2024-02-29", "2024-02-29T00:00:00.000000Z"),
    ])
    func `a moment is read with any fraction and offset`(text: String, expected: String) {
        #expect(Moment.microseconds(text).map(Moment.text) == expected)
    }

    @Test(arguments: [
        "", "2026", "2026-11-22 18:27:00Z", "2026-11-22T18:27:00", "2026-11-22T18:27:00.Z", "2026-13-01", "2026-02-30",
        "2026-11-22T25:00:00Z", "2026-11-22T18:27:00+0530", "2026-11-22T18:27:00*05:30", "2026-11-22T18:27:00Zx",
        "2026-11-22T18:27:00.é", "２０２６-11-22", "2026-11-22T18:27:00+ab:cd",
    ])
    func `anything else is no moment`(text: String) {
        #expect(Moment.microseconds(text) == nil)
    }

    @Test(arguments: 1...23)
    func `objects are found however the stream is cut`(size: Int) throws {
        let objects = [#"{}"#, #"{"a":"}{\"\\"}"#, #"{"b":[{"c":"]"},[]]}"#, "{\"d\":\"\u{1F600}\"}"]
        let streams = [
            objects.joined(separator: "\n") + "\n", objects.joined(), "[\n" + objects.joined(separator: " ,\r\n") + "]",
        ]
        for stream in streams {
            var elements = JSONElements()
            var found: [String] = []
            let bytes = Array(stream.utf8)
            for begin in stride(from: 0, to: bytes.count, by: size) {
                try elements.take(Array(bytes[begin..<min(begin + size, bytes.count)])) { element in
                    found.append(String(decoding: element, as: UTF8.self))
                }
            }
            try elements.finish()
            #expect(found == objects)
        }
    }

    @Test
    func `an end inside an object, and text between objects, are told`() throws {
        var cut = JSONElements()
        try cut.take(Array(#"{"a": {}"#.utf8)) { _ in Issue.record("no object ended") }
        #expect(throws: JSONElements.Problem.incomplete) { try cut.finish() }
        var other = JSONElements()
        #expect(throws: JSONElements.Problem.unexpected) { try other.take(Array("{} x".utf8)) { _ in } }
    }

    @Test
    func `a text that may have been cut is not taken for the whole`() throws {
        func text(_ sql: String, truncated: Bool) throws -> RecordedJob.Text? {
            let entry: JSONValue = [
                "protoPayload": [
                    "metadata": [
                        "jobChange": [
                            "job": [
                                "jobName": "projects/p/jobs/j",
                                "jobConfig": [
                                    "queryConfig": ["query": .string(sql), "queryTruncated": .bool(truncated)]
                                ],
                            ]
                        ]
                    ]
                ]
            ]
            return CloudAuditEntry.job(entry)?.text
        }
        #expect(try text("SELECT 1", truncated: false) == RecordedJob.Text("SELECT 1"))
        #expect(try text("SELECT 1", truncated: true) == .truncated)
        #expect(try text(String(repeating: "x", count: 50_000), truncated: false) == .truncated)
        #expect(try text("", truncated: false) == .unknown)
    }

    @Test(arguments: ["", "projects/p/jobs/", "projects//jobs/j", "projects/p/jobs/j/k", "p/j"])
    func `a name that is no job's is passed over`(name: String) {
        let entry: JSONValue = [
            "protoPayload": ["metadata": ["jobInsertion": ["job": ["jobName": .string(name)]]]]
        ]
        #expect(CloudAuditEntry.job(entry) == nil)
    }

    @Test
    func `later records of a job add to earlier ones, in any order`() {
        var made = RecordedJob(project: "p", jobID: "j")
        made.created = 1
        made.labels = ["a": "b"]
        made.text = RecordedJob.Text("SELECT 1")
        var done = RecordedJob(project: "p", jobID: "j")
        done.isDone = true
        done.ended = 2
        done.tables = ["p.d.t"]
        var (one, other) = (made, done)
        one.add(done)
        other.add(made)
        #expect(one == other && one.isDone && one.ended == 2 && one.labels == ["a": "b"])
    }
}
