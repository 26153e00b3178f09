import ArgumentParser
import Reconciliation

/// Moments as auditors write them behind `--from` and `--to`, the same for every command: a day, which counts to its end,
/// or a time to the minute or finer, in UTC unless it has an offset.
enum AuditMoment {
    private static let dayMicroseconds: Int64 = 86_400_000_000

    /// The first moment that counts, in microseconds since 1970; nil for any other text.
    static func begin(_ text: String) -> Int64? {
        if let moment = Moment.microseconds(text) { return moment }
        let bare = text.hasSuffix("Z") ? String(text.dropLast()) : text
        guard bare.utf8.count >= 16 else { return nil }
        return Moment.microseconds(bare + (bare.utf8.count == 16 ? ":00Z" : "Z"))
    }

    /// The first moment that no longer counts.
    static func end(_ text: String) -> Int64? {
        begin(text).map { text.utf8.count == 10 ? $0 + dayMicroseconds : $0 }
    }

    /// What is said of an option that has none of these forms.
    static func check(_ options: [(name: String, text: String?)]) throws(ValidationError) {
        for (name, text) in options {
            guard text.map({ begin($0) != nil }) ?? true else {
                throw ValidationError(
                    "\(name) takes a day such as 2026-11-22, or a time in UTC such as 2026-11-22T18:30:00Z"
                )
            }
        }
    }
}
