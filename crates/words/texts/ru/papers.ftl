## Слова, которые стоят на бумагах рядом с текстом форм.

paper-to-be-supplied = подлежит указанию: { $what }
paper-left-out = не вошло строк: { $count }
paper-yes = да
paper-no = нет
paper-sign = (подпись)
paper-basis-official = Состав сведений установлен: { $cite }.
paper-basis-house = Форма оператора; состав сведений по: { $cite }.
paper-basis-check = Форма оператора; основание подлежит подтверждению: { $cite }.
paper-translation-vn = Перевод для сведения; силу имеет документ на вьетнамском языке.
paper-translation-ru = Перевод для сведения; силу имеет документ на русском языке.
paper-translation-cn = Перевод для сведения; силу имеет документ на китайском языке.
