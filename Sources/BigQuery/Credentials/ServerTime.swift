internal import FoundationEssentials
internal import HTTPTransport

/// Times that servers write.
enum ServerTime {
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// A timestamp such as `2026-11-28T19:00:00Z` (RFC 3339), in seconds since 1970; fractions of seconds are cut off.
    static func seconds(timestamp text: String) -> Int64? {
        guard text.hasSuffix("Z") else { return nil }
        let whole = text.dropLast().prefix { $0 != "." }
        guard let date = try? Date("\(whole)Z", strategy: .iso8601) else { return nil }
        return Int64(date.timeIntervalSince1970)
    }

    /// What the answer's `Date` says (RFC 9110, 5.6.7), in seconds since 1970.
    static func seconds(of answer: HTTPResponse) -> Int64? {
        let words = (answer.header(named: "Date") ?? "").split(separator: " ")
        guard words.count == 6, words[5] == "GMT", let month = months.firstIndex(of: String(words[2])) else {
            return nil
        }
        let number = month + 1
        return seconds(timestamp: "\(words[3])-\(number < 10 ? "0" : "")\(number)-\(words[1])T\(words[4])Z")
    }
}
