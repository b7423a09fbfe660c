# The interface for other programs, recognisers of the user's own, figures of accuracy.
cli-eval = Measure how well the engine finds: precision, recall and F1 on annotated texts
cli-eval-more =
    A corpus has one JSON object a line: {"{"}"lang": "vi", "text": "…", "spans": [[start, end, "PERSON"], …]{"}"}, offsets in code points; it may be packed by gzip.
    Strict: borders and type right. Overlap: type right, borders overlap. Findings of a type that a corpus does not annotate are not judged.
cli-arg-corpora = Annotated texts, one JSON object a line
cli-arg-labels = Table of labels: LABEL = TYPE, TYPE on a line; "-" leaves a label out, "~" also what is found there
cli-arg-worst = Show so many errors, the most frequent first
cli-arg-recognizers = File of your own recognisers, YAML or TOML; may be given several times
cli-arg-detect-listen = Answer other programs at this address, by the REST interface of Presidio
cli-arg-tokens = File with the tokens by which programs may ask, one a line
cli-arg-open = Let everybody who reaches the address ask, without tokens
cli-arg-max-body = Longest request, in MB
cli-listen-refused = This address can be reached from other machines: name a file of tokens with --tokens, or let everybody ask with --open.
cli-listen-ready = The analyzer answers at { $x }
cli-tokens-wrong = { $x } cannot be used as a file of tokens: { $y }
cli-eval-texts = Texts: { $n } · { $mb } MB
cli-eval-label = label
cli-eval-spans = spans
cli-eval-found = found
cli-eval-strict = strict: P, R, F1
cli-eval-overlap = overlap: P, R, F1
cli-eval-all = all
cli-eval-unknown = Labels without a meaning, not counted (name one with --labels): { $x }
cli-eval-left-out = Labels left out: { $x }
cli-eval-not-judged = Found, but not annotated in the corpus, so not judged: { $x }
cli-eval-broken = Lines that could not be used: { $n }
cli-eval-worst = Errors that cost most
cli-eval-missed = missed
cli-eval-false = false
cli-eval-table = { $x }: not a line of the form LABEL = TYPE, TYPE.
cli-eval-unknown-type = { $x }: "{ $y }" is not a type.
recognizer-class-declared = declared in the file of recognisers
recognizer-passed-over = { $x }: passed over, since the program has its own or knows none of their languages: { $y }
recognizer-too-long = longer than { $x } MB. Split the file.
recognizer-syntax = cannot be parsed: { $x }
recognizer-too-deep = nested too deep.
recognizer-alias = anchors, aliases and tags of YAML are not taken. Write the value out.
recognizer-unknown = unknown word "{ $x }". The words are described in docs/analyzer.md.
recognizer-twice = "{ $x }" stands twice. Delete one.
recognizer-missing = "{ $x }" is missing. Add it.
recognizer-kind = a value of another kind is expected – { $x }
recognizer-score = a score is a number from 0 to 1.
recognizer-regex = the pattern is not sound: { $x }
recognizer-look-around = look-around inside a pattern and back-references are not taken. Only one character before and behind the whole pattern can be looked at.
recognizer-regex-too-large = the pattern takes too much memory. Make its repetitions smaller.
recognizer-flags = flags { $x } are not known. I (2), M (8), S (16), U (32) and X (64) are.
recognizer-type-name = "{ $x }" cannot be the name of a type. Take a letter, then letters, digits, _ - or .
recognizer-type-otherwise = the type "{ $x }" is declared elsewhere with another class or spelling. Make them the same.
recognizer-types = too many types. Use fewer.
recognizer-class-of-known = the law says the class of "{ $x }". Leave "class" out.
recognizer-class = class "{ $x }" is neither "basic" nor "sensitive".
recognizer-language = "{ $x }" is not the code of a language, such as vi, ru, zh, en.
recognizer-many = too many – { $x } at most
recognizer-entry = an entry of a list is empty or longer than 256 bytes.
recognizer-nothing = the recogniser has neither patterns nor a deny_list. Add one.
recognizer-list-file = a list cannot be used – { $x }
recognizer-no-files = no files can be named here.
