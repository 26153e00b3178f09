WITH recent AS (
  SELECT t.customer_id, t.plain_3 AS day, t.plain_2 AS amount, t.iban AS target_iban,
    ROW_NUMBER() OVER (PARTITION BY t.customer_id ORDER BY t.plain_4 DESC) AS position
  FROM bank.transactions AS t
  WHERE t.plain_3 BETWEEN DATE '2026-01-01' AND DATE '2026-06-30' AND t.plain_7 IS NOT NULL
)
SELECT c.customer_id, c.full_name, c.email, c.ssn, a.iban, c.plain_1 AS segment,
  EXTRACT(YEAR FROM c.birth_date) AS birth_year, COUNT(DISTINCT r.target_iban) AS targets,
  SUM(r.amount) AS total, AVG(IF(r.amount > 100.0, r.amount, NULL)) AS large_average
FROM customers AS c
JOIN `demo.bank.accounts` AS a ON a.customer_id = c.customer_id AND a.plain_7
LEFT JOIN recent AS r ON r.customer_id = c.customer_id AND r.position <= 10
WHERE c.plain_1 IN ('retail', 'private', 'business') AND LOWER(c.email) LIKE '%@example.com'
GROUP BY c.customer_id, c.full_name, c.email, c.ssn, a.iban, segment, birth_year
HAVING total > 1000
ORDER BY total DESC, c.customer_id
LIMIT 100
