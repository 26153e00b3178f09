import Audit
import BigQuery
import Locks
import Testing

@testable import Evidence

/// A table that can refuse, and where the position is kept.
private final class Table: Sendable {
    struct State {
        var rows: [Int64] = []
        var largest = 0
        var failures = 0
        var told: [AuditSinkState] = []
        var position: [UInt8]?
    }

    let state: Locked<State>

    init(failures: Int = 0) { state = Locked(State(failures: failures)) }

    func sink(_ directory: String, table: String = "p.d.t", lag: Duration = .zero) -> AuditSink {
        var settings = AuditSink.Settings(directory: directory, lagAllowed: lag)
        settings.interval = .milliseconds(5)
        settings.firstDelay = .milliseconds(1)
        settings.delayMax = .milliseconds(4)
        return AuditSink(
            settings: settings,
            table: table,
            append: { [state] entries in
                try state.withLock { state in
                    guard state.failures == 0 else {
                        state.failures -= 1
                        throw Unwilling()
                    }
                    state.rows += entries.map(\.sequence)
                    state.largest = max(state.largest, entries.count)
                }
            },
            store: AuditSink.Store(
                load: { [state] in state.withLock { $0.position } },
                save: { [state] bytes in state.withLock { $0.position = bytes } }
            ),
            tell: { [state] told in state.withLock { $0.told.append(told) } }
        )
    }

    /// Runs a sink until something holds.
    func run(_ sink: AuditSink, until isDone: @Sendable (State) -> Bool) async throws {
        let running = Task { await sink.run() }
        let deadline = ContinuousClock.now + .seconds(20)
        while !state.withLock({ isDone($0) }), .now < deadline { try await Task.sleep(for: .milliseconds(2)) }
        running.cancel()
        await running.value
    }

    struct Unwilling: Error {}
}

@Suite("The audit table", .timeLimit(.minutes(2)))
struct SinkTests {
    @Test
    func `each entry arrives once, in order, and the next sink goes on from there`() async throws {
        let fixture = try await EvidenceFixture.filled()
        let table = Table()
        try await table.run(table.sink(fixture.directory)) { $0.rows.count >= 11 && $0.position != nil }
        #expect(table.state.withLock { $0.rows } == Array(0...10))
        #expect(table.state.withLock { $0.told } == [], "nothing waited")
        let log = try fixture.open()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<700 {
                group.addTask { _ = try await log.append(.serverStopped(ServerStopped(reason: "x"))) }
            }
            try await group.waitForAll()
        }
        try await log.close()
        try await table.run(table.sink(fixture.directory)) { $0.rows.count >= 711 }
        #expect(table.state.withLock { $0.rows } == Array(0..<711))
        #expect(table.state.withLock { $0.largest } == AuditRowsClient.rowsMax)
    }

    @Test
    func `failures are repeated, told once when they begin and once when they end`() async throws {
        let fixture = try await EvidenceFixture.filled()
        let table = Table(failures: 6)
        try await table.run(table.sink(fixture.directory)) { $0.told.count >= 2 }
        let state = table.state.withLock { $0 }
        #expect(state.rows == Array(0...10))
        #expect(state.told.map(\.isBehind) == [true, false] && state.told.map(\.next) == [0, 11])
        #expect(state.told.first?.waitingCount == 11 && state.told.first?.reason == "unknown")
    }

    @Test
    func `a short failure is not told`() async throws {
        let fixture = try await EvidenceFixture.filled()
        let table = Table(failures: 2)
        try await table.run(table.sink(fixture.directory, lag: .seconds(60))) { $0.rows.count >= 11 }
        #expect(table.state.withLock { $0.told } == [])
    }

    @Test
    func `another table gets everything, and a log that became shorter nothing`() async throws {
        let fixture = try await EvidenceFixture.filled()
        let table = Table()
        try await table.run(table.sink(fixture.directory)) { $0.rows.count >= 11 && $0.position != nil }
        try await table.run(table.sink(fixture.directory, table: "p.d.other")) { $0.rows.count >= 22 }
        #expect(table.state.withLock { $0.rows } == Array(0...10) + Array(0...10))
        let ahead = SinkPosition(origin: EvidenceFixture.origin, table: "p.d.t", next: 12)
        table.state.withLock { $0.position = ahead.serialized }
        try await table.run(table.sink(fixture.directory)) { !$0.told.isEmpty }
        #expect(table.state.withLock { $0.told.first?.reason } == "log.shorter")
        #expect(table.state.withLock { $0.rows.count } == 22)
    }
}
