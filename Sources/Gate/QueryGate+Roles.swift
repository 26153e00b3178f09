public import Identity
import Locks
import Masking

extension QueryGate {
    /// Which roles groups give under the mapping in force now.
    public var roleAssignment: RoleAssignment { assignment.withLock { $0 } }

    static func assignment(of mapping: Mapping) -> RoleAssignment {
        RoleAssignment(groupsOfRoles: mapping.roles.mapValues(\.groups))
    }
}
