import Audit
import Testing

@testable import Evidence

@Suite("Reports")
struct ReportTests {
    private func report(_ choice: EvidenceChoice = EvidenceChoice()) async throws -> EvidenceReport {
        let fixture = try await EvidenceFixture.filled()
        let log = try SignedLog(directory: fixture.directory)
        let entries = try EvidenceEntries(of: log, choice: choice, entriesMax: 1000)
        let manifest = EvidenceManifest(
            software: EvidenceFixture.hostile,
            origin: log.origin,
            size: log.size,
            choice: choice,
            gapSeconds: 120,
            selectedCount: entries.selected.count,
            supportingCount: entries.all.count - entries.selected.count,
            keys: [NamedKey(verifierKey: try fixture.key, source: EvidenceFixture.hostile)],
            mappings: []
        )
        return EvidenceReport(manifest: manifest, entries: entries, checkpoint: log.checkpoint)
    }

    @Test
    func `numbers are those of the entries`() async throws {
        let report = try await report()
        #expect(report.persons.map(\.name) == ["ann (https://issuer.example)", "bob (https://issuer.example)"])
        let ann = try #require(report.persons.first?.did)
        #expect(
            ann.jobs.count == 1 && ann.pages == 2 && ann.rows == 7 && ann.refusals == 1 && ann.bytesProcessed == 1234
        )
        #expect(report.jobs.map(\.outcome) == ["done", "failed"] && report.jobs[0].entries == [3, 4, 5, 6])
        #expect(report.jobs[0].masks.map(\.rule) == ["EMAIL_MASK"] && report.jobs[0].rowCount == 7)
        #expect(report.refusals.map(\.sequence) == [7] && report.gaps.isEmpty)
        #expect(report.mappings.map(\.digest) == [EvidenceFixture.mapping])
        #expect(report.mappings.first?.loaded?.sequence == 0)
        #expect(report.others.map(\.type) == ["mapping_loaded", "server_started", "session_seen", "server_stopped"])
    }

    @Test
    func `a page that is chosen without its job's beginning counts, and says so`() async throws {
        var choice = EvidenceChoice()
        choice.from = "2026-11-22T00:08:00.000000Z"
        choice.to = "2026-11-22T00:09:00.000000Z"
        let report = try await report(choice)
        #expect(report.jobs.count == 1 && report.jobs[0].rowCount == 4 && report.jobs[0].isBegunOutside)
        #expect(report.jobs[0].masks.count == 1 && report.jobs[0].outcome == "not known")
        #expect(report.html.contains("submitted outside of what is chosen"))
    }

    @Test
    func `names from clients are text, whatever they hold`() async throws {
        let html = try await report().html
        #expect(!html.contains("<script") && !html.contains("\u{202E}") && !html.contains("\u{7}"))
        #expect(!html.contains("'<b>'") && html.contains("&#39;&lt;b&gt;&#39;"))
        #expect(html.contains(#"&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;\u{202e}&quot;\u{7}"#))
    }

    @Test
    func `the page needs nothing from elsewhere`() async throws {
        let html = try await report().html
        for word in ["src=", "href=", "url(", "@import", "javascript:", "onload", "CANARY"] {
            #expect(!html.contains(word), "\(word)")
        }
        #expect(html.contains("default-src 'none'") && html.contains("display: table-header-group"))
    }

    @Test
    func `gaps of a session are told`() async throws {
        let fixture = try EvidenceFixture()
        let log = try fixture.open()
        let ann = EvidenceFixture.context(of: "ann")
        let seen = AuditEvent.sessionSeen(ann, SessionSeen(transport: "http", protocolVersion: "1"))
        _ = try await log.append(seen)
        for _ in 0..<3 { _ = try await log.append(.serverStopped(ServerStopped(reason: "x"))) }
        _ = try await log.append(seen)
        try await log.close()
        let signed = try SignedLog(directory: fixture.directory)
        let entries = try EvidenceEntries(of: signed, choice: EvidenceChoice(), entriesMax: 100)
        let manifest = EvidenceManifest(
            software: "s",
            origin: signed.origin,
            size: signed.size,
            choice: EvidenceChoice(),
            gapSeconds: 240,
            selectedCount: 5,
            supportingCount: 0,
            keys: [],
            mappings: []
        )
        let report = EvidenceReport(manifest: manifest, entries: entries, checkpoint: signed.checkpoint)
        #expect(report.gaps.map(\.seconds) == [240])
    }
}
