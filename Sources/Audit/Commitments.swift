import Cryptography
import JSON

/// The salts of one entry's commitments, by the name of the commitment, before they are sealed.
struct CommitmentSalts {
    private(set) var salts: [(name: String, salt: [UInt8])] = []

    mutating func append(_ salt: [UInt8], for name: String) {
        salts.append((name, salt))
    }
}

extension CommittedTexts {
    /// Puts HMAC(salt, text) of each text there is into the entry, and gives the salts.
    ///
    /// The salts are random, so that nobody who reads the log can try out values: the SQL's shape is known to him, and
    /// often only a literal is missing.
    func commit(into fields: inout EntryFields) throws(AuditError) -> CommitmentSalts {
        var salts = CommitmentSalts()
        var commitments = JSONObject()
        var committed: [(name: String, text: [UInt8])] = [("sql", Array(originalSQL.utf8))]
        if let rewrittenSQL { committed.append(("rewritten_sql", Array(rewrittenSQL.utf8))) }
        if !parameters.isEmpty { committed.append(("parameters", parameters)) }
        if let reason { committed.append(("reason", Array(reason.utf8))) }
        for (name, text) in committed {
            let salt: [UInt8]
            do {
                salt = try SecureRandom.bytes(SaltSeal.saltBytes)
            } catch {
                throw AuditError(.key, error.message)
            }
            commitments[name] = .string(Hex.encode(HMACSHA256.authenticate(text, key: salt)))
            salts.append(salt, for: name)
        }
        fields.set("commitments", .object(commitments))
        return salts
    }
}

/// Seals the salts of an entry, so that only who holds the audit key ring can open a commitment.
struct SaltSeal {
    static let saltBytes = 32
    private static let purpose = Array("scrim audit salts 1".utf8)

    private let keyID: String
    private let key: AESGCMKey

    /// The seal under one key of the audit ring. The AES key is derived, because the ring's secret itself signs.
    init(key: KeyRing.Key) throws(AuditError) {
        do {
            self.key = try AESGCMKey(HMACSHA256.authenticate(Self.purpose, key: key.secret))
        } catch {
            throw AuditError(.key, error.message)
        }
        keyID = key.id
    }

    /// The record of a salts file without its sequence number: key ID, a space, base64 of the sealed salts.
    ///
    /// The plaintext is one line `name hex` for each salt.
    func record(of salts: CommitmentSalts) throws(AuditError) -> String {
        let plaintext = salts.salts.map { "\($0.name) \(Hex.encode($0.salt))\n" }.joined()
        do {
            return "\(keyID) \(Base64.encode(try key.seal(Array(plaintext.utf8), authenticating: Self.purpose)))"
        } catch {
            throw AuditError(.key, error.message)
        }
    }

    /// The salts of a record by name, or null when this key did not seal it.
    func open(record: String) -> [String: [UInt8]]? {
        let parts = record.split(separator: " ", omittingEmptySubsequences: false)
        guard
            parts.count == 2, parts[0] == keyID,
            let sealed = try? Base64.decode(String(parts[1])),
            let plaintext = try? key.open(sealed, authenticating: Self.purpose)
        else { return nil }
        var salts: [String: [UInt8]] = [:]
        for line in String(decoding: plaintext, as: UTF8.self).split(separator: "\n") {
            let fields = line.split(separator: " ")
            guard fields.count == 2, let salt = try? Hex.decode(String(fields[1])) else { return nil }
            salts[String(fields[0])] = salt
        }
        return salts
    }
}
