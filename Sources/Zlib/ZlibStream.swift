import CZlib

/// Streams of zlib (RFC 1950, <https://www.rfc-editor.org/rfc/rfc1950>) of bytes that are in memory at once.
public enum ZlibStream {
    /// The most bytes that are compressed.
    public static let bytesMax = 1 << 30

    /// The stream of these bytes; null when there are more than ``bytesMax``, or the library has no memory.
    public static func compress(_ bytes: [UInt8]) -> [UInt8]? {
        guard bytes.count <= bytesMax else { return nil }
        let bound = Int(compressBound(uLong(bytes.count)))
        var isWhole = false
        let stream = unsafe [UInt8](unsafeUninitializedCapacity: bound) { buffer, initialized in
            var length = uLong(bound)
            let status = unsafe compress2(buffer.baseAddress, &length, bytes, uLong(bytes.count), Z_DEFAULT_COMPRESSION)
            isWhole = status == Z_OK
            initialized = isWhole ? Int(length) : 0
        }
        return isWhole ? stream : nil
    }

    /// The bytes of a stream, of which it must have exactly so many; null for any other stream.
    ///
    /// Never more memory is taken than for `byteCount` bytes, whatever the stream would become.
    public static func decompress(_ stream: [UInt8], byteCount: Int) -> [UInt8]? {
        guard (0...bytesMax).contains(byteCount), stream.count <= bytesMax else { return nil }
        var isWhole = false
        // To a buffer of no bytes the library writes as if it had one.
        let capacity = max(byteCount, 1)
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: capacity) { buffer, initialized in
            var length = uLong(capacity)
            var taken = uLong(stream.count)
            let status = unsafe uncompress2(buffer.baseAddress, &length, stream, &taken)
            isWhole = status == Z_OK && Int(length) == byteCount && Int(taken) == stream.count
            initialized = isWhole ? byteCount : 0
        }
        return isWhole ? bytes : nil
    }
}
