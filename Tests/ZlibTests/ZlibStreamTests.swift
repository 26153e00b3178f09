import Testing
import Zlib

@Test(arguments: [0, 1, 255, 40_000, 3_000_000])
func `a stream gives back what was compressed`(count: Int) throws {
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 7) }
    let stream = try #require(ZlibStream.compress(bytes))
    #expect(ZlibStream.decompress(stream, byteCount: count) == bytes)
    #expect(ZlibStream.decompress(stream, byteCount: count + 1) == nil)
    if count > 0 { #expect(ZlibStream.decompress(stream, byteCount: count - 1) == nil) }
}

@Test
func `a stream of RFC 1950 made elsewhere is read`() {
    // Python: zlib.compress(b"[[1],[2],[3]]")
    let stream: [UInt8] = [
        0x78, 0x9C, 0x8B, 0x8E, 0x36, 0x8C, 0xD5, 0x89, 0x36, 0x02, 0x62, 0xE3, 0xD8, 0x58, 0x00, 0x1A, 0x95, 0x03,
        0xCF,
    ]
    #expect(ZlibStream.decompress(stream, byteCount: 13) == Array("[[1],[2],[3]]".utf8))
}

@Test
func `a small stream that would become large is not followed beyond the limit`() throws {
    let bomb = try #require(ZlibStream.compress([UInt8](repeating: 0, count: 50_000_000)))
    #expect(bomb.count < 100_000)
    #expect(ZlibStream.decompress(bomb, byteCount: 1000) == nil)
    #expect(ZlibStream.decompress(bomb, byteCount: -1) == nil)
}

@Test
func `what is no stream, is cut, or has something behind it is refused`() throws {
    let stream = try #require(ZlibStream.compress(Array("some text, some text".utf8)))
    #expect(ZlibStream.decompress([], byteCount: 20) == nil)
    #expect(ZlibStream.decompress(Array(stream.dropLast()), byteCount: 20) == nil)
    #expect(ZlibStream.decompress(stream + [0], byteCount: 20) == nil)
    for place in stream.indices {
        var changed = stream
        changed[place] ^= 0x40
        let bytes = ZlibStream.decompress(changed, byteCount: 20)
        #expect(bytes == nil || bytes == Array("some text, some text".utf8))
    }
}
