import Cryptography
import JSON

/// The bytes of an entry; `docs/audit-log.md`, section 3.
struct EntryLine {
    /// The largest entry, its newline included.
    static let bytesMax = 16_384
    /// What precedes the first entry.
    static let firstPrevious = [UInt8](repeating: 0, count: SHA256.digestBytes)
    private static let hashKey = Array(#","hash":""#.utf8)
    /// `,"hash":"`, 64 digits, `"}`.
    private static let suffixBytes = hashKey.count + 2 * SHA256.digestBytes + 2

    /// The whole line with its newline.
    let bytes: [UInt8]
    /// SHA-256 of everything before `,"hash":`.
    let hash: [UInt8]

    init(
        sequence: Int64,
        time: String,
        previous: [UInt8],
        fields: JSONObject,
        saltsDigest: [UInt8]?
    ) throws(AuditError) {
        var line = Array(#"{"seq":\#(sequence),"time":"\#(time)","prev":"\#(Hex.encode(previous))","#.utf8)
        line += fields.serialized().dropFirst().dropLast()
        if let saltsDigest { line += Array(#","salts_sha256":"\#(Hex.encode(saltsDigest))""#.utf8) }
        hash = SHA256.hash(line)
        line += Self.hashKey
        line += Array("\(Hex.encode(hash))\"}\n".utf8)
        guard line.count <= Self.bytesMax else {
            throw AuditError(.entrySize, "an entry of \(line.count) bytes is larger than \(Self.bytesMax)")
        }
        bytes = line
    }

    /// The hash of a stored line without its newline, when it is the entry `sequence` after `previous`; else null.
    static func hash(ofStored line: ArraySlice<UInt8>, sequence: Int64, previous: [UInt8]) -> [UInt8]? {
        guard line.count > suffixBytes, line.count < bytesMax else { return nil }
        let body = line.dropLast(suffixBytes)
        let hash = SHA256.hash(Array(body))
        let start = Array(#"{"seq":\#(sequence),"time":""#.utf8)
        let link = Array(#"","prev":"\#(Hex.encode(previous))","#.utf8)
        let linkStart = body.startIndex + start.count + timeBytes
        guard
            line.suffix(suffixBytes) == (hashKey + Array("\(Hex.encode(hash))\"}".utf8))[...],
            body.starts(with: start),
            linkStart + link.count <= body.endIndex,
            body[linkStart...].starts(with: link)
        else { return nil }
        return hash
    }

    /// The hash of a stored line without its newline, when it has the number `sequence`, whatever it follows; else
    /// null.
    static func storedHash(of line: ArraySlice<UInt8>, sequence: Int64) -> [UInt8]? {
        let start = Array(#"{"seq":\#(sequence),"time":""#.utf8)
        let previous = line.dropFirst(start.count + timeBytes + Array(#"","prev":""#.utf8).count).prefix(64)
        guard let previous = try? Hex.decode(String(decoding: previous, as: UTF8.self)) else { return nil }
        return hash(ofStored: line, sequence: sequence, previous: previous)
    }

    /// The length of `2026-11-22T18:27:00.123456Z`.
    private static let timeBytes = 27
}
