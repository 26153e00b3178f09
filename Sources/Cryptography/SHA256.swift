import COpenSSL

/// SHA-256 (FIPS 180-4) of bytes that are in memory at once.
public enum SHA256 {
    /// The length of a digest.
    public static let digestBytes = 32

    /// The 32-byte digest of `bytes`.
    public static func hash(_ bytes: [UInt8]) -> [UInt8] {
        let stream = SHA256Stream()
        stream.update(bytes)
        return stream.finish()
    }
}

/// SHA-256 of bytes that arrive in pieces. One owner at a time; not `Sendable`.
@safe public final class SHA256Stream {
    private let context: OpaquePointer

    /// A stream that has seen no bytes yet.
    public init() {
        // A process whose library cannot make SHA-256 must stop: no input leads here, and there is no safe answer.
        guard let context = unsafe EVP_MD_CTX_new() else { preconditionFailure("OpenSSL is out of memory") }
        unsafe self.context = context
        let started = unsafe EVP_DigestInit_ex2(context, Algorithms.shared.sha256, nil)
        precondition(started == 1, "OpenSSL has no SHA-256")
    }

    deinit {
        unsafe EVP_MD_CTX_free(context)
    }

    /// Adds `bytes` to the message.
    public func update(_ bytes: [UInt8]) {
        let updated = unsafe EVP_DigestUpdate(context, bytes, bytes.count)
        precondition(updated == 1, "OpenSSL could not hash")
    }

    /// Adds part of an array to the message without copying it.
    public func update(_ bytes: ArraySlice<UInt8>) {
        let updated = unsafe bytes.withUnsafeBytes { unsafe EVP_DigestUpdate(context, $0.baseAddress, $0.count) }
        precondition(updated == 1, "OpenSSL could not hash")
    }

    /// The 32-byte digest of everything added, after which the stream is at its start again.
    public func finish() -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: SHA256.digestBytes)
        let finished = unsafe EVP_DigestFinal_ex(context, &digest, nil)
        restart(finished)
        return digest
    }

    /// ``finish()`` as four numbers, the high bytes first: without memory of its own, for those who hash millions.
    public func finishWords() -> (UInt64, UInt64, UInt64, UInt64) {
        var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        let finished = unsafe withUnsafeMutableBytes(of: &words) { bytes in
            unsafe EVP_DigestFinal_ex(context, bytes.bindMemory(to: UInt8.self).baseAddress, nil)
        }
        restart(finished)
        return (words.0.bigEndian, words.1.bigEndian, words.2.bigEndian, words.3.bigEndian)
    }

    private func restart(_ finished: Int32) {
        // Without an algorithm, the one that the context has is begun anew.
        let restarted = unsafe EVP_DigestInit_ex2(context, nil, nil)
        precondition(finished == 1 && restarted == 1, "OpenSSL could not hash")
    }
}
