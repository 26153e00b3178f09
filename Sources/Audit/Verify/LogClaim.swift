import JSON
import TransparencyLog

/// What a checkpoint, a line of the history or an anchor says of the log, as the verifier reads it: from bytes that may
/// be anything.
struct LogClaim: Sendable {
    /// What is known about the signatures.
    enum Trust: Sendable {
        /// A trusted key signed it.
        case trusted
        /// No trusted key was given.
        case noKeyGiven
        /// Trusted keys were given, and none of them signed it.
        case untrusted
    }

    /// The file that says so.
    let source: String
    let head: TreeHead
    let note: SignedNote
    let trust: Trust

    /// Reads a note; null when it is none, or when a signature that names a trusted key is not that key's.
    init?(_ bytes: [UInt8], source: String, trustedKeys: [VerifierKey]) {
        guard let note = SignedNote(bytes), Array(note.serialized.utf8) == bytes, let head = TreeHead(text: note.text),
            head.text == note.text
        else { return nil }
        var trust = trustedKeys.isEmpty ? Trust.noKeyGiven : .untrusted
        for key in trustedKeys where key.key.name == head.origin {
            switch note.verdict(of: key.key) {
            case .signed: trust = .trusted
            case .forged: return nil
            case .unsigned: break
            }
        }
        self.source = source
        self.head = head
        self.note = note
        self.trust = trust
    }

    /// Reads a line of a history, which is a note as a JSON string.
    init?(line: ArraySlice<UInt8>, source: String, trustedKeys: [VerifierKey]) {
        guard let text = (try? JSONValue(parsing: Array(line)))?.stringValue,
            JSONValue.string(text).serialized().elementsEqual(line)
        else { return nil }
        self.init(Array(text.utf8), source: source, trustedKeys: trustedKeys)
    }
}
