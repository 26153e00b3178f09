import Cryptography
import Testing

// The key, message and signature of RFC 7515, appendix A.2; the key written as PKCS #8.
private let examplePEM = """
    -----BEGIN PRIVATE KEY-----
    MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQCh+BYK4uPJtGXO
    jS1lYmM2K5J9vinh8CR3/BYlzJChNuOL2TSXxbbqY913EeZ8dCn5VrD7io8ImtxL
    aYk8wTM/U+3QGbh3hCUv7JFP5IV3aVlL6kKA0ywPVb9ilE8TA5a8bpvfbr3SvaNn
    juygxmj3AbONv/s4yDQs4v5tJ/reSlpIdJed1LnPmt7Ex1sFhSwsD174pcF1A5L5
    ROjtZMEQxrZHYJqkeDrrnGya11UxMFBji4NmXG9veoKjlnAqH2QbgtPr8jkiGUkf
    toaHLFcW9Qr4NY2ai50Xw0Byj3+H2JoY2PyrZ62EWQwuz3WTOTY8BwNNb2BvniHg
    VFbK5emhAgMBAAECggEAEq5xpGnNCivDflJsRQBXHx1hdR1k6Ulwe2JZD50LpXyW
    PEAeP88vLNO97IjlA7/GQ5sLKMgvfTeXZx9SE+7YwVol2NXOoAJe46sui395IW/G
    O+pWJ1O0BkTGoVEn2bKVRUCgu+GjBVaYLU6f3l9kJfFNS3E0QbVdxzubSu3Mkqzj
    kn439X0M/V51gfpRLI9JYanrC4D4qAdGcopV/0ZHHzQlBjudU2QvXt4ehNYTCBr6
    XCLQUShb1juUO1ZdiYoFaFQT5Tw8bGUl/x/jTj3ccPDVZFD9pIuhLhBOneufuBiB
    4cS98l2SR/RQyGWSeWjnczT0QU91p1DhOVRuOopznQKBgQDgHMQQ60imZV1URk0K
    pLttoLhyt3SmqdEf/kgHePDdtzEafpAu+cS191R2JiuoF2yzWXnwFDcqGigp5BNr
    0AHQfD8/Lk8l1Mk09jxxCfui5nYooNyac8YFjm3vItzVCVDnEd3BbVWG8qf6deqE
    lMGAg+C2V0L4oNXnP7LZcPAZRwKBgQC5A8R+CZW2MvRTLLHzwZkUXV866cff7tx6
    kqa0finGG0KgeqlaZPxgCZnFp7AeAcCMtiynVlJ7vMVgePsLq6XtON4tB5kP9jAP
    rq3rbAOal78eUH5OcED6eNuCV8ixEu1eWcPNCS/l1OW1EnXUEoEHKl54Xrrz2uNw
    kgMTP1FZ1wKBgAcCn1dwJKufzBWQxWQp1vsM5fggqPN1qGb5y0MAk3g7/Ls5bkUp
    5u9SN0Ai3Ya6hNnvWJMb7sXQX6U/zyO2M/hTip7tUeh7CXgwo59dkpN75gJLVds2
    9+DAncu3KXU4f2Fa+7bLNrur53k8KwPOq2bbuTG69QtV7Jr5MR0AHWKNAoGBAIf/
    evpitUf+4JYbLpvNXWcY052Mpz22aR84mY3nh3F2LF2mjMJDpTg7FmuyPcVw6EcG
    yoAe9fa65iNqCq+jdw6PVNGo2hxfjSiZ8IIzHdsPXI89//pMjZcQK9r+CCoRjaZj
    OYiIDktVWZzmevJuv6WywUqd57LE3Zar3dLSIkx1AoGAIYd7DHOhrWvxkwPQsRM2
    tOgrjbcrfvtQJipd+DlcxyVuuM9sQLdgjVk2oy26F0EmpScGLq2MowX7fhd/QJQ3
    ydy5cY7YIBi87w93IKLEdfnbJtoOPLUW0ITrJReOgo1cq9SbsxYawBgfp/gh6A56
    03k2+ZQwVK0JKSHuLFkuQ3U=
    -----END PRIVATE KEY-----
    """
private let message = Array(
    ("eyJhbGciOiJSUzI1NiJ9."
        + "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ").utf8
)
private let exampleSignature = """
    cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t\
    1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12j\
    zDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQ\
    Ge77Rw
    """

@Test
func `RS256 gives the signature of RFC 7515`() throws {
    let key = try RSAPrivateKey(pem: examplePEM)
    let signature = try key.signature(over: message)
    #expect(Base64.encodeURLSafe(signature) == exampleSignature)
    let publicKey = try RSAPublicKey(pem: key.publicKey().pem())
    #expect(publicKey.verifies(signature, over: message))
    #expect(!publicKey.verifies(signature, over: message + [0]))
    #expect(!publicKey.verifies([], over: message))
    for index in stride(from: 0, to: signature.count, by: 7) {
        var changed = signature
        changed[index] ^= 1
        #expect(!publicKey.verifies(changed, over: message))
    }
}

@Test
func `keys that are broken, encrypted, short or of another algorithm are refused`() {
    let texts: [(String, CryptographyError.Code)] = [
        ("", .keyFormat),
        ("not a key", .keyFormat),
        (String(examplePEM.prefix(400)), .keyFormat),
        (String(repeating: "x", count: 100_000), .keyFormat),
        (encryptedPEM, .keyFormat),
        (ellipticPEM, .keyFormat),
        (shortPEM, .keySize),
    ]
    for (text, code) in texts {
        let error = #expect(throws: CryptographyError.self) { try RSAPrivateKey(pem: text) }
        #expect(error?.code == code)
        #expect(throws: CryptographyError.self) { try RSAPublicKey(pem: text) }
    }
    #expect(throws: CryptographyError.self) { try RSAPublicKey(pem: examplePEM) }
}

@Test
func `one key signs on many threads at once`() async throws {
    let key = try RSAPrivateKey(pem: examplePEM)
    let signatures = try await withThrowingTaskGroup { group in
        for _ in 0..<16 { group.addTask { try key.signature(over: message) } }
        return try await group.reduce(into: Set<[UInt8]>()) { $0.insert($1) }
    }
    #expect(signatures.map(Base64.encodeURLSafe) == [exampleSignature])
}

private let shortPEM = """
    -----BEGIN PRIVATE KEY-----
    MIICdgIBADANBgkqhkiG9w0BAQEFAASCAmAwggJcAgEAAoGBAMQLTwDR/nfdH1wl
    LqoQs16mVwFWaHUmqqdwd4G0xaz1Wkb9084IDb7wbbh8q0BQay3LCK0uky1LF6CP
    OElsS2cADVZIv8im+q2FuQhApudkiVoKcQbvp/TtQLD2W60WRWt16jSlgrZqSVmN
    /N/cwcCIIyZN/PJTETRSnBsCujPhAgMBAAECgYEAjBvg7J8oFJZOMVbJkPW6m+yZ
    xfTxVri5wk0Yu/RsSn5XdOE3nMoYuNuwLue6pI5U6zduDgd5XCeMzU1OVvs0rzn+
    wzRx/mhyw+S1/CYSeVQqswvg9qLhpGJatZ8fIfq6sj5kStSNkYN9e5/im8bb1AXJ
    /Hjunh5oeame+0sm3TkCQQDmJgJ7Gjzo5f8vj/KB7q7P2HS2Qr5n8siM2u8QMV1U
    HwS7uem7+LAdiO99d523801i6mtu5NTRiod4t9nwMtjTAkEA2hCeheXkzB7/jxdh
    6fiqDhrQPTxnW3ID9qzKAtKw8wUnZXfaZxrR90Y9dRZRibcjsubt/frmrg6SmsVT
    Fh/P+wJAdj9BNw6cDO1e14kWCDwiBRgpnxtbyPysnfI+sgsq8HWfcPRsau+zTPl2
    UviKSGDxeckHucpIrgCG6jdL+mWlkQJAJ8WaNA+vAC+zKrT4DcVltrbbPh/zNfGA
    mZAANC2bSmepPM90TRPOMcxkzyMn8fcuEqYdyBHn2t0bjhDpS4K32wJAF90WTunt
    hl8p4i6tgKAiaFRgZLPB4rFrYxU5ukWHjbLVDVr6iVRvhtO7EJMk5BZsqZ2O4y+z
    gUZ5SiG708f61w==
    -----END PRIVATE KEY-----
    """
private let ellipticPEM = """
    -----BEGIN PRIVATE KEY-----
    MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgX9/RhEYRFzvfTxTc
    T845TJmkz9JlpoOzp0CfSaguvuShRANCAAS5qQwEo0vG1SJHcvmSI/u/l4sN1sNu
    p/wMicV/x1PISD0dY8c2Tit//4Maiwh+rfpNiOY+4Q91U3JOGQmMdcOi
    -----END PRIVATE KEY-----
    """
private let encryptedPEM = """
    -----BEGIN ENCRYPTED PRIVATE KEY-----
    MIIC3TBXBgkqhkiG9w0BBQ0wSjApBgkqhkiG9w0BBQwwHAQIlhUoka2Xjn0CAggA
    MAwGCCqGSIb3DQIJBQAwHQYJYIZIAWUDBAECBBDx7ZVsj6MHiSDA1cK8/ZesBIIC
    gFlwN3hxCJDgZZ0ZgtzIzbHb7vTIRz+saVCKSTNyPnUKnCos1Gm6d0adlZAsw2dg
    QMQy6SXLEwbu0Mm1fN4beag21WveBap10QdLDI6jjl5FHUcyCiZycA2KJ1NG9okK
    Q1kCDWTlyNpiDSo2oTSxZfqSeazBHVmEfwumi9lSsCTP4c+G26lVvemmnBKbqxdJ
    iSP9KSnEY7i0Azo4XqYPsZG+otGSHkSMSBYUEKfVXWi5dZgjZLjfyLkbX5fCRS7/
    lXTyGaHIN5L5vB7crgqv/IW0JvpleWjpsPj/wOUCvCYBWwwsBnaDdF5hGWUUoPTv
    sV/HLI9+XhFHgVDxnPYeWiSaYIgI5XJmMF7qp9Q2shfzy+f5Kt97IneBEwjfGyVK
    LzOCOhCVywd7ZkQyIFTv2y4Latx/nNqKA5qm4UBwtvvy82I6fmdgUUlWSHk61GJh
    mtDRQDkzaH+FWONZUN4t222FJicWAE+EUS8E952c3iRjeadYjO6cx68BdEIkuxhf
    FqIFSrau58ue6HkkB1h0ICrAdgyVQW0z0VxIqcPHxTSrMb8K6q74+tAbG7Jp27zZ
    tlmt3txD87n8MQT2SJoHNEgVdQguwXHZQsxC9IUTehsHQrnFoxKTOfRaBGaSQ6Uc
    MfyqCaIBdTXotoSZ/jhwJVnH3uk4nWMNKiGOtefmlsavlAAamU8KjcKjejMO8b1/
    kssRobt3uOHecB0ORvCgr9tf/PbP7XEom3NasHGIzdB/pq7OHw3xh2rf2kanlQGX
    QJ+0iEgS68D0x870aw0Vg+p7+ArUEJG1rsDS1L4KPec1UfmM0uXlOhIr1urTAb/g
    kk4jojkakdg/sPVFMFHg0mM=
    -----END ENCRYPTED PRIVATE KEY-----
    """
