//! Papers of a card: the form of the law pack in force, filled from the card, its activities, the body and whoever prints.
//!
//! Printing shows personal data, so it is a look like any other: for a stated purpose, and recorded.

mod log;
mod seen;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::OnceLock;

use jiff::Timestamp;
use serde_json::Value as Json;
use tutela_journal::Checkpoint;
use tutela_papers::{Document, Form, Forms, Kind as PaperKind, Meta, Value, Values};
use tutela_words::{Arg, Locale, Words};

use crate::error::{Error, Refusal};
use crate::kernel::body::Body;
use crate::kernel::body::keep::details_on_forms;
use crate::kernel::card::{Card, Personal};
use crate::kernel::clock::{Clock, Reckoner};
use crate::kernel::field::{Kind, Values as Fields, words_of};
use crate::kernel::journal::{self, Root};
use crate::kernel::people::Account;
use crate::kernel::record::{load_card, write_event};
use crate::kernel::register::Register;
use crate::office::Office;
use crate::show;

pub use log::Logged;
pub use seen::Seen;
pub(crate) use seen::VOLUME;

/// In which form a paper is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// On the screen.
    Html,
    /// To print and to keep: PDF/A.
    Pdf,
    /// To be edited.
    Docx,
}

impl Format {
    /// The word in forms and events.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Html => "html",
            Self::Pdf => "pdf",
            Self::Docx => "docx",
        }
    }

    /// Reads a word.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Html, Self::Pdf, Self::Docx]
            .into_iter()
            .find(|f| f.as_str() == word)
    }

    /// The media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Html => "text/html; charset=utf-8",
            Self::Pdf => "application/pdf",
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        }
    }
}

/// Everything that the values of a paper may come from.
#[derive(Debug)]
pub struct PaperCase<'a> {
    /// The card, opened.
    pub card: &'a Card,
    /// The cards that it points to, and those that they point to: closed, but for those whom the form names.
    pub related: &'a [Card],
    /// The body.
    pub body: &'a Body,
    /// The clocks of the card, oldest first.
    pub clocks: &'a [Clock],
    /// What the journal holds of the card, of what belongs to it and of what it destroyed: for forms that extract it.
    pub log: &'a [Logged],
    /// What the form shows of other cards: of each what may be seen by the person whom the paper is for.
    pub seen: &'a [Seen],
    /// All registers, for the names of what other cards hold.
    pub registers: &'static [&'static Register],
    /// The law.
    pub law: &'a Reckoner,
    /// The journal as it was published last.
    pub checkpoint: &'a Checkpoint,
    /// When it is printed.
    pub now: Timestamp,
    /// Texts in the language of the paper.
    pub words: &'a Words,
}

impl PaperCase<'_> {
    /// The related cards of one register.
    pub fn related_in<'b>(&'b self, register: &'b str) -> impl Iterator<Item = &'b Card> {
        self.related.iter().filter(move |c| c.register == register)
    }

    /// The article that a clock of the card rests on.
    pub fn cite(&self, clock: &Clock) -> String {
        clock.due(self.law, self.body).map(|d| d.cite).unwrap_or_default()
    }

    /// The day of printing where the body is.
    pub fn today(&self) -> jiff::civil::Date {
        self.now.to_zoned_datetime(self.body.zone.clone()).date()
    }
}

/// Forms that name persons of other cards: the form, the register of these cards. They are opened for the purpose, and
/// every look is recorded.
const NAMES: &[(&str, &str)] = &[
    ("order-admission", "staff"),
    ("permit", "staff"),
    ("check-protocol", "check-places"),
    ("check-protocol", "measures"),
    ("check-protocol", "staff"),
    ("breach-notice", "violations"),
    ("breach-result", "violations"),
    ("incident-report", "violations"),
    ("incident-summary", "violations"),
    ("subjects-notice", "violations"),
    ("controller-notice", "violations"),
    ("campaign-statement", "staff"),
];

/// Whether a paper of a register names persons of other cards, so that a purpose is asked for even where the card has none.
pub(crate) fn names_others(register: &Register) -> bool {
    let papers = register.operations.iter().flat_map(|o| o.papers);
    papers
        .into_iter()
        .any(|form| NAMES.iter().any(|(named, _)| named == form))
}

/// The field in which a card names the law that its papers stand under, where that is not the law of the day: what is filed
/// goes out on the form that held on the day that counts.
const REGIME: &str = "filing_regime";
/// The field in which a card names the one paper of its register that it is for.
const ONE_PAPER: &str = "filing_kind";

/// The forms that come with the program.
pub fn forms() -> &'static Forms {
    static FORMS: OnceLock<Forms> = OnceLock::new();
    FORMS.get_or_init(Forms::embedded)
}

/// What is asked for.
#[derive(Debug, Clone)]
pub struct Wanted<'a> {
    /// The card.
    pub card: &'a str,
    /// Name of the form.
    pub form: &'a str,
    /// Language of the paper.
    pub locale: Locale,
    /// For which purpose personal data are looked at.
    pub purpose: &'a str,
    /// In which form.
    pub format: Format,
}

/// The forms for a card under its law: name and title.
pub fn forms_of(
    office: &Office,
    (register, card): (&Register, &Card),
    body: &Body,
    now: Timestamp,
    locale: Locale,
) -> Vec<(&'static str, String)> {
    let Some(pack) = pack(office, card, body, now) else {
        return Vec::new();
    };
    let mut found: Vec<(&'static str, String)> = Vec::new();
    for name in register.operations.iter().flat_map(|o| o.papers) {
        if found.iter().any(|(n, _)| n == name) || !is_for(card, name) {
            continue;
        }
        if let Some(form) = forms().find(name, &pack, locale) {
            found.push((name, form.title().to_owned()));
        }
    }
    found
}

/// Whether a form is one for this card.
fn is_for(card: &Card, form: &str) -> bool {
    let only = card.text(ONE_PAPER);
    only.is_empty() || only == form
}

fn pack(office: &Office, card: &Card, body: &Body, now: Timestamp) -> Option<String> {
    if let Some(named) = office.reckoner.law.by_id(card.text(REGIME)) {
        return (named.country() == body.country).then(|| named.id().to_owned());
    }
    pack_on(office, body, now)
}

/// The pack of a body's law on a day.
pub(crate) fn pack_on(office: &Office, body: &Body, now: Timestamp) -> Option<String> {
    let day = now.to_zoned_datetime(body.zone.clone()).date();
    office.reckoner.law.pack(body.country, day).map(|p| p.id().to_owned())
}

impl Office {
    /// Fills a paper of a card, and records that it was done.
    pub async fn paper(&self, account: &Account, now: Timestamp, wanted: &Wanted<'_>) -> Result<Document, Error> {
        let (form, values) = self.paper_values(account, now, wanted).await?;
        Ok(form.fill(&values))
    }

    /// A paper of a card as a file, recorded like any other. As DOCX it is filled on the body's own template, where there is
    /// one for this form in this language.
    pub async fn paper_file(&self, account: &Account, now: Timestamp, wanted: &Wanted<'_>) -> Result<Vec<u8>, Error> {
        let (form, values) = self.paper_values(account, now, wanted).await?;
        let own = match wanted.format {
            Format::Docx => self.own_template(&account.body, wanted.form, wanted.locale).await?,
            Format::Html | Format::Pdf => None,
        };
        let body = self.body(&account.body).await?;
        let body = body.ok_or_else(|| Refusal::new("refusal-no-page"))?;
        let format = wanted.format;
        tokio::task::spawn_blocking(move || match own {
            Some(template) => Ok(tutela_papers::fill_docx(&template, &values)?),
            None => write(&form.fill(&values), format, &body, now),
        })
        .await
        .map_err(|_| Error::Installation("the paper was broken off".to_owned()))?
    }

    /// The values of a paper with its form.
    async fn paper_values(
        &self,
        account: &Account,
        now: Timestamp,
        wanted: &Wanted<'_>,
    ) -> Result<(&'static Form, Values), Error> {
        let actor = account.actor();
        let body = self
            .body(&account.body)
            .await?
            .ok_or_else(|| Refusal::new("refusal-no-page"))?;
        let no_form = || Refusal::new("refusal-no-form").field("form");
        let mut connection = self.db.read().acquire().await?;
        let card = load_card(&mut connection, &actor.body, wanted.card).await?;
        drop(connection);
        let mut card = card.ok_or_else(|| Refusal::new("refusal-no-page"))?;
        let pack = pack(self, &card, &body, now).ok_or_else(no_form)?;
        let form = forms().find(wanted.form, &pack, wanted.locale).ok_or_else(no_form)?;
        let register = self.register(&card.register).ok_or_else(no_form)?;
        if !register.operations.iter().any(|o| o.papers.contains(&wanted.form)) || !is_for(&card, wanted.form) {
            return Err(no_form().into());
        }
        if matches!(card.personal, Personal::Closed) {
            card = self.open_card(&actor, now, wanted.card, wanted.purpose).await?;
        }
        let mut related = Vec::new();
        for near in self.pointed_to(&card).await? {
            // Whom the form names; of all others it shows what is open.
            let named = NAMES.contains(&(wanted.form, near.register.as_str()));
            let near = match near.personal {
                Personal::Closed if named => self.open_card(&actor, now, &near.id, wanted.purpose).await?,
                _ => near,
            };
            for far in self.pointed_to(&near).await? {
                if far.id != card.id && !related.iter().any(|r: &Card| r.id == far.id) {
                    related.push(far);
                }
            }
            related.retain(|r| r.id != near.id);
            related.push(near);
        }
        let mut connection = self.db.read().acquire().await?;
        let clocks = Clock::of_card(&mut connection, &card.id).await?;
        drop(connection);
        // Cards that belong to this one although it does not name them, such as the lines of a case.
        for near in self.belonging(&card).await? {
            if related.iter().all(|r| r.id != near.id) {
                related.push(near);
            }
        }
        let log = self.log_for_form(wanted.form, &card, &related).await?;
        let seen = self
            .seen_by_form(&actor, now, (wanted.form, wanted.purpose), &card)
            .await?;
        // What was found belongs to activities, which say for what and how long it is held.
        let mut connection = self.db.read().acquire().await?;
        for id in seen.iter().flat_map(|s| s.card.cards("processing")) {
            if related.iter().all(|c| c.id != id) {
                related.extend(load_card(&mut connection, &actor.body, id).await?);
            }
        }
        drop(connection);
        let case = PaperCase {
            card: &card,
            related: &related,
            clocks: &clocks,
            log: &log,
            seen: &seen,
            registers: self.registers(),
            law: &self.reckoner,
            checkpoint: &self.published.checkpoint(),
            body: &body,
            now,
            words: self.words(wanted.locale),
        };
        let values = values(&case, register, account, form);
        self.record_print(account, now, wanted).await?;
        Ok((form, values))
    }

    /// Fills a form about a card out of what the caller counted, beside what every paper says of the body; recorded like any
    /// print. It opens nothing.
    pub(crate) async fn counted_paper(
        &self,
        account: &Account,
        now: Timestamp,
        wanted: &Wanted<'_>,
        own: Fields,
    ) -> Result<Document, Error> {
        let body = self.body(&account.body).await?;
        let body = body.ok_or_else(|| Refusal::new("refusal-no-page"))?;
        let no_form = || Refusal::new("refusal-no-form").field("form");
        let pack = pack_on(self, &body, now).ok_or_else(no_form)?;
        let form = forms().find(wanted.form, &pack, wanted.locale).ok_or_else(no_form)?;
        let mut known: BTreeMap<String, Json> = details_on_forms(&body).into_iter().collect();
        let today = now.to_zoned_datetime(body.zone.clone()).date().to_string();
        for (name, value) in [
            ("body_name", body.name.as_str()),
            ("executor_name", account.display.as_str()),
            ("doc_date", today.as_str()),
        ] {
            known.insert(name.to_owned(), value.into());
        }
        known.extend(own);
        let mut values = Values::new();
        for field in form.fields().iter().filter(|f| !f.name.contains('.')) {
            if let Some(value) = known.get(&field.name) {
                values = values.with(field.name.clone(), to_paper(value, field.kind));
            }
        }
        self.record_print(account, now, wanted).await?;
        Ok(form.fill(&values))
    }

    /// The cards that a card points to, closed.
    async fn pointed_to(&self, card: &Card) -> Result<Vec<Card>, Error> {
        let Some(register) = self.register(&card.register) else {
            return Ok(Vec::new());
        };
        let mut connection = self.db.read().acquire().await?;
        let mut all: Vec<Card> = Vec::new();
        for (name, value) in &card.data {
            let is_link = register
                .field(name)
                .is_some_and(|f| matches!(f.kind, Kind::Card(_) | Kind::Cards(_)));
            for id in words_of(value).into_iter().filter(|_| is_link) {
                if !all.iter().any(|c| c.id == id) {
                    all.extend(load_card(&mut connection, &card.body, id).await?);
                }
            }
        }
        Ok(all)
    }

    async fn record_print(&self, account: &Account, now: Timestamp, wanted: &Wanted<'_>) -> Result<(), Error> {
        let mut open = Fields::new();
        open.insert("form".to_owned(), wanted.form.into());
        open.insert("format".to_owned(), wanted.format.as_str().into());
        open.insert("language".to_owned(), wanted.locale.code().into());
        let mut tx = self.db.write().await?;
        let seq = journal::next(&mut tx).await?;
        let salt = Root::random()?;
        let commitments = journal::commitments(&salt, &open)?;
        let actor = account.actor();
        write_event(
            &mut tx,
            seq,
            &actor.body,
            &actor,
            now,
            "paper.print",
            wanted.card,
            &open,
            &salt,
            commitments,
        )
        .await?;
        tx.commit().await?;
        self.wake.notify_one();
        Ok(())
    }
}

/// The paper as a file. Typesetting takes its time: call it where it may block.
pub fn write(document: &Document, format: Format, body: &Body, now: Timestamp) -> Result<Vec<u8>, Error> {
    let meta = Meta {
        author: body.name.clone(),
        created: now.to_zoned_datetime(body.zone.clone()).datetime(),
    };
    match format {
        Format::Html => Ok(document.to_html_page(&meta).into_bytes()),
        Format::Docx => Ok(document.to_docx(&meta)?),
        Format::Pdf => pdf(document, &meta),
    }
}

#[cfg(feature = "pdf")]
fn pdf(document: &Document, meta: &Meta) -> Result<Vec<u8>, Error> {
    static FONTS: OnceLock<tutela_papers::Fonts> = OnceLock::new();
    let fonts = match FONTS.get() {
        Some(fonts) => fonts,
        // Not kept when they are missing: they may be installed while the office is open.
        None => {
            let found = tutela_papers::Fonts::find()?;
            FONTS.get_or_init(|| found)
        }
    };
    Ok(document.to_pdf(fonts, meta)?)
}

#[cfg(not(feature = "pdf"))]
fn pdf(_: &Document, _: &Meta) -> Result<Vec<u8>, Error> {
    Err(Error::Installation("this program was built without PDF".to_owned()))
}

/// The values of a form: what its register says, then the card, its activities, the body and whoever prints.
fn values(case: &PaperCase<'_>, register: &Register, account: &Account, form: &Form) -> Values {
    let mut known: BTreeMap<String, Json> = BTreeMap::new();
    of_body(case, account, &mut known);
    of_activities(case, &mut known);
    of_card(case, register, &mut known);
    if let Some(own) = register.papers {
        known.extend(own(case, form.id()));
    }
    let mut values = Values::new();
    for field in form.fields().iter().filter(|f| !f.name.contains('.')) {
        if let Some(value) = known.get(&field.name) {
            values = values.with(field.name.clone(), to_paper(value, field.kind));
        }
    }
    values
}

/// What every paper may say of the body and of whoever prints it.
fn of_body(case: &PaperCase<'_>, account: &Account, known: &mut BTreeMap<String, Json>) {
    let body = case.body;
    // By the names of the forms: `body_address`, `head_name`, `place` …
    known.extend(details_on_forms(body));
    let mut put = |name: &str, value: String| {
        known.insert(name.to_owned(), value.into());
    };
    put("body_name", body.name.clone());
    put("executor_name", account.display.clone());
    put("clerk_name", account.display.clone());
    put("doc_date", case.today().to_string());
    put("doc_number", case.card.number.clone());
    put("number", case.card.number.clone());
}

/// What the processing activities of the card say.
fn of_activities(case: &PaperCase<'_>, known: &mut BTreeMap<String, Json>) {
    let join = |name: &str| {
        let texts: Vec<_> = case
            .related_in("processing")
            .map(|p| p.text(name))
            .filter(|t| !t.is_empty())
            .collect();
        texts.join("; ")
    };
    for name in ["purpose", "recipients", "processors", "systems", "norm", "measures"] {
        let text = join(name);
        if !text.is_empty() {
            known.insert(name.to_owned(), text.into());
        }
    }
    let mut data: Vec<String> = Vec::new();
    let mut terms: Vec<String> = Vec::new();
    for activity in case.related_in("processing") {
        for word in activity.cards("data_categories") {
            let text = case.words.get(&format!("choice-{word}"));
            if !data.contains(&text) {
                data.push(text);
            }
        }
        terms.extend(term(case.words, activity));
    }
    if !data.is_empty() {
        known.insert("data".to_owned(), data.into());
    }
    terms.dedup();
    if !terms.is_empty() {
        known.insert("term".to_owned(), terms.join("; ").into());
    }
    let processors = join("processors");
    if !processors.is_empty() {
        known.insert("processor".to_owned(), processors.into());
    }
}

/// The storage term of an activity in words.
pub(crate) fn term(words: &Words, activity: &Card) -> Option<String> {
    let length = activity.data.get("keep_length")?.as_u64()?;
    let from = words.get(&format!("choice-{}", activity.text("keep_from")));
    let unit = activity.text("keep_unit");
    Some(words.with(
        &format!("keep-term-{unit}"),
        &[("n", Arg::Number(length)), ("from", Arg::Text(&from))],
    ))
}

/// The fields of the card itself: words in the language of the paper, dates as dates.
fn of_card(case: &PaperCase<'_>, register: &Register, known: &mut BTreeMap<String, Json>) {
    let opened = match &case.card.personal {
        Personal::Open(values) => Some(values),
        _ => None,
    };
    for (name, value) in case.card.data.iter().chain(opened.into_iter().flatten()) {
        let field = register.field(name);
        let shown = match field.map(|f| f.kind) {
            Some(Kind::Choice(_)) => show::value(case.words, field, value, &case.body.zone).into(),
            Some(Kind::Choices(_)) => {
                let texts: Vec<_> = words_of(value)
                    .iter()
                    .map(|w| case.words.get(&format!("choice-{w}")))
                    .collect();
                texts.into()
            }
            Some(Kind::Instant) => {
                let day = value.as_str().and_then(|s| s.parse::<Timestamp>().ok());
                match day {
                    Some(at) => at.to_zoned_datetime(case.body.zone.clone()).date().to_string().into(),
                    None => value.clone(),
                }
            }
            Some(Kind::Card(_) | Kind::Cards(_)) => continue,
            _ => value.clone(),
        };
        known.insert(name.clone(), shown);
    }
}

/// A value as a form takes it.
fn to_paper(value: &Json, kind: PaperKind) -> Value {
    match (kind, value) {
        (PaperKind::Date, Json::String(text)) => text.parse().map_or(Value::Missing, Value::Date),
        (PaperKind::Flag, Json::Bool(on)) => Value::Flag(*on),
        (PaperKind::List, Json::Array(all)) => Value::List(all.iter().map(row).collect()),
        (PaperKind::List, Json::String(text)) => Value::texts(text.lines().map(str::to_owned)),
        (PaperKind::Text, Json::String(text)) => Value::Text(text.clone()),
        (PaperKind::Text, Json::Number(number)) => Value::Text(number.to_string()),
        (PaperKind::Text, Json::Array(all)) => {
            Value::Text(all.iter().filter_map(Json::as_str).collect::<Vec<_>>().join(", "))
        }
        _ => Value::Missing,
    }
}

/// A row of a list: fields of its own, or one text.
fn row(value: &Json) -> Values {
    match value {
        Json::Object(fields) => {
            let mut row = Values::new();
            for (name, value) in fields {
                let value = match value {
                    Json::String(text) => match text.parse::<jiff::civil::Date>() {
                        Ok(date) if text.len() == 10 => Value::Date(date),
                        _ => Value::Text(text.clone()),
                    },
                    Json::Bool(on) => Value::Flag(*on),
                    Json::Number(number) => Value::Text(number.to_string()),
                    Json::Array(all) => Value::List(all.iter().map(self::row).collect()),
                    Json::Null | Json::Object(_) => Value::Missing,
                };
                row = row.with(name.clone(), value);
            }
            row
        }
        Json::String(text) => Values::new().with("text", text.clone()),
        other => Values::new().with("text", other.to_string()),
    }
}
