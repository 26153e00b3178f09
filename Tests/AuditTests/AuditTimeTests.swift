import Testing

@testable import Audit

@Test(arguments: [0, 1, 951_782_399_999_999, 1_795_875_079_123_456, 4_102_444_799_000_000, 253_402_300_799_999_999])
func `a moment is read as it is written`(microseconds: Int64) {
    #expect(AuditTime.microseconds(AuditTime.text(microseconds: microseconds)) == microseconds)
}

@Test(arguments: [
    "", "2026-11-22", "2026-11-22T18:27:00Z", "2026-02-30T00:00:00.000000Z", "2026-13-01T00:00:00.000000Z",
    "2026-11-22 18:27:00.123456Z", "2026-11-22T18:27:60.123456Z", "2026-11-22T18:27:00.12345éZ",
])
func `what no moment is written like is none`(text: String) {
    #expect(AuditTime.microseconds(text) == nil)
}
