import Cryptography

/// What a checkpoint or an anchor says about the log.
struct ChainClaim {
    /// The file that says so.
    let source: String
    let checkpoint: SignedCheckpoint
}

/// Follows the chain from entry to entry.
struct ChainCheck {
    private static let file = "entries.jsonl"

    private let claims: [ChainClaim]
    private var salts: SaltsCheck?
    private let hasher = SHA256Stream()
    private var sequence: Int64 = 0
    private var previous = [UInt8](repeating: UInt8(ascii: "0"), count: 64)
    private var lastTime: [UInt8] = []
    private var clockReversals = 0
    private var offset: Int64 = 0
    /// Claims that were met at their entry.
    private var metClaims = 0

    init(claims: [ChainClaim], salts: SaltsCheck?) {
        self.claims = claims
        self.salts = salts
        for claim in claims where claim.checkpoint.count == 0 { metClaims += 1 }
    }

    /// Checks the next line, which ends with its newline at `endOffset`.
    mutating func check(
        _ line: ArraySlice<UInt8>,
        endOffset: Int64,
        in result: inout AuditVerification
    ) throws(AuditError) {
        result.entryCount += 1
        offset = endOffset
        guard let entry = EntryForm(line: line) else {
            sequence += 1
            // The link from here to the next entry is not known; the next one says it again.
            previous = []
            result.add("does not have the form of an entry", file: Self.file, sequence: sequence)
            return
        }
        if entry.sequence != sequence + 1 {
            result.add("follows entry \(sequence)", file: Self.file, sequence: entry.sequence)
        }
        if !previous.isEmpty, !entry.previous.elementsEqual(previous) {
            result.add("does not link to the entry before it", file: Self.file, sequence: entry.sequence)
        }
        hasher.update(entry.body)
        if !entry.statedHash.elementsEqual(Hex.encode(hasher.finish()).utf8) {
            result.add("was changed: its hash is another", file: Self.file, sequence: entry.sequence)
        }
        if !EntryForm.isJSON(line) {
            result.add("is not a JSON object", file: Self.file, sequence: entry.sequence)
        }
        if !lastTime.isEmpty, entry.time.lexicographicallyPrecedes(lastTime) { clockReversals += 1 }
        if let digest = entry.saltsDigest {
            try salts?.check(sequence: entry.sequence, digest: digest, in: &result)
        }
        lastTime = Array(entry.time)
        sequence = entry.sequence
        previous = Array(entry.statedHash)
        checkClaims(in: &result)
    }

    mutating func checkUnfinished(byteCount: Int, in result: inout AuditVerification) {
        result.add(
            "\(byteCount) bytes after entry \(sequence) are no entry: cut off, or changed",
            file: Self.file,
            sequence: sequence + 1
        )
        previous = []
        sequence += 1
    }

    mutating func finish(in result: inout AuditVerification) throws(AuditError) {
        for claim in claims where claim.checkpoint.count > sequence {
            result.add(
                "names \(claim.checkpoint.count) entries, and the log ends after entry \(sequence)",
                file: claim.source
            )
            metClaims += 1
        }
        if metClaims < claims.count {
            result.add("an entry that a checkpoint names was not met", file: Self.file)
        }
        try salts?.finish(in: &result)
        if result.signedCount > 0 || result.signedTime != nil, sequence > result.signedCount {
            let rest = sequence - result.signedCount
            result.notices.append(
                "\(rest) \(rest == 1 ? "entry" : "entries") after the last checkpoint: linked, and under no signature"
            )
        }
        if clockReversals > 0 { result.notices.append("the clock went back \(clockReversals) times") }
    }

    private mutating func checkClaims(in result: inout AuditVerification) {
        for claim in claims where claim.checkpoint.count == sequence {
            metClaims += 1
            if !Hex.encode(claim.checkpoint.hash).utf8.elementsEqual(previous) {
                result.add("names another entry \(sequence) than the log has", file: claim.source, sequence: sequence)
            }
            if claim.checkpoint.length != offset {
                result.add(
                    "says that entry \(sequence) ends at byte \(claim.checkpoint.length), not \(offset)",
                    file: claim.source,
                    sequence: sequence
                )
            }
        }
    }
}
