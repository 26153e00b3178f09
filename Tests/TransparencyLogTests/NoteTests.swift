import Cryptography
import Testing
import TransparencyLog

/// Signed notes, checkpoints and proof files; the examples are those of the specifications.
@Suite struct NoteTests {
    private static let verifierKey = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
    private static let note = """
        This is an example message.

        — example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=

        """
    private static let checkpoint = """
        example.com/behind-the-sofa
        20852163
        CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

        — example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
        — witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==

        """

    @Test func theExampleOfTheSpecificationVerifies() throws {
        let key = try #require(NoteKey(verifierKey: Self.verifierKey))
        #expect(key.verifierKey == Self.verifierKey)
        let note = try #require(SignedNote(Array(Self.note.utf8)))
        #expect(note.text == "This is an example message.\n")
        #expect(note.serialized == Self.note)
        #expect(note.verdict(of: key) == .signed(time: nil))
        let changed = SignedNote(text: "This is an example messagf.\n", signatures: note.signatures)
        #expect(changed.verdict(of: key) == .forged)
    }

    @Test func checkpointsAreReadAndCosigned() throws {
        let note = try #require(SignedNote(Array(Self.checkpoint.utf8)))
        let head = try #require(TreeHead(text: note.text))
        #expect(head.origin == "example.com/behind-the-sofa")
        #expect(head.size == 20_852_163)
        #expect(head.text == note.text)
        #expect(note.signatures.map(\.keyName) == ["example.com/behind-the-sofa", "witness.example.com/w1"])
        let signer = try #require(
            NoteSigner(
                name: "witness.example/w",
                algorithm: .cosignature,
                key: Ed25519PrivateKey(seed: [UInt8](0..<32))
            )
        )
        let cosigned = SignedNote(
            text: note.text,
            signatures: note.signatures + [try signer.signature(over: note.text, time: 1_679_315_147)]
        )
        #expect(cosigned.verdict(of: signer.verifier) == .signed(time: 1_679_315_147))
        #expect(note.verdict(of: signer.verifier) == .unsigned)
        let other = SignedNote(text: head.text.replacing("20852163", with: "20852164"), signatures: cosigned.signatures)
        #expect(other.verdict(of: signer.verifier) == .forged)
        #expect(NoteKey(verifierKey: signer.verifier.verifierKey) == signer.verifier)
    }

    @Test(arguments: [
        "", "text\n", "text\n\n", "\n— a AAAAAAAA\n", "text\n\n— a AAAAAAAA", "text\n\n— a  AAAAAAAA\n",
        "text\n\n- a AAAAAAAA\n",
        "text\n\n— a+b AAAAAAAA\n", "text\n\n— a AAAA\n", "text\n\n— a AAAAAAA\n", "te\txt\n\n— a AAAAAAAA\n",
        "text\n\n— a AAAAAAAA\n— b AAAAAAAA\nmore\n", "text\r\n\n— a AAAAAAAA\n",
    ])
    func whatIsNoNoteIsNotRead(text: String) {
        #expect(SignedNote(Array(text.utf8)) == nil)
    }

    @Test func invalidUTF8AndFloodsOfSignaturesAreNotRead() {
        #expect(SignedNote(Array("te".utf8) + [0xFF] + Array("\n\n— a AAAAAAAA\n".utf8)) == nil)
        let many = "text\n\n" + String(repeating: "— a AAAAAAAA\n", count: 65)
        #expect(SignedNote(Array(many.utf8)) == nil)
        let enough = "text\n\n" + String(repeating: "— a AAAAAAAA\n", count: 16)
        #expect(SignedNote(Array(enough.utf8))?.signatures.count == 16)
    }

    @Test(arguments: [
        "", "a+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", "example.com/foo+530d903a",
        "example.com/foo+530d903A+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com/foo+530d903a+AukyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", "example.com/foo+530d903a+AQ==",
        "+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
    ])
    func whatIsNoVerifierKeyIsNotRead(text: String) {
        #expect(NoteKey(verifierKey: text) == nil)
    }

    @Test(arguments: [
        "a\n1\n\n", "a\n01\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n", "a\n1\nCsUY\n",
        "\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
        "a\n-1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n", "a\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=",
        "a\n99999999999999999999\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
        "a\n\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
    ])
    func whatIsNoCheckpointIsNotRead(text: String) {
        #expect(TreeHead(text: text) == nil)
    }

    @Test func anEntryIsProvedByOneFile() throws {
        var log = TileLog()
        for number in 0..<1000 { log.append(leaf(number)) }
        let head = TreeHead(origin: "bank.example/scrim", size: 1000, root: log.tree.root())
        let signer = try #require(NoteSigner(name: head.origin, key: Ed25519PrivateKey(seed: [UInt8](0..<32))))
        let checkpoint = SignedNote(text: head.text, signatures: [try signer.signature(over: head.text)])
        let file = EntryProof(index: 421, path: try proof(of: 421, in: log), checkpoint: checkpoint).serialized
        let read = try #require(EntryProof(Array(file.utf8)))
        #expect(read.serialized == file)
        #expect(read.head(provenFor: leaf(421)) == head)
        #expect(read.head(provenFor: leaf(422)) == nil)
        #expect(read.checkpoint.verdict(of: signer.verifier) == .signed(time: nil))
        let extra = file.replacing("\nindex", with: "\nextra AAAA\nindex")
        #expect(EntryProof(Array(extra.utf8)) == read)
        for change in ["c2sp.org/tlog-proof@v2", "c2sp.org/tlog-proof@v1\nindex x", "c2sp.org/tlog-proof@v1\n"] {
            #expect(EntryProof(Array(file.replacing("c2sp.org/tlog-proof@v1", with: change).utf8)) == nil)
        }
        #expect(EntryProof(Array(file.prefix(40).utf8)) == nil)
    }
}
