/// Which roles groups give, as the mapping in force has it. The caller of ``TokenVerifier/verify(bearer:roles:)`` passes
/// it, so that a mapping that was replaced counts from the next request on.
public struct RoleAssignment: Sendable, Hashable {
    /// Roles by the bytes of a group's name: Swift's strings are equal when they only look the same, and an identity
    /// provider may let somebody make a group that looks like another.
    private let roles: [[UInt8]: Set<String>]

    /// An assignment from the groups of each role (role name → names of groups).
    public init(groupsOfRoles: [String: [String]]) {
        var roles: [[UInt8]: Set<String>] = [:]
        for (role, groups) in groupsOfRoles {
            for group in groups { roles[Array(group.utf8), default: []].insert(role) }
        }
        self.roles = roles
    }

    /// No group gives a role.
    public static let none = RoleAssignment(groupsOfRoles: [:])

    func roles(forGroups groups: [String]) -> Set<String> {
        groups.reduce(into: []) { $0.formUnion(roles[Array($1.utf8)] ?? []) }
    }
}
