import Audit
import Testing

/// The numbers of the entries after a place, and the place behind them; null where the log is not the one of that place.
private func read(_ fixture: LogFixture, after place: LogPlace) throws -> (numbers: [Int64], end: LogPlace)? {
    var numbers: [Int64] = []
    let end = try CheckedLog(directory: fixture.directory).read(after: place) { numbers.append($0.sequence) }
    return end.map { (numbers, $0) }
}

@Test
func `a log is read on from any place, whether entries are under the checkpoint or after it`() async throws {
    let fixture = try LogFixture()
    let log = try fixture.open()
    var places = [LogPlace.start]
    for number in 0..<530 {
        _ = try await log.append(jobSubmitted: Sample.submitted(number), context: Sample.context)
        if [3, 255, 400, 529].contains(number) {
            let (numbers, end) = try #require(try read(fixture, after: places[places.count - 1]))
            #expect(numbers == Array(places[places.count - 1].size..<Int64(number + 1)) && end.size == number + 1)
            places.append(end)
        }
        if number == 300 { try await log.checkpoint() }
    }
    try await log.checkpoint()
    for number in 530..<540 {
        _ = try await log.append(jobSubmitted: Sample.submitted(number), context: Sample.context)
    }
    let whole = try #require(try read(fixture, after: .start))
    #expect(whole.numbers == Array(0..<540))
    for place in places {
        let rest = try #require(try read(fixture, after: place))
        #expect(rest.numbers == Array(place.size..<540) && rest.end == whole.end)
    }
    #expect(try read(fixture, after: whole.end)?.numbers == [])
    try await log.close()
    #expect(try read(fixture, after: whole.end)?.end == whole.end)
}

@Test
func `another log, or one that was taken back, is not read on`() async throws {
    let (fixture, other) = (try LogFixture(), try LogFixture())
    for one in [fixture, other] {
        let log = try one.open()
        for number in 0..<20 { _ = try await log.append(.pageDelivered(Sample.context, Sample.page)); _ = number }
        try await log.close()
    }
    let end = try #require(try read(fixture, after: .start)).end
    #expect(try read(other, after: end) == nil)
    let earlier = try fixture.files()
    let log = try fixture.open()
    _ = try await log.append(.pageDelivered(Sample.context, Sample.page))
    let later = try #require(try read(fixture, after: end)).end
    try await log.close()
    #expect(later.size == 21)
    try fixture.restore(earlier)
    #expect(try read(fixture, after: later) == nil)
    #expect(try read(fixture, after: end)?.numbers == [])
}

@Test
func `a log is read while checkpoints come and go`() async throws {
    let fixture = try LogFixture()
    let log = try fixture.open(checkpointMilliseconds: 1)
    async let written: Void = {
        for number in 0..<3000 {
            _ = try await log.append(jobSubmitted: Sample.submitted(number), context: Sample.context)
        }
    }()
    var place = LogPlace.start
    var seen: [Int64] = []
    while place.size < 3000 {
        let (numbers, end) = try #require(try read(fixture, after: place))
        seen += numbers
        place = end
        await Task.yield()
    }
    try await written
    #expect(seen == Array(0..<3000))
    try await log.close()
}
