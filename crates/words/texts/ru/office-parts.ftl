# Части дела об уничтожении, работа в фоновом режиме, перечни уничтоженного.
register-destruction-parts = Части дел об уничтожении
register-destruction-parts-one = Часть дела
register-destruction-parts-about = Если по одному правилу подлежит уничтожению очень много записей, они составляют одно дело с одним решением и одним актом. Сверх первых двухсот записей дело делится на части, которые система исполняет одну за другой.
operation-destruction-parts-take = Включение в дело
operation-destruction-parts-spare = Исключить записи
operation-destruction-parts-destroy = Исполнение части
operation-destruction-parts-give-back = Возврат части
operation-destructions-parts-over = Все части исполнены
state-part-waiting = ожидает исполнения дела
state-part-done = исполнена
state-part-given-back = возвращена
state-executing = исполняется
field-part_case = Дело
field-part_left = Оставленные записи
field-part_left_number = Число оставленных записей
field-part_destroyed = Уничтожено записей
field-parts_all = Число частей
field-records_all = Всего записей
field-records_left = Оставлено записей: приостановлены, по ним есть запрос или они в работе
field-executed_to = Исполнение завершено
field-annex_files = Перечень уничтоженных записей (приложение к акту)
refusal-part-crowded = С этими записями связано больше карточек, чем можно рассмотреть. Исключите часть записей.
refusal-destroyed-in-part = Часть записей уже уничтожена, и об этом составляется акт: исключите остальные записи и исполните дело до конца.
list-part = Дело или часть
list-record = Запись
list-state = Состояние
list-at = Ключ уничтожен
list-journal = Запись журнала
list-destroyed = уничтожена
list-left = оставлена
paper-destruction-annex = { $n ->
    [one] { $n } запись
    [few] { $n } записи
   *[other] { $n } записей
 } по прилагаемому перечню (файл, SHA-256 { $hash })
paper-destruction-many = Записей: { $n }; перечень прилагается после уничтожения всех записей
work-title = Выполняется в фоновом режиме
work-line = { $what }: { $done } из { $total }
work-waits = Пока невозможно исполнить: { $n }; попытка будет повторена
field-proof_by = Кем выдано
field-proof_medium = Номер носителя по свидетельству
field-proof_method = Способ по свидетельству
hint-proof_number = Как указано в свидетельстве. Система не читает приложенный файл: сверьте его, прежде чем продолжить.
