/// libFuzzer's way in: reads the bytes through every door of the parser and ends the process if an invariant is broken.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    if let failure = fuzzFailure(of: bytes) { fatalError(failure) }
    return 0
}
