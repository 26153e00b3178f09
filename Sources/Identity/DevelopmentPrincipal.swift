import Glibc

/// Where the server listens.
public enum ListenAddress: Sendable, Hashable {
    /// Standard input and output of a process that the client itself started.
    case standardStreams
    /// A TCP socket bound to this host name or address.
    case host(String)

    /// Whether nobody on another machine can reach it: the standard streams, `127.0.0.0/8`, `::1`, or the name
    /// `localhost`, which RFC 6761, 6.3 reserves for these addresses.
    public var isLocal: Bool {
        switch self {
        case .standardStreams: true
        case .host(let host): host == "localhost" || Self.isLoopback(address: host)
        }
    }

    private static func isLoopback(address: String) -> Bool {
        // The C functions stop at a NUL and would not see what follows it.
        guard !address.utf8.contains(0) else { return false }
        var version4 = in_addr()
        if unsafe inet_pton(AF_INET, address, &version4) == 1 {
            return UInt32(bigEndian: version4.s_addr) >> 24 == 127
        }
        let bare = address.hasPrefix("[") && address.hasSuffix("]") ? String(address.dropFirst().dropLast()) : address
        var version6 = [UInt8](repeating: 0, count: 16)
        guard unsafe inet_pton(AF_INET6, bare, &version6) == 1 else { return false }
        return version6 == [UInt8](repeating: 0, count: 15) + [1]
    }
}

/// The principal of a server without an identity provider: whoever can reach it is taken to be its configured subject.
public enum DevelopmentPrincipal {
    /// The issuer of every development principal.
    public static let issuer = "urn:scrim:development"

    /// The configured development principal.
    ///
    /// - Throws: `notLocal` unless `address` is local, because anybody who reaches the server is this principal.
    public static func make(
        subject: String,
        roles: [String],
        listeningOn address: ListenAddress
    ) throws(IdentityError) -> Principal {
        guard address.isLocal else {
            throw IdentityError(
                .notLocal,
                "a development principal is allowed only on 127.0.0.0/8, ::1, localhost or standard streams: "
                    + "listen there or configure an issuer"
            )
        }
        return try Principal(issuer: issuer, subject: subject, roles: roles, kind: .development)
    }
}
