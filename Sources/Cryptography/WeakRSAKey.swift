/// RSA keys of a chip that made them too regular, so that the private half follows from the public one (CVE-2017-15361,
/// "ROCA"; Nemec et al., CCS 2017, section 2.3).
enum WeakRSAKey {
    /// The primes of the published fingerprint.
    private static let primes: [UInt32] = [
        3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103, 107, 109,
        113, 127, 131, 137, 139, 149, 151, 157, 163, 167,
    ]

    /// For each prime the powers of 65537 modulo it: the only remainders that such a modulus has.
    private static let remainders: [(prime: UInt32, powers: Set<UInt32>)] = primes.map { prime in
        var powers: Set<UInt32> = []
        var power: UInt32 = 1
        while powers.insert(power).inserted { power = power * (65_537 % prime) % prime }
        return (prime, powers)
    }

    /// Whether a modulus, big endian, has the fingerprint; of other moduli fewer than one in a hundred million has.
    static func isROCA(modulus: [UInt8]) -> Bool {
        remainders.allSatisfy { prime, powers in
            powers.contains(modulus.reduce(UInt32(0)) { ($0 << 8 | UInt32($1)) % prime })
        }
    }
}
