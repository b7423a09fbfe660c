## 表单正文之外印在文书上的文字。

paper-to-be-supplied = 待补：{ $what }
paper-left-out = 另有{ $count }行未列入本文书
paper-yes = 是
paper-no = 否
paper-sign = （签字）
paper-basis-official = 内容依据：{ $cite }。
paper-basis-house = 本机关自制表式；内容参照：{ $cite }。
paper-basis-check = 本机关自制表式；依据有待核实：{ $cite }。
paper-translation-vn = 译文仅供参考，以越南文文本为准。
paper-translation-ru = 译文仅供参考，以俄文文本为准。
paper-translation-cn = 译文仅供参考，以中文文本为准。
