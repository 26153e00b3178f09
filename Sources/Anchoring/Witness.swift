import Audit
import Cryptography
import HTTPTransport
import Locks
import TransparencyLog

/// Asks a witness to cosign each checkpoint, with the proof that the tree only grew since the one before.
/// <https://c2sp.org/tlog-witness>
struct Witness: AnchorTarget {
    /// What the witness has, as far as is known: asked once, and then what it cosigned last.
    private let known = Locked<Int64>(0)
    private let address: AnchorSettings.Address
    private let key: NoteKey
    private let transport: HTTPTransport
    private let cosignatures: Cosignatures

    init(address: AnchorSettings.Address, key: WitnessKey, transport: HTTPTransport, cosignatures: Cosignatures) {
        self.address = address
        self.key = key.key
        self.transport = transport
        self.cosignatures = cosignatures
    }

    var name: String { "witness \(key.name)" }
    var isRequired: Bool { address.isRequired }

    func send(_ checkpoint: KeptCheckpoint) async throws(AnchorFailure) {
        let prefix = address.url.text
        let url = prefix + (prefix.hasSuffix("/") ? "" : "/") + "add-checkpoint"
        var size = known.withLock { $0 }
        var hasAsked = false
        while true {
            let body = try Self.request(for: checkpoint, from: size)
            let response = try await transport.post(body, to: url, timeout: address.timeout)
            switch response.status {
            case 200:
                let note = try cosigned(checkpoint, by: response.body)
                known.withLock { $0 = checkpoint.head.size }
                try cosignatures.keep(note, of: key, besides: checkpoint)
                return
            case 409 where !hasAsked:
                // Its body is the size of what it cosigned last.
                hasAsked = true
                size = try Self.size(in: response.body)
                known.withLock { $0 = size }
            case 403: throw AnchorFailure(reason: "the witness does not know the key of the log")
            case 404: throw AnchorFailure(reason: "the witness does not know the log \(checkpoint.head.origin)")
            case 422: throw AnchorFailure(reason: "the witness saw another tree than the log has")
            default: throw AnchorFailure(reason: "the answer has the status \(response.status)")
            }
        }
    }

    private static func request(for checkpoint: KeptCheckpoint, from size: Int64) throws(AnchorFailure) -> String {
        guard size <= checkpoint.head.size else {
            throw AnchorFailure(
                reason: "the witness saw \(size) entries, and the log has \(checkpoint.head.size): it was taken back"
            )
        }
        do {
            let proof = try checkpoint.consistencyProof(from: size).map { Base64.encode($0.bytes) + "\n" }.joined()
            return "old \(size)\n\(proof)\n\(checkpoint.note.serialized)"
        } catch {
            throw AnchorFailure(reason: error.message)
        }
    }

    private static func size(in body: [UInt8]) throws(AnchorFailure) -> Int64 {
        guard body.last == UInt8(ascii: "\n"), (2...19).contains(body.count),
            let size = Int64(String(decoding: body.dropLast(), as: UTF8.self)), size >= 0
        else { throw AnchorFailure(reason: "the witness does not say what it cosigned last") }
        return size
    }

    /// The checkpoint with the log's own signatures and that of the witness, which is checked.
    private func cosigned(_ checkpoint: KeptCheckpoint, by lines: [UInt8]) throws(AnchorFailure) -> SignedNote {
        guard let answered = SignedNote(Array(checkpoint.note.serialized.utf8) + lines),
            answered.text == checkpoint.note.text,
            case .signed(let time) = answered.verdict(of: key), let time, time > 0
        else { throw AnchorFailure(reason: "the answer has no cosignature of the witness's key") }
        // Keys that nobody asked for say nothing.
        let own = answered.signatures.filter { $0.keyName == key.name && $0.keyID == key.id }.suffix(1)
        return SignedNote(text: checkpoint.note.text, signatures: checkpoint.note.signatures + own)
    }
}

/// The last checkpoint that each witness cosigned, as it stands beside the log.
final class Cosignatures: Sendable {
    /// Null before the file was read.
    private let notes = Locked<[SignedNote]?>(nil)

    /// Puts the newest of a witness in the place of its former one.
    func keep(_ note: SignedNote, of key: NoteKey, besides checkpoint: KeptCheckpoint) throws(AnchorFailure) {
        do {
            try notes.withLock { (notes) throws(AuditError) in
                let known = if let notes { notes } else { try checkpoint.cosigned() }
                let others = known.filter { other in
                    !other.signatures.contains { $0.keyName == key.name && $0.keyID == key.id }
                }
                notes = others + [note]
                try checkpoint.write(cosigned: others + [note])
            }
        } catch {
            throw AnchorFailure(reason: error.message)
        }
    }
}
