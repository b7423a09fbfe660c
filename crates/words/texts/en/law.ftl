# Law on the command line: arguments and answers of "tutela law due".
cli-law-due = Compute when a duty falls due, and by which article
cli-law-due-more =
    Name a clock, or a duty that several regimes know: the day of the event decides which one holds.
    Example: tutela law due --country vn --clock breach-notice --from 2026-01-05T09:00
cli-arg-country = Country whose law applies
cli-arg-clock = Name of the clock or of the duty, as --list shows them
cli-arg-from = When the event happened, for example 2026-01-05T09:00; for every event that --event does not name
cli-arg-event = When one event happened, for example detected=2026-01-05T09:00; again for the same event: a correction
cli-arg-case = Case with a length of its own, for example third-party
cli-arg-extend = Extension and when the other side was told of it, with the reason, for example 5@2026-01-12T10:00
cli-arg-pause = Time that does not count, for example third-party-opinion=2026-01-06T09:00/2026-01-12T09:00; without an end while it lasts
cli-arg-zone = Time zone of the body, for example +05:00 or Asia/Yekaterinburg (default: the capital)
cli-arg-region = Region whose own days off count too
cli-arg-closes = When the office closes, for example 17:30
cli-arg-calendars = Folder with calendars of your own, laid out as law/calendars
cli-arg-now = Tell where the duty stands at this time
cli-arg-done = When the duty was fulfilled
cli-arg-list = List the clocks with their terms and articles
law-bad-time = { $x }: not a date and time such as 2026-01-05T09:00.
law-bad-event = { $x }: no such event. Events: { $y }
law-bad-extension = { $x }: not an extension such as 5@2026-01-12T10:00.
law-bad-pause = { $x }: not a pause such as NAME=2026-01-06T09:00/2026-01-12T09:00.
law-bad-zone = { $x }: no such time zone.
law-cannot-read = Cannot read { $x }
law-no-calendars = { $x } holds no calendar of { $y }: expected are files such as { $y }/2027.toml.

# Why a term cannot be computed.
due-no-calendar = No calendar of { $x } for { $y }: add { $file } (see --calendars). Without it the end would be a guess.
due-no-event = { $x }: needs the time of "{ $event }". Give it with --event { $y }=TIME.
due-not-in-force = { $x } is not in force on { $y }. See "tutela law due --list".
due-no-clock = { $y } has no clock or duty "{ $x }". See "tutela law due --list".
due-no-case = { $x } has no case "{ $y }".
due-no-pause = { $x }: the law knows no pause "{ $y }".
due-pause-backwards = { $x }: a pause ends before it begins.
due-extension-none = { $x }: the law gives no extension.
due-extension-often = { $x }: the extension is refused, the law gives it { $n } time(s) at most.
due-extension-long = { $x }: the extension is refused, it must lie between 1 and { $n }.
due-extension-reason = { $x }: the extension is refused, a reason must be given.
due-extension-late = { $x }: the extension is refused, notice came after the term was over.
due-no-closing-time = { $x } ends when the office closes: give the time with --closes.
due-out-of-range = { $x }: the end lies beyond any calendar.

# A term and its end.
law-date = %-d %B %Y
law-at = { $x }, { $y }
law-due-by = Due
law-due-not-before = Not before
law-due-at-once = at once, from { $x }
law-due-before = before { $x }
law-due-paused = paused: no end is known yet
law-due-if-moved = Perhaps only
law-due-article = Article
law-due-form = Form
law-due-to = To
law-due-late = Lateness must be explained.
law-due-staged = Parts may follow later.
law-due-overruled = The law goes before this rule of the body: { $x } ends earlier.
law-due-steps = How it was counted
law-due-where = Where it stands
law-body-rule = rule of a body
standing-running = { $x } left
standing-paused = paused
standing-met = in time
standing-met-late = late by { $x }
standing-overdue = overdue by { $x }
standing-waiting = { $x } still to wait
standing-passed = the time has passed
standing-too-early = too early by { $x }
term-minutes = { $n ->
    [one] { $n } minute
   *[other] { $n } minutes
 }
term-hours = { $n ->
    [one] { $n } hour
   *[other] { $n } hours
 }
term-days = { $n ->
    [one] { $n } day
   *[other] { $n } days
 }
term-working-days = { $n ->
    [one] { $n } working day
   *[other] { $n } working days
 }
term-months = { $n ->
    [one] { $n } month
   *[other] { $n } months
 }
term-years = { $n ->
    [one] { $n } year
   *[other] { $n } years
 }
term-at-once = at once
term-before = before it begins
term-date = by a named day
term-yearly = every year by a named day
term-day-of-next-month = by day { $n } of the next month
case-third-party = a processor or a third party must act
case-work-accident = work accident
case-mental-or-death = mental patients and deaths

# Steps of a count.
step-corrected = corrected: { $event }, from { $x } to { $y }
step-started = counted from: { $event }, { $x }
step-other-start = known, but not counted from: { $event }, { $x }
step-decided-by = { $event } on { $x } decides: { $pack } is in force
step-case = { $name }: { $length }
step-extended = extended by { $length }, notice on { $x }
step-added = { $length } added, days off included
step-day = { $x }: day { $n }
step-days = { $x } – { $y }: days { $n } – { $last }
step-made-up = { $x }: day { $n }, worked instead of another ({ $name }; { $cite })
step-made-up-end = { $x }: worked instead of another ({ $name }; { $cite })
step-doubtful = { $x }: perhaps a day off ({ $name }; { $cite }); to be confirmed, counted as a working day
step-weekend-day = { $x }: weekly rest, not counted
step-weekend = { $x } – { $y }: weekly rest, not counted
step-holiday = { $x }: holiday, not counted ({ $name }; { $cite })
step-off-weekend = { $x }: weekly rest
step-off-holiday = { $x }: holiday ({ $name }; { $cite })
step-paused = paused, not counted: { $x } – { $y }
step-paused-open = paused since { $x }
step-named = the last day is { $x }
step-moved = the last day, { $x }, is a day off: the end moves to { $y }
step-move-open = the last day, { $x }, is a day off; whether the end moves to { $y } is open, so act by { $x }
step-no-calendar = whether the last day is a day off is not known: { $x } is missing
step-ends-midnight = ends with { $x }, 24:00
step-ends-closing = ends on { $x } when the office closes, { $y }
step-ends = ends { $x }

# Events.
event-received = received
event-registered = registered
event-occurred = occurrence
event-detected = detection
event-resolved = put right
event-processing-started = start of processing
event-transfer-started = first transfer abroad
event-withdrawn = withdrawal of consent
event-purpose-reached = purpose reached
event-proof-received = evidence received
event-confirmed = inaccuracy confirmed
event-changed = change
event-ended = end
event-approved = approval
event-last-done = last time done
event-threshold-reached = threshold reached
event-filed = filing
event-authority-asked = request of the authority
event-first-request = first request
event-destroyed = destruction
event-recorded = record made or file closed

# Duties that have a term.
duty-account-close = Close an account
duty-appeal-answer = Answer a citizen's appeal
duty-appeal-register = Register a citizen's appeal
duty-audit = Compliance audit
duty-audit-minors = Yearly audit on minors
duty-block = Block the data for the time of the check
duty-breach-complete = Complete a breach notice
duty-breach-finance = Notify a leak in finance
duty-breach-notice = Notify the authority of a violation
duty-breach-result = Report the results of the internal investigation
duty-breach-subjects = Notify the subjects of a violation
duty-breach-tell-controller = Processor tells the controller of a violation
duty-camera-level = Determine the level of camera systems
duty-camera-measures = Apply full measures to camera systems
duty-destroy-emergency = Destroy what was collected for an emergency
duty-destroy-later = Destroy at the latest, where the term cannot be kept
duty-destroy-purpose = Destroy when the purpose is reached
duty-destroy-unlawful = Destroy unlawfully processed data
duty-dissemination-stop = Stop dissemination
duty-dissemination-terms = Publish the subject's conditions and bans
duty-dossier-complete = Complete a dossier
duty-dossier-impact = Send the impact-assessment dossier
duty-dossier-result = Answer of the authority on a dossier
duty-dossier-route = Look up who takes dossiers
duty-dossier-transfer = Send the notice or dossier on transfer abroad
duty-dossier-update = Update the dossiers
duty-dossier-update-urgent = Update the dossiers on an urgent change
duty-export-certificate = Renew the certificate for export
duty-face-change = File a change on face data
duty-face-filing = File the storage of face data
duty-face-stock = File earlier storage of face data
duty-flaw-report = Report a dangerous flaw
duty-incident-at-once = Report a serious hit on security at once
duty-incident-central = Report an incident of a central organ
duty-incident-central-up = Report upward from the department
duty-incident-cii = Report an incident on critical infrastructure
duty-incident-cii-up = Report upward on critical infrastructure
duty-incident-first = First report of a computer incident
duty-incident-full = Full report of a computer incident
duty-incident-other = Report an incident of another operator
duty-incident-other-up = Report upward from the province
duty-incident-summary = Summary report of an incident
duty-information-complex = Answer a request for access to information
duty-information-simple = Answer a simple request for information
duty-information-third-party = Opinion of a third party on disclosure
duty-incident-identifier = Identifier of an incident from the coordination centre
duty-inspection-notice = Inspection after its notice
duty-inspection-interval = Interval between inspections
duty-keep-appeals = Keep files of appeals
duty-keep-assessment = Keep the impact assessment
duty-keep-breach-file = Keep the file of a violation
duty-keep-consent = Keep a consent
duty-keep-destruction = Keep the proof of destruction
duty-keep-medical = Keep medical records
duty-keep-personnel = Keep personnel documents
duty-keep-protocols = Keep protocols of internal checks
duty-keep-provision = Keep records of providing or entrusting
duty-keep-video = Keep public-security video
duty-minor-refusal = Written refusal to a minor
duty-officer-change = Report a change about the officer
duty-officer-report = Report the officer
duty-officer-stock = Report the officer, earlier cases
duty-publish-policy = Publish the documents on processing
duty-rectify-confirmed = Clarify data found inaccurate
duty-regulator-answer = Answer a request of the regulator
duty-regulator-change = Notify the regulator of changes
duty-regulator-end = Notify the regulator that processing ended
duty-regulator-register = Entry in the register of operators
duty-regulator-start = Notify the regulator before processing
duty-request-automated = Consider an objection to an automated decision
duty-request-erase = Erase or destroy data on request
duty-request-object = Carry out an objection
duty-request-promotion = Stop processing for promotion
duty-request-protect = Apply protective measures on request
duty-request-provide = Answer a request for access or a copy
duty-request-rectify = Rectify data on request
duty-request-refuse = Refuse a request with reasons
duty-request-repeat = Repeat request of the same person
duty-request-reply = First reply to a request
duty-request-restrict = Restrict processing on request
duty-request-stop = Stop processing on demand
duty-request-view = Let the subject see the data
duty-request-withdraw = Carry out a withdrawal of consent
duty-security-assessment = Assess the security measures
duty-security-control = Control the security requirements
duty-security-indicator = Calculate the protection indicator
duty-security-maturity = Calculate the maturity indicator
duty-security-send = Send the security indicators
duty-security-tell-head = Tell the head of a low indicator
duty-small-firm-option = End of the option of small firms
duty-stop-unlawful = Stop unlawful processing
duty-system-law-transition = Levelled systems meet the new law
duty-system-level-appraisal = Appraisal of a level 3 system
duty-system-level-appraisal-45 = Appraisal of a level 4 or 5 system
duty-system-level-approval = Approval of a system level
duty-system-level-transition = Finish level approval under the old decree
duty-system-report = Yearly report on system security
duty-system-report-internal = Yearly report on system security, internal
duty-tell-unlawful = Tell that the violation is removed
duty-transfer-done-notice = Notify that the transfer abroad succeeded
duty-transfer-review = Review of a transfer abroad by the regulator
duty-video-filing = File a public-security video system
duty-yearly-check = Yearly check of compliance
