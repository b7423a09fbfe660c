# Reports of a scan.
report-title = Report on personal data found
report-files = { $files } files, { $mb } MB, in { $s } s
report-read = Read in full: { $full } · in part: { $partial } · not read: { $none }
report-cached = Unchanged since the last scan: { $cached }
report-law = Law packs: { $x }, as of { $y }
report-found = Findings: { $findings } · data subjects, estimated: { $subjects }
report-by-type = By type
report-in-files = { $n ->
    [one] { $n } file
   *[other] { $n } files
 }
report-worst = Files to look at first
report-subjects = { $n ->
    [one] { $n } person
   *[other] { $n } persons
 }
report-risk = risk { $x }
report-more = … and { $n } more
report-more-files = … and { $n } more files with personal data
report-findings = { $n ->
    [one] { $n } finding
   *[other] { $n } findings
 }
report-not-read = Not read
report-advice-clean = No personal data found. Recognition can miss: check important files by hand.
report-advice = Compare the findings with the approved list of processing; begin with the files of highest risk.
report-advice-not-read = Some files were not read and must not be taken for clean. Deal with them and scan again.
report-sheet-summary = Summary
report-sheet-files = Files
report-sheet-findings = Findings
report-sheet-not-read = Not read
report-path = File
report-kind = Format
report-bytes = Bytes
report-read-state = Read
report-class = Class
report-risk-head = Risk
report-subjects-head = Subjects (estimate)
report-findings-head = Findings
report-files-head = Files
report-sensitive-files = Files with sensitive data
report-place = Place
report-norm = Norm
report-type = Type
report-score = Certainty
report-masked = Value (masked)
report-why = Reason
report-scanned = Scanned
report-at = Time
report-pack = Law packs
report-version = Program version
report-treemap = Where the findings lie
report-treemap-note = The area is the number of findings, the colour the highest class in the folder.
report-how = How the figures are made
report-how-subjects = The number of subjects is the largest of: distinct names; distinct values of each identifier that a person has one of; half the distinct telephone numbers; half the distinct e-mail addresses.
report-how-risk = Risk, 0 to 1: the gravity of the gravest type, raised when data can be tied to a person and when there are several types, scaled by the number of subjects.
