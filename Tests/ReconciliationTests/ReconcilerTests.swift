import BigQuery
import JSON
import Testing

@testable import Audit
@testable import Reconciliation

/// An entry of a log.
func entry(_ sequence: Int64, at time: Int64, _ members: String) -> AuditEntry? {
    AuditEntry(bytes: Array(#"{"seq":\#(sequence),"time":"\#(Moment.text(time))",\#(members)}"#.utf8)[...])
}

private let start: Int64 = 1_780_000_000_000_000
private let period = ReconciliationPeriod(from: start, before: start + 3_600_000_000)

@Suite("Comparing histories")
struct ReconcilerTests {
    /// What can be done to a job on one of the sides.
    private enum Change: CaseIterable {
        case none, notLogged, notRecorded, text, literal, bytes, tables, labels, account, location, outcome, twice

        /// Changes what BigQuery says, and tells which finding must follow; none for some facts.
        func apply(to job: inout RecordedJob, of fact: Fact) -> ReconciliationFinding.Code? {
            switch self {
            case .none, .notLogged, .notRecorded, .twice: return nil
            case .text:
                job.text = RecordedJob.Text(fact.sql.replacing("SELECT a", with: "SELECT c"))
                return .text
            case .literal:
                job.text = RecordedJob.Text(fact.sql.replacing("b = '", with: "b = '1"))
                return fact.opensText ? .text : nil
            case .bytes:
                job.bytesBilled = fact.bytes + 2
                return .bytes
            case .tables:
                job.tables?.insert("p.d.secret")
                return .tables
            case .labels:
                job.labels?["scrim_request"] = "another"
                return .labels
            case .account:
                job.userEmail = "eve@example.com"
                return .account
            case .location:
                job.location = "EU"
                return .location
            case .outcome:
                job.failure = "invalidQuery"
                return .outcome
            }
        }
    }

    @Test(arguments: UInt64(1)...60)
    func `whatever differs is found, and nothing else`(seed: UInt64) throws {
        let period = try #require(period)
        var random = SeededGenerator(state: seed)
        let skew = Int64.random(in: -3_000_000...3_000_000, using: &random)
        var logged = LoggedJobs(period: period)
        var reconciler = Reconciler(
            period: period,
            accounts: [Fact.server.uppercased(), Fact.admin],
            askedAt: period.before + 600_000_000
        )
        var expected: Set<Expected> = []
        var histories: [RecordedJob] = []
        for number in 0..<60 {
            let fact = Fact(number, in: period, &random)
            let change = Change.allCases.randomElement(using: &random) ?? .none
            var recorded = fact.recorded(skew: skew)
            if let code = change.apply(to: &recorded, of: fact) {
                expected.insert(Expected(code: code, jobID: fact.jobID))
            }
            if change != .notLogged {
                for entry in fact.entries(from: Int64(number) * 2) { logged.add(entry, log: "one") { _ in fact.text } }
            } else {
                expected.insert(Expected(code: .notInLog, jobID: fact.jobID))
            }
            if change != .notRecorded {
                histories.append(recorded)
            } else {
                expected.insert(Expected(code: .notInBigQuery, jobID: fact.jobID))
            }
            if change == .twice, fact.submitted >= period.from {
                for entry in fact.entries(from: 7_000) { logged.add(entry, log: "two") { _ in fact.text } }
                expected.insert(Expected(code: .loggedTwice, jobID: fact.jobID))
            }
        }
        for job in histories.shuffled(using: &random) { reconciler.add(job) }
        let outcome = reconciler.compare(with: logged)
        #expect(Set(outcome.findings.map { Expected(code: $0.code, jobID: $0.jobID) }) == expected)
        #expect(outcome.findings.count == expected.count)
        #expect(outcome.differs == !expected.isEmpty)
    }

    @Test
    func `reading a log again, and jobs beyond the period, change nothing`() throws {
        let period = try #require(period)
        var random = SeededGenerator(state: 7)
        var fact = Fact(1, in: period, &random)
        var logged = LoggedJobs(period: period)
        var reconciler = Reconciler(period: period, accounts: [Fact.server, Fact.admin], askedAt: period.before)
        reconciler.add(fact.recorded(skew: 0))
        for _ in 1...2 { for entry in fact.entries(from: 4) { logged.add(entry, log: "one") { _ in fact.text } } }
        fact.jobID = "scrim_later"
        fact.submitted = period.before
        for entry in fact.entries(from: 6) { logged.add(entry, log: "one") { _ in fact.text } }
        fact.jobID = "scrim_before"
        fact.submitted = period.from - fact.duration - 1
        reconciler.add(fact.recorded(skew: 0))
        let outcome = reconciler.compare(with: logged)
        #expect(outcome.findings == [] && outcome.loggedCount == 1 && outcome.matchedCount == 1)
    }

    @Test
    func `a job that is being sent while BigQuery is asked is no difference`() throws {
        let period = try #require(period)
        let submitted =
            #""type":"job_submitted","request":"r","job":{"project":"p","location":"US","job_id":"scrim_1"}"#
        for (at, codes) in [(period.before - 1_000_000, []), (period.from, [ReconciliationFinding.Code.notInBigQuery])]
        {
            var logged = LoggedJobs(period: period)
            logged.add(try #require(entry(0, at: at, submitted)), log: "one") { _ in
                .unknown(.noKeys, withoutLiterals: nil)
            }
            let reconciler = Reconciler(period: period, accounts: [Fact.server], askedAt: period.before)
            let outcome = reconciler.compare(with: logged)
            #expect(outcome.findings.map(\.code) == codes && outcome.recentCount == 1 - codes.count)
        }
    }

    @Test
    func `a job that is recorded while the log is read calls for reading it again`() throws {
        let period = try #require(period)
        var random = SeededGenerator(state: 3)
        var fact = Fact(1, in: period, &random)
        fact.submitted = period.before - 2_000_000
        var reconciler = Reconciler(period: period, accounts: [Fact.server, Fact.admin], askedAt: period.before)
        var logged = LoggedJobs(period: period)
        #expect(!reconciler.hasRecentStranger(to: logged))
        reconciler.add(fact.recorded(skew: 0))
        #expect(reconciler.hasRecentStranger(to: logged))
        for entry in fact.entries(from: 0) { logged.add(entry, log: "one") { _ in fact.text } }
        #expect(!reconciler.hasRecentStranger(to: logged))
    }

    @Test
    func `what a cancelled job's later end says is kept`() throws {
        let period = try #require(period)
        let job = #""job":{"project":"p","location":"US","job_id":"scrim_1"}"#
        var logged = LoggedJobs(period: period)
        let entries = [
            #""type":"job_submitted","session":"s","request":"r",\#(job),"tables":["p.d.t"]"#,
            #""type":"job_ended",\#(job),"outcome":"cancelled","tables":[]"#,
            #""type":"job_ended",\#(job),"outcome":"failed","bytes_processed":5,"tables":["p.d.t"]"#,
        ]
        for (number, members) in entries.enumerated() {
            logged.add(try #require(entry(Int64(number), at: period.from + 5, members)), log: "one") { _ in
                .unknown(.gone, withoutLiterals: nil)
            }
        }
        var reconciler = Reconciler(period: period, accounts: [Fact.server], askedAt: period.before)
        var recorded = RecordedJob(project: "p", jobID: "scrim_1")
        recorded.userEmail = Fact.server
        recorded.created = period.from + 5
        recorded.isDone = true
        recorded.bytesProcessed = 6
        recorded.tables = ["p.d.t"]
        reconciler.add(recorded)
        let outcome = reconciler.compare(with: logged)
        #expect(outcome.findings.map(\.code) == [.bytes])
        #expect(outcome.findings.first?.logged == ["bytes_processed": 5])
        #expect(outcome.texts == [.notCompared("BigQuery's history does not have it"): 1])
    }
}
