# Отчёты о проверке.
report-title = Отчёт о поиске персональных данных
report-files = Просмотрено файлов: { $files }, { $mb } МБ, за { $s } с
report-read = Прочитано полностью: { $full } · частично: { $partial } · не прочитано: { $none }
report-cached = Не изменились с прошлой проверки: { $cached }
report-law = Законодательство: { $x }, на дату { $y }
report-found = Находок: { $findings } · субъектов, оценочно: { $subjects }
report-by-type = По типам данных
report-in-files = { $n ->
    [one] { $n } файл
    [few] { $n } файла
   *[other] { $n } файлов
 }
report-worst = Файлы, требующие внимания в первую очередь
report-subjects = { $n ->
    [one] { $n } человек
    [few] { $n } человека
   *[other] { $n } человек
 }
report-risk = риск { $x }
report-more = … и ещё { $n }
report-more-files = … и ещё файлов с персональными данными: { $n }
report-findings = { $n ->
    [one] { $n } находка
    [few] { $n } находки
   *[other] { $n } находок
 }
report-not-read = Не прочитано
report-advice-clean = Персональные данные не найдены. Распознавание может ошибаться: важные файлы проверьте вручную.
report-advice = Сверьте находки с утверждённым перечнем обрабатываемых данных; начните с файлов с наибольшим риском.
report-advice-not-read = Часть файлов не прочитана; считать их свободными от персональных данных нельзя. Устраните причины и повторите проверку.
report-sheet-summary = Сводка
report-sheet-files = Файлы
report-sheet-findings = Находки
report-sheet-not-read = Не прочитано
report-path = Файл
report-kind = Формат
report-bytes = Байт
report-read-state = Прочитан
report-class = Класс
report-risk-head = Риск
report-subjects-head = Субъектов (оценка)
report-findings-head = Находок
report-files-head = Файлов
report-sensitive-files = Файлов со специальными ПДн
report-place = Место
report-norm = Норма
report-type = Тип данных
report-score = Уверенность
report-masked = Значение (скрыто)
report-why = Основание
report-scanned = Проверено
report-at = Время
report-pack = Законодательство
report-version = Версия программы
report-treemap = Распределение по папкам
report-treemap-note = Площадь — число находок; цвет — наивысший класс в папке.
report-how = Как рассчитано
report-how-subjects = Число субъектов — наибольшее из: числа различных имён; числа различных значений каждого идентификатора, который у человека один; половины числа различных телефонов и половины числа различных адресов электронной почты.
report-how-risk = Риск от 0 до 1: тяжесть самого значимого типа данных, увеличенная, если данные можно связать с человеком и если типов несколько, с поправкой на число субъектов.
