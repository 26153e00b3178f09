import Cryptography
import class Foundation.FileManager

/// Checks a log directory, or a copy of one, without anything but its files and public keys.
///
/// Shares nothing with the code that writes the log but SHA-256, Ed25519 and the text encodings. Memory does not grow
/// with the log.
public struct AuditVerifier {
    private static let entriesName = "entries.jsonl"
    private static let saltsName = "salts"
    private static let checkpointName = "checkpoint"
    private static let newCheckpointName = "checkpoint.new"
    /// Longer than any record of salts.
    private static let saltsLineBytesMax = 4096

    private let directory: String
    private let trustedKeys: [VerifierKey]
    private let anchorPaths: [String]

    /// A verifier.
    /// - Parameters:
    ///   - directory: The log directory or a copy of it.
    ///   - trustedKeys: The keys that may have signed the checkpoint; none means that no signature can be checked.
    ///   - anchors: Files with earlier checkpoints that were kept elsewhere; the log must continue each of them.
    public init(directory: String, trustedKeys: [VerifierKey], anchors: [String] = []) {
        self.directory = directory
        self.trustedKeys = trustedKeys
        self.anchorPaths = anchors
    }

    /// Reads everything and says what does not hold.
    ///
    /// - Throws: `file` when there is no log, or a file cannot be read: then nothing is known.
    public func verify() throws(AuditError) -> AuditVerification {
        var result = AuditVerification()
        let names = try fileNames()
        guard names.contains(Self.entriesName) else {
            throw AuditError(.file, "`\(directory)` holds no audit log")
        }
        check(names: names, in: &result)
        // The checkpoint is read before the entries: while the log is written, entries are there before their
        // checkpoint.
        var claims = try anchorClaims(in: &result)
        if let claim = try checkpointClaim(names: names, in: &result) { claims.append(claim) }
        var chain = ChainCheck(claims: claims, salts: try salts(names: names))
        var entries = try LineStream(path: path(Self.entriesName), lineBytesMax: EntryForm.bytesMax)
        reading: while true {
            switch try entries.next() {
            case .line(let line): try chain.check(line, endOffset: entries.offset, in: &result)
            case .unfinished(let byteCount): chain.checkUnfinished(byteCount: byteCount, in: &result)
            case .end: break reading
            }
        }
        try chain.finish(in: &result)
        return result
    }

    private func fileNames() throws(AuditError) -> [String] {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: directory).sorted()
        } catch {
            throw AuditError(.file, "`\(directory)` cannot be read")
        }
    }

    private func check(names: [String], in result: inout AuditVerification) {
        let known = [Self.entriesName, Self.saltsName, Self.checkpointName]
        for name in known where !names.contains(name) {
            result.add("is missing", file: name)
        }
        for name in names where !known.contains(name) {
            if name == Self.newCheckpointName {
                result.notices.append("`\(name)` is there: a checkpoint is being written, or a crash prevented it")
            } else {
                result.add("does not belong to the log", file: name)
            }
        }
    }

    private func checkpointClaim(
        names: [String],
        in result: inout AuditVerification
    ) throws(AuditError) -> ChainClaim? {
        guard names.contains(Self.checkpointName) else { return nil }
        guard let checkpoint = try signedCheckpoint(path(Self.checkpointName)) else {
            result.add("is malformed, or its signature is not that of the key it names", file: Self.checkpointName)
            return nil
        }
        switch checkpoint.trust {
        case .trusted:
            result.isKeyTrusted = true
        case .noKeyGiven:
            result.notices.append("no trusted key was given: the signature was not checked")
        case .untrusted:
            result.add("is not signed by a trusted key", file: Self.checkpointName)
        }
        result.signedCount = checkpoint.count
        result.signedTime = checkpoint.time
        return ChainClaim(source: Self.checkpointName, checkpoint: checkpoint)
    }

    private func anchorClaims(in result: inout AuditVerification) throws(AuditError) -> [ChainClaim] {
        var claims: [ChainClaim] = []
        for path in anchorPaths {
            guard let anchor = try signedCheckpoint(path) else {
                result.add("is malformed, or its signature is not that of the key it names", file: path)
                continue
            }
            if anchor.trust == .untrusted { result.add("is not signed by a trusted key", file: path) }
            result.anchorCount += 1
            claims.append(ChainClaim(source: path, checkpoint: anchor))
        }
        return claims
    }

    private func signedCheckpoint(_ path: String) throws(AuditError) -> SignedCheckpoint? {
        let note = try ReadOnlyFile.contents(path, bytesMax: SignedCheckpoint.bytesMax)
        return SignedCheckpoint(note: note, trustedKeys: trustedKeys)
    }

    private func salts(names: [String]) throws(AuditError) -> SaltsCheck? {
        guard names.contains(Self.saltsName) else { return nil }
        return SaltsCheck(
            lines: try LineStream(path: path(Self.saltsName), lineBytesMax: Self.saltsLineBytesMax),
            file: Self.saltsName
        )
    }

    private func path(_ name: String) -> String { "\(directory)/\(name)" }
}
