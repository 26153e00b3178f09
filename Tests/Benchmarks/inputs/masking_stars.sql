SELECT c.*, a.* EXCEPT (customer_id), t.*,
  ROW_NUMBER() OVER (PARTITION BY c.customer_id ORDER BY t.plain_4 DESC) AS position,
  CASE WHEN t.plain_2 > 1000 THEN 'large' WHEN t.plain_2 > 100 THEN 'medium' ELSE 'small' END AS size,
  CONCAT(c.full_name, ' <', c.email, '>') AS contact, SUBSTR(a.iban, 1, 4) AS country
FROM bank.customers AS c
JOIN bank.accounts AS a ON a.customer_id = c.customer_id AND a.plain_7
LEFT JOIN bank.transactions AS t ON t.customer_id = c.customer_id AND t.plain_3 >= DATE '2026-01-01'
WHERE c.plain_1 IN ('retail', 'private', 'business') AND LOWER(c.email) LIKE '%@example.com'
  AND (a.plain_0 > 10 OR a.plain_8 < 20 OR a.plain_16 BETWEEN 30 AND 40)
  AND EXISTS (SELECT 1 FROM bank.accounts AS other WHERE other.customer_id = c.customer_id AND other.iban <> a.iban)
QUALIFY position <= 10
ORDER BY c.customer_id, position DESC
LIMIT 1000 OFFSET 20
