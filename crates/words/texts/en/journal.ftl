# The journal: help, results, errors.
cli-journal = Check the tamper-evident journal, export evidence, prove one entry
cli-journal-verify = Check a journal, or a copy or part of one, offline: every byte of entries, hashes and signatures
cli-journal-verify-more =
    Without --key the key that lies in the journal is used: compare it with the one that was published.
    Exit status 0: everything is as it should be · 2: something is not, and it is named with its file and entries.
cli-journal-export = Copy a journal, or some of its entries with all that proves them, into a folder that "verify" accepts
cli-journal-prove = Write the proof that one entry stands in the journal, as a text file that can be checked by itself
cli-journal-verify-proof = Check the proof of one entry and show the entry
cli-journal-checkpoint = Print the signed checkpoint, a few lines that fix every entry so far
cli-journal-cosign = Sign a journal as its witness: check it, check that it continues what was signed before, sign it with the time
cli-journal-timestamp = Have an authority stamp the checkpoint with the time (RFC 3161), through files or a service, and keep the answer beside the journal
cli-journal-timestamp-more =
    --request writes the request; send the file to an authority and take up the answer with --token. --service does both over HTTP.
    What is sent is a hash and a random number. The answer is kept as timestamps/<entries>.tsr.
cli-journal-keygen = Make a key and print its public half
journal-arg-journal = Folder of the journal, or an archive of one (ZIP, TAR, TAR.GZ)
journal-arg-key = File with the public key of the journal
journal-arg-witness = File with the public key of a witness that must have signed; may be given several times
journal-arg-since = File with an older checkpoint, which must be the beginning of this journal
journal-arg-export-output = New folder for the copy
journal-arg-from = First entry, counted from 0 (whole bundles of 256 are copied)
journal-arg-to = Last entry
journal-arg-entry = Number of the entry, counted from 0
journal-arg-proof = File with the proof; "-" is standard input
journal-arg-sign-with = File with the private key of the witness
journal-arg-state = File in which the witness remembers the last checkpoint that it signed; made at the first time
journal-arg-name = Name of the journal or witness, such as example.org/journal
journal-arg-key-output = New file for the private key, which only its owner may read
journal-arg-as-witness = Make the key of a witness
journal-arg-request = New file for the request to an authority
journal-arg-token = File with the answer of the authority; "-" is standard input
journal-arg-service = Address of an authority, http://…; the only option that uses the network
journal-arg-certificate = File with certificates (PEM or DER) of authorities for time stamps that are trusted; may be given several times
journal-arg-passphrase = Lock the private key with a passphrase of 12 characters or more, asked on the terminal
journal-arg-passphrase-file = File whose first line is the passphrase of the private key
journal-arg-new-passphrase-file = Lock the private key with the passphrase in the first line of this file
journal-progress = { $n } entries checked
journal-origin = Journal: { $x }
journal-size = Entries: { $x }
journal-covered = Here and checked: { $x }
journal-root = Root: { $x }
journal-key-given = Signed by the key given: { $x }
journal-key-own = Signed by the key that lies in the journal; compare it with the published one: { $x }
journal-witness = Witness { $x } signed at { $y }
journal-unknown = A signature by { $x } was not checked: its key is not known. Give it with --witness.
journal-stamp-asked = Request over the checkpoint of { $x } entries written to { $y }
journal-stamp-trusted = Time stamp: the first { $n } entries existed at { $at }, by { $x }; the chain leads to a certificate that was given ({ $y })
journal-stamp-unknown = Time stamp: the first { $n } entries existed at { $at }, signed by a certificate that names itself { $x }; who that is was not checked: give the certificate of the authority with --certificate ({ $y })
journal-stamp-unchecked = Of time stamps not checked: whether a certificate was revoked.
journal-stamp-http = The address must begin with http://. For other services write the request to a file with --request and take up the answer with --token.
journal-stamp-unreachable = The authority for time stamps could not be asked
journal-since = The older checkpoint of { $x } entries is the beginning of this journal
journal-pending = { $n ->
    [one] { $n } entry is stored and not yet under a checkpoint
   *[other] { $n } entries are stored and not yet under a checkpoint
 }
journal-backwards = { $n ->
    [one] At { $n } entry the clock had been set back
   *[other] At { $n } entries the clock had been set back
 }
journal-foreign = Not part of the journal and not checked: { $x }
journal-sound = Everything is as it should be.
journal-damaged = { $n ->
    [one] { $n } damage:
   *[other] { $n } damages:
 }
journal-damaged-advice = Keep this copy as it is, compare it with the last export or with what the witness holds, and find out who had access.
journal-damage = { $x } { $y }
journal-entry = entry { $n }
journal-entries = entries { $from } to { $to }
journal-fault-missing = is missing
journal-fault-unreadable = cannot be read
journal-fault-length = has the wrong length
journal-fault-format = is not written as the format says
journal-fault-changed = was changed: it does not fit the hashes above it
journal-fault-rewritten = was changed together with its hashes: it does not fit the checkpoint
journal-fault-entry = holds an entry that is not written as entries are
journal-fault-unsigned = has no signature by the expected key
journal-fault-signature = has a signature that does not fit
journal-fault-origin = is of another journal
journal-fault-root = has a root that is not that of the entries
journal-fault-beyond = speaks of more entries than the journal has
journal-fault-unchecked = was not checked, because too much before it is wrong
journal-fault-record = holds a broken or half-written record
journal-fault-unlisted = is not in the signed list of files
journal-folder = Inspection folder: made { $x }, period { $from } to { $to }, { $n } files
journal-fault-stamp-format = is not an answer of an authority for time stamps as RFC 3161 has it
journal-fault-stamp-refused = is a refusal: the authority did not stamp
journal-fault-stamp-imprint = is a time stamp over something else than this journal
journal-fault-stamp-nonce = answers another request
journal-fault-stamp-missing = lacks the certificate of the signer: give it with --certificate
journal-fault-stamp-algorithm = is signed with an algorithm or key that is not supported or too weak
journal-fault-stamp-signature = is a time stamp whose signature does not fit
journal-fault-stamp-purpose = is signed with a certificate that is not one for time stamps
journal-fault-stamp-expired = is signed with a certificate that did not hold at that time
journal-fault-stamp-chain = is a time stamp from which no chain leads to a certificate that was given
journal-fault-stamp-authority = holds no certificate that can be read
journal-key-format = not a key in the text form of signed notes
journal-key-type = a key of the other kind: a journal and a witness have keys of their own
journal-key-name = the name must not be empty and must have no spaces and no plus sign
journal-key-open = others than its owner may read this private key. Restrict it with "chmod 600"; if others had access, make a new key.
journal-key-other = not the key of this journal
journal-key-locked = locked by a passphrase: give it with --passphrase-file or type it on a terminal
journal-key-passphrase = the passphrase is wrong
journal-key-weak = a passphrase has at least 12 characters and at most 1024 bytes
journal-key-memory = there is not enough memory to open this key
journal-passphrase-no-terminal = There is no terminal to ask for the passphrase on. Give it with --passphrase-file.
journal-passphrase-new = New passphrase:
journal-passphrase-again = The same again:
journal-passphrase-differs = The two passphrases differ; no key was made.
journal-passphrase-of = Passphrase of { $x }:
journal-passphrase-wrong = The passphrase is wrong.
journal-error-io = { $x }: the system refused: { $y }
journal-error-in-use = { $x }: another program writes to this journal. Stop it, or work on a copy.
journal-error-none = { $x }: there is no journal here
journal-error-exists = { $x }: there is a journal here already. Name an empty folder.
journal-error-no-entry = There is no such entry: the journal has { $size }, counted from 0.
journal-error-key = { $x }: { $y }
journal-no-witness = The witness { $x } did not sign this checkpoint.
journal-proof-not-there = The proof does not hold: the entry is not in the journal at this place.
journal-proof-format = Not a proof in the form of C2SP tlog-proof.
journal-proven = Proven: this is entry { $n } of { $size } of the journal { $x }.
journal-entry-at = Instant: { $x }
journal-entry-actor = Actor: { $x }
journal-entry-kind = Act: { $x }
journal-entry-object = Object: { $x }
journal-entry-field = Commitment to the field { $x }: { $y }
journal-entry-other = The entry is not written as entries of Tutela are.
journal-signed-also = Also signed by { $x } (checked only when its key is given with --witness)
