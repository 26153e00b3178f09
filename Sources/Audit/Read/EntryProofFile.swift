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
        let reading = LogReading(directory: directory)
        let (note, head) = try reading.checkpoint()
        guard sequence >= 0, sequence < head.size else {
            throw AuditError(
                .file,
                "the checkpoint of `\(directory)` covers \(head.size) entries, numbered from 0: not \(sequence)"
            )
        }
        var entry: [UInt8] = []
        try reading.forEachEntry(from: sequence) { _, bytes throws(AuditError) in
            entry = Array(bytes)
            return false
        }
        var path: [TreeHash]?
        do {
            var subtrees = TileSubtrees(size: head.size) { try reading.hashes($0) }
            path = try TreeProof.inclusion(of: sequence, size: head.size) { level, index in
                guard let hash = try subtrees.hash(level: level, index: index) else {
                    throw AuditError(.damaged, "a tile of `\(directory)` is too short")
                }
                return hash
            }
        } catch let error as AuditError {
            throw error
        } catch {
            throw AuditError(.damaged, "the tiles of `\(directory)` cannot be read")
        }
        let proof = EntryProof(index: sequence, path: path ?? [], checkpoint: note)
        guard proof.head(provenFor: TreeHasher().leaf(entry)) == head else {
            throw AuditError(.damaged, "entry \(sequence) of `\(directory)` does not lead to its checkpoint")
        }
        return (proof.serialized, entry)
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
