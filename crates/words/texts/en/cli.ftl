# Command line: help, progress, messages.
cli-about = Tutela, the data-protection office of a public body: finds personal data, protects it, proves it.
cli-status =
    Exit status: 0 done, nothing over the threshold · 1 done, and --fail-on matched · 2 not all of it could be done; what was not done is named.
    No command calls out to the network unless somebody sets a service: mail, directory, time stamps.
cli-heading-usage = Usage:
cli-heading-commands = Commands:
cli-heading-options = Options
cli-scan = Find personal data in files, folders and archives
cli-scan-more =
    A value is never shown, only its shape, unless --reveal is given.
    Files that could not be read, in whole or in part, are named at the end; they are not counted as clean.
cli-detect = Find personal data in text from standard input or text files (the engine alone)
cli-detect-more =
    With --jsonl every line is a record such as {"{"}"id": "7", "text": "…", "lang": "vi"{"}"}; answers come in the same order.
cli-text = Show what the readers see in a file: its text, the place of every part, and what could not be read
cli-law = Show the law packs that are loaded
cli-law-list = List the law packs and the days from which they hold
cli-law-show = Show one law pack: its norms, categories, classes and terms
cli-doctor = Check the installation: optional programs, dictionaries, cache
cli-arg-help = Print help
cli-arg-version = Print the version
cli-arg-lang = Language of messages and reports (default: from the environment)
cli-arg-quiet = No progress bar and no summary on standard error
cli-arg-verbose = Tell more: every file as it is taken up
cli-arg-paths = Files and folders; "-" is standard input
cli-arg-format = Format of the result
cli-arg-output = Write the result to this file instead of standard output
cli-arg-fail-on = Exit with status 1 when data of this class, or a higher one, are found
cli-arg-no-cache = Read every file anew and keep no results for the next run
cli-arg-watch = Keep running and scan files again as they change
cli-arg-reveal = Show the values themselves (on a terminal, or in the file named by --output)
cli-arg-max-findings = Findings listed per file; further ones are counted only
cli-arg-max-file = Largest structured file (office, PDF, archive, picture) that is read, in MB; plain text has no limit
cli-arg-max-seconds = Longest time for one file, in seconds
cli-arg-only = Types to look for, separated by commas: names of types, or identifiers, names, sensitive
cli-arg-min-score = Drop findings less sure than this, 0 to 1
cli-arg-threads = Worker threads (default: one per core)
cli-arg-law = Law that decides the class (default: by the language of the text)
cli-arg-on = Day for which the law is applied, for example 2026-01-01 (default: today)
cli-arg-jsonl = Read records, one JSON object a line, and answer each with a line
cli-arg-offsets = Unit of the offsets
cli-arg-pack = Name of the pack, as "tutela law list" shows it
cli-no-command = No such command. Try "tutela --help".
cli-unknown-type = --only: "{ $x }" is neither a type nor a group. Groups are identifiers, names, sensitive.
cli-cannot-open = { $x } cannot be opened
cli-cannot-write = { $x } cannot be written
cli-line = line { $n }
cli-reveal-refused = --reveal shows personal data: use it on a terminal, or name the file to hold it with --output.
cli-reveal-warning = The result holds personal data in clear. Keep it as you would keep the files themselves.
cli-progress = { $n ->
    [one] { $n } file
   *[other] { $n } files
 }, { $mb } MB, { $found } found
cli-no-law = No law pack of { $x } is in force on { $y }. Choose another day with --on, or another law with --law.
cli-cache-off = The cache folder cannot be used, so every file is read anew: { $x }
cli-watching = Watching for changes. Press Ctrl+C to stop.
cli-watch-failed = Changes cannot be watched here: { $x }
cli-watch-format = --watch writes one line per file: use it with --format text or jsonl.
cli-xlsx-needs-output = --format xlsx writes a binary file: name it with --output.
doctor-title = Installation check
doctor-ok = ok
doctor-missing = missing
doctor-ocr = Text in pictures and scans (tesseract)
doctor-ocr-fix = Install the packages tesseract-ocr, tesseract-ocr-vie, tesseract-ocr-rus, tesseract-ocr-chi-sim. Until then scans are reported as not read.
doctor-ocr-language = Language of text recognition: { $x }
doctor-ocr-language-fix = Install the package tesseract-ocr-{ $x }.
doctor-cache = Cache folder { $x }
doctor-cache-fix = Make the folder writable, or set XDG_CACHE_HOME. Until then every file is read anew at every scan.
doctor-law = Law packs in force today
doctor-engine = Recognition on a built-in sentence
doctor-engine-fix = The program is damaged: build or install it again.
doctor-isolation = Reader in a process of its own
doctor-isolation-fix = The program cannot start itself: check its execute permission.
cli-no-pack = No law pack "{ $x }". See "tutela law list".
law-to-be-confirmed = to be confirmed
