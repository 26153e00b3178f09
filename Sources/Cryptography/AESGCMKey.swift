import COpenSSL

/// AES-256-GCM (NIST SP 800-38D) with a random 96-bit nonce for each message.
///
/// A random nonce allows 2^32 messages under one key (SP 800-38D, 8.3); rotate the key ring before that.
public struct AESGCMKey: Sendable {
    /// The length of a key.
    public static let keyBytes = 32
    /// The length of the nonce in front of a sealed message.
    public static let nonceBytes = 12
    /// The length of the tag at the end of a sealed message.
    public static let tagBytes = 16
    /// The longest message that one call seals or opens.
    public static let messageBytesMax = 1 << 30

    private let key: [UInt8]

    /// A key from 32 secret bytes.
    ///
    /// - Throws: `keySize` on any other length.
    public init(_ key: [UInt8]) throws(CryptographyError) {
        guard key.count == Self.keyBytes else {
            throw CryptographyError(.keySize, "an AES-256 key has \(Self.keyBytes) bytes, not \(key.count)")
        }
        self.key = key
    }

    /// Encrypts `plaintext` and authenticates it together with `additionalData`: nonce ‖ ciphertext ‖ tag.
    public func seal(
        _ plaintext: [UInt8],
        authenticating additionalData: [UInt8] = []
    ) throws(CryptographyError) -> [UInt8] {
        try seal(plaintext, authenticating: additionalData, nonce: SecureRandom.bytes(Self.nonceBytes))
    }

    /// As `seal(_:authenticating:)` with a nonce given, which tests with published vectors need and nobody else.
    func seal(
        _ plaintext: [UInt8],
        authenticating additionalData: [UInt8],
        nonce: [UInt8]
    ) throws(CryptographyError) -> [UInt8] {
        guard plaintext.count <= Self.messageBytesMax, additionalData.count <= Self.messageBytesMax else {
            throw CryptographyError(.library, "a message to seal is longer than \(Self.messageBytesMax) bytes")
        }
        let context = try CipherContext()
        var ciphertext = [UInt8](repeating: 0, count: plaintext.count)
        var tag = [UInt8](repeating: 0, count: Self.tagBytes)
        guard
            context.start(key: key, nonce: nonce, encrypting: true),
            context.authenticate(additionalData),
            context.transform(plaintext[...], into: &ciphertext),
            context.finish(),
            context.readTag(&tag)
        else { throw CryptographyError(.library, "a message could not be sealed") }
        return nonce + ciphertext + tag
    }

    /// Decrypts what `seal` made with the same key and additional data.
    ///
    /// - Throws: `notAuthentic` when anything differs; nothing is said of what or where.
    public func open(
        _ sealed: [UInt8],
        authenticating additionalData: [UInt8] = []
    ) throws(CryptographyError) -> [UInt8] {
        let overhead = Self.nonceBytes + Self.tagBytes
        guard
            sealed.count >= overhead, sealed.count - overhead <= Self.messageBytesMax,
            additionalData.count <= Self.messageBytesMax
        else { throw Self.notAuthentic }
        let ciphertext = sealed[Self.nonceBytes..<(sealed.count - Self.tagBytes)]
        let context = try CipherContext()
        var plaintext = [UInt8](repeating: 0, count: ciphertext.count)
        guard
            context.start(key: key, nonce: Array(sealed.prefix(Self.nonceBytes)), encrypting: false),
            context.authenticate(additionalData),
            context.transform(ciphertext, into: &plaintext),
            context.expectTag(Array(sealed.suffix(Self.tagBytes))),
            context.finish()
        else {
            ERR_clear_error()
            throw Self.notAuthentic
        }
        return plaintext
    }

    private static let notAuthentic = CryptographyError(.notAuthentic, "a sealed message is not authentic")
}

/// One AES-256-GCM operation; owns the library's context.
@safe private final class CipherContext {
    private let context: OpaquePointer

    init() throws(CryptographyError) {
        guard let context = unsafe EVP_CIPHER_CTX_new() else {
            throw CryptographyError(.library, "no memory for a cipher")
        }
        unsafe self.context = context
    }

    deinit {
        unsafe EVP_CIPHER_CTX_free(context)
    }

    func start(key: [UInt8], nonce: [UInt8], encrypting: Bool) -> Bool {
        guard key.count == AESGCMKey.keyBytes, nonce.count == AESGCMKey.nonceBytes else { return false }
        let direction: Int32 = encrypting ? 1 : 0
        return unsafe EVP_CipherInit_ex2(context, Algorithms.shared.aes256GCM, key, nonce, direction, nil) == 1
    }

    func authenticate(_ additionalData: [UInt8]) -> Bool {
        guard !additionalData.isEmpty else { return true }
        var length: Int32 = 0
        return unsafe EVP_CipherUpdate(context, nil, &length, additionalData, Int32(additionalData.count)) == 1
    }

    func transform(_ input: ArraySlice<UInt8>, into output: inout [UInt8]) -> Bool {
        guard !input.isEmpty else { return true }
        var length: Int32 = 0
        let status = unsafe input.withUnsafeBufferPointer { bytes in
            unsafe EVP_CipherUpdate(context, &output, &length, bytes.baseAddress, Int32(bytes.count))
        }
        return status == 1 && Int(length) == input.count
    }

    func finish() -> Bool {
        var rest = [UInt8](repeating: 0, count: 16)
        var length: Int32 = 0
        return unsafe EVP_CipherFinal_ex(context, &rest, &length) == 1 && length == 0
    }

    func readTag(_ tag: inout [UInt8]) -> Bool {
        unsafe EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, Int32(tag.count), &tag) == 1
    }

    func expectTag(_ tag: [UInt8]) -> Bool {
        var tag = tag
        return unsafe EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, Int32(tag.count), &tag) == 1
    }
}
