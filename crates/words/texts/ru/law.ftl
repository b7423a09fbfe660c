# Законодательство в командной строке: параметры и ответы «tutela law due».
cli-law-due = Рассчитать, когда наступает срок исполнения обязанности и по какой статье
cli-law-due-more =
    Укажите срок или обязанность, известную нескольким режимам: какой из них действует, решает день события.
    Пример: tutela law due --country ru --clock breach-notice --from 2026-01-05T09:00
cli-arg-country = Страна, чьё законодательство применяется
cli-arg-clock = Имя срока или обязанности, как их показывает --list
cli-arg-from = Когда произошло событие, например 2026-01-05T09:00; для всех событий, не указанных в --event
cli-arg-event = Когда произошло одно событие, например detected=2026-01-05T09:00; повторно для того же события — исправление
cli-arg-case = Случай с собственным сроком, например third-party
cli-arg-extend = Продление и когда о нём мотивированно уведомили, например 5@2026-01-12T10:00
cli-arg-pause = Время, которое не засчитывается, например third-party-opinion=2026-01-06T09:00/2026-01-12T09:00; без конца, пока длится
cli-arg-zone = Часовой пояс органа, например +05:00 или Asia/Yekaterinburg (по умолчанию — столица)
cli-arg-region = Регион, чьи собственные выходные тоже учитываются
cli-arg-closes = Когда заканчивается рабочий день, например 17:30
cli-arg-calendars = Папка с собственными календарями, устроенная как law/calendars
cli-arg-now = Показать состояние обязанности на это время
cli-arg-done = Когда обязанность исполнена
cli-arg-list = Перечислить сроки и статьи
law-bad-time = { $x }: это не дата и время вида 2026-01-05T09:00.
law-bad-event = { $x }: такого события нет. События: { $y }
law-bad-extension = { $x }: это не продление вида 5@2026-01-12T10:00.
law-bad-pause = { $x }: это не пауза вида ИМЯ=2026-01-06T09:00/2026-01-12T09:00.
law-bad-zone = { $x }: такого часового пояса нет.
law-cannot-read = Не удаётся прочитать { $x }
law-no-calendars = В { $x } нет календарей { $y }: ожидаются файлы вида { $y }/2027.toml.

# Почему срок нельзя рассчитать.
due-no-calendar = Нет календаря { $x } на { $y } год: добавьте { $file } (см. --calendars). Без него срок был бы догадкой.
due-no-event = { $x }: нужно время события «{ $event }». Укажите его: --event { $y }=ВРЕМЯ.
due-not-in-force = { $x } на { $y } не действует. Список: «tutela law due --list».
due-no-clock = В { $y } нет срока или обязанности «{ $x }». Список: «tutela law due --list».
due-no-case = У { $x } нет случая «{ $y }».
due-no-pause = { $x }: закон не знает паузы «{ $y }».
due-pause-backwards = { $x }: пауза заканчивается раньше, чем начинается.
due-extension-none = { $x }: закон не даёт продления.
due-extension-often = { $x }: в продлении отказано, закон допускает не более { $n }.
due-extension-long = { $x }: в продлении отказано, допустимо от 1 до { $n }.
due-extension-reason = { $x }: в продлении отказано, нужно указать причину.
due-extension-late = { $x }: в продлении отказано, уведомление сделано после окончания срока.
due-no-closing-time = { $x } истекает с окончанием рабочего дня: укажите время в --closes.
due-out-of-range = { $x }: конец срока лежит за пределами календаря.

# Срок и его окончание.
law-date = %d.%m.%Y
law-at = { $x }, { $y }
law-due-by = Срок
law-due-not-before = Не ранее
law-due-at-once = незамедлительно, с { $x }
law-due-before = до { $x }
law-due-paused = приостановлен: конец пока неизвестен
law-due-if-moved = Возможно, лишь
law-due-article = Статья
law-due-form = Форма
law-due-to = Кому
law-due-late = Опоздание нужно объяснить.
law-due-staged = Можно подавать по частям.
law-due-overruled = Закон важнее правила органа: { $x } истекает раньше.
law-due-steps = Как рассчитано
law-due-where = Состояние
law-body-rule = правило органа
standing-running = осталось: { $x }
standing-paused = приостановлен
standing-met = в срок
standing-met-late = с опозданием: { $x }
standing-overdue = просрочено: { $x }
standing-waiting = ещё ждать: { $x }
standing-passed = время прошло
standing-too-early = слишком рано: { $x }
term-minutes = { $n ->
    [one] { $n } минута
    [few] { $n } минуты
   *[other] { $n } минут
 }
term-hours = { $n ->
    [one] { $n } час
    [few] { $n } часа
   *[other] { $n } часов
 }
term-days = { $n ->
    [one] { $n } день
    [few] { $n } дня
   *[other] { $n } дней
 }
term-working-days = { $n ->
    [one] { $n } рабочий день
    [few] { $n } рабочих дня
   *[other] { $n } рабочих дней
 }
term-months = { $n ->
    [one] { $n } месяц
    [few] { $n } месяца
   *[other] { $n } месяцев
 }
term-years = { $n ->
    [one] { $n } год
    [few] { $n } года
   *[other] { $n } лет
 }
term-at-once = незамедлительно
term-before = до начала
term-date = до названной даты
term-yearly = ежегодно до названной даты
term-day-of-next-month = до { $n }-го числа следующего месяца
case-third-party = должен действовать обработчик или третье лицо
case-work-accident = несчастный случай на производстве
case-mental-or-death = психиатрические больные и умершие

# Шаги расчёта.
step-corrected = исправлено: { $event }, было { $x }, стало { $y }
step-started = отсчёт от события: { $event }, { $x }
step-other-start = известно, но не начинает срок: { $event }, { $x }
step-decided-by = { $event } { $x } определяет режим: действует { $pack }
step-case = { $name }: { $length }
step-extended = продлено на { $length }, уведомление { $x }
step-added = прибавлено: { $length }, включая выходные
step-day = { $x }: день { $n }
step-days = { $x } – { $y }: дни { $n } – { $last }
step-made-up = { $x }: день { $n }, рабочий выходной ({ $name }; { $cite })
step-made-up-end = { $x }: рабочий выходной ({ $name }; { $cite })
step-doubtful = { $x }: возможно, выходной ({ $name }; { $cite }); требует подтверждения, считается рабочим
step-weekend-day = { $x }: выходной, не считается
step-weekend = { $x } – { $y }: выходные, не считаются
step-holiday = { $x }: нерабочий день, не считается ({ $name }; { $cite })
step-off-weekend = { $x }: выходной
step-off-holiday = { $x }: нерабочий день ({ $name }; { $cite })
step-paused = пауза, не считается: { $x } – { $y }
step-paused-open = приостановлен с { $x }
step-named = последний день — { $x }
step-moved = последний день { $x } — нерабочий: срок переносится на { $y }
step-move-open = последний день { $x } — нерабочий; переносится ли срок на { $y }, не ясно, поэтому действуйте до конца { $x }
step-no-calendar = нерабочий ли последний день, неизвестно: нет { $x }
step-ends-midnight = истекает { $x } в 24:00
step-ends-closing = истекает { $x } с окончанием рабочего дня, { $y }
step-ends = истекает { $x }

# События.
event-received = поступление
event-registered = регистрация
event-occurred = наступление
event-detected = выявление
event-resolved = устранение
event-processing-started = начало обработки
event-transfer-started = первая трансграничная передача
event-withdrawn = отзыв согласия
event-purpose-reached = достижение цели
event-proof-received = поступление подтверждений
event-confirmed = подтверждение неточности
event-changed = изменение
event-ended = окончание
event-approved = утверждение
event-last-done = последнее выполнение
event-threshold-reached = достижение порога
event-filed = подача
event-authority-asked = запрос уполномоченного органа
event-first-request = первоначальный запрос
event-destroyed = уничтожение
event-recorded = составление записи или закрытие дела

# Обязанности, для которых есть срок.
duty-account-close = Закрыть учётную запись
duty-appeal-answer = Ответить на обращение гражданина
duty-appeal-register = Зарегистрировать обращение гражданина
duty-audit = Провести аудит соответствия
duty-audit-minors = Ежегодный аудит данных несовершеннолетних
duty-block = Заблокировать данные на время проверки
duty-breach-complete = Дополнить уведомление об инциденте
duty-breach-finance = Уведомить об утечке в финансовой сфере
duty-breach-notice = Уведомить уполномоченный орган об инциденте
duty-breach-result = Сообщить результаты внутреннего расследования
duty-breach-subjects = Уведомить субъектов об инциденте
duty-breach-tell-controller = Обработчику сообщить оператору о нарушении
duty-camera-level = Определить уровень систем видеонаблюдения
duty-camera-measures = Принять все меры для систем видеонаблюдения
duty-destroy-emergency = Уничтожить собранное в чрезвычайной ситуации
duty-destroy-later = Уничтожить не позднее, если в срок невозможно
duty-destroy-purpose = Уничтожить по достижении цели
duty-destroy-unlawful = Уничтожить неправомерно обрабатываемые данные
duty-dissemination-stop = Прекратить распространение
duty-dissemination-terms = Опубликовать условия и запреты субъекта
duty-dossier-complete = Дополнить досье
duty-dossier-impact = Направить досье оценки воздействия
duty-dossier-result = Ответ уполномоченного органа по досье
duty-dossier-route = Уточнить, кто принимает досье
duty-dossier-transfer = Уведомить о трансграничной передаче
duty-dossier-update = Обновить досье
duty-dossier-update-urgent = Обновить досье при срочном изменении
duty-export-certificate = Продлить сертификат на передачу за рубеж
duty-face-change = Сообщить об изменении по данным о лицах
duty-face-filing = Уведомить о хранении данных о лицах
duty-face-stock = Уведомить о прежнем хранении данных о лицах
duty-flaw-report = Сообщить об опасной уязвимости
duty-incident-at-once = Немедленно сообщить о серьёзном инциденте
duty-incident-central = Сообщить об инциденте центрального органа
duty-incident-central-up = Сообщить выше от ведомства
duty-incident-cii = Сообщить об инциденте критической инфраструктуры
duty-incident-cii-up = Сообщить выше о критической инфраструктуре
duty-incident-first = Первое сообщение о компьютерном инциденте
duty-incident-full = Полное сообщение о компьютерном инциденте
duty-incident-other = Сообщить об инциденте иного оператора
duty-incident-other-up = Сообщить выше от провинции
duty-incident-summary = Итоговое сообщение об инциденте
duty-information-complex = Ответить на запрос информации
duty-information-simple = Ответить на простой запрос информации
duty-information-third-party = Мнение третьей стороны о раскрытии
duty-incident-identifier = Идентификатор инцидента от НКЦКИ
duty-inspection-notice = Проверка после уведомления
duty-inspection-interval = Интервал между проверками
duty-keep-appeals = Хранить дела по обращениям
duty-keep-assessment = Хранить оценку воздействия
duty-keep-breach-file = Хранить дело об инциденте
duty-keep-consent = Хранить согласие
duty-keep-destruction = Хранить подтверждение уничтожения
duty-keep-medical = Хранить медицинские карты
duty-keep-personnel = Хранить документы по личному составу
duty-keep-protocols = Хранить протоколы внутренних проверок
duty-keep-provision = Хранить записи о передаче и поручении
duty-keep-video = Хранить видео общественной безопасности
duty-minor-refusal = Письменный отказ несовершеннолетнему
duty-officer-change = Сообщить об изменении сведений об ответственном
duty-officer-report = Сообщить об ответственном
duty-officer-stock = Сообщить об ответственном по прежним случаям
duty-publish-policy = Опубликовать документы об обработке
duty-rectify-confirmed = Уточнить данные, неточность которых подтверждена
duty-regulator-answer = Ответить на запрос уполномоченного органа
duty-regulator-change = Уведомить об изменении сведений
duty-regulator-end = Уведомить о прекращении обработки
duty-regulator-register = Внесение в реестр операторов
duty-regulator-start = Уведомить о намерении обрабатывать
duty-request-automated = Рассмотреть возражение против автоматизированного решения
duty-request-erase = Уничтожить данные по требованию
duty-request-object = Исполнить возражение против обработки
duty-request-promotion = Прекратить обработку для продвижения
duty-request-protect = Принять меры защиты по требованию
duty-request-provide = Ответить на запрос субъекта о его данных
duty-request-rectify = Внести изменения в данные по требованию
duty-request-refuse = Направить мотивированный отказ
duty-request-repeat = Повторный запрос того же лица
duty-request-reply = Первый ответ на запрос
duty-request-restrict = Ограничить обработку по требованию
duty-request-stop = Прекратить обработку по требованию
duty-request-view = Ознакомить субъекта с данными
duty-request-withdraw = Исполнить отзыв согласия
duty-security-assessment = Оценить эффективность мер защиты
duty-security-control = Проконтролировать выполнение требований защиты
duty-security-indicator = Рассчитать показатель защищённости
duty-security-maturity = Рассчитать показатель зрелости
duty-security-send = Направить показатели защиты
duty-security-tell-head = Сообщить руководителю о низком показателе
duty-small-firm-option = Окончание льготы малых предприятий
duty-stop-unlawful = Прекратить неправомерную обработку
duty-system-law-transition = Привести системы в соответствие новому закону
duty-system-level-appraisal = Экспертиза системы 3-го уровня
duty-system-level-appraisal-45 = Экспертиза системы 4-го или 5-го уровня
duty-system-level-approval = Утверждение уровня системы
duty-system-level-transition = Завершить утверждение уровня по прежнему акту
duty-system-report = Ежегодный отчёт о защите систем
duty-system-report-internal = Ежегодный внутренний отчёт о защите систем
duty-tell-unlawful = Сообщить об устранении нарушений
duty-transfer-done-notice = Уведомить о состоявшейся передаче за рубеж
duty-transfer-review = Рассмотрение передачи за рубеж регулятором
duty-video-filing = Уведомить о системе видеонаблюдения
duty-yearly-check = Ежегодная проверка соответствия
