public import Identity
public import Masking

/// What the mapping in force says of the load that a principal may be.
extension QueryGate {
    /// The limits of a principal's roles, put together; without roles there are none, and no call gets anywhere.
    public func roleLimits(of principal: Principal) -> RoleLimits {
        currentMapping.policy(for: principal.roles, project: settings.project)?.limits ?? RoleLimits()
    }
}
