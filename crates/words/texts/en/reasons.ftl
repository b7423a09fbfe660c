# Reasons of a finding.
why-digits = { $x } digits
why-checksum = right checksum ({ $x })
why-layout = layout { $x }
why-region = region { $x }
why-born = born { $x }
why-label = label “{ $x }”
why-column = column “{ $x }”
why-issuer = number range { $x }
why-title = title “{ $x }”
why-dictionary = in dictionary: { $x }
why-pattern = pattern { $x }
why-tied-to = tied to { $x }
why-model = recognised by the trained model
why-seen-elsewhere = certain elsewhere in the text
why-ocr-repaired = scanner confusions repaired
why-against = against: “{ $x }”
