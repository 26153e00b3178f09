extension [UInt8] {
    /// Adds a number, the high byte first.
    mutating func append(bigEndian number: some FixedWidthInteger) {
        for shift in stride(from: number.bitWidth - 8, through: 0, by: -8) {
            append(UInt8(truncatingIfNeeded: number >> shift))
        }
    }
}

extension ArraySlice<UInt8> {
    /// The first bytes, which are then gone; null, and nothing gone, when there are fewer.
    mutating func takeFirst(_ count: Int) -> ArraySlice<UInt8>? {
        guard count <= self.count else { return nil }
        let taken = prefix(count)
        self = dropFirst(count)
        return taken
    }

    /// A number of up to 8 bytes, the high one first; null when there are fewer bytes, or it is over `Int64.max`.
    mutating func takeBigEndian(bytes count: Int) -> Int64? {
        guard let taken = takeFirst(count) else { return nil }
        return Int64(exactly: taken.reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
    }
}
