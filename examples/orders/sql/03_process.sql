-- One output record for each input record. Change the query as you like; `pipegen validate` says what can
-- still be measured with a WHERE, a window or a GROUP BY.
INSERT INTO `order_out`
SELECT
    `order_id`,
    `customer_id`,
    `product`,
    `quantity`,
    `price`,
    `currency`,
    `status`,
    `created_at`,
    CAST(`quantity` * `price` AS DOUBLE) AS `amount`,
    `hdr`,
    `due`
FROM `order_in`;
