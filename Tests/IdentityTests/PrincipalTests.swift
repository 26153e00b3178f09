@testable import Identity
import Testing

@Test(arguments: ["127.0.0.1", "127.8.9.10", "::1", "[::1]", "0:0:0:0:0:0:0:1", "localhost"])
func `a development principal is made on a local address`(host: String) throws {
    let principal = try DevelopmentPrincipal.make(
        subject: "dev@example.com",
        roles: ["b", "a", "b"],
        listeningOn: .host(host)
    )
    #expect(principal.kind == .development)
    #expect(principal.issuer == DevelopmentPrincipal.issuer)
    #expect(principal.subject == "dev@example.com")
    #expect(principal.client == nil)
    #expect(principal.roles == ["a", "b"])
}

@Test
func `a development principal is made on standard streams`() throws {
    let principal = try DevelopmentPrincipal.make(subject: "dev", roles: [], listeningOn: .standardStreams)
    #expect(principal.roles.isEmpty)
}

@Test(arguments: [
    "", "0.0.0.0", "::", "[::]", "10.0.0.1", "192.168.1.5", "8.8.8.8", "128.0.0.1", "126.255.255.255", "::2", "fe80::1",
    "::ffff:127.0.0.1", "127.0.0.1.example.com", "127.1", "2130706433", "0x7f.0.0.1", "localhost.example.com",
    "example.com",
    "127.0.0.1\0.example.com", "LOCALHOST ", " 127.0.0.1", "[127.0.0.1]", "[::1", "::1%eth0", "*",
])
func `a development principal is refused elsewhere`(host: String) {
    let error = #expect(throws: IdentityError.self) {
        try DevelopmentPrincipal.make(subject: "dev", roles: ["analyst"], listeningOn: .host(host))
    }
    #expect(error?.code == .notLocal)
}

@Test
func `empty or oversized names and too many roles are refused`() {
    let long = String(repeating: "x", count: Principal.nameBytesMax + 1)
    let many = (0...Principal.rolesMax).map { "role\($0)" }
    for (subject, roles) in [("", ["a"]), (long, ["a"]), ("dev", [""]), ("dev", [long]), ("dev", many)] {
        let error = #expect(throws: IdentityError.self) {
            try DevelopmentPrincipal.make(subject: subject, roles: roles, listeningOn: .standardStreams)
        }
        #expect(error?.code == .malformed)
    }
}
