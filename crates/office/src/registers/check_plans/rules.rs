//! What holds for plans.

use jiff::civil::Date;
use serde_json::{Value, json};

use crate::error::Refusal;
use crate::kernel::field::Values;
use crate::kernel::register::{Case, Opening, Outcome};
use crate::registers::{check_list_of_program, signing};

/// Checks in a year's plan at most.
const MOST: usize = 120;
/// By which day the next plan is due where no list says so.
const YEAR_END: &str = "12-31";

/// One row of a plan.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Row<'a> {
    pub(super) month: i8,
    pub(super) unit: &'a str,
    pub(super) subject: &'a str,
    pub(super) who: &'a str,
}

/// The rows of a plan, one a line: month; unit; subject; who. An error tells the line.
pub(super) fn rows(text: &str) -> Result<Vec<Row<'_>>, Refusal> {
    let lines = text.lines().enumerate().filter(|(_, l)| !l.trim().is_empty());
    let rows: Vec<Row<'_>> = lines
        .map(|(n, line)| {
            let wrong = || {
                Refusal::new("refusal-plan-row")
                    .field("plan_rows")
                    .arg("n", (n + 1).to_string())
            };
            let mut parts = line.split([';', '；', '|']).map(str::trim);
            let mut part = || parts.next().unwrap_or_default();
            let month: i8 = part().parse().map_err(|_| wrong())?;
            let row = Row {
                month,
                unit: part(),
                subject: part(),
                who: part(),
            };
            let sound = (1..=12).contains(&month)
                && [row.unit, row.subject]
                    .iter()
                    .all(|t| !t.is_empty() && t.chars().count() <= 300)
                && row.who.chars().count() <= 300
                && parts.next().is_none();
            if sound { Ok(row) } else { Err(wrong()) }
        })
        .collect::<Result<_, _>>()?;
    if rows.len() > MOST {
        return Err(Refusal::new("refusal-plan-long")
            .field("plan_rows")
            .arg("max", MOST.to_string()));
    }
    Ok(rows)
}

pub(super) fn draft(case: &Case<'_>) -> Result<Outcome, Refusal> {
    rows(case.text("plan_rows"))?;
    if case.given_cards("question_list").iter().any(|l| l.state != "list-laid") {
        return Err(Refusal::new("refusal-list-not-laid").field("question_list"));
    }
    let own = case.card.map(|c| c.id.as_str());
    if case
        .given_cards("previous_plan")
        .iter()
        .any(|p| p.state != "plan-approved" || Some(p.id.as_str()) == own)
    {
        return Err(Refusal::new("refusal-previous-plan").field("previous_plan"));
    }
    let mut outcome = Outcome::taking_input();
    for field in super::FIELDS.iter().filter(|f| !case.input.contains_key(f.name)) {
        outcome = outcome.unset(field.name);
    }
    Ok(signing::unsigned(outcome).state("plan-draft"))
}

pub(super) fn add_row(case: &Case<'_>) -> Result<Outcome, Refusal> {
    let clean = |field: &str| case.text(field).replace([';', '；', '|'], ",");
    let month = case.input.get("row_month").and_then(Value::as_i64).unwrap_or_default();
    let row = [
        format!("{month:02}"),
        clean("row_unit"),
        clean("row_subject"),
        clean("row_who"),
    ];
    let mut text = case.of_card("plan_rows").trim_end().to_owned();
    if !text.is_empty() {
        text.push('\n');
    }
    text.push_str(&row.join("; "));
    let mut all: Vec<&str> = text.lines().collect();
    all.sort_by_key(|line| line.split(';').next().and_then(|m| m.trim().parse::<i8>().ok()));
    let text = all.join("\n");
    rows(&text)?;
    Ok(Outcome::new().state("plan-draft").set("plan_rows", text))
}

pub(super) fn sign(case: &Case<'_>) -> Result<Outcome, Refusal> {
    if rows(case.of_card("plan_rows"))?.is_empty() {
        return Err(Refusal::new("refusal-plan-empty"));
    }
    signing::sign(case, "plan-signed-one", "plan-signed")
}

pub(super) fn approve(case: &Case<'_>) -> Result<Outcome, Refusal> {
    let Some(plan) = case.card else {
        return Err(Refusal::new("refusal-no-page"));
    };
    if case.date("approved_on").is_some_and(|d| d > case.today()) {
        return Err(Refusal::new("refusal-future").field("approved_on"));
    }
    let year = plan.data.get("plan_year").and_then(Value::as_i64).unwrap_or_default();
    let Ok(year) = i16::try_from(year) else {
        return Err(Refusal::new("refusal-date").field("plan_year"));
    };
    let own_list = case.held_cards("question_list").into_iter().next();
    let plan_by = own_list
        .and_then(crate::registers::check_list_of)
        .or_else(|| check_list_of_program().cloned())
        .and_then(|l| l.plan_by)
        .unwrap_or_else(|| YEAR_END.to_owned());
    let next: Option<Date> = format!("{year:04}-{plan_by}").parse().ok();
    let mut outcome = Outcome::taking_input()
        .state("plan-approved")
        .claim("check-plan", "plan_year", &year.to_string())
        .set("next_plan_by", next.map(|d| d.to_string()).unwrap_or_default());
    for row in rows(plan.text("plan_rows"))? {
        let until = Date::new(year, row.month, 1).map_err(|_| Refusal::new("refusal-date").field("plan_year"))?;
        let mut values = Values::new();
        values.insert("unit".to_owned(), row.unit.into());
        values.insert("check_subject".to_owned(), row.subject.into());
        values.insert("planned_until".to_owned(), until.last_of_month().to_string().into());
        values.insert("by_plan".to_owned(), true.into());
        if !row.who.is_empty() {
            values.insert("checkers".to_owned(), row.who.into());
        }
        if let Some(list) = own_list {
            values.insert("question_list".to_owned(), list.id.as_str().into());
        }
        let opening = Opening::new("checks", "plan", values);
        outcome = outcome.open(opening.points_in("check_plan").kept_in("plan_checks"));
    }
    for previous in case.held_cards("previous_plan") {
        let mut set = Values::new();
        set.insert("next_plan".to_owned(), json!(plan.number));
        outcome = outcome.follow(&previous.id, Some("plan-followed"), set);
    }
    Ok(outcome)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_read_line_by_line() {
        let read = rows("03; Phòng Nội vụ; Hồ sơ cán bộ; Trần Thử\n\n11；Văn phòng；Phòng làm việc").unwrap();
        assert_eq!(read.len(), 2);
        assert_eq!(
            (read[0].month, read[0].unit, read[0].who),
            (3, "Phòng Nội vụ", "Trần Thử")
        );
        assert_eq!((read[1].month, read[1].who), (11, ""));
        let long = format!("1; {}; x", "u".repeat(301));
        for bad in [
            "13; a; b",
            "0; a; b",
            "x; a; b",
            "3; ; b",
            "3; a",
            "3; a; b; c; d",
            "-1; a; b",
            &long,
        ] {
            let refusal = rows(&format!("1; a; b\n{bad}")).unwrap_err();
            assert_eq!(
                (refusal.key, refusal.args[0].1.as_str()),
                ("refusal-plan-row", "2"),
                "{bad}"
            );
        }
        let many = "1; a; b\n".repeat(MOST + 1);
        assert_eq!(rows(&many).unwrap_err().key, "refusal-plan-long");
    }
}
