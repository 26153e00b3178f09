import COpenSSL
import Cryptography
import JSON

/// A private key of a test's issuer, made at run time, that signs in whatever way a test wants it to.
///
/// `Sendable` because the pointer never changes and OpenSSL allows signing from several threads.
@safe final class SigningKey: @unchecked Sendable {
    private let key: OpaquePointer
    private let isRSA: Bool

    static func rsa(bits: Int32 = 2048) throws -> SigningKey {
        try unsafe SigningKey("RSA") { unsafe EVP_PKEY_CTX_set_rsa_keygen_bits($0, bits) }
    }

    static func curve(_ name: String) throws -> SigningKey {
        try unsafe SigningKey("EC") { unsafe EVP_PKEY_CTX_set_group_name($0, name) }
    }

    static func ed25519() throws -> SigningKey { try unsafe SigningKey("ED25519") { _ in 1 } }

    private init(_ type: String, prepare: (OpaquePointer) -> Int32) throws {
        struct Failed: Error {}
        guard let context = unsafe EVP_PKEY_CTX_new_from_name(nil, type, nil) else { throw Failed() }
        defer { unsafe EVP_PKEY_CTX_free(context) }
        var key: OpaquePointer?
        guard unsafe EVP_PKEY_keygen_init(context) == 1, unsafe prepare(context) == 1,
            unsafe EVP_PKEY_generate(context, &key) == 1, let key = unsafe key
        else { throw Failed() }
        unsafe self.key = key
        isRSA = type == "RSA"
    }

    deinit { unsafe EVP_PKEY_free(key) }

    // MARK: Signing

    /// A signature as OpenSSL makes it; `salt` is for RSASSA-PSS.
    func sign(_ message: [UInt8], digest: String? = "SHA2-256", salt: Int32? = nil) -> [UInt8] {
        guard let context = unsafe EVP_MD_CTX_new() else { return [] }
        defer { unsafe EVP_MD_CTX_free(context) }
        var parameters: OpaquePointer?
        let hash = unsafe digest.flatMap { unsafe EVP_MD_fetch(nil, $0, nil) }
        defer { unsafe EVP_MD_free(hash) }
        guard unsafe EVP_DigestSignInit(context, &parameters, hash, nil, key) == 1 else { return [] }
        if let salt {
            unsafe EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_PKCS1_PSS_PADDING)
            unsafe EVP_PKEY_CTX_set_rsa_pss_saltlen(parameters, salt)
        }
        var signature = [UInt8](repeating: 0, count: 1024)
        var count = signature.count
        guard unsafe EVP_DigestSign(context, &signature, &count, message, message.count) == 1 else { return [] }
        return Array(signature.prefix(count))
    }

    /// An ECDSA signature as JOSE has it, each number in `half` bytes.
    func signRaw(_ message: [UInt8], digest: String = "SHA2-256", half: Int = 32) -> [UInt8] {
        var rest = sign(message, digest: digest).dropFirst(2)
        var raw: [UInt8] = []
        for _ in 0..<2 {
            let count = Int(rest[rest.startIndex + 1])
            let number = rest.dropFirst(2).prefix(count).drop { $0 == 0 }
            raw += [UInt8](repeating: 0, count: half - number.count) + number
            rest = rest.dropFirst(2 + count)
        }
        return raw
    }

    func sign(_ algorithm: JWSAlgorithm, _ message: [UInt8]) -> [UInt8] {
        switch algorithm {
        case .rs256: sign(message)
        case .ps256: sign(message, salt: 32)
        case .es256: signRaw(message)
        case .edDSA: sign(message, digest: nil)
        }
    }

    // MARK: The public half

    var modulus: [UInt8] { number("n") }

    /// The public members of the key as a JSON Web Key.
    func members(curve: String? = nil) -> JSONObject {
        if isRSA {
            return ["kty": "RSA", "n": encoded(modulus), "e": encoded(number("e"))]
        }
        let point = octets("pub")
        guard point.count > 32 else { return ["kty": "OKP", "crv": "Ed25519", "x": encoded(point)] }
        let half = (point.count - 1) / 2
        return [
            "kty": "EC", "crv": .string(curve ?? "P-256"),
            "x": encoded(Array(point[1..<(1 + half)])), "y": encoded(Array(point.suffix(half))),
        ]
    }

    /// The key with further members.
    func jwk(_ further: JSONObject = [:], curve: String? = nil) -> JSONValue {
        var object = members(curve: curve)
        for (key, value) in further { object[key] = value }
        return .object(object)
    }

    private func encoded(_ bytes: [UInt8]) -> JSONValue { .string(Base64.encodeURLSafe(bytes)) }

    private func number(_ name: String) -> [UInt8] {
        var number: OpaquePointer?
        guard unsafe EVP_PKEY_get_bn_param(key, name, &number) == 1 else { return [] }
        defer { unsafe BN_free(number) }
        var bytes = [UInt8](repeating: 0, count: (Int(unsafe BN_num_bits(number)) + 7) / 8)
        unsafe BN_bn2bin(number, &bytes)
        return bytes
    }

    private func octets(_ name: String) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 256)
        var count = 0
        guard unsafe EVP_PKEY_get_octet_string_param(key, name, &bytes, bytes.count, &count) == 1 else { return [] }
        return Array(bytes.prefix(count))
    }
}
