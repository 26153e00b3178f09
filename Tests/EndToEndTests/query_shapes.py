"""Shapes of GoogleSQL beyond plain SELECT: T07, T14 to T16, T18, T25 of `bigquery.md` section 7, and their neighbours.

They read `customers` and `accounts` and name every column of their results.
"""

SHAPES = {
    "T07 recursive CTE": "WITH RECURSIVE r AS (SELECT customer_id, email, 1 AS n FROM customers UNION ALL SELECT "
                         "customer_id, email, n + 1 FROM r WHERE n < 3) SELECT email, n, COUNT(*) AS k FROM r GROUP BY "
                         "email, n",
    "T07 recursive CTE with a join": "WITH RECURSIVE r AS (SELECT customer_id AS k, full_name FROM customers WHERE "
                                     "customer_id = 1 UNION ALL SELECT c.customer_id, c.full_name FROM r JOIN "
                                     "customers AS c ON c.customer_id = r.k + 1 WHERE r.k < 30) SELECT * FROM r",
    "T14 PIVOT": "SELECT * FROM (SELECT segment, email, customer_id FROM customers) PIVOT (COUNT(customer_id) AS n, "
                 "MIN(email) AS m FOR segment IN ('retail' AS r, 'private', NULL AS none))",
    "T14 PIVOT by a masked column":
        "SELECT * FROM (SELECT email, customer_id FROM customers) PIVOT (COUNT(customer_id) "
                                    "FOR email IN ('XXXXX@example.com' AS a, 'ada@example.com' AS b))",
    "T14 PIVOT of a table": "SELECT COUNT(*) AS n, SUM(giro) AS g FROM accounts PIVOT (COUNT(account_id) FOR kind IN "
                            "('current' AS giro, 'savings' AS sparen)) AS p",
    "T15 UNPIVOT": "SELECT customer_id, v, k FROM customers UNPIVOT (v FOR k IN (full_name, email, ssn AS 'S'))",
    "T15 UNPIVOT INCLUDE NULLS": "SELECT k, COUNT(v) AS n FROM customers UNPIVOT INCLUDE NULLS (v FOR k IN (email, "
                                 "home_address, service_note)) GROUP BY k",
    "T15 UNPIVOT of pairs":
        "SELECT customer_id, a, b, k FROM customers UNPIVOT ((a, b) FOR k IN ((full_name, email) AS "
                            "'x', (ssn, phone) AS 'y'))",
    "T16 UNION ALL BY NAME":
        "SELECT email AS v, customer_id AS k FROM customers UNION ALL BY NAME SELECT account_id AS "
                             "k, iban AS v FROM accounts",
    "T16 FULL UNION BY NAME":
        "SELECT email, customer_id FROM customers FULL UNION ALL BY NAME SELECT customer_id, iban "
                              "FROM accounts",
    "T16 CORRESPONDING": "SELECT email AS v, customer_id AS k FROM customers UNION ALL CORRESPONDING SELECT account_id "
                         "AS k, iban AS v FROM accounts",
    "T16 INNER UNION BY NAME ON": "SELECT email AS v, customer_id AS k FROM customers INNER UNION DISTINCT BY NAME ON "
                                  "(v) SELECT account_id AS k, iban AS v FROM accounts",
    "T18 WHERE, SELECT": "FROM customers |> WHERE ssn LIKE 'XXXXX%' |> SELECT customer_id, ssn",
    "T18 EXTEND, DROP, RENAME, SET":
        "FROM customers |> SELECT customer_id, email, ssn, full_name |> EXTEND email AS e, "
                                     "LENGTH(ssn) AS n |> DROP email |> RENAME full_name AS f |> SET ssn = UPPER(ssn)",
    "T18 AGGREGATE": "FROM customers |> AGGREGATE COUNT(*) AS n, MIN(email) AS m GROUP BY segment",
    "T18 AGGREGATE, AND ORDER BY": "FROM customers |> AGGREGATE COUNT(*) AS n GROUP AND ORDER BY email DESC |> WHERE n "
                                   "> 1",
    "T18 JOIN and AS": "FROM customers AS c |> JOIN accounts AS a ON a.customer_id = c.customer_id |> AS t |> SELECT "
                       "t.iban, t.email",
    "T18 a table alone": "FROM accounts",
    "T18 set operations": "FROM customers |> SELECT email |> UNION ALL (SELECT iban FROM accounts) |> DISTINCT",
    "T18 except": "FROM customers |> SELECT email |> EXCEPT DISTINCT (SELECT 'XXXXX@example.com')",
    "T18 ORDER BY, LIMIT": "FROM customers |> ORDER BY customer_id |> LIMIT 5 OFFSET 3 |> SELECT email",
    "T18 windows": "FROM customers |> EXTEND ROW_NUMBER() OVER (PARTITION BY email ORDER BY customer_id) AS r |> WHERE "
                   "r = 2 |> SELECT email, r",
    "T18 PIVOT": "FROM customers |> SELECT segment, customer_id |> PIVOT (COUNT(customer_id) FOR segment IN ('retail' "
                 "AS r, 'private' AS p))",
    "T18 UNPIVOT": "FROM customers |> UNPIVOT (v FOR k IN (email, ssn)) |> SELECT customer_id, v, k",
    "T18 in a subquery": "SELECT * FROM (FROM customers |> SELECT email |> WHERE email IS NOT NULL)",
    "T18 after a query": "SELECT email, ssn FROM customers |> AGGREGATE COUNT(DISTINCT email) AS n, MAX(ssn) AS s",
    "T18 WITH": "FROM customers |> WITH a AS (SELECT iban, customer_id FROM accounts) |> JOIN a USING (customer_id) |> "
                "SELECT iban, email",
    "GROUPING SETS": "SELECT segment, email, COUNT(*) AS n FROM customers GROUP BY GROUPING SETS ((segment), (email), "
                     "())",
    "ROLLUP": "SELECT segment, birth_date, SUM(credit_limit) AS s, GROUPING(segment) AS g FROM customers GROUP BY "
              "ROLLUP (segment, birth_date)",
    "CUBE": "SELECT kind, iban IS NULL AS i, COUNT(*) AS n FROM accounts GROUP BY CUBE (kind, i)",
    "GROUP BY ALL": "SELECT segment, SUBSTR(email, 1, 6) AS e, COUNT(*) AS n FROM customers GROUP BY ALL",
    "named windows":
        "SELECT customer_id, COUNT(*) OVER w AS a, FIRST_VALUE(email) OVER (w ROWS BETWEEN 1 PRECEDING AND "
                     "CURRENT ROW) AS b, LAG(ssn) OVER v AS c FROM customers WINDOW p AS (PARTITION BY segment), w AS "
                     "(p ORDER BY customer_id), v AS w",
    "QUALIFY with a window": "SELECT full_name FROM customers WHERE TRUE QUALIFY RANK() OVER w = 1 WINDOW w AS "
                             "(PARTITION BY segment ORDER BY full_name)",
    "array join": "SELECT c.customer_id, i.value FROM customers AS c, c.contacts AS i",
    "array join, LEFT and UNNEST": "SELECT c.customer_id, i.kind, i.value, o FROM customers AS c LEFT JOIN "
                                   "UNNEST(c.contacts) AS i WITH OFFSET AS o",
    "array join without an alias": "SELECT customer_id, value FROM customers, customers.contacts",
    "array join, CROSS and filtered":
        "SELECT a.account_id, f FROM accounts AS a CROSS JOIN a.flags AS f WITH OFFSET AS "
                                      "p WHERE p = 0 AND a.iban LIKE 'KT%'",
    "arrays of subqueries": "SELECT customer_id, ARRAY(SELECT AS STRUCT i.kind, i.value FROM UNNEST(contacts) AS i "
                            "WITH OFFSET AS o ORDER BY o) AS a FROM customers",
    "correlated arrays": "SELECT customer_id, ARRAY(SELECT value FROM customers.contacts WHERE value IS NOT NULL) AS "
                         "a FROM customers",
    "SELECT AS STRUCT": "SELECT (SELECT AS STRUCT c.email, c.ssn AS s) AS v FROM customers AS c",
    "SELECT AS STRUCT *": "SELECT (SELECT AS STRUCT c.address.*) AS v FROM customers AS c WHERE address IS NOT NULL",
    "SELECT AS STRUCT on top": "SELECT AS STRUCT email, address FROM customers",
    "SELECT AS VALUE": "SELECT AS VALUE STRUCT(email AS e, address.zip AS z) FROM customers",
    "SELECT AS VALUE in FROM": "SELECT t.iban FROM (SELECT AS VALUE a FROM accounts AS a) AS t",
    "SELECT AS VALUE in ARRAY": "SELECT ARRAY(SELECT AS VALUE c.email FROM customers AS c WHERE c.email IS NOT NULL "
                                "ORDER BY c.customer_id LIMIT 9) AS a",
    "T20 (SELECT AS STRUCT s.*)": "SELECT customer_id, (SELECT AS STRUCT contacts[SAFE_OFFSET(0)].*) AS s FROM "
                                  "customers",
    "T02 FORMAT of a row":
        "SELECT FORMAT('%T', c.address) AS a, FORMAT('%t', a) AS b FROM customers AS c JOIN accounts "
                           "AS a USING (customer_id)",
    "LIKE ANY": "SELECT customer_id FROM customers WHERE email LIKE ANY ('X%', 'C%')",
    "IS DISTINCT FROM": "SELECT COUNT(*) AS n FROM customers AS a JOIN customers AS b ON a.ssn IS NOT DISTINCT FROM "
                        "b.ssn",
    "WITH expression": "SELECT WITH(e AS email, u AS UPPER(e), CONCAT(e, u)) AS w FROM customers",
    "lambdas": "SELECT customer_id, ARRAY_LENGTH(ARRAY_FILTER(contacts, c -> c.value LIKE 'C%')) AS n FROM "
               "customers",
    "aggregate clauses": "SELECT segment, STRING_AGG(DISTINCT email, ',' ORDER BY email LIMIT 3) AS s, ARRAY_AGG(ssn "
                         "IGNORE NULLS ORDER BY customer_id LIMIT 2) AS a, ANY_VALUE(email HAVING MAX customer_id) AS "
                         "m FROM customers GROUP BY segment",
    "T33 MATCH_RECOGNIZE":
        "SELECT * FROM customers MATCH_RECOGNIZE (PARTITION BY segment ORDER BY customer_id MEASURES FIRST(a.email) AS "
        "e, LAST(customer_id) AS k, COUNT(*) AS n, MATCH_NUMBER() AS m AFTER MATCH SKIP TO NEXT ROW PATTERN (a b+? | a "
        "$) DEFINE a AS TRUE, b AS birth_date > PREV(birth_date))",
    "T33 MATCH_RECOGNIZE by masked columns":
        "SELECT r.c, r.s, r.email, COUNT(*) OVER () AS n FROM customers AS t MATCH_RECOGNIZE (PARTITION BY t.email, "
        "UPPER(t.segment) ORDER BY ssn, customer_id MEASURES LAST(CLASSIFIER()) AS c, ARRAY_AGG(b.ssn) AS s PATTERN "
        "(^ a{1,2} (b||) $) DEFINE a AS t.full_name IS NOT NULL, b AS ssn >= PREV(ssn) OPTIONS (use_longest_match = "
        "TRUE)) AS r",
    "T33 MATCH_RECOGNIZE of a join":
        "SELECT r.* FROM (customers AS c JOIN accounts AS a USING (customer_id)) MATCH_RECOGNIZE (PARTITION BY "
        "customer_id ORDER BY account_id MEASURES STRING_AGG(x.iban, ',') AS i, LAST(c.full_name) AS f, "
        "LAST(MATCH_ROW_NUMBER()) AS m PATTERN (x+) DEFINE x AS a.iban IS NOT NULL) AS r",
    "T33 MATCH_RECOGNIZE of a subquery and beside another table":
        "SELECT c.email, r.k FROM customers AS c JOIN (SELECT customer_id AS j, * FROM accounts) MATCH_RECOGNIZE "
        "(PARTITION BY j ORDER BY account_id MEASURES FIRST(iban) AS k PATTERN (c) DEFINE c AS kind <> 'x' OR TRUE) AS "
        "r ON r.j = c.customer_id",
    "T33 MATCH_RECOGNIZE in a pipeline":
        "FROM customers AS t |> WHERE email IS NOT NULL |> MATCH_RECOGNIZE (PARTITION BY segment ORDER BY customer_id "
        "MEASURES MIN(a.ssn) AS s, MAX(t.full_name) AS f PATTERN (a a?) DEFINE a AS TRUE) AS m |> WHERE m.s IS NOT "
        "NULL |> EXTEND LENGTH(m.f) AS n",
    "T18 JOIN kinds":
        "FROM customers AS c |> LEFT JOIN accounts AS a ON a.customer_id = c.customer_id AND a.iban LIKE 'KT%' |> FULL "
        "JOIN (SELECT customer_id AS k FROM customers) AS d ON d.k = c.customer_id + 1 |> CROSS JOIN (SELECT 1 AS one) "
        "|> RIGHT JOIN (SELECT DISTINCT customer_id FROM accounts) AS e ON e.customer_id = c.customer_id |> SELECT "
        "c.email, a.iban, d.k, one, e.customer_id",
    "T18 set operations BY NAME":
        "FROM customers |> SELECT email AS v, customer_id AS k |> UNION ALL BY NAME (SELECT account_id AS k, iban AS v "
        "FROM accounts) |> INTERSECT DISTINCT (SELECT v, k FROM (SELECT email AS v, customer_id AS k FROM customers))",
    "T18 AGGREGATE without groups, GROUP AND ORDER BY":
        "FROM customers |> AGGREGATE MAX(email) AS m, ANY_VALUE(segment) AS a GROUP AND ORDER BY SUBSTR(ssn, 1, 6) AS "
        "p DESC |> AGGREGATE COUNT(*) AS n, MIN(m) AS l, MAX(p) AS p",
    "T49 a column of the table's name": "SELECT email FROM (SELECT customers.email, 1 AS customers FROM customers) AS "
                                        "customers",
}

# What sqlglot or DuckDB cannot run is compared on Google's evaluator alone.
NOT_ON_SANDBOX = {
    "T16 FULL UNION BY NAME", "T16 CORRESPONDING", "T16 INNER UNION BY NAME ON", "T18 EXTEND, DROP, RENAME, SET",
    "T18 WITH", "named windows", "array join without an alias", "array join, CROSS and filtered", "correlated arrays",
    "SELECT AS STRUCT *", "SELECT AS VALUE in FROM", "T20 (SELECT AS STRUCT s.*)", "T02 FORMAT of a row",
    "WITH expression", "aggregate clauses", "T18 JOIN kinds", "T18 set operations BY NAME",
    "T18 AGGREGATE without groups, GROUP AND ORDER BY"} | {name for name in SHAPES if "MATCH_RECOGNIZE" in name}
