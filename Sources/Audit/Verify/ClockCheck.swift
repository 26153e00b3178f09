/// Follows the times of entries. A clock that goes back is no proof of anything, and worth a look.
struct ClockCheck {
    private var lastTime: [UInt8] = []
    private var reversals = 0

    /// The time of the last entry.
    var last: String? { lastTime.isEmpty ? nil : String(decoding: lastTime, as: UTF8.self) }

    mutating func add(_ entries: EntriesCheck) {
        guard !entries.lastTime.isEmpty else { return }
        reversals += entries.clockReversals
        if !lastTime.isEmpty, entries.firstTime.lexicographicallyPrecedes(lastTime) { reversals += 1 }
        lastTime = Array(entries.lastTime)
    }

    func report(in result: inout AuditVerification) {
        if reversals > 0 { result.notices.append("the clock went back \(reversals) times") }
    }
}
