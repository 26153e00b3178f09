"""The queries that are compared with the masked copies: shapes T01 to T24 of `bigquery.md` section 7, on the bank.

`{D}` is the dataset (the bank, or the copies), `{E}` that of the events. `ordered` queries sort by a unique key.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Case:
    name: str
    sql: str
    ordered: bool = False
    parameters: dict[str, dict[str, Any]] | list[dict[str, Any]] = field(default_factory=dict)


ALL_PARAMETERS = {
    "STRING": "K'\"\\`", "BYTES": "AP8=", "INT64": "-9223372036854775808", "FLOAT64": "-1.5",
    "NUMERIC": "99999999.000000001", "BIGNUMERIC": "1.5", "BOOL": "true", "DATE": "9999-12-31",
    "DATETIME": "2024-02-29T23:59:59.999999", "TIME": "23:59:59.999999", "TIMESTAMP": "2024-01-01T00:00:00+00:00"}
CASES = [
    Case("T01 functions over masked text", "SELECT customer_id, LOWER(email) AS l, UPPER(full_name) AS u, "
         "REVERSE(ssn) AS r, LENGTH(phone) AS n, SPLIT(email, '@') AS s FROM {D}.customers WHERE email IS NOT NULL"),
    Case("T01 replace and regular expressions",
         "SELECT REPLACE(email, 'X', '-') AS a, REGEXP_EXTRACT(email, r'@(.+)$') "
         "AS b, STARTS_WITH(ssn, 'XX') AS c, TO_HEX(pin_hash) AS d, TO_BASE64(pin_hash) AS e FROM {D}.customers"),
    Case("T02 a whole row", "SELECT c FROM {D}.customers AS c"),
    Case("T02 a whole row as JSON", "SELECT TO_JSON_STRING(a) AS j FROM {D}.accounts AS a"),
    Case("T02 rows in an array", "SELECT ARRAY_AGG(c ORDER BY c.customer_id LIMIT 3) AS a FROM {D}.customers AS c"),
    Case("T03 a star", "SELECT * FROM {D}.customers"),
    Case("T03 a star with EXCEPT",
         "SELECT customer_id AS k, c.* EXCEPT (customer_id, home_address) FROM {D}.customers c"),
    Case("T03 a star with REPLACE", "SELECT * REPLACE (UPPER(email) AS email) FROM {D}.customers"),
    Case("T04 a subquery with a rename", "SELECT e, COUNT(*) AS n FROM (SELECT email AS e FROM {D}.customers) "
         "WHERE e LIKE 'X%' GROUP BY e"),
    Case("T05 a CTE with a rename", "WITH c AS (SELECT ssn AS x, customer_id FROM {D}.customers) SELECT x FROM c "
         "ORDER BY customer_id", ordered=True),
    Case("T06 a CTE named as the table it reads", "WITH customers AS (SELECT * FROM customers) "
         "SELECT customer_id, email FROM customers"),
    Case("T06 CTEs that read each other", "WITH a AS (SELECT customer_id, full_name FROM {D}.customers), "
         "b AS (SELECT full_name AS n, customer_id FROM a), c AS (SELECT b.n FROM b JOIN a USING (customer_id)) "
         "SELECT n FROM c"),
    Case("T08 scalar, array and EXISTS subqueries", "SELECT (SELECT MAX(ssn) FROM {D}.customers) AS m, "
         "ARRAY(SELECT email FROM {D}.customers WHERE email IS NOT NULL ORDER BY customer_id LIMIT 20) AS a, "
         "EXISTS (SELECT 1 FROM {D}.customers WHERE ssn = 'XXXXX6789') AS e"),
    Case("T08 IN with a subquery", "SELECT customer_id FROM {D}.customers WHERE email IN "
         "(SELECT email FROM {D}.customers GROUP BY email HAVING COUNT(*) > 1)"),
    Case("T09 a correlated subquery", "SELECT a.account_id FROM {D}.accounts AS a WHERE EXISTS "
         "(SELECT 1 FROM {D}.customers AS c WHERE c.customer_id = a.customer_id AND c.email IS NOT NULL)"),
    Case("T09 a correlated scalar", "SELECT c.customer_id, (SELECT COUNT(*) FROM {D}.accounts AS a WHERE "
         "a.customer_id = c.customer_id AND a.iban IS NOT NULL) AS n FROM {D}.customers AS c"),
    Case("T10 aggregates over masked columns",
         "SELECT COUNTIF(email LIKE 'X%') AS a, SUM(IF(credit_limit > 1000, 1, 0)) "
         "AS b, MIN(ssn) AS c, MAX(birth_date) AS d, COUNT(DISTINCT full_name) AS e, SUM(credit_limit) AS f "
         "FROM {D}.customers"),
    Case("T10 a blind predicate", "SELECT COUNT(*) AS n FROM {D}.accounts WHERE balance > 100 OR balance < -100"),
    Case("T11 arithmetic",
         "SELECT account_id, SQRT(ABS(CAST(balance AS FLOAT64))) AS r, balance * 2 AS d, -balance AS m "
         "FROM {D}.accounts"),
    Case("T12 a safe cast", "SELECT SAFE_CAST(email AS INT64) AS a, SAFE_CAST(birth_date AS STRING) AS b "
         "FROM {D}.customers"),
    Case("T13 order by a masked column", "SELECT customer_id FROM {D}.customers ORDER BY birth_date DESC, customer_id "
         "LIMIT 20", ordered=True),
    Case("T13 distinct", "SELECT DISTINCT email FROM {D}.customers"),
    Case("T13 limit and offset",
         "SELECT email FROM {D}.customers ORDER BY customer_id LIMIT 7 OFFSET 11", ordered=True),
    Case("T16 UNION ALL", "SELECT email AS v FROM {D}.customers UNION ALL SELECT iban FROM {D}.accounts"),
    Case("T16 UNION DISTINCT in parentheses", "(SELECT ssn FROM {D}.customers) UNION DISTINCT "
         "(SELECT full_name FROM {D}.customers ORDER BY customer_id LIMIT 5)"),
    Case("T16 INTERSECT with guesses", "SELECT ssn FROM {D}.customers INTERSECT DISTINCT SELECT 'XXXXX6789'"),
    Case("T16 EXCEPT DISTINCT", "SELECT email FROM {D}.customers EXCEPT DISTINCT SELECT 'XXXXX@example.com'"),
    Case("T17 join by a masked column, USING", "SELECT a.customer_id AS x, b.customer_id AS y FROM {D}.customers AS a "
         "JOIN {D}.customers AS b USING (full_name) WHERE a.customer_id <> b.customer_id"),
    Case("T17 left, right and full joins",
         "SELECT c.customer_id, a.iban FROM {D}.customers c LEFT JOIN {D}.accounts a ON "
         "a.customer_id = c.customer_id UNION ALL SELECT c.customer_id, a.iban FROM {D}.customers c RIGHT JOIN "
         "{D}.accounts a ON a.customer_id = c.customer_id"),
    Case("T17 full join and a comma", "SELECT x.n, y.n AS m FROM (SELECT customer_id AS n FROM {D}.customers WHERE "
         "customer_id < 5) AS x FULL JOIN (SELECT customer_id + 2 AS n FROM {D}.customers WHERE customer_id < 5) AS y "
         "ON x.n = y.n, {D}.branches AS b WHERE b.branch_id = 1"),
    Case("T19 a correlated array path", "SELECT u.customer_id, i.kind, i.value FROM {D}.customers u, u.contacts i"),
    Case("T19 JOIN UNNEST WITH OFFSET", "SELECT u.customer_id, i.value, o FROM {D}.customers u "
         "LEFT JOIN UNNEST(u.contacts) AS i WITH OFFSET AS o"),
    Case("T19 an element of an array", "SELECT contacts[SAFE_OFFSET(0)].value AS v, ARRAY_LENGTH(contacts) AS n "
         "FROM {D}.customers"),
    Case("T19 a subquery over an array", "SELECT customer_id, (SELECT COUNT(*) FROM UNNEST(contacts) AS c WHERE "
         "c.value IS NOT NULL) AS n FROM {D}.customers"),
    Case("T20 nested fields", "SELECT address, address.street, address.city AS town FROM {D}.customers"),
    Case("T20 rebuilt structs and arrays", "SELECT STRUCT(email AS e, address.zip AS z) AS s, [ssn, 'x'] AS a "
         "FROM {D}.customers WHERE ssn IS NOT NULL"),
    Case("T21 an escaped name", r"SELECT email FROM `demo.{D}.c\x75stomers`"),
    Case("T21 a name with Unicode escapes", r"SELECT email FROM `demo.{D}.\u0063ustomers`"),
    Case("T21 a name in pieces", "SELECT email FROM `demo`.`{D}`.`customers`"),
    Case("T21 a name half in backticks", "SELECT email FROM `demo.{D}`.customers"),
    Case("T21 the other half", "SELECT email FROM demo.`{D}.customers`"),
    Case("T22 a full name and a quoted alias", "SELECT `u`.email FROM demo.{D}.customers AS `u`"),
    Case("T23 comment signs in strings", "SELECT '--' AS a, \"#\" AS b, '/*' AS c, email FROM {D}.customers -- '\n"),
    Case("T23 quotes in comments", "SELECT /* ' \" ` */ email # it's\n FROM {D}.customers"),
    Case("T23 raw and triple-quoted strings", "SELECT r'\\d' AS a, '''it's \\''' ''' AS b, \"\"\"x \"y\" \"\"\" AS c, "
         "b\"\\\"\" AS d, rb'\\x' AS e, email FROM {D}.customers"),
    Case("T24 escapes in an alias", r"SELECT email AS `ema\u0069l2` FROM {D}.customers"),
    Case("T24 a backtick in an alias, and keywords", r"SELECT email AS `a\`b`, ssn AS `select`, 1 AS `from` "
         "FROM {D}.customers"),
    Case("T41 tokens join tables", "SELECT COUNT(*) AS n FROM {D}.accounts AS a JOIN {D}.accounts AS b USING (iban)"),
    Case("T41 tokens of two columns", "SELECT COUNT(DISTINCT counterparty_iban) AS n, MIN(counterparty_iban) AS m "
         "FROM {D}.transactions"),
    Case("T44 every type", "SELECT * FROM {D}.all_types ORDER BY id", ordered=True),
    Case("T44 every type, expressions",
         "SELECT id, c_int64 + 1 AS a, EXTRACT(YEAR FROM c_timestamp) AS b, c_bool OR TRUE "
         "AS c, DATE_ADD(c_date, INTERVAL 1 DAY) AS d, ST_ASTEXT(c_geography) AS e FROM {D}.all_types"),
    Case("windows", "SELECT customer_id, ROW_NUMBER() OVER (PARTITION BY email ORDER BY customer_id) AS r, "
         "LAG(ssn) OVER (ORDER BY customer_id) AS l, SUM(credit_limit) OVER w AS s FROM {D}.customers "
         "WINDOW w AS (PARTITION BY segment ORDER BY customer_id ROWS BETWEEN 2 PRECEDING AND CURRENT ROW)"),
    Case("QUALIFY", "SELECT email, customer_id FROM {D}.customers WHERE TRUE QUALIFY ROW_NUMBER() OVER "
         "(PARTITION BY email ORDER BY customer_id) = 1"),
    Case("HAVING and CASE",
         "SELECT CASE WHEN email LIKE 'XXXXX@%' THEN 'mail' WHEN email IS NULL THEN 'none' ELSE 'odd' "
         "END AS k, COUNT(*) AS n, MIN(birth_date) AS d FROM {D}.customers GROUP BY k HAVING COUNT(*) > 1"),
    Case("three tables, 50,000 rows", "SELECT t.merchant, t.currency, COUNT(*) AS n, COUNT(DISTINCT c.full_name) AS p, "
         "SUM(t.amount) AS s, MIN(t.memo) AS m FROM {D}.transactions AS t JOIN {D}.accounts AS a USING (account_id) "
         "JOIN {D}.customers AS c ON c.customer_id = a.customer_id GROUP BY t.merchant, t.currency"),
    Case("named parameters", "SELECT customer_id, email FROM {D}.customers WHERE segment = @s AND customer_id IN "
         "UNNEST(@ids)", parameters={
             "s": {"type": "STRING", "value": "retail"},
             "ids": {"type": "ARRAY<INT64>", "value": ["1", "2", "3", "40"]}}),
    Case("positional parameters", "SELECT customer_id, ssn FROM {D}.customers WHERE customer_id BETWEEN ? AND ?",
         parameters=[{"type": "INT64", "value": "5"}, {"type": "INT64", "value": "15"}]),
    Case("T25 TABLESAMPLE", "SELECT COUNT(*) >= 0 AS n, COUNTIF(email LIKE 'C%') AS c FROM {D}.customers "
         "TABLESAMPLE SYSTEM (50 PERCENT)"),
    Case("T25 FOR SYSTEM_TIME", "SELECT email FROM {D}.customers FOR SYSTEM_TIME AS OF CURRENT_TIMESTAMP()"),
    Case("parameters of all types", "SELECT customer_id, @string AS a, @bytes AS b, @int64 AS c, @float64 AS d, "
         "@numeric AS e, @bignumeric AS f, @bool AS g, @date AS h, @datetime AS i, @time AS j, @timestamp AS k FROM "
         "{D}.customers WHERE full_name >= @string AND created_at > @timestamp AND credit_limit <= @numeric",
         parameters={kind.lower(): {"type": kind, "value": value} for kind, value in ALL_PARAMETERS.items()}),
    Case("positional parameters of all types", "SELECT email, ? AS a, ? AS b, ? AS c, ? AS d, ? AS e, ? AS f, ? AS g, "
         "? AS h, ? AS i, ? AS j, ? AS k FROM {D}.customers",
         parameters=[{"type": kind, "value": value} for kind, value in ALL_PARAMETERS.items()]),
    Case("events, nested and repeated", "SELECT event_name, user_id, geo, p.key, p.value.string_value AS s, "
         "p.value.int_value AS i FROM {E}.events_20250301 AS e LEFT JOIN UNNEST(e.event_params) AS p"),
    Case("events, whole", "SELECT * FROM {E}.events_20250302"),
    Case("an untagged table", "SELECT * FROM {D}.branches"),
]
