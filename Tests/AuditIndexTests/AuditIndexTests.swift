import Audit
import AuditIndex
import GRDB
import JSON
import Testing

/// Two sessions of two people: four jobs, of which one ended and had two pages, and one refusal.
private func makeSessions() async throws -> IndexFixture {
    let fixture = try IndexFixture()
    let (alice, bob) = (Event.alice, Event.bob)
    try await fixture.append([
        .sessionSeen(alice, SessionSeen(transport: "stdio", protocolVersion: "2025-11-25")),
        Event.submitted(1, alice), Event.submitted(2, alice, columns: ["ssn"]),
        Event.submitted(3, alice, sql: "SELECT ?"),
        Event.ended(1, alice, bytes: 1234), Event.page(1, alice), Event.submitted(4, bob), Event.page(1, alice),
        Event.refused(alice), .serverStopped(ServerStopped(reason: "SIGTERM")),
    ])
    return fixture
}

@Test
func `sessions count what was done in them`() async throws {
    let fixture = try await makeSessions()
    let index = try fixture.index()
    let sessions = try index.sessions()
    #expect(sessions.map(\.id) == ["alices", "bobs"])
    let first = try #require(sessions.first)
    #expect(first.person == "alice@bank.example (https://issuer.example)" && first.client == "claude-code 2.1")
    #expect(first.jobCount == 3 && first.refusalCount == 1 && first.pageCount == 2 && first.rowCount == 6)
    #expect(first.requestCount == 1 && first.roles == ["analyst", "auditor"])
    #expect(first.firstTime < first.lastTime)
    #expect(sessions[1].jobCount == 1 && sessions[1].client == "unnamed")
    var filter = AuditFilter()
    filter.subject = "bob"
    #expect(try index.sessions(filter).map(\.id) == ["bobs"])
}

@Test
func `jobs are found with their sessions, ends and masked columns`() async throws {
    let fixture = try await makeSessions()
    let index = try fixture.index()
    let jobs = try index.jobs()
    #expect(jobs.map(\.id) == (1...4).map { Event.job($0).jobID })
    #expect(jobs.map(\.outcome) == ["done", "running", "running", "running"])
    #expect(jobs[0].session == "alices" && jobs[3].session == "bobs")
    #expect(jobs[0].bytesProcessed == 1234 && jobs[0].pageCount == 2 && jobs[0].rowCount == 6)
    #expect(jobs[0].maskedColumns == ["demo.bank.customers.email: EMAIL_MASK (pii.email)"])
    #expect(jobs[0].sqlShape == "SELECT email FROM bank.customers WHERE ssn = ?")
    #expect(jobs[0].origin == "scrim/test" && jobs[0].sequence == 1)
    func found(_ change: (inout AuditFilter) -> Void) throws -> [Int64] {
        var filter = AuditFilter()
        change(&filter)
        return try index.jobs(filter).map(\.sequence)
    }
    #expect(try found { $0.session = "bobs" } == [6])
    #expect(try found { $0.column = "ssn" } == [2])
    #expect(try found { ($0.column, $0.subject) = ("email", "bob") } == [6])
    #expect(try found { ($0.column, $0.table) = ("email", "bank.customers") } == [1, 3, 6])
    #expect(try found { ($0.column, $0.table) = ("email", "accounts") } == [])
    #expect(try found { $0.column = "demo.bank.customers.email" } == [1, 3, 6])
    #expect(try found { $0.role = "auditor" } == [1, 2, 3])
    #expect(try found { $0.statement = "select ?" } == [3])
    #expect(try found { $0.bytesMin = 1234 } == [1])
    #expect(try found { $0.outcome = "running" } == [2, 3, 6])
}

@Test
func `what a job or a session is called finds its entries, and so do refusals that name a job`() async throws {
    let fixture = try await makeSessions()
    try await fixture.append([Event.refused(Event.bob, job: "scrim_job_1"), Event.refused(Event.bob, job: "none")])
    let index = try fixture.index()
    #expect(try index.entries(named: "scrim_job_1").map(\.sequence) == [1, 4, 5, 7, 10])
    #expect(try index.entries(named: "bobs").map(\.sequence) == [6, 10, 11])
    #expect(try index.entries(named: "none").map(\.sequence) == [11])
    #expect(try index.jobs().count == 4 && index.entries(named: "nobody").isEmpty)
}

@Test
func `gaps of a session are those as long as was asked for`() async throws {
    let fixture = try IndexFixture()
    let times = [
        "2028-02-28T23:50:00.000000Z", "2028-02-29T00:04:59.999999Z", "2028-02-29T00:20:00.000000Z",
        "2028-03-01T00:20:00.500000Z", "2028-03-01T00:19:00.000000Z",
    ]
    let events = (0..<5).map { number in
        Event.refused(
            AuditContext(actor: nil, session: "s", request: "r\(min(number, 3))", software: nil, mappingDigest: "00")
        )
    }
    try await fixture.append(events, at: times)
    let index = try fixture.index()
    let session = try #require(try index.sessions().first)
    #expect(session.gaps.map { [$0.from, $0.to] } == [[times[1], times[2]], [times[2], times[3]]])
    #expect(session.gaps.map(\.seconds) == [900, 86_400])
    #expect(session.requestCount == 4 && session.refusalCount == 5 && session.person == "nobody")
    #expect(session.json["gaps"]?[1]?["seconds"] == 86_400 && session.json["requests"] == 4)
    #expect(try index.sessions(gapSeconds: 899).first?.gaps.map(\.seconds) == [899, 900, 86_400])
    #expect(try index.sessions(gapSeconds: 86_401).first?.gaps == [])
}

@Test
func `an index that grew holds the rows of one that is made at once`() async throws {
    let fixture = try await makeSessions()
    _ = try fixture.index()
    for number in 5..<700 {
        try await fixture.append([
            Event.ended(number - 1, Event.bob, bytes: Int64(number)), Event.submitted(number, Event.bob),
        ])
        if number % 97 == 0 { #expect(try !fixture.index().isRebuilt) }
    }
    _ = try fixture.index()
    let grown = try rows(of: fixture.path)
    #expect(try fixture.index(isRebuilding: true).isRebuilt)
    #expect(try rows(of: fixture.path) == grown && grown.count > 5_000)
}

/// Every row of every table as text.
private func rows(of path: String) throws -> [String] {
    try DatabaseQueue(path: path).read { database in
        let tables = try String.fetchAll(
            database,
            sql: "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY 1"
        )
        return try tables.flatMap { table in
            try Row.fetchAll(database, sql: "SELECT * FROM \(table)").map { "\(table) \($0)" }.sorted()
        }
    }
}

@Test
func `every question to an index walks through an index`() async throws {
    let fixture = try await makeSessions()
    _ = try fixture.index()
    try await DatabaseQueue(path: fixture.path).read { database in
        for (sql, index) in [
            ("SELECT job FROM postings WHERE term = 1 ORDER BY time, job", "PRIMARY KEY"),
            ("SELECT id FROM jobs INDEXED BY jobs_caller WHERE caller = 1 ORDER BY time, id", "jobs_caller"),
            ("SELECT id FROM jobs ORDER BY time, id", "jobs_time"),
            ("SELECT id FROM jobs ORDER BY ifnull(bytes_processed, -1), id", "jobs_bytes"),
        ] {
            let plan = try Row.fetchAll(database, sql: "EXPLAIN QUERY PLAN \(sql)").map { $0["detail"] as String }
            #expect(plan.count == 1 && plan[0].contains(index), "\(plan)")
        }
    }
}
