import Testing

@testable import Masking

@Suite("Functions")
struct FunctionPolicyTests {
    @Test
    func `every function of Google's list has a verdict`() {
        let missing = GoogleFunctionNames.all.filter { FunctionPolicy.verdict(for: $0) == nil }
        #expect(missing == [])
        #expect(GoogleFunctionNames.all.count > 500)
    }

    @Test
    func `no function is on both lists`() {
        let passing = PassingFunctions.lists.flatMap { $0.split(whereSeparator: \.isWhitespace) }
        let refused = RefusedFunctions.lists.flatMap { $0.1.split(whereSeparator: \.isWhitespace) }
        #expect(Set(passing).isDisjoint(with: refused))
        #expect(Set(passing).count == passing.count)
        #expect(Set(refused).count == refused.count)
    }

    @Test(arguments: [
        ("SESSION_USER", FunctionRefusal.identity), ("EXTERNAL_QUERY", .readsOutside), ("AI.GENERATE", .sendsOutside),
        ("AI.ADDED_TOMORROW", .sendsOutside), ("ML.PREDICT", .sendsOutside), ("OBJ.GET_ACCESS_URL", .readsOutside),
        ("AEAD.DECRYPT_STRING", .usesKeys), ("KEYS.KEYSET_CHAIN", .usesKeys), ("VECTOR_SEARCH", .readsTables),
        ("DLP_DETERMINISTIC_DECRYPT", .usesKeys), ("APPENDS", .readsTables), ("GRAPH_EXPAND", .readsTables),
    ])
    func `what leaves the masked tables is refused with its reason`(name: String, reason: FunctionRefusal) {
        #expect(FunctionPolicy.verdict(for: name) == .refused(reason))
    }

    @Test(arguments: ["ERROR", "NET.HOST", "HLL_COUNT.MERGE", "SHA256", "SEARCH", "RAND"])
    func `what only computes passes`(name: String) {
        #expect(FunctionPolicy.verdict(for: name) == .pass)
    }

    @Test(arguments: ["MY_FUNCTION", "BANK.DECODE", "DEMO.BANK.DECODE", "NET.ADDED_TOMORROW", "HLL_COUNT.X"])
    func `a name on no list has no verdict`(name: String) {
        #expect(FunctionPolicy.verdict(for: name) == nil)
    }
}
