/// What the head of a modern request says that it asks for, before there is a body to check that against.
public enum ClaimedOperation {
    /// The tool that is said to be called; `nil` when none is, or it is not said in one canonical way. The body's checks
    /// find a head that lies (``InboundRules``), so that what was decided by it holds.
    public static func tool(in headers: [HeaderField]) -> String? {
        let names = headers.values(of: RoutingHeaders.name)
        guard headers.values(of: RoutingHeaders.method) == [MethodName.toolsCall], names.count == 1 else { return nil }
        return names.first.flatMap { EncodedHeaderValue.decode($0) }
    }
}
