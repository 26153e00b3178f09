import TransparencyLog

/// Checks the checkpoints that witnesses cosigned, which stand beside the log.
struct CosignatureCheck {
    private static let file = "cosigned"
    private static let bytesMax = 1 << 22

    /// The log must continue each of them.
    private(set) var claims: [LogClaim] = []

    init(layout: LogLayout, trustedKeys: [VerifierKey], in result: inout AuditVerification) throws(AuditError) {
        guard let bytes = try ReadOnlyFile.contents(layout.cosigned, bytesMax: Self.bytesMax) else { return }
        if bytes.last != UInt8(ascii: "\n") { result.add("ends in the middle of a line", file: Self.file) }
        for (number, line) in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).dropLast()
            .enumerated()
        {
            guard let claim = LogClaim(line: line, source: Self.file, trustedKeys: trustedKeys) else {
                result.add("line \(number + 1) is no checkpoint, or not signed by the key it names", file: Self.file)
                continue
            }
            if claim.trust == .untrusted { result.add("is not signed by a trusted key", file: Self.file) }
            claims.append(claim)
        }
    }

    /// Looks for the newest cosignature of each witness.
    ///
    /// - Parameter size: what a cosignature must cover: the last checkpoint but one that was kept. The last can be on
    ///   its way.
    func check(_ witnesses: [WitnessKey], after size: Int64, in result: inout AuditVerification) {
        for witness in witnesses {
            var newest: AuditVerification.Witnessed?
            for claim in claims {
                switch claim.note.verdict(of: witness.key) {
                case .signed(let time):
                    if let newest, newest.entryCount >= claim.head.size { continue }
                    newest = AuditVerification.Witnessed(
                        name: witness.key.name,
                        entryCount: claim.head.size,
                        time: time ?? 0
                    )
                case .forged: result.add("a cosignature is not that of `\(witness.key.name)`", file: Self.file)
                case .unsigned: break
                }
            }
            guard let newest else {
                result.add("has no cosignature of the witness `\(witness.key.name)`", file: Self.file)
                continue
            }
            result.witnesses.append(newest)
            if newest.entryCount < size {
                result.add(
                    "the witness `\(newest.name)` cosigned \(newest.entryCount) entries, and not the later checkpoint of "
                        + "\(size)",
                    file: Self.file
                )
            }
        }
    }
}
