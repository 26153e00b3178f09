import Audit
import JSON
import Testing

private let long = String(repeating: "\"\u{1}ü\u{2028}x", count: 20_000)
private let actor = AuditActor(
    issuer: long,
    subject: long,
    client: long,
    roles: (0..<500).map { "role \($0) \u{1}" },
    kind: long,
    actors: (0..<500).map { AuditParty(issuer: "https://idp.example", subject: "agent \($0)", client: long) }
)
private let context = AuditContext(actor: actor, session: long, request: long, software: long, mappingDigest: long)
private let job = AuditJob(project: long, location: long, jobID: long)
private let columns = (0..<5000).map {
    AuditMaskedColumn(table: "demo.bank.customers", column: "column_\($0)", tag: "pii", rule: "SHA256")
}
private let query = AuditQuery(
    sqlShape: long,
    texts: CommittedTexts(originalSQL: long, rewrittenSQL: long, parameters: Array(long.utf8), reason: long),
    tables: (0..<5000).map { "demo.bank.table_\($0)" },
    maskedColumns: columns
)

private let tag = AuditTag(name: String(long.prefix(200)), resource: String(long.prefix(200)))
private let tagChange = TagChange(
    plan: long,
    table: long,
    etag: long,
    columns: (0..<500).map { AuditTagChange(column: "column_\($0)", old: tag, new: tag) }
)

@Test
func `the largest event of each kind is cut to 16 KiB and says what was cut`() async throws {
    let fixture = try LogFixture()
    let log = try fixture.open()
    let refusals = (0..<5000).map { AuditRefusal(code: "table.unknown", line: $0, column: .max) }
    let events: [AuditEvent] = [
        .jobSubmitted(context, JobSubmitted(job: job, tool: long, query: query, bytesBilledMax: .max)),
        .queryEstimated(context, QueryEstimated(query: query, bytesProcessed: .max, bytesShown: .max)),
        .requestRefused(
            context,
            RequestRefused(tool: long, refusals: refusals, jobID: long, sqlShape: long, texts: query.texts)
        ),
        .jobEnded(context, JobEnded(job: job, outcome: .failed, reason: long, referencedTables: query.tables)),
        .pageDelivered(context, PageDelivered(job: job, page: .max, rowCount: .max, content: [])),
        .metadataRead(context, MetadataRead(tool: long, resources: query.tables, itemCount: .max)),
        .sessionSeen(context, SessionSeen(transport: long, protocolVersion: long)),
        .mappingLoaded(MappingLoaded(digest: long, fileCount: .max, roles: query.tables)),
        .serverStopped(ServerStopped(reason: long)),
        .auditSink(AuditSinkState(table: long, isBehind: true, next: .max, waitingCount: .max, reason: long)),
        .identityRefused(
            IdentityRefused(
                request: long,
                transport: long,
                peer: long,
                reason: long,
                issuer: long,
                subject: long,
                actor: actor,
                tool: long
            )
        ),
        .identityRefusalsCounted(
            IdentityRefusalsCounted(
                transport: "http",
                counts: Dictionary(uniqueKeysWithValues: (0..<500).map { ("reason \($0)", .max) })
            )
        ),
        .tagChangeSubmitted(context, try #require(tagChange.records.first)),
        .tagChangeEnded(context, TagChangeEnded(plan: long, table: long, outcome: .stale, reason: long, etag: long)),
    ]
    for event in events { _ = try await log.append(event) }
    try await log.close()
    #expect(try verify(fixture).verdict == "verified")
    for entry in try fixture.entries() {
        #expect(entry.serialized().count <= 16_384)
        #expect(entry["cut"]?.objectValue?.isEmpty == false)
    }
}

@Test
func `what is kept and what is cut add up`() async throws {
    let fixture = try LogFixture()
    let log = try fixture.open()
    _ = try await log.append(
        .jobSubmitted(context, JobSubmitted(job: job, tool: "query", query: query, bytesBilledMax: 1))
    )
    try await log.close()
    let entry = try #require(try fixture.entries().first)
    let sql = try #require(entry["sql"]?.stringValue)
    #expect(long.hasPrefix(sql) && !sql.isEmpty)
    #expect(entry["cut"]?["sql"] == .integer(Int64(long.utf8.count - sql.utf8.count)))
    let kept = try #require(entry["masked_columns"]?.arrayValue)
    #expect(!kept.isEmpty)
    #expect(entry["cut"]?["masked_columns"] == .integer(Int64(columns.count - kept.count)))
    #expect(entry["cut"]?["tool"] == nil)
}

@Test
func `exact figures and names are recorded as they are`() async throws {
    let fixture = try LogFixture()
    let log = try fixture.open()
    _ = try await log.append(.jobEnded(Sample.context, Sample.ended))
    _ = try await log.append(.pageDelivered(Sample.context, Sample.page))
    _ = try await log.append(.requestRefused(Sample.context, Sample.refused))
    try await log.close()
    let entries = try fixture.entries()
    let ended = try #require(entries.first)
    #expect(ended["outcome"] == "done" && ended["bytes_processed"] == 1234 && ended["bytes_shown"] == 10_485_760)
    #expect(ended["cache_hit"] == false && ended["rows"] == 3 && ended["slot_ms"] == 12 && ended["cut"] == nil)
    #expect(ended["actor"]?["subject"] == "alice@bank.example" && ended["actor"]?["roles"] == ["analyst"])
    #expect(ended["request"] == "r1" && ended["software"] == "claude-code 2.1")
    #expect(entries[1]["page"] == 1 && entries[1]["rows"] == 3 && entries[1]["bytes"] == 13)
    #expect(entries[1]["sha256"] == "e067021c0cfe3c84e6672313b98fed3529d255d46d26b15042f053dbbd589a70")
    #expect(entries[2]["refused"]?[0]?["code"] == "statement.not_select" && entries[2]["refused"]?[0]?["line"] == 1)
    #expect(entries[2]["refused"]?[1] == ["code": "limit.depth"])
}

@Test
func `a change of many tags takes as many entries as it needs, and its receipt names all of them`() async throws {
    let fixture = try LogFixture()
    let log = try fixture.open()
    let small = TagChange(plan: "p", table: "demo.bank.t", etag: "e", columns: tagChange.columns)
    let receipt = try await log.append(tagChangeSubmitted: small, context: Sample.context)
    try await log.close()
    let entries = try fixture.entries()
    #expect(receipt.change == small && receipt.entries.count == entries.count && entries.count > 10)
    #expect(entries.allSatisfy { $0["cut"] == nil && $0["parts"] == .integer(Int64(entries.count)) })
    #expect(entries.map { $0["part"] } == (1...entries.count).map { .integer(Int64($0)) })
    let columns = entries.flatMap { $0["columns"]?.arrayValue ?? [] }
    #expect(columns.map { $0["column"] } == small.columns.map { .string($0.column) })
    #expect(columns.first?["old"]?["resource"] == .string(tag.resource))
    #expect(try verify(fixture).verdict == "verified")
}
