# Anonymous tables: `tutela anonymize`.
cli-anonymize = Make a table anonymous with the least loss (k-anonymity and further models)
cli-anonymize-more =
    Columns that are given no role are removed. A hierarchy is a file h_COLUMN.csv in the folder given: value;level 1;level 2;…; a column without one is
    taken for numbers, dates, codes or words. The table is written as a whole or not at all; rows that cannot be hidden among others are left out.
cli-arg-table = Table as text with separators (CSV), UTF-8, names of columns in the first line
cli-arg-anonymize-to = Where the anonymous table is written
cli-arg-quasi = Columns by which a person could be found, separated by commas: they are made coarser
cli-arg-sensitive = Columns of which nothing is to be learnt about a person: released as they are, where the models allow it
cli-arg-keep = Further columns that are released as they are
cli-arg-hierarchies = Folder with hierarchies
cli-arg-k = Every row is the same as at least this many rows in the columns by which a person could be found (k-anonymity)
cli-arg-distinct = At least so many different sensitive values among rows that are the same (distinct l-diversity)
cli-arg-entropy = Their mix is at least that of so many equally frequent values (entropy l-diversity)
cli-arg-recursive = The most frequent is less than C times as frequent as all from the L-th on (recursive (c,l)-diversity)
cli-arg-close = Their distribution is at most this far from that of the table, 0 to 1 (t-closeness)
cli-arg-close-by-hierarchy = The same with near and far values by the hierarchy of the column
cli-arg-suppress = Share of rows that may be left out, in percent
cli-arg-measure = What is to be least
anonymize-rows = { $rows } rows read, { $released } released, { $suppressed } left out
anonymize-level = { $column }: level { $level } of { $of }
anonymize-kind-number = taken for numbers
anonymize-kind-date = taken for dates
anonymize-kind-code = taken for codes
anonymize-kind-word = taken for words
anonymize-removed = Removed columns: { $columns }
anonymize-risk = Risk that is left: smallest class { $smallest } rows; the chance to find a given person is at most { $highest }, on average { $average }. Before, { $alone } of the rows stood alone.
anonymize-way = Loss { $loss }, the least of { $lattice } ways ({ $counted } of them counted)
anonymize-none = No way of making this table coarser meets the demands. Allow more rows to be left out (--suppress), ask for less, or give hierarchies that go further. Nothing was written.
anonymize-bad-row = Row { $row } cannot be read as a row of the table (another number of cells, or no UTF-8). Nothing was written.
anonymize-bad-column = The table has no column "{ $column }", or more than one. Nothing was written.
anonymize-bad-role = The column "{ $column }" is given more than one role.
anonymize-bad-values = The column "{ $column }" has more than a million different values: give it a hierarchy, or no role, so that it is removed.
anonymize-bad-unknown = Row { $row }: the value in column "{ $column }" is not in the hierarchy of the column. Add it there. Nothing was written.
anonymize-bad-lattice = There are { $ways } ways to make this table coarser, more than can be searched to the end: leave columns out or give them fewer levels.
anonymize-bad-hierarchy = A hierarchy cannot be used: line { $line } has another number of levels, stands twice, or contradicts an earlier line.
anonymize-bad-goal = This cannot be asked for: { $why }
anonymize-changed = The file changed while it was read. Nothing was written; run the command again.
