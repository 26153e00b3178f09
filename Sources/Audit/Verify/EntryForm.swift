import Cryptography
import JSON

/// The form of one stored entry, taken apart byte by byte as section 3 of `docs/audit-log.md` has it.
struct EntryForm {
    static let bytesMax = 16_384

    let sequence: Int64
    /// As it stands in the file.
    let time: ArraySlice<UInt8>
    let previous: ArraySlice<UInt8>
    let statedHash: ArraySlice<UInt8>
    let saltsDigest: ArraySlice<UInt8>?
    /// What the hash is over.
    let body: ArraySlice<UInt8>

    private static let hashDigits = 64
    private static let timeBytes = 27

    /// Takes a line without its newline apart; null when it has another form.
    init?(line: ArraySlice<UInt8>) {
        guard line.count < Self.bytesMax else { return nil }
        var rest = line
        guard
            Self.take(#"{"seq":"#, from: &rest), let sequence = Self.takeNumber(from: &rest),
            Self.take(#","time":""#, from: &rest)
        else { return nil }
        let time = rest.prefix(Self.timeBytes)
        rest = rest.dropFirst(Self.timeBytes)
        guard Self.isTime(time), Self.take(#"","prev":""#, from: &rest) else { return nil }
        let previous = rest.prefix(Self.hashDigits)
        rest = rest.dropFirst(Self.hashDigits)
        guard Self.isHash(previous), Self.take(#"","type":""#, from: &rest) else { return nil }
        guard Self.dropLast(#""}"#, of: &rest) else { return nil }
        let statedHash = rest.suffix(Self.hashDigits)
        rest = rest.dropLast(Self.hashDigits)
        guard Self.isHash(statedHash), Self.dropLast(#","hash":""#, of: &rest) else { return nil }
        body = line[..<rest.endIndex]
        var end = rest
        if Self.dropLast("\"", of: &end), Self.isHash(end.suffix(Self.hashDigits)) {
            let digest = end.suffix(Self.hashDigits)
            end = end.dropLast(Self.hashDigits)
            saltsDigest = Self.dropLast(#","salts_sha256":""#, of: &end) ? digest : nil
        } else {
            saltsDigest = nil
        }
        self.sequence = sequence
        self.time = time
        self.previous = previous
        self.statedHash = statedHash
    }

    /// Whether the line is one JSON object; duplicate keys and the like are refused by the reader.
    static func isJSON(_ line: ArraySlice<UInt8>) -> Bool {
        guard let value = try? JSONValue(parsing: Array(line)) else { return false }
        return value.objectValue != nil
    }

    /// Whether bytes have the form `2026-11-22T18:27:00.123456Z`.
    static func isTime(_ bytes: some Collection<UInt8>) -> Bool {
        let form = "0000-00-00T00:00:00.000000Z".utf8
        guard bytes.count == form.count else { return false }
        return zip(bytes, form).allSatisfy { byte, expected in
            expected == UInt8(ascii: "0") ? (0x30...0x39).contains(byte) : byte == expected
        }
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
        guard (1...18).contains(digits.count), digits.first != 0x30 else { return nil }
        rest = rest.dropFirst(digits.count)
        return digits.reduce(0) { $0 * 10 + Int64($1 - 0x30) }
    }
}
