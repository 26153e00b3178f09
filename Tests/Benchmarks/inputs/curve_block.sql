SELECT o.order_id, o.customer_id, UPPER(TRIM(c.name)) AS name, COUNT(*) AS items, SUM(i.quantity * i.price) AS total,
  CASE WHEN SUM(i.quantity) > 100 THEN 'large' WHEN SUM(i.quantity) > 10 THEN 'medium' ELSE 'small' END AS size,
  ARRAY_AGG(STRUCT(i.sku, i.quantity) ORDER BY i.price DESC LIMIT 3) AS dearest, -- the three dearest
  SAFE_CAST(JSON_VALUE(o.details, '$.channel.id') AS INT64) AS channel, `order.note` AS note,
  (SELECT MAX(p.paid_at) FROM shop.payments AS p WHERE p.order_id = o.order_id AND p.state <> 'failed') AS paid_at
FROM shop.orders AS o JOIN shop.customers AS c USING (customer_id), UNNEST(o.items) AS i
WHERE o.day BETWEEN DATE '2026-01-01' AND DATE '2026-12-31' AND c.country IN ('DE', 'FR', 'IT') AND NOT o.cancelled
  AND (LOWER(i.sku) LIKE 'a%' OR i.quantity + 1 >= 2 * @minimum OR o.details IS NULL)
  AND o.currency = 'EUR' AND o.number NOT BETWEEN 0x10 AND 17 /* te */
GROUP BY o.order_id, o.customer_id, name, channel, note, paid_at HAVING total >= 9.99
