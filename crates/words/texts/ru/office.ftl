# Страницы: рамка, списки, отказы.
page-today = Сегодня
page-search = Поиск лица
page-sign-in = Войти
page-message = Сообщение
frame-skip = К основному содержанию
frame-language = Язык
frame-change = Сменить
frame-sign-out = Выйти
frame-menu = Меню
list-separator = , 
list-older = Более ранние записи
word-yes = да
word-no = нет
column-number = Номер
column-person = Лицо
column-state = Состояние
card-blocked = заблокировано
card-destroyed = данные уничтожены
card-hidden = в хранилище, не открыто
card-past = История
open-purpose = Цель просмотра персональных данных
open-button = Открыть
open-hint = Каждый просмотр заносится в журнал: кто, когда, с какой целью.
form-choose = Выберите…
form-required = (обязательно)
form-vault = в хранилище
form-back = Назад
duties-title = Сроки
duties-what = Что сделать
duties-for = Запись
duties-by = Не позднее
duties-left = Осталось
duties-norm = Норма
duties-problem = Не вычислено:
today-empty = В ближайшие 30 дней сроков нет. Сроки появляются здесь, когда регистрируется запрос, отзыв согласия или нарушение.
today-stopped = Приостановлено или не вычислено
today-late = Просрочено:
today-near = Скоро:
left-none = срок не идёт
search-label = Фамилия, имя или номер документа
search-hint = Поиск идёт по слепому индексу: данные не расшифровываются. Запрос не попадает в адрес страницы.
search-none = Ничего не найдено.
state-all = Все
refusal-required = Это поле обязательно.
refusal-must-agree = Нужно отметить этот пункт.
refusal-too-many = Слишком много значений.
refusal-too-long = Слишком длинно: не более { $max } знаков.
refusal-control = Есть управляющие знаки; введите заново.
refusal-email = Это не адрес электронной почты.
refusal-date = Это не дата.
refusal-instant = Это не дата со временем.
refusal-number = Введите целое число.
refusal-range = Число должно быть от { $from } до { $to }.
refusal-choice = Выберите значение из списка.
refusal-future = Это будущее время; укажите, когда это произошло.
refusal-before-start = Дата окончания должна быть позже даты начала.
refusal-authority = Полномочия представителя подтверждаются документом; укажите его здесь.
refusal-keep-zero = Нулевой срок возможен только от достижения цели.
refusal-no-page = Такой страницы нет, или она принадлежит другому органу.
refusal-no-card = Указанной записи нет; выберите другую.
refusal-right = Ваша роль этого не позволяет. Обратитесь к ответственному за организацию обработки.
refusal-csrf = Форма устарела. Откройте страницу заново и отправьте ещё раз.
refusal-changed = Запись тем временем изменил другой человек. Откройте её заново и проверьте.
refusal-state = В нынешнем состоянии записи это невозможно.
refusal-blocked = Запись заблокирована: она доступна только для ответа на запрос или контроля.
refusal-purpose = Эти данные собраны не для такой цели. Отказ записан в журнал.
refusal-purpose-unknown = Выберите цель.
refusal-clock = Закон этого не допускает: { $why }
refusal-late = Срок истёк: укажите причину опоздания.
refusal-query = Введите имя или номер документа.
refusal-sign-in = Неверное имя или пароль.
refusal-sign-in-locked = Слишком много неудачных попыток. Попробуйте через 15 минут.
refusal-link = Ссылка уже использована или устарела. Запросите новую.
refusal-login-taken = Это имя уже занято.
refusal-password-short = Пароль должен содержать не менее { $min } знаков.
refusal-locked = Хранилище закрыто. Администратор должен открыть его паролем или файлом ключа.
refusal-fault = Произошла ошибка программы; ничего не изменено. Сообщите администратору: подробности в журнале сервера.
purpose-request = Ответ на запрос субъекта
purpose-correction = Уточнение данных
purpose-control = Внутренний контроль
purpose-violation = Рассмотрение нарушения
purpose-destruction = Уничтожение данных
event-card-block = Заблокировано
event-card-unblock = Разблокировано
event-card-follow = Изменено по другой записи
event-vault-open = Просмотрены персональные данные
event-vault-refuse = Отказано в просмотре
event-vault-destroy = Ключ данных уничтожен
role-head = Руководитель
role-protection-officer = Ответственный за организацию обработки ПДн
role-security-officer = Ответственный за безопасность
role-officer = Сотрудник
role-press-officer = Пресс-секретарь
role-administrator = Администратор
role-inspector = Проверяющий
field-login = Имя для входа
field-password = Пароль
field-late_reason = Причина опоздания
left-days =
    { $n ->
        [one] { $n } день
        [few] { $n } дня
       *[other] { $n } дней
    }
left-hours =
    { $n ->
        [one] { $n } час
        [few] { $n } часа
       *[other] { $n } часов
    }
late-days =
    { $n ->
        [one] просрочено на { $n } день
        [few] просрочено на { $n } дня
       *[other] просрочено на { $n } дней
    }
late-hours =
    { $n ->
        [one] просрочено на { $n } час
        [few] просрочено на { $n } часа
       *[other] просрочено на { $n } часов
    }
cli-up = Открыть офис на этом компьютере
cli-up-more = Данные лежат в одной папке; сеть не нужна. Программа печатает адрес и одноразовую ссылку для входа.
cli-arg-demo = Заполнить пустую папку вымышленным органом с реестрами
cli-arg-data = Папка данных
cli-arg-listen = Адрес и порт
cli-up-ready = Офис открыт по адресу { $x }
cli-up-link = Одноразовая ссылка для входа: { $x }
cli-up-locked = { $x }: хранилище закрыто
cli-up-address = Не удалось занять { $x } ({ $y }): выберите другой порт параметром --listen
demo-body = Уполномоченный по правам человека в Заозёрской области
demo-officer = Соколова Вера Ильинична
papers-title = Бумаги
papers-form = Форма
papers-show = Показать
paper-missing = Осталось заполнить полей:
refusal-no-form = Такой формы для этого закона и языка нет.
event-paper-print = Напечатана бумага
keep-term-days = { $n } дн., от события: { $from }
keep-term-months = { $n } мес., от события: { $from }
keep-term-years = { $n } г. (лет), от события: { $from }
cli-up-demo = Учётные записи примера (head, protection-officer, security-officer, officer, press-officer, administrator, inspector), пароль: { $x }
left-passed = срок прошёл
form-open = вне хранилища: без имён и сведений о людях
hint-recipient_name = Наименование органа или организации, без имён людей.
