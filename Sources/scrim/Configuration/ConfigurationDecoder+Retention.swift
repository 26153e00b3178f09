import Audit
import JSON

/// What is kept beside the entries of the audit log, and for how long.
extension ConfigurationDecoder {
    /// More is a mistake.
    private static let secondsMax: Int64 = 100 * 366 * 86_400

    /// `audit.content`; off unless it says otherwise.
    func recordsContent(_ reader: inout JSONReader) throws -> Bool {
        guard var content = try reader.optionalObject("content") else { return false }
        let records = try content.bool("record")
        try content.finish()
        return records
    }

    /// `audit.retention`; what has no time there is kept for ever.
    func retention(_ reader: inout JSONReader) throws -> RetentionPolicy {
        guard var times = try reader.optionalObject("retention") else { return RetentionPolicy() }
        var policy = RetentionPolicy()
        for retentionClass in RetentionClass.allCases {
            let key = retentionClass.rawValue
            guard let seconds = try amount(key, in: &times, Quantity.seconds) else { continue }
            guard seconds <= Self.secondsMax else { throw times.invalid(key, "must be at most 100 years") }
            policy.seconds[retentionClass] = seconds
        }
        try times.finish()
        return policy
    }
}
