-- Cards of drills are counted apart from real ones: a drill is no violation and no filing. The counts that stand already are
-- put right once.
INSERT INTO counter (body, name, value)
SELECT body, 'drills/' || register || '/' || state, COUNT(*) FROM card WHERE data LIKE '%"drill":true%'
GROUP BY body, register, state;

UPDATE counter SET value = value - (
    SELECT d.value FROM counter d WHERE d.body = counter.body AND d.name = 'drills/' || SUBSTR(counter.name, 7)
)
WHERE name LIKE 'cards/%' AND EXISTS (
    SELECT 1 FROM counter d WHERE d.body = counter.body AND d.name = 'drills/' || SUBSTR(counter.name, 7)
);

-- How many rows of an uploaded table are imported already, written with them.
ALTER TABLE import_file ADD COLUMN done BIGINT NOT NULL DEFAULT 0;
