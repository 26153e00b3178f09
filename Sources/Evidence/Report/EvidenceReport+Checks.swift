import Audit
import Cryptography
import TransparencyLog

extension EvidenceReport {
    /// How a reader checks all of it, with our tool and with others.
    func writeChecks(to html: inout HTML) {
        html.element("h2", ["class": "part"], text: "How to verify this, step by step")
        html.element("p", text: "Run the commands in the directory that holds this file.")
        html.element("ol") { list in
            writeKeyStep(to: &list)
            writeToolStep(to: &list)
            writeSumsStep(to: &list)
            writeSignatureStep(to: &list)
            writeEntryStep(to: &list)
        }
    }

    private func writeKeyStep(to list: inout HTML) {
        list.step("Get the log's verifier key from somebody whom you trust, not from this package.") { step in
            step.text("It must be one of these, as the maker of this package named them:")
            let keys = manifest.keys.map { "\($0.verifierKey)\n  from: \($0.source)" }
            step.element("pre", text: keys.isEmpty ? "none was named" : keys.joined(separator: "\n"))
        }
    }

    private func writeToolStep(to list: inout HTML) {
        list.step("Check everything at once, without the log and without a network.") { step in
            step.element("pre", text: "scrim audit check-export . --key \(shellQuoted(firstKey))")
            step.text(
                "It checks each file's digest, each entry's proof, the signatures, that no other entry was put in, and makes "
                    + "this report again from the entries."
            )
        }
    }

    private func writeSumsStep(to list: inout HTML) {
        list.step("Or by other programs. First, that no file was changed since the package was made.") { step in
            step.element("pre", text: "sha256sum --check --quiet SHA256SUMS")
        }
    }

    /// With OpenSSL alone: a note's signature is over its text, up to the empty line.
    private func writeSignatureStep(to list: inout HTML) {
        guard let place = signaturePlace else { return }
        list.step("That the key signed the checkpoint.") { step in
            step.element(
                "pre",
                text: """
                    KEY=\(shellQuoted(firstKey)); WORK=$(mktemp -d)
                    head -n 3 checkpoint > $WORK/text
                    sed -n \(place)p checkpoint | cut -d ' ' -f 3 | base64 -d | tail -c 64 > $WORK/signature
                    (printf '\\060\\052\\060\\005\\006\\003\\053\\145\\160\\003\\041\\000'
                     printf %s "${KEY#*+*+}" | base64 -d | tail -c 32) > $WORK/key
                    openssl pkeyutl -verify -pubin -keyform DER -inkey $WORK/key -rawin -in $WORK/text \\
                      -sigfile $WORK/signature
                    """
            )
        }
    }

    private func writeEntryStep(to list: inout HTML) {
        guard let entry = entries.first(where: { chosenRange?.contains($0.sequence) ?? false }),
            let line = entries.firstIndex(where: { $0.sequence == entry.sequence })
        else { return }
        list.step("That an entry is under the checkpoint, for example entry \(entry.sequence).") { step in
            step.element(
                "pre",
                text: "(printf '\\000'; sed -n \(line + 1)p entries.jsonl | tr -d '\\n') | sha256sum"
            )
            step.text("gives the entry's leaf in the log's Merkle tree,")
            step.element("pre", text: Hex.encode(entry.leafHash))
            step.text(
                "which proofs/\(entry.sequence).tlog-proof leads to the root in the checkpoint. Any program that reads "
                    + "c2sp.org/tlog-proof checks that; the path is that of RFC 9162, section 2.1.3.2. docs/evidence.md of Scrim has a "
                    + "short program in Python that does it for all entries."
            )
        }
    }

    private var firstKey: String { manifest.keys.first?.verifierKey ?? "NAME+ID+KEY" }

    /// The line of the checkpoint, from 1, that has the first key's signature.
    private var signaturePlace: Int? {
        guard let key = NoteKey(verifierKey: firstKey), let note = SignedNote(Array(checkpoint.utf8)),
            let index = note.signatures.firstIndex(where: { $0.keyName == key.name && $0.keyID == key.id })
        else { return nil }
        return note.text.split(separator: "\n").count + 2 + index
    }

    private func shellQuoted(_ text: String) -> String {
        "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: #"'\''"#) + "'"
    }
}

extension HTML {
    fileprivate mutating func step(_ title: String, _ body: (inout HTML) -> Void) {
        element("li") { item in
            item.element("p") { $0.element("strong", text: title) }
            body(&item)
        }
    }
}
