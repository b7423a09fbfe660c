# Parts of a destruction case, work that goes on in the background, lists of what was destroyed.
register-destruction-parts = Parts of destruction cases
register-destruction-parts-one = Part of a case
register-destruction-parts-about = Where one rule makes very many records due, they are one case with one decision and one act. Beyond the first two hundred records the case has parts, which the program carries out one after another.
operation-destruction-parts-take = Taken into the case
operation-destruction-parts-spare = Leave records out
operation-destruction-parts-destroy = Part carried out
operation-destruction-parts-give-back = Part given back
operation-destructions-parts-over = All parts carried out
state-part-waiting = waits for the case
state-part-done = carried out
state-part-given-back = given back
state-executing = being carried out
field-part_case = Case
field-part_left = Records left out
field-part_left_number = Records left out, number
field-part_destroyed = Records destroyed
field-parts_all = Parts
field-records_all = Records in all
field-records_left = Records left out: on hold, asked about or in work
field-executed_to = Carried out until
field-annex_files = List of the destroyed records (annex to the act)
refusal-part-crowded = More cards concern these records than can be looked at. Leave some of the records out of the part.
refusal-destroyed-in-part = Part of the records has been destroyed, and that needs its act: leave the other records out and carry the case out.
list-part = Case or part
list-record = Record
list-state = State
list-at = Key destroyed at
list-journal = Entry of the journal
list-destroyed = destroyed
list-left = left out
paper-destruction-annex = { $n ->
    [one] { $n } record
   *[other] { $n } records
 } by the annexed list (file with SHA-256 { $hash })
paper-destruction-many = { $n } records; the list is annexed when all of them are destroyed
work-title = Going on in the background
work-line = { $what }: { $done } of { $total }
work-waits = { $n } cannot be done yet and will be tried again
field-proof_by = Issued by
field-proof_medium = Number of the medium in the certificate
field-proof_method = Method in the certificate
hint-proof_number = As it stands in the certificate. The program does not read the attached file: compare it before you go on.
