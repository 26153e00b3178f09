/// Fields joined so that no two lists of fields give the same bytes: each behind its length, an absent one apart from
/// an empty one.
struct FieldEncoding {
    private(set) var bytes: [UInt8] = []

    /// Starts with the purpose, so that a code made for one purpose is none for another.
    init(purpose: String) {
        append(purpose)
    }

    mutating func append(_ field: String) {
        append(Array(field.utf8))
    }

    mutating func append(_ field: [UInt8]) {
        bytes.append(1)
        append(number: UInt64(field.count))
        bytes += field
    }

    mutating func append(optional field: String?) {
        if let field { append(field) } else { bytes.append(0) }
    }

    mutating func append(number: UInt64) {
        for shift in stride(from: 56, through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: number >> UInt64(shift)))
        }
    }

    mutating func append(identityOf principal: Principal) {
        append(principal.issuer)
        append(principal.subject)
        append(optional: principal.client)
    }
}
