import JSON
import Server

/// What bounds load: connections, calls, and the time of the end.
extension ConfigurationDecoder {
    func connections(_ reader: inout JSONReader) throws -> Int? {
        guard let count = try reader.optionalInteger("connections") else { return nil }
        guard (1...1_000_000).contains(count) else { throw reader.invalid("connections", "must be 1 to 1000000") }
        return Int(count)
    }

    func calls(_ reader: inout JSONReader) throws -> CallLimits {
        var calls = CallLimits()
        if let count = try count("calls_at_once", 1...10_000, in: &reader) { calls.atOnce = count }
        if let count = try count("calls_queued", 0...100_000, in: &reader) { calls.queued = count }
        if let count = try count("calls_per_minute", 1...10_000_000, in: &reader) { calls.perMinute = count }
        return calls
    }

    /// Seconds from the first signal to the end of the process.
    func shutdown(_ reader: inout JSONReader) throws -> Int64? {
        guard let seconds = try amount("shutdown", in: &reader, Quantity.seconds) else { return nil }
        guard seconds <= 600 else { throw reader.invalid("shutdown", "must be at most 10m") }
        return seconds
    }

    private func count(_ key: String, _ range: ClosedRange<Int64>, in reader: inout JSONReader) throws -> Int? {
        guard let count = try reader.optionalInteger(key) else { return nil }
        guard range.contains(count) else {
            throw reader.invalid(key, "must be \(range.lowerBound) to \(range.upperBound)")
        }
        return Int(count)
    }
}
