//! The results of a campaign: answers counted by unit, as a page, a chart, a table file and a paper for the report upwards; and
//! the sheets for those who have not answered.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, HOST, HeaderMap};
use axum::response::{IntoResponse, Response};
use tutela_words::{Arg, Locale, Words};

use crate::error::{Error, Refusal};
use crate::kernel::card::Card;
use crate::kernel::people::Session;
use crate::kernel::record::{Grouped, grouped};
use crate::kernel::rights::{Right, any_allows};
use crate::office::now;
use crate::papers::{Format, write};
use crate::registers::campaign_report;
use crate::registers::statements::sheets::{PERSONS, Row};
use crate::web::frame::{Entry, Frame, languages, render};
use crate::web::guard::{SignedIn, Submitted};
use crate::web::pages::{card, message};
use crate::web::work::{Shown, shown};
use crate::web::{Site, chart};

/// States in the order of the table.
const STATES: &[&str] = &[
    "statement-sent",
    "statement-overdue",
    "statement-unanswered",
    "statement-clean",
    "statement-deleted",
    "statement-done",
    "statement-refused",
    "statement-excused",
];
/// How many of these wait for an answer.
const OPEN: usize = 2;
/// The first of these that is an answer, or excuses from one.
const ANSWERED: usize = 3;

/// The numbers of one unit.
pub(crate) struct Line {
    pub(crate) unit: String,
    pub(crate) numbers: Vec<i64>,
    pub(crate) all: i64,
    pub(crate) answered: i64,
    pub(crate) percent: i64,
}

/// Units with their numbers, and all together at the end.
pub(crate) struct Counts {
    pub(crate) lines: Vec<Line>,
    pub(crate) total: Line,
}

fn line(unit: String, numbers: Vec<i64>) -> Line {
    let all: i64 = numbers.iter().sum();
    let answered: i64 = numbers.iter().skip(ANSWERED).sum();
    Line {
        unit,
        numbers,
        all,
        answered,
        percent: if all > 0 { answered * 100 / all } else { 0 },
    }
}

/// Counts as a table. States that the table does not know do not occur; a test says so.
pub(crate) fn counts(words: &Words, groups: Vec<Grouped>) -> Counts {
    let mut units: BTreeMap<String, Vec<i64>> = BTreeMap::new();
    let mut total = vec![0; STATES.len()];
    for group in groups {
        let Some(at) = STATES.iter().position(|s| *s == group.state) else {
            continue;
        };
        let numbers = units.entry(group.part).or_insert_with(|| vec![0; STATES.len()]);
        for numbers in [numbers, &mut total] {
            if let Some(number) = numbers.get_mut(at) {
                *number += group.value;
            }
        }
    }
    let named = |unit: String| {
        if unit.is_empty() {
            words.get("campaign-unit-none")
        } else {
            unit
        }
    };
    Counts {
        lines: units
            .into_iter()
            .map(|(unit, numbers)| line(named(unit), numbers))
            .collect(),
        total: line(words.get("campaign-total"), total),
    }
}

#[derive(Template)]
#[template(path = "campaign.html")]
struct Results<'a> {
    frame: Frame<'a>,
    back: Entry,
    path: String,
    state: String,
    chart: String,
    columns: Vec<String>,
    counts: Counts,
    work: Vec<Shown>,
    units: Vec<(String, String)>,
    may_name: bool,
    languages: Vec<(&'static str, &'static str, bool)>,
}

#[derive(Template)]
#[template(path = "campaign_sheet.html")]
struct SheetPage<'a> {
    frame: Frame<'a>,
    back: Entry,
    path: String,
    unit: String,
    unit_name: String,
    how: String,
    more: String,
    rows: Vec<Row>,
    answers: Vec<String>,
    next: Option<String>,
}

async fn load(site: &Site, session: &Session, id: &str) -> Result<(Card, Vec<Grouped>), Error> {
    let (_, campaign) = card::load(site, session, "campaigns", id).await?;
    let mut connection = site.office.db.read().acquire().await?;
    let groups = grouped(&mut connection, &session.account.body, "statements", id).await?;
    Ok((campaign, groups))
}

/// The page of results.
pub(crate) async fn page(State(site): State<Site>, SignedIn(session): SignedIn, Path(id): Path<String>) -> Response {
    match build(&site, &session, &id).await {
        Ok(response) => response,
        Err(error) => message::failed(&site, Some(&session), &error),
    }
}

async fn build(site: &Site, session: &Session, id: &str) -> Result<Response, Error> {
    let (campaign, groups) = load(site, session, id).await?;
    let account = &session.account;
    let words = site.office.words(account.locale);
    let mut units: Vec<(String, String)> = Vec::new();
    for group in groups
        .iter()
        .filter(|g| STATES.iter().take(OPEN).any(|s| *s == g.state))
    {
        if units.last().is_none_or(|(unit, _)| *unit != group.part) {
            let name = if group.part.is_empty() {
                words.get("campaign-unit-none")
            } else {
                group.part.clone()
            };
            units.push((group.part.clone(), name));
        }
    }
    let counts = counts(words, groups);
    let title = campaign.text("title").to_owned();
    let may_name = [Right::KeepStaff, Right::OpenPersonal]
        .into_iter()
        .all(|r| any_allows(&account.roles, r));
    let page = Results {
        frame: Frame::new(site, Some(session), account.locale, title, "/registers/campaigns"),
        back: Entry {
            href: format!("/registers/campaigns/{id}"),
            text: format!("{} {}", words.get("register-campaigns-one"), campaign.number),
            current: false,
        },
        path: format!("/campaigns/{id}"),
        state: words.get(&format!("state-{}", campaign.state)),
        chart: draw(words, &counts),
        columns: STATES.iter().map(|s| words.get(&format!("state-{s}"))).collect(),
        counts,
        work: shown(site, session, words, &campaign).await?,
        units,
        may_name,
        languages: languages(account.locale),
    };
    Ok(render(StatusCode::OK, &page))
}

fn draw(words: &Words, counts: &Counts) -> String {
    let number = |n: i64| u64::try_from(n).unwrap_or_default();
    let columns = STATES.iter().zip(&counts.total.numbers).map(|(state, n)| {
        let class = match *state {
            "statement-overdue" | "statement-unanswered" | "statement-refused" => "late",
            "statement-sent" => "near",
            _ => "calm",
        };
        (words.get(&format!("state-{state}")), number(*n), class)
    });
    let overdue = counts.total.numbers.get(1).copied().unwrap_or_default();
    let text = words.with(
        "campaign-chart-text",
        &[
            ("answered", Arg::Number(number(counts.total.answered))),
            ("all", Arg::Number(number(counts.total.all))),
            ("overdue", Arg::Number(number(overdue))),
        ],
    );
    chart::bars(words.get("campaign-count-title"), text, columns.collect())
}

/// The numbers as a table file.
pub(crate) async fn table(State(site): State<Site>, SignedIn(session): SignedIn, Path(id): Path<String>) -> Response {
    let made = async {
        let (campaign, groups) = load(&site, &session, &id).await?;
        let words = site.office.words(session.account.locale);
        let text = csv(words, &counts(words, groups))?;
        let name = format!("attachment; filename=\"campaign-{}.csv\"", campaign.number);
        let headers = [
            (CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
            (CONTENT_DISPOSITION, name),
        ];
        Ok::<_, Error>((headers, text).into_response())
    };
    match made.await {
        Ok(response) => response,
        Err(error) => message::failed(&site, Some(&session), &error),
    }
}

fn csv(words: &Words, counts: &Counts) -> Result<Vec<u8>, Error> {
    let fault = |e: csv::Error| Error::Installation(format!("a table could not be written: {e}"));
    // Programs for tables take a file without this mark for one in an old encoding.
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer("\u{feff}".as_bytes().to_vec());
    let mut head = vec![words.get("field-unit"), words.get("campaign-sent-out")];
    head.extend(STATES.iter().map(|s| words.get(&format!("state-{s}"))));
    head.extend([words.get("campaign-answered"), words.get("campaign-percent")]);
    writer.write_record(&head).map_err(fault)?;
    for line in counts.lines.iter().chain([&counts.total]) {
        // A unit whose name begins like a formula is a name all the same.
        let formula = line.unit.starts_with(['=', '+', '-', '@', '\t', '\r']);
        let unit = if formula {
            format!("'{}", line.unit)
        } else {
            line.unit.clone()
        };
        let mut row = vec![unit, line.all.to_string()];
        row.extend(line.numbers.iter().map(ToString::to_string));
        row.extend([line.answered.to_string(), format!("{}%", line.percent)]);
        writer.write_record(&row).map_err(fault)?;
    }
    writer
        .into_inner()
        .map_err(|e| Error::Installation(format!("a table could not be written: {}", e.error())))
}

/// The report upwards.
pub(crate) async fn report(State(site): State<Site>, Path(id): Path<String>, submitted: Submitted) -> Response {
    let session = &submitted.session;
    let made = async {
        let (campaign, groups) = load(&site, session, &id).await?;
        let one = |name: &str| {
            submitted
                .input
                .get(name)
                .and_then(|v| v.first())
                .map_or("", String::as_str)
        };
        let format = Format::from_word(one("format")).ok_or_else(|| Refusal::new("refusal-choice"))?;
        let locale = Locale::from_code(one("paper_language")).ok_or_else(|| Refusal::new("refusal-choice"))?;
        let counts = counts(site.office.words(locale), groups);
        let rows = counts
            .lines
            .iter()
            .chain([&counts.total])
            .map(|l| (l.unit.as_str(), l.all, l.numbers.as_slice()));
        let at = now();
        let document = campaign_report(&site.office, &session.account, at, &campaign, (locale, format), rows).await?;
        let body = site.office.body(&session.account.body).await?;
        let body = body.ok_or_else(|| Refusal::new("refusal-no-page"))?;
        let bytes = tokio::task::spawn_blocking(move || write(&document, format, &body, at))
            .await
            .map_err(|_| Error::Installation("the paper was broken off".to_owned()))??;
        let mut response = ([(CONTENT_TYPE, format.media_type())], bytes).into_response();
        if format != Format::Html {
            let name = format!(
                "attachment; filename=\"campaign-report-{}.{}\"",
                campaign.number,
                format.as_str()
            );
            if let Ok(value) = name.parse() {
                response.headers_mut().insert(CONTENT_DISPOSITION, value);
            }
        }
        Ok::<_, Error>(response)
    };
    match made.await {
        Ok(response) => response,
        Err(error) => message::failed(&site, Some(session), &error),
    }
}

/// A sheet of those who have not answered.
pub(crate) async fn sheet(
    State(site): State<Site>,
    Path(id): Path<String>,
    headers: HeaderMap,
    submitted: Submitted,
) -> Response {
    match sheet_page(&site, &submitted, &id, &headers).await {
        Ok(response) => response,
        Err(error) => message::failed(&site, Some(&submitted.session), &error),
    }
}

async fn sheet_page(site: &Site, submitted: &Submitted, id: &str, headers: &HeaderMap) -> Result<Response, Error> {
    let session = &submitted.session;
    let account = &session.account;
    let words = site.office.words(account.locale);
    let one = |name: &str| {
        submitted
            .input
            .get(name)
            .and_then(|v| v.first())
            .map_or("", String::as_str)
    };
    let unit = one("unit").to_owned();
    let sheet = site
        .office
        .statement_sheet(&account.actor(), now(), id, &unit, one("after"))
        .await?;
    let (_, campaign) = card::load(site, session, "campaigns", id).await?;
    // The office is reached by others as by whoever makes the sheet.
    let host = headers.get(HOST).and_then(|h| h.to_str().ok()).unwrap_or_default();
    let address = format!("{host}/answer");
    let kind = campaign.text("campaign_kind");
    let answers = crate::registers::statements::answers_of(kind).map(|a| words.get(&format!("choice-{a}")));
    let page = SheetPage {
        frame: Frame::new(
            site,
            Some(session),
            account.locale,
            campaign.text("title").to_owned(),
            "/registers/campaigns",
        ),
        back: Entry {
            href: format!("/campaigns/{id}"),
            text: words.get("campaign-count-title"),
            current: false,
        },
        path: format!("/campaigns/{id}/sheet"),
        unit_name: if unit.is_empty() {
            words.get("campaign-unit-none")
        } else {
            unit.clone()
        },
        unit,
        how: words.with("answers-how", &[("address", Arg::Text(&address))]),
        more: words.with("campaign-sheet-more", &[("n", Arg::Number(PERSONS as u64))]),
        rows: sheet.rows,
        answers: answers.collect(),
        next: sheet.next,
    };
    Ok(render(StatusCode::OK, &page))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_counted_and_summed() {
        let words = Words::new(Locale::En);
        let group = |part: &str, state: &str, value| Grouped {
            part: part.to_owned(),
            state: state.to_owned(),
            value,
        };
        let all = vec![
            group("", "statement-sent", 1),
            group("=cmd|' /C calc'!A0", "statement-clean", 3),
            group("Archive", "statement-overdue", 1),
            group("Archive", "statement-deleted", 2),
        ];
        let counted = counts(&words, all);
        assert_eq!(
            (counted.total.all, counted.total.answered, counted.total.percent),
            (7, 5, 71)
        );
        let archive = counted.lines.iter().find(|l| l.unit == "Archive").unwrap();
        assert_eq!((archive.all, archive.answered, archive.percent), (3, 2, 66));
        let text = String::from_utf8(csv(&words, &counted).unwrap()).unwrap();
        assert!(text.contains("'=cmd"), "no program runs a name: {text}");
        assert!(text.contains("Total,7,1,1,0,3,2,0,0,0,5,71%"), "{text}");
    }

    #[test]
    fn the_table_has_every_state_of_a_statement() {
        let register = crate::registers::REGISTERS
            .iter()
            .find(|r| r.name == "statements")
            .unwrap();
        let states: Vec<_> = register.states.iter().map(|s| s.name).collect();
        assert_eq!(states, STATES);
    }
}
