## Words that stand on papers beside the text of the forms.

paper-to-be-supplied = to be supplied: { $what }
paper-left-out = { $count } more rows are not on this paper
paper-yes = yes
paper-no = no
paper-sign = (signature)
paper-basis-official = Contents set by: { $cite }.
paper-basis-house = Form of the body; contents follow: { $cite }.
paper-basis-check = Form of the body; its basis is still to be confirmed: { $cite }.
paper-translation-vn = Translation for information; the paper in Vietnamese is the one that counts.
paper-translation-ru = Translation for information; the paper in Russian is the one that counts.
paper-translation-cn = Translation for information; the paper in Chinese is the one that counts.
