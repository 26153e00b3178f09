import JSON

/// The form of one stored entry, taken apart byte by byte as section 3 of `docs/audit-log.md` has it.
struct EntryForm {
    private static let bytesMax = 16_384
    private static let hashDigits = 64
    private static let timeForm = Array("0000-00-00T00:00:00.000000Z".utf8)

    let sequence: Int64
    /// As it stands in the file.
    let time: ArraySlice<UInt8>
    let blobDigest: ArraySlice<UInt8>?
    /// The event type, as it stands in the file.
    let type: ArraySlice<UInt8>

    /// Takes an entry apart; null when it has another form.
    init?(_ entry: ArraySlice<UInt8>) {
        guard entry.count <= Self.bytesMax else { return nil }
        var rest = entry
        guard
            Self.take(#"{"seq":"#, from: &rest), let sequence = Self.takeNumber(from: &rest),
            Self.take(#","time":""#, from: &rest)
        else { return nil }
        let time = rest.prefix(Self.timeForm.count)
        rest = rest.dropFirst(Self.timeForm.count)
        guard Self.isTime(time), Self.take(#"","type":""#, from: &rest) else { return nil }
        blobDigest = Self.blobDigest(atEndOf: rest)
        type = rest.prefix { $0 != UInt8(ascii: "\"") }
        self.sequence = sequence
        self.time = time
        guard EntryScan.isPlainObject(entry) || JSONValue.isObject(Array(entry)) else { return nil }
    }

    private static func blobDigest(atEndOf rest: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        var end = rest
        guard dropLast(#""}"#, of: &end), isHash(end.suffix(hashDigits)) else { return nil }
        let digest = end.suffix(hashDigits)
        end = end.dropLast(hashDigits)
        return dropLast(#","blob_sha256":""#, of: &end) ? digest : nil
    }

    /// Whether bytes have the form `2026-11-22T18:27:00.123456Z`.
    private static func isTime(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard bytes.count == timeForm.count else { return false }
        for (place, expected) in timeForm.enumerated() {
            let byte = bytes[bytes.startIndex + place]
            guard expected == UInt8(ascii: "0") ? (0x30...0x39).contains(byte) : byte == expected else { return false }
        }
        return true
    }

    private static func isHash(_ bytes: ArraySlice<UInt8>) -> Bool {
        bytes.count == hashDigits && bytes.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }

    private static func take(_ text: StaticString, from rest: inout ArraySlice<UInt8>) -> Bool {
        let expected = unsafe UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
        guard unsafe rest.starts(with: expected) else { return false }
        rest = rest.dropFirst(text.utf8CodeUnitCount)
        return true
    }

    private static func dropLast(_ text: StaticString, of rest: inout ArraySlice<UInt8>) -> Bool {
        let expected = unsafe UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
        guard unsafe rest.suffix(expected.count).elementsEqual(expected) else { return false }
        rest = rest.dropLast(text.utf8CodeUnitCount)
        return true
    }

    /// Digits without a leading zero.
    private static func takeNumber(from rest: inout ArraySlice<UInt8>) -> Int64? {
        let digits = rest.prefix { (0x30...0x39).contains($0) }
        guard (1...18).contains(digits.count), digits.first != 0x30 || digits.count == 1 else { return nil }
        rest = rest.dropFirst(digits.count)
        return digits.reduce(0) { $0 * 10 + Int64($1 - 0x30) }
    }
}
