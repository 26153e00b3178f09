"""Queries for lineage, beside those of `queries.py` and `query_shapes.py`.

`CHOSEN` names the queries of all three whose rows are chosen by tagged columns, with the positions of columns that tell
a row: which rows there are is no lineage, so their cells are compared row by row where both results have the row.
"""

QUERIES = {
    "NATURAL JOIN":
        "SELECT * FROM (SELECT customer_id, email FROM customers) NATURAL JOIN (SELECT customer_id, kind FROM "
        "accounts)",
    "NATURAL JOIN by a tagged column":
        "SELECT COUNT(*) AS n, MAX(segment) AS s FROM (SELECT phone, segment FROM customers) NATURAL JOIN (SELECT "
        "phone, customer_id FROM customers)",
    "USING by a tagged column": "SELECT iban, a.account_id, b.kind FROM accounts AS a JOIN accounts AS b USING (iban)",
    "a star over USING": "SELECT * EXCEPT (contacts, address) FROM customers JOIN accounts USING (customer_id)",
    "FULL JOIN USING":
        "SELECT email, x.customer_id AS a, y.customer_id AS b FROM (SELECT email, customer_id FROM customers) AS x "
        "FULL JOIN (SELECT email, customer_id FROM customers WHERE customer_id < 9) AS y USING (email)",
    "an aggregate over a join":
        "SELECT COUNT(*) AS n, MAX(c.segment) AS s FROM customers AS c JOIN accounts AS a ON c.ssn < a.iban",
    "a count of matches": "SELECT COUNT(*) AS n, MIN(customer_id) AS k FROM customers WHERE ssn LIKE '%9%'",
    "a count of groups": "SELECT segment, COUNT(*) AS n, SUM(customer_id) AS k FROM customers GROUP BY segment, email",
    "HAVING":
        "SELECT COUNT(*) AS n FROM (SELECT segment, MAX(email) AS m FROM customers GROUP BY segment HAVING m LIKE "
        "'%a%')",
    "GROUP BY ordinals": "SELECT SUBSTR(email, 1, 3) AS e, COUNT(*) AS n FROM customers GROUP BY 1",
    "GROUP BY an alias": "SELECT LENGTH(full_name) AS l, COUNT(*) AS n, MAX(segment) AS s FROM customers GROUP BY l",
    "a scalar subquery with a filter":
        "SELECT branch_id, (SELECT MAX(segment) FROM customers WHERE birth_date > '1985-01-01') AS s FROM branches",
    "a scalar subquery with an order":
        "SELECT (SELECT customer_id FROM customers ORDER BY full_name LIMIT 1) AS k, (SELECT customer_id FROM "
        "customers ORDER BY customer_id LIMIT 1) AS j",
    "an array in an order": "SELECT ARRAY(SELECT customer_id FROM customers ORDER BY phone DESC, customer_id) AS a",
    "IN":
        "SELECT customer_id, email IN (SELECT full_name FROM customers) AS i, segment IN ('retail') AS r FROM "
        "customers",
    "NOT EXISTS":
        "SELECT branch_id, NOT EXISTS (SELECT 1 FROM customers AS c WHERE c.customer_id = branch_id AND c.phone IS "
        "NULL) AS e FROM branches",
    "a rank by a tagged column":
        "SELECT customer_id, RANK() OVER (ORDER BY ssn) AS r, ROW_NUMBER() OVER (ORDER BY customer_id) AS q FROM "
        "customers",
    "a window in a subquery":
        "SELECT q.k, q.r FROM (SELECT customer_id AS k, COUNT(*) OVER (PARTITION BY email) AS r FROM customers) AS "
        "q",
    "a window over a filter":
        "SELECT customer_id AS k, ROW_NUMBER() OVER (ORDER BY customer_id) AS r FROM customers WHERE phone > '+41'",
    "a named window":
        "SELECT customer_id, LAST_VALUE(segment) OVER w AS s FROM customers WINDOW w AS (PARTITION BY segment "
        "ORDER BY email, customer_id)",
    "NTILE and FIRST_VALUE":
        "SELECT account_id, NTILE(4) OVER (ORDER BY balance, account_id) AS t, FIRST_VALUE(kind) OVER (ORDER BY "
        "iban, account_id) AS f FROM accounts",
    "CASE":
        "SELECT customer_id, CASE WHEN ssn < '5' THEN segment ELSE 'x' END AS c, CASE segment WHEN 'retail' THEN 1 "
        "ELSE 0 END AS d FROM customers",
    "COALESCE and NULLIF":
        "SELECT customer_id, COALESCE(segment, email) AS a, NULLIF(segment, full_name) AS b, IFNULL(segment, "
        "'none') AS c FROM customers",
    "STRUCT built and taken apart":
        "SELECT s.a AS x, s.b AS y, s.c.d AS z FROM (SELECT STRUCT(ssn AS a, segment AS b, STRUCT(email AS d) AS "
        "c) AS s FROM customers)",
    "nested fields": "SELECT address.city AS c, address.zip AS z, address.street AS s FROM customers",
    "elements of an array":
        "SELECT customer_id, contacts[SAFE_OFFSET(0)].kind AS k, contacts[SAFE_OFFSET(0)].value AS v FROM "
        "customers",
    "an array joined":
        "SELECT c.customer_id AS i, t.kind AS k, t.value AS v FROM customers AS c, UNNEST(c.contacts) AS t",
    "an aggregate over an array":
        "SELECT customer_id AS i, (SELECT COUNT(*) FROM UNNEST(contacts)) AS n, (SELECT MAX(t.value) FROM "
        "UNNEST(contacts) AS t) AS v FROM customers",
    "an array built":
        "SELECT customer_id AS i, [IFNULL(email, ''), 'x'] AS a, ARRAY_LENGTH([email, segment]) AS n, "
        "[segment][OFFSET(0)] AS s FROM customers",
    "CTEs over one another":
        "WITH a AS (SELECT customer_id AS k, email AS e, segment FROM customers), b AS (SELECT k, UPPER(e) AS f, "
        "segment AS s FROM a), c AS (SELECT s, COUNT(f) AS n, MAX(k) AS m FROM b GROUP BY s) SELECT * FROM c",
    "a recursive CTE":
        "WITH RECURSIVE r AS (SELECT 1 AS n, MIN(email) AS e FROM customers UNION ALL SELECT n + 1, e FROM r WHERE "
        "n < 3) SELECT n, e FROM r",
    "a recursive CTE that moves columns":
        "WITH RECURSIVE r AS (SELECT MIN(email) AS a, 'x' AS b, 'y' AS c, 1 AS n FROM customers UNION ALL SELECT "
        "'z', a, b, n + 1 FROM r WHERE n < 4) SELECT c, n FROM r",
    "UNION by position": "SELECT segment AS a, email AS b FROM customers UNION ALL SELECT iban, kind FROM accounts",
    "INTERSECT":
        "SELECT segment AS v FROM customers INTERSECT DISTINCT SELECT IF(full_name < 'M', segment, full_name) FROM "
        "customers",
    "a count over EXCEPT":
        "SELECT COUNT(*) AS n FROM (SELECT email FROM customers EXCEPT DISTINCT SELECT phone FROM customers)",
    "a count over DISTINCT":
        "SELECT COUNT(*) AS n, MAX(s) AS m FROM (SELECT DISTINCT phone, segment AS s FROM customers)",
    "PIVOT":
        "SELECT * FROM (SELECT segment, customer_id, LENGTH(email) AS l FROM customers) PIVOT (MAX(l) AS m FOR "
        "segment IN ('retail' AS r, 'private' AS p))",
    "UNPIVOT": "SELECT customer_id, v, k FROM customers UNPIVOT (v FOR k IN (full_name, segment))",
    "UNPIVOT, one pair":
        "SELECT customer_id, created_at, v, k FROM (SELECT customer_id, created_at, email, segment FROM customers) "
        "UNPIVOT INCLUDE NULLS (v FOR k IN (segment))",
    "a whole row": "SELECT TO_JSON_STRING(a) AS j, a.kind AS k FROM accounts AS a",
    "a row of a subquery":
        "SELECT TO_JSON_STRING(q) AS j, TO_JSON_STRING(r) AS i FROM (SELECT kind FROM accounts) AS r JOIN (SELECT "
        "iban, account_id FROM accounts) AS q ON TRUE WHERE q.account_id < 1003",
    "JSON": "SELECT customer_id AS k, JSON_VALUE(TO_JSON(STRUCT(ssn AS a, segment AS b)), '$.b') AS b FROM customers",
    "a lateral name": "SELECT c.customer_id AS k, (SELECT c.segment) AS s, (SELECT c.ssn) AS m FROM customers AS c",
    "pipes": "FROM customers |> WHERE customer_id < 40 |> EXTEND LENGTH(email) AS l |> SELECT customer_id, l, segment",
    "pipes with AGGREGATE":
        "FROM customers |> WHERE phone > '+41' |> AGGREGATE COUNT(*) AS n, MAX(customer_id) AS m GROUP BY segment",
    "pipes with JOIN":
        "FROM customers |> JOIN accounts USING (customer_id) |> SELECT customer_id, account_id, kind, email",
    "three tables":
        "SELECT t.merchant, COUNT(*) AS n, SUM(t.amount) AS s, MAX(c.segment) AS g FROM transactions AS t JOIN "
        "accounts AS a USING (account_id) JOIN customers AS c ON c.customer_id = a.customer_id GROUP BY t.merchant",
    "transactions": "SELECT transaction_id, amount > 0 AS p, memo || merchant AS m, currency FROM transactions",
    "a chain of counts":
        "SELECT n, COUNT(*) AS k FROM (SELECT a.customer_id, COUNT(*) AS n FROM accounts AS a WHERE a.balance > 0 "
        "GROUP BY a.customer_id) GROUP BY n",
    "aggregates of all kinds":
        "SELECT COUNT(DISTINCT email) AS a, COUNTIF(ssn > '5') AS b, ARRAY_LENGTH(ARRAY_AGG(segment IGNORE NULLS)) "
        "AS c, MAX(customer_id) AS d, STRING_AGG(full_name, ',' ORDER BY customer_id) AS e FROM customers",
    "an aggregate in an order":
        "SELECT STRING_AGG(segment, ',' ORDER BY email, customer_id) AS s, STRING_AGG(segment, ',' ORDER BY "
        "customer_id) AS t FROM customers",
    "an event's items":
        "SELECT event_timestamp AS t, i.item_name AS n, i.price AS p, geo.city AS c, geo.country AS d, (SELECT "
        "SUM(j.price) FROM UNNEST(items) AS j) AS s FROM {E}.events_20250301, UNNEST(items) AS i",
    "LEFT JOIN by a tagged column":
        "SELECT COUNT(a.kind) AS n, COUNT(*) AS m FROM customers AS c LEFT JOIN accounts AS a ON a.iban > "
        "c.full_name AND a.customer_id = c.customer_id",
}

# Google's evaluator alone runs these as BigQuery does.
EVALUATED = {
    "a name of an outer query beside PIVOT":
        "SELECT customer_id, (SELECT MAX(full_name) FROM (SELECT kind FROM accounts) PIVOT (COUNT(*) FOR kind IN "
        "('current'))) AS m FROM customers",
    "pipes with ORDER BY and LIMIT":
        "FROM customers |> ORDER BY email, customer_id |> LIMIT 7 |> AGGREGATE SUM(customer_id) AS s",
    "GROUP BY ALL": "SELECT LENGTH(email) AS l, COUNT(*) AS n FROM customers GROUP BY ALL",
    "ROLLUP in pipes": "FROM customers |> AGGREGATE COUNT(*) AS n GROUP BY ROLLUP (segment, phone)",
    "MATCH_RECOGNIZE":
        "SELECT * FROM customers MATCH_RECOGNIZE (PARTITION BY segment ORDER BY customer_id MEASURES "
        "FIRST(customer_id) AS k, COUNT(*) AS n, MAX(b.full_name) AS f PATTERN (a b*) DEFINE a AS TRUE, b AS "
        "birth_date > PREV(birth_date))",
    "multi-level aggregation": "SELECT SUM(MAX(customer_id) GROUP BY email) AS s FROM customers",
    "INNER UNION BY NAME":
        "SELECT v, k FROM (SELECT email AS v, segment AS k FROM customers INNER UNION ALL BY NAME SELECT kind AS "
        "k, iban AS v, 1 AS z FROM accounts)",
    "ARRAY of STRUCT in UNION":
        "SELECT s.a AS x FROM (SELECT [STRUCT(segment AS a)] AS l FROM customers UNION ALL SELECT [STRUCT(ssn AS "
        "b)] FROM customers), UNNEST(l) AS s",
    "STRUCT by position":
        "SELECT s.a AS x FROM (SELECT STRUCT(segment AS a) AS s FROM customers UNION ALL SELECT STRUCT(ssn AS b) "
        "FROM customers)",
}

CHOSEN = {
    "T01 functions over masked text": (0,), "T07 recursive CTE": (1,), "T08 IN with a subquery": (0,),
    "T09 a correlated subquery": (0,), "T13 order by a masked column": (0,), "T15 UNPIVOT": (0, 2),
    "T15 UNPIVOT of pairs": (0, 3), "T17 join by a masked column, USING": (0, 1), "T18 UNPIVOT": (0, 2),
    "T18 WHERE, SELECT": (0,), "T20 rebuilt structs and arrays": (0,), "T33 MATCH_RECOGNIZE": (0,), "CUBE": (0, 1),
    "FULL JOIN USING": (1, 2), "GROUPING SETS": (0,),
    "LIKE ANY": (0,), "MATCH_RECOGNIZE": (0,), "QUALIFY": (1,), "ROLLUP": (0, 1), "ROLLUP in pipes": (0, 1),
    "UNPIVOT": (0, 2), "USING by a tagged column": (1, 2), "a count of groups": (0,), "a window over a filter": (0,)}

# Those whose texts show columns that they do not name, without a star.
WHOLE_ROWS = {"T02 a whole row", "T02 a whole row as JSON", "T02 rows in an array", "T18 a table alone",
              "T02 FORMAT of a row", "SELECT AS VALUE in FROM", "a whole row", "a row of a subquery"}
