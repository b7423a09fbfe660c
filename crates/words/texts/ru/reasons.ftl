# Основания находки.
why-digits = цифр: { $x }
why-checksum = контрольное число верно ({ $x })
why-layout = формат { $x }
why-region = код региона { $x }
why-born = год рождения { $x }
why-label = рядом слово «{ $x }»
why-column = заголовок столбца «{ $x }»
why-issuer = диапазон номеров { $x }
why-title = обращение «{ $x }»
why-dictionary = есть в словаре: { $x }
why-pattern = по образцу { $x }
why-tied-to = связано с: { $x }
why-model = распознано обученной моделью
why-seen-elsewhere = уверенно найдено в другом месте текста
why-ocr-repaired = исправлены ошибки распознавания
why-against = против: слово «{ $x }»
