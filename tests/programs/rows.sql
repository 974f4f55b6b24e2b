-- SPDX-License-Identifier: Apache-2.0
-- A table of ROWS rows, joined, changed, cut down and put in order again.
CREATE TABLE t(id INTEGER PRIMARY KEY, k TEXT, v INTEGER, r REAL);
WITH RECURSIVE c(x) AS (VALUES(1) UNION ALL SELECT x + 1 FROM c WHERE x < ROWS)
INSERT INTO t SELECT x, printf('key%06d', x * 7919 % 100003), x * x % 1009, x / 7.0
  FROM c;
CREATE INDEX i ON t(k);
SELECT count(*), sum(v), round(avg(r), 6) FROM t;
SELECT v, count(*) AS n FROM t GROUP BY v ORDER BY n DESC, v LIMIT 10;
SELECT a.k, b.v FROM t a JOIN t b ON b.k = printf('key%06d', a.id)
  WHERE a.id % 500 = 0 ORDER BY a.k;
BEGIN;
UPDATE t SET v = v + 1 WHERE id % 3 = 0;
DELETE FROM t WHERE v > 1000;
ROLLBACK;
DELETE FROM t WHERE k LIKE 'key00%';
SELECT v, rank() OVER (ORDER BY v DESC, id) FROM t WHERE id % 4999 = 0;
SELECT count(*), max(k), min(k), group_concat(id)
  FROM (SELECT * FROM t ORDER BY k LIMIT 20);
SELECT json_group_array(json_object('k', k, 'v', v)) FROM t WHERE id < 5;
SELECT upper(k), quote(k), typeof(r), date('2020-02-28', '+2 days') FROM t LIMIT 3;
VACUUM;
PRAGMA integrity_check;
SELECT * FROM nowhere;
