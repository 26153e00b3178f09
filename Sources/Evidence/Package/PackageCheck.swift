public import Audit
import Cryptography
import JSON
import Masking
import TransparencyLog

/// Checks a package without the log. What is read may be anything.
public struct PackageCheck {
    /// What came of it.
    public struct Result: Sendable {
        /// What is wrong, each with its file.
        public fileprivate(set) var findings: [String] = []
        /// Whether a trusted key signed the checkpoint.
        public fileprivate(set) var isKeyTrusted = false
        /// The log's name as the checkpoint has it; null when there is none.
        public fileprivate(set) var origin: String?
        /// The entries that were proved.
        public fileprivate(set) var provenCount = 0
        /// Those of them that are chosen.
        public fileprivate(set) var selectedCount = 0

        /// `verified`, or what is to be said in its place.
        public var verdict: String {
            findings.isEmpty ? isKeyTrusted ? "verified" : "self-consistent, key not trusted" : "NOT VERIFIED"
        }
    }

    private let files: [String: [UInt8]]
    private let trustedKeys: [VerifierKey]
    private var result = Result()

    /// - Parameters:
    ///   - files: all files of the package, by their paths below its directory.
    ///   - trustedKeys: keys of the log; without one the package can only be found consistent in itself.
    public init(files: [String: [UInt8]], trustedKeys: [VerifierKey]) {
        self.files = files
        self.trustedKeys = trustedKeys
    }

    /// Checks everything.
    public mutating func run() -> Result {
        checkSums()
        guard let manifest = manifest(), let entries = provenEntries(of: manifest) else { return result }
        checkSelection(entries, of: manifest)
        checkHistory(of: manifest)
        checkMappings(of: manifest)
        checkReport(entries, of: manifest)
        return result
    }

    private mutating func find(_ file: String, _ message: String) { result.findings.append("\(file): \(message)") }

    /// Every file is listed with its digest, and every listed file is there.
    private mutating func checkSums() {
        let path = EvidencePackage.sumsPath
        guard let list = files[path].flatMap({ String(validating: $0, as: UTF8.self) }) else {
            return find(path, "is missing or no text")
        }
        var unlisted = Set(files.keys).subtracting([path])
        for line in list.split(separator: "\n") {
            let parts = line.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true)
            guard parts.count == 2 else {
                find(path, "has a line that is none")
                continue
            }
            let name = parts[1].drop { $0 == " " }
            guard let bytes = files[String(name)] else {
                find(String(name), "is listed and missing")
                continue
            }
            unlisted.remove(String(name))
            if Hex.encode(SHA256.hash(bytes)) != parts[0] { find(String(name), "has another digest than is listed") }
        }
        for name in unlisted.sorted() { find(name, "is not listed") }
    }

    private mutating func manifest() -> EvidenceManifest? {
        guard let bytes = files[EvidenceManifest.path] else {
            find(EvidenceManifest.path, "is missing")
            return nil
        }
        do {
            return try EvidenceManifest(parsing: bytes)
        } catch {
            find(EvidenceManifest.path, "\(error)")
            return nil
        }
    }

    /// The entries, each of which must be proved to be under the package's one checkpoint.
    private mutating func provenEntries(of manifest: EvidenceManifest) -> [SignedEntry]? {
        guard let checkpoint = files[EvidencePackage.checkpointPath], let note = SignedNote(checkpoint),
            let head = TreeHead(text: note.text), Array(note.serialized.utf8) == checkpoint
        else {
            find(EvidencePackage.checkpointPath, "is no checkpoint")
            return nil
        }
        result.origin = head.origin
        if head.origin != manifest.origin || head.size != manifest.size {
            find(EvidenceManifest.path, "is about another checkpoint")
        }
        guard let text = files[EvidencePackage.entriesPath] else {
            find(EvidencePackage.entriesPath, "is missing")
            return nil
        }
        var entries: [SignedEntry] = []
        var isTrusted = true
        for (index, line) in text.split(separator: UInt8(ascii: "\n")).enumerated() {
            guard let entry = SignedEntry(origin: head.origin, bytes: Array(line)),
                entry.sequence > entries.last?.sequence ?? -1
            else {
                find(EvidencePackage.entriesPath, "line \(index + 1) is no entry, or out of order")
                continue
            }
            guard let verdict = verdict(on: entry, checkpoint: note) else {
                find(EvidencePackage.proofPath(of: entry.sequence), "does not prove entry \(entry.sequence)")
                continue
            }
            isTrusted = isTrusted && verdict.isKeyTrusted
            entries.append(entry)
        }
        // Every byte of the file belongs to an entry.
        if entries.flatMap({ $0.bytes + [UInt8(ascii: "\n")] }) != text {
            find(EvidencePackage.entriesPath, "has bytes that are of no entry")
        }
        let proofs = Set(files.keys.filter { $0.hasPrefix("proofs/") })
        for name in proofs.subtracting(entries.map { EvidencePackage.proofPath(of: $0.sequence) }).sorted() {
            find(name, "is of no entry of the package")
        }
        result.provenCount = entries.count
        result.isKeyTrusted = isTrusted && isSigned(note)
        if !trustedKeys.isEmpty, !isSigned(note) {
            find(EvidencePackage.checkpointPath, "is not signed by a trusted key")
        }
        return entries
    }

    private func isSigned(_ note: SignedNote) -> Bool {
        trustedKeys.contains { key in
            guard let key = NoteKey(verifierKey: key.description), case .signed = note.verdict(of: key) else {
                return false
            }
            return TreeHead(text: note.text)?.origin == key.name
        }
    }

    private func verdict(on entry: SignedEntry, checkpoint: SignedNote) -> EntryProofFile.Verdict? {
        guard let bytes = files[EvidencePackage.proofPath(of: entry.sequence)],
            let proof = EntryProof(bytes), proof.checkpoint == checkpoint, Array(proof.serialized.utf8) == bytes,
            let verdict = EntryProofFile.check(proof: bytes, entry: entry.bytes, trustedKeys: trustedKeys),
            verdict.sequence == entry.sequence
        else { return nil }
        return verdict
    }

    /// The entries are those that the choice chooses and those that they need; of a period none is missing.
    private mutating func checkSelection(_ entries: [SignedEntry], of manifest: EvidenceManifest) {
        let parts = EvidenceEntries(packaged: entries, choice: manifest.choice)
        let needs = EvidenceNeeds(of: parts.chosen, choice: manifest.choice)
        result.selectedCount = parts.selected.count
        if parts.selected.count != manifest.selectedCount
            || parts.all.count - parts.selected.count != manifest.supportingCount
        {
            find(EvidenceManifest.path, "counts other entries than there are")
        }
        for entry in parts.all where !parts.selected.contains(entry.sequence) {
            guard !needs.includes(entry.entry), !needs.includesLoading(entry.entry) else { continue }
            find(EvidencePackage.entriesPath, "entry \(entry.sequence) does not belong to what is chosen")
        }
        guard let neighbours = needs.neighbours else { return }
        let wanted = max(neighbours.lowerBound, 0)...min(neighbours.upperBound, manifest.size - 1)
        let found = Set(parts.all.map(\.sequence))
        for number in wanted where !found.contains(number) {
            find(EvidencePackage.entriesPath, "entry \(number) is missing")
        }
    }

    /// Each kept checkpoint is of the same log, and the package's continues it.
    private mutating func checkHistory(of manifest: EvidenceManifest) {
        guard let text = files[EvidencePackage.historyPath],
            let checkpoint = files[EvidencePackage.checkpointPath],
            let head = SignedNote(checkpoint).flatMap({ TreeHead(text: $0.text) })
        else { return find(EvidencePackage.historyPath, "is missing") }
        var proofs = Set(files.keys.filter { $0.hasPrefix("consistency/") })
        for (index, line) in text.split(separator: UInt8(ascii: "\n")).enumerated() {
            guard
                let note = (try? JSONValue(parsing: Array(line)))?.stringValue.flatMap({ SignedNote(Array($0.utf8)) }),
                let earlier = TreeHead(text: note.text), earlier.origin == manifest.origin,
                trustedKeys.isEmpty || isSigned(note)
            else {
                find(EvidencePackage.historyPath, "line \(index + 1) is no checkpoint of the log")
                continue
            }
            let path = EvidencePackage.consistencyPath(of: earlier.size)
            proofs.remove(path)
            guard let proof = consistency(from: earlier.size, to: checkpoint),
                TreeProof.isConsistent((earlier.size, earlier.root), (head.size, head.root), proof: proof)
            else {
                find(path, "does not show that the checkpoint continues line \(index + 1) of the history")
                continue
            }
        }
        for name in proofs.sorted() { find(name, "is of no line of the history") }
    }

    /// The hashes of a proof; null when the file is none, or is of another checkpoint.
    private func consistency(from size: Int64, to checkpoint: [UInt8]) -> [TreeHash]? {
        guard let bytes = files[EvidencePackage.consistencyPath(of: size)],
            let text = String(validating: bytes, as: UTF8.self),
            let end = text.firstRange(of: "\n\n")
        else { return nil }
        var lines = text[..<end.lowerBound].split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.removeFirst() == "old \(size)", Array(text[end.upperBound...].utf8) == checkpoint else {
            return nil
        }
        let hashes = lines.map { line in (try? Base64.decode(String(line))).flatMap { TreeHash($0) } }
        return hashes.contains(nil) ? nil : hashes.compactMap { $0 }
    }

    private mutating func checkMappings(of manifest: EvidenceManifest) {
        var found: [String: [MappingFile]] = [:]
        for (path, bytes) in files where path.hasPrefix("mapping/") {
            let parts = path.split(separator: "/", maxSplits: 2).map(String.init)
            guard parts.count == 3 else { continue }
            found[parts[1], default: []].append(MappingFile(path: parts[2], bytes: bytes))
        }
        if Set(found.keys) != Set(manifest.mappings) { find("mapping", "holds other mappings than the manifest names") }
        for (digest, mapping) in found where Mapping.digest(of: mapping) != digest {
            find("mapping/\(digest)", "its files have another digest")
        }
    }

    /// The report is what the entries say: made again, it has the same bytes.
    private mutating func checkReport(_ entries: [SignedEntry], of manifest: EvidenceManifest) {
        let report = EvidenceReport(
            manifest: manifest,
            entries: EvidenceEntries(packaged: entries, choice: manifest.choice),
            checkpoint: String(decoding: files[EvidencePackage.checkpointPath] ?? [], as: UTF8.self)
        )
        if files[EvidencePackage.reportPath] != Array(report.html.utf8) {
            find(
                EvidencePackage.reportPath,
                "is not what the entries say; it was changed, or made by another version (\(manifest.software))"
            )
        }
    }
}
