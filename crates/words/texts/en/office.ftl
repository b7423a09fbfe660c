# Pages of the office: frame, lists, refusals.
page-today = Today
page-search = Find a person
page-sign-in = Sign in
page-message = Message
frame-skip = Skip to content
frame-language = Language
frame-change = Change
frame-sign-out = Sign out
frame-menu = Menu
list-separator = , 
list-older = Older records
word-yes = yes
word-no = no
column-number = Number
column-person = Person
column-state = State
card-blocked = blocked
card-destroyed = data destroyed
card-hidden = in the vault, not opened
card-past = What happened
open-purpose = Purpose of looking at the personal data
open-button = Open
open-hint = Every look is recorded in the journal: who, when, for which purpose.
form-choose = Choose…
form-required = (required)
form-vault = kept in the vault
form-back = Back
duties-title = Terms
duties-what = What to do
duties-for = Record
duties-by = Not later than
duties-left = Left
duties-norm = Norm
duties-problem = Cannot be computed:
today-empty = Nothing is due in the next 30 days. Terms appear here when a request, a withdrawal or a violation is registered.
today-stopped = Paused or not computable
today-late = Overdue:
today-near = Due soon:
left-none = no end
search-label = Name or number of a document
search-hint = The search uses a blind index: nothing is decrypted for it, and what you ask never stands in an address.
search-none = Nothing was found.
state-all = All
refusal-required = This field must be filled in.
refusal-must-agree = This must be ticked.
refusal-too-many = Too many values.
refusal-too-long = Too long: at most { $max } characters.
refusal-control = There are control characters in it; please type it again.
refusal-email = This is not an e-mail address.
refusal-date = This is not a date.
refusal-instant = This is not a date with a time.
refusal-number = Enter a whole number.
refusal-range = The number must be from { $from } to { $to }.
refusal-choice = Choose a value from the list.
refusal-future = This lies in the future; enter when it happened.
refusal-before-start = The end must be later than the beginning.
refusal-authority = A representative needs evidence of authority; name it here.
refusal-keep-zero = A term of zero is possible only from the purpose being reached.
refusal-no-page = There is no such page, or it belongs to another body.
refusal-no-card = The record that is pointed to does not exist; choose another.
refusal-right = Your role does not allow this. Ask the data protection officer.
refusal-csrf = The form is out of date. Open the page again and send it once more.
refusal-changed = Somebody else has changed the record meanwhile. Open it again and check.
refusal-state = This cannot be done in the present state of the record.
refusal-blocked = The record is blocked: it may be used only to answer a request or for control.
refusal-purpose = These data were not collected for that purpose. The refusal was recorded.
refusal-purpose-unknown = Choose a purpose.
refusal-clock = The law does not allow this: { $why }
refusal-late = The term is over: give the reason for the delay.
refusal-query = Enter a name or the number of a document.
refusal-sign-in = The name or the password is wrong.
refusal-sign-in-locked = Too many failed attempts. Try again in 15 minutes.
refusal-link = This link was used already or is out of date. Ask for a new one.
refusal-login-taken = This name is taken already.
refusal-password-short = The password must have at least { $min } characters.
refusal-locked = The vault is locked. The administrator must unlock it with its passphrase or key file.
refusal-fault = The program failed; nothing was changed. Tell the administrator: the server log has the details.
purpose-request = Answering a request of the person
purpose-correction = Correcting the data
purpose-control = Internal control
purpose-violation = Handling a violation
purpose-destruction = Destroying the data
event-card-block = Blocked
event-card-unblock = Unblocked
event-card-follow = Changed by another record
event-vault-open = Personal data looked at
event-vault-refuse = A look was refused
event-vault-destroy = The key of the data was destroyed
role-head = Head
role-protection-officer = Data protection officer
role-security-officer = Security officer
role-officer = Officer
role-press-officer = Press officer
role-administrator = Administrator
role-inspector = Inspector
field-login = User name
field-password = Password
field-late_reason = Reason for the delay
left-days =
    { $n ->
        [one] { $n } day left
       *[other] { $n } days left
    }
left-hours =
    { $n ->
        [one] { $n } hour left
       *[other] { $n } hours left
    }
late-days =
    { $n ->
        [one] late by { $n } day
       *[other] late by { $n } days
    }
late-hours =
    { $n ->
        [one] late by { $n } hour
       *[other] late by { $n } hours
    }
cli-up = Open the office on this machine
cli-up-more = Data lie in one folder; no network is needed. The address and a one-time sign-in link are printed.
cli-arg-demo = Fill an empty folder with a sample body and its registers
cli-arg-data = Data folder
cli-arg-listen = Address and port
cli-up-ready = The office is open at { $x }
cli-up-link = One-time sign-in link: { $x }
cli-up-locked = { $x }: the vault is locked
cli-up-address = Cannot listen on { $x } ({ $y }): choose another port with --listen
demo-body = Office of the Ombudsman of Northvale
demo-officer = Alice Marlow
papers-title = Papers
papers-form = Form
papers-show = Show
paper-missing = Fields still to be supplied:
refusal-no-form = There is no such form for this law and language.
event-paper-print = A paper was printed
keep-term-days = { $n } days from: { $from }
keep-term-months = { $n } months from: { $from }
keep-term-years = { $n } years from: { $from }
cli-up-demo = Accounts of the demo (head, protection-officer, security-officer, officer, press-officer, administrator, inspector), password: { $x }
left-passed = the term has passed
form-open = not in the vault: no names or data of persons
hint-recipient_name = Name of the body or organisation, not of a person.
