import JSON

@testable import BigQuery

/// A service account that exists nowhere; its key was made for these tests.
enum TestAccount {
    static let email = "scrim@demo.iam.gserviceaccount.com"

    static let privateKey = """
        -----BEGIN PRIVATE KEY-----
        MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQCoYAQKj7rmTwbc
        RT/awHmA4+o5SbCIAqiSgk8dGC5eEurm2uL/E48jYWaC1vMB3udIB1AP5vUUm2F/
        gHA3XYD1ySw/1VavKAV5G01nNDDysvs6n1k+73DT0RwpFgKUWldOwMfTs8FQqWsQ
        3iP0n22a4UXo+nW7jPPjslOnKlZ6TZbvlNlS98hGsCHwvXRJnwVEliJ9swoR6TtR
        AeMvnZrxxTiXJ0cOfnJQFMy4LXrrDUeumooNRvBAlskLV/5D+/AZESEHC2rouSN7
        iJAv4lYmONL4CB6r8JJYuMy2vdVn7JelZUVw0n8ngKCDeroEiOmWvagatqImg9Oe
        OH839pTZAgMBAAECggEAGdiDRkvB2NCQsQdAQggBnrNdpOWW34no7nRqSIEJvQ8S
        V9WJurX55uhwn+z26Haa8geNVqORQ1SGptfEYftMbG4xCKtq3wA5ttlmDE2Kpfar
        cdg8DtkabKlQtU3Xn4YumLwm8GxLZGJdOP2gb1B5tqiV3qlzoRKF7ZHWHXb2R1eZ
        qZtISJgFeB2LxnVUHrvNco37bmZ7jd1Dlh946cC7QzXVgMeBKHwUvw+2WiRaDNuw
        SKApJUCqIqg7WAqNE+4paUnfBfnIQOQCaqduBTejRmlTKIqngmRkmqO8uX8dtLgF
        WiB9OZppQZC6qa7W8YzXPX6ePX334J+McAoVv1bhwQKBgQDkLth4UT3m35Nj5GBj
        MQFHNeKTE4D2TEH5nuM6JaMDcef+cbz2FHzElVgoEa4cVYptZvtgNiL0B96qmo4D
        ShG3ndvHox2qyTzrttLJ5qCmFP3PcJdVEG5KuCIf/BrSF6xCWkPD2+IZMcq/kRgA
        SNA36bqu1Ow9N3NyE/4hBd/3zQKBgQC85q3gczafIm35FgFkDYXrSy3CMqv4leSz
        TuYxGZzRa0Zbd26KywzYGHke9DIbRUHHvwJc5xNOsCjZudNRBtyL9mREHssV3QKY
        6Mxax70LN+UqXXUPtrBqdr6XoJUwnSj4gkD5vd4a8RRVVRU/eXZOrV8ZiXmj+ixy
        pqowWq+tPQKBgBFJb0LmPL9R7tOhiJ/bJZKkhW7JCnseWd00aViNY2Uuavn+2eb2
        tGEcQ1p9xGgHHv6cz6yBTXKZaggYv2uGYAM+JVlhhSzcJA5jgmKjY0ZRzsy5Ze2e
        2gw1GPi9W7bQ7k70ka+z59QqzoZm0p+q5INn5Km8Hc2hdtCMrTMJQ+d9AoGBALfy
        /sFCEJ+4fFUCC8qtrIprhBzHEVYaSUIfA+QuZ9o616G8VMYNYu2QL2poK98Iez0T
        ES78yn1m5/DVlyUhRGV7Qzperi8VMDFNCashNEMXZC70IUlzAqo6BfFLq9xSPpJ4
        7OMF9KJRvxY1q2JLWlzVUXVhvTVkKiJfj/1UYhyVAoGADBRs5NwGwjjiy0RdjUKw
        89PfjOv0i/ujz5rvwuS5cgg3pA8gGj4W34dSFOGc7/f/s2GWcwckXRlQWUiKo955
        RvIi+ltXZMVMYXhRNc0+qssJ21muq9kk6eQaQ8uJVKaDNYYJYJWkARSfhJ8TeMP+
        zpYFGHM9oX2y3UmbWLUoTOU=
        -----END PRIVATE KEY-----

        """

    /// The members of a key file, with a token endpoint.
    static func file(tokenURL: String) -> JSONObject {
        [
            "type": "service_account", "project_id": "demo", "private_key_id": "0123456789abcdef",
            "private_key": .string(privateKey), "client_email": .string(email), "token_uri": .string(tokenURL),
            "client_id": "1", "universe_domain": "googleapis.com",
        ]
    }

    static func key(for endpoint: BigQueryEndpoint, tokenURL: String) throws -> ServiceAccountKey {
        try ServiceAccountKey(json: file(tokenURL: tokenURL).serialized(), for: endpoint)
    }
}
