public import Catalog
public import Cryptography
import GoogleSQL

/// Decides what of a query may leave, and rewrites it so that every table is masked where it is read.
///
/// The work is pure and synchronous: everything it decides on is in its arguments.
public struct MaskingRewriter: Sendable {
    /// The most UTF-8 bytes of a text that BigQuery takes.
    public static let rewrittenBytesMax = 1_000_000

    private let policy: MaskingPolicy
    private let tokenKey: KeyRing.Key?
    private let scans: ScanCache?
    private let allowsJavaScript: Bool
    private let nonce: @Sendable () throws(CryptographyError) -> [UInt8]

    /// Creates a rewriter for someone's policy.
    ///
    /// - Parameters:
    ///   - tokenKeys: the ring for `KEYED_TOKEN`; without one, a query that needs it is refused.
    ///   - scans: where to keep how tables are read; without it, each query works that out anew.
    ///   - allowsJavaScript: whether functions of datasets that are written in JavaScript may be called.
    public init(
        policy: MaskingPolicy,
        tokenKeys: KeyRing?,
        scans: ScanCache? = nil,
        allowsJavaScript: Bool = false
    ) {
        self.init(policy: policy, tokenKeys: tokenKeys, scans: scans, allowsJavaScript: allowsJavaScript) {
            () throws(CryptographyError) -> [UInt8] in try SecureRandom.bytes(16)
        }
    }

    /// As above, with the source of the 128 random bits in the names of key parameters.
    init(
        policy: MaskingPolicy,
        tokenKeys: KeyRing?,
        scans: ScanCache? = nil,
        allowsJavaScript: Bool = false,
        nonce: @escaping @Sendable () throws(CryptographyError) -> [UInt8]
    ) {
        self.policy = policy
        self.tokenKey = tokenKeys?.current
        self.scans = scans
        self.allowsJavaScript = allowsJavaScript
        self.nonce = nonce
    }

    /// Rewrites a query against the schemas of its tables, or says everything that stands against it.
    public func rewrite(
        _ query: AnalyzedQuery,
        against snapshot: CatalogSnapshot
    ) -> Result<MaskedQuery, RefusalList> {
        guard let walk = query.walk else { return .failure(RefusalList(query.refusals)) }
        guard let random = try? nonce(), random.count == 16 else {
            let refusal = Refusal(
                code: "policy.randomness",
                message: "no random numbers can be had",
                position: nil,
                fix: "tell the operator"
            )
            return .failure(RefusalList(query.refusals + [refusal]))
        }
        let keys = TokenKeys(key: tokenKey, nonce: Hex.encode(random), cache: scans?.paddedKeys)
        let session = ViewSession(
            snapshot: snapshot,
            keys: keys,
            scans: scans,
            allowsJavaScript: allowsJavaScript
        )
        var rewrite = Rewrite(walk: walk, policy: policy, session: session)
        rewrite.functions = query.functions
        rewrite.readSchemas()
        if rewrite.canScan { rewrite.writeScans() }
        let refusals = query.refusals + rewrite.refusals
        guard refusals.isEmpty else { return .failure(RefusalList(refusals)) }
        guard !rewrite.isTooLong else { return .failure(RefusalList([.tooLong])) }
        let masked = rewrite.finish(mappingDigest: policy.mappingDigest)
        guard masked.sql.utf8.count <= Self.rewrittenBytesMax else { return .failure(RefusalList([.tooLong])) }
        return .success(masked)
    }
}

extension Refusal {
    /// The masks make a text longer than BigQuery takes.
    static let tooLong = Refusal(
        code: "limit.rewritten_bytes",
        message: "with its masks the query is longer than \(MaskingRewriter.rewrittenBytesMax) bytes",
        position: nil,
        fix: "name fewer columns or tables"
    )
}
