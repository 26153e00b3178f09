import Cryptography

/// Walks the sealed salts beside the entries: each record is the one whose digest its entry holds.
struct SaltsCheck {
    private struct Record {
        let sequence: Int64
        let digest: String
    }

    private var lines: LineStream
    private let file: String
    private var next: Record?
    private var isAtEnd = false

    init(lines: LineStream, file: String) {
        self.lines = lines
        self.file = file
    }

    mutating func check(
        sequence: Int64,
        digest: ArraySlice<UInt8>,
        in result: inout AuditVerification
    ) throws(AuditError) {
        while true {
            if next == nil { next = try read(in: &result) }
            guard let record = next, record.sequence <= sequence else {
                result.add("has no salts for entry \(sequence)", file: file, sequence: sequence)
                return
            }
            next = nil
            if record.sequence == sequence {
                if !record.digest.utf8.elementsEqual(digest) {
                    result.add("the salts of entry \(sequence) were changed", file: file, sequence: sequence)
                }
                return
            }
            result.add("has salts for an entry without commitments", file: file, sequence: record.sequence)
        }
    }

    mutating func finish(in result: inout AuditVerification) throws(AuditError) {
        var unexpected = 0
        while true {
            if next == nil { next = try read(in: &result) }
            guard let record = next else { break }
            next = nil
            guard record.sequence > result.entryCount else {
                result.add("has salts for an entry without commitments", file: file, sequence: record.sequence)
                continue
            }
            unexpected += 1
        }
        if unexpected > 0 {
            result.notices.append(
                "`\(file)` is \(unexpected) records ahead of the log: a write is under way, or a crash prevented it"
            )
        }
    }

    private mutating func read(in result: inout AuditVerification) throws(AuditError) -> Record? {
        while !isAtEnd {
            switch try lines.next() {
            case .line(let line):
                let number = line.prefix { $0 != UInt8(ascii: " ") }
                let text = String(decoding: number, as: UTF8.self)
                guard let sequence = Int64(text), sequence > 0, String(sequence) == text else {
                    result.add("a record does not begin with an entry's number", file: file)
                    continue
                }
                let digest = SHA256.hash(Array(line.dropFirst(number.count + 1)))
                return Record(sequence: sequence, digest: Hex.encode(digest))
            case .unfinished(let byteCount):
                result.add("ends in \(byteCount) bytes that are no record: cut off, or changed", file: file)
            case .end:
                isAtEnd = true
            }
        }
        return nil
    }
}
