import TransparencyLog

/// Proofs that single entries are in a log, as files that are checked without it. <https://c2sp.org/tlog-proof>
public enum EntryProofFile {
    /// Makes the proof that an entry is under the log's checkpoint.
    ///
    /// - Returns: the proof, and the entry's bytes, which it is about.
    /// - Throws: `file` when the log has no such entry, or no checkpoint covers it yet, `damaged`.
    public static func make(entry sequence: Int64, directory: String) throws(AuditError) -> (
        proof: String, entry: [UInt8]
    ) {
        var log = try SignedLog(directory: directory)
        guard sequence >= 0, sequence < log.size else {
            throw AuditError(
                .file,
                "the checkpoint of `\(directory)` covers \(log.size) entries, numbered from 0: not \(sequence)"
            )
        }
        var found: SignedEntry?
        try log.forEachEntry(from: sequence) { entry throws(AuditError) in
            found = entry
            return false
        }
        guard let found else { throw AuditError(.damaged, "entry \(sequence) of `\(directory)` is missing") }
        return (try log.proof(of: found), found.bytes)
    }

    /// What a proof shows.
    public struct Verdict: Sendable, Hashable {
        /// The log's name.
        public let origin: String
        /// The entry's number.
        public let sequence: Int64
        /// The entries under the checkpoint.
        public let size: Int64
        /// Whether a key that the caller trusts signed the checkpoint.
        public let isKeyTrusted: Bool
    }

    /// Checks that a proof shows that the log has an entry of these bytes.
    ///
    /// - Returns: null when it does not, or its checkpoint is not signed by a trusted key although keys are given.
    public static func check(proof: [UInt8], entry: [UInt8], trustedKeys: [VerifierKey]) -> Verdict? {
        guard let proof = EntryProof(proof), let head = proof.head(provenFor: TreeHasher().leaf(entry)),
            let claim = LogClaim(
                Array(proof.checkpoint.serialized.utf8),
                source: "checkpoint",
                trustedKeys: trustedKeys
            ),
            claim.trust != .untrusted
        else { return nil }
        return Verdict(
            origin: head.origin,
            sequence: proof.index,
            size: head.size,
            isKeyTrusted: claim.trust == .trusted
        )
    }
}
