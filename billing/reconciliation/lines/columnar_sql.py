"""The tables of `columnar` and what it asks of them, in DuckDB's SQL.

`charge`: a request id ('' is none) and what the charge shares with others; `fact` numbers that.
`line`: an id, a moment in microseconds UTC and the rest of the text; `kind` numbers the rests. A
line that cannot be cut so is in `odd`, whole, and a blank one is NULL everywhere. Its place in the
table is its place in the file. `pair`: a line, and the charge that has its id.
"""

from __future__ import annotations

from typing import Final

#: Microseconds of an instant that means the same to `datetime.fromisoformat`; else NULL.
MOMENT_OF: Final = r"""
CREATE MACRO moment_of(instant) AS CASE
    WHEN regexp_full_match(
        instant, '2\d{3}-\d\d-\d\dT([01]\d|2[0-3]):\d\d:\d\d(\.\d{3}|\.\d{6})?(Z|\+00:00)'
    ) THEN epoch_us(try_cast(instant AS TIMESTAMPTZ))
END;
"""
CHARGES: Final = """
CREATE TABLE charge AS FROM ledger_stream;
CREATE TABLE fact AS
    SELECT row_number() OVER () AS fact, * FROM (
        SELECT count(*) AS many, COLUMNS(* EXCLUDE request_id) FROM charge GROUP BY ALL
    );
"""

#: Parameters: the file's `path`, `above`, `line_end` and `separator`, what stands in no line
#: (`uncut`), and the pattern of ids that need no second look (`plain`).
LINES: Final = """
CREATE TABLE line AS
    SELECT
        if(is_usual, id, NULL) AS id,
        if(is_usual, moment, NULL) AS moment,
        if(is_usual, substr(text, length(id) + length(instant) + 3), NULL) AS rest,
        if(is_usual, NULL, text) AS odd
    FROM (
        SELECT *, moment IS NOT NULL AND regexp_full_match(id, $plain)
            AND length(text) > length(id) + length(instant) + 1 AS is_usual
        FROM (
            SELECT *, moment_of(instant) AS moment
            FROM (
                SELECT text, split_part(text, $separator, 1) AS id,
                    split_part(text, $separator, 2) AS instant
                FROM read_csv($path, header = false, skip = $above, auto_detect = false,
                    columns = {'text': 'VARCHAR'}, delim = $uncut, quote = '', escape = '',
                    new_line = $line_end)
            )
        )
    );
"""
KINDS: Final = """
CREATE TABLE kind AS
    SELECT row_number() OVER () AS kind, * FROM (
        SELECT rest, min(rowid) AS first FROM line WHERE rest IS NOT NULL GROUP BY rest
    );
"""
#: The first line of each kind.
FIRST: Final = """
SELECT first, kind, id, moment, line.rest FROM kind JOIN line ON line.rowid = first ORDER BY first
"""

#: Parameter: numbers of kinds whose lines are plain usage.
IS_READ: Final = "CREATE TABLE is_read AS SELECT unnest($1::BIGINT[]) AS kind"
#: Lines and charges of one id, and what has no other side; `fact` is found by all its columns.
PAIRS: Final = """
CREATE TABLE pair AS
    SELECT n, m, kind, fact, moment
    FROM (
        SELECT line.rowid AS n, kind.kind, moment,
            if(is_read.kind IS NULL OR id = '', NULL, id) AS id
        FROM line LEFT JOIN kind USING (rest) LEFT JOIN is_read ON is_read.kind = kind.kind
        WHERE coalesce(id, odd) IS NOT NULL
    ) AS lines
    FULL JOIN (
        SELECT charge.rowid AS m, nullif(request_id, '') AS request_id, fact
        FROM charge JOIN fact ON {same}
    ) AS charges ON lines.id = charges.request_id;
"""

#: Each of these takes out of the pairs what is for the careful road, and answers it.
ALONE: Final = "DELETE FROM pair WHERE n IS NULL OR m IS NULL RETURNING n, m"
#: Ids of several charges.
CHARGED_TWICE: Final = """
DELETE FROM pair WHERE n IN (SELECT n FROM pair GROUP BY n HAVING count(*) > 1) RETURNING n, m
"""
#: Of several lines with one id, all but the first.
BILLED_TWICE: Final = """
DELETE FROM pair WHERE (m, n) IN (
    SELECT (m, n) FROM (
        SELECT m, n, row_number() OVER (PARTITION BY m ORDER BY n) AS turn FROM pair
        WHERE m IN (SELECT m FROM pair GROUP BY m HAVING count(*) > 1)
    ) WHERE turn > 1
) RETURNING n, m
"""
#: Parameters: kinds, and the facts beside them.
DIFFERENT: Final = """
DELETE FROM pair WHERE (kind, fact) IN (SELECT (unnest($1::BIGINT[]), unnest($2::BIGINT[])))
RETURNING n, m
"""
#: Parameter: ids.
CONTESTED: Final = """
DELETE FROM pair WHERE m IN (
    SELECT rowid FROM charge WHERE request_id IN (SELECT unnest($1::VARCHAR[]))
) RETURNING n, m
"""

#: Parameter: places in the file.
LINES_LEFT: Final = """
SELECT line.rowid, kind, id, moment, line.rest, odd FROM line LEFT JOIN kind USING (rest)
WHERE line.rowid IN (SELECT unnest($1::BIGINT[])) ORDER BY line.rowid
"""
#: Parameter: places in the table.
CHARGES_LEFT: Final = """
SELECT charge.rowid, request_id, fact FROM charge JOIN fact ON {same}
WHERE charge.rowid IN (SELECT unnest($1::BIGINT[]))
"""
SUMS: Final = """
SELECT kind, fact, count(*), min(moment), max(moment) FROM pair GROUP BY kind, fact
"""
OUTSIDE: Final = "SELECT moment FROM pair WHERE moment < $start OR moment >= $end"
LAST: Final = "SELECT max(rowid) FROM line WHERE coalesce(id, odd) IS NOT NULL"
