//! The act on destruction, with what the order of the regulator asks of it: who, what, in which system or on which media, how,
//! why and when.

use serde_json::{Value, json};
use tutela_words::Arg;

use crate::kernel::card::Card;
use crate::kernel::field::Values;
use crate::papers::PaperCase;
use crate::registers::sheet::{lines, put};

/// The values of a paper.
pub(super) fn values(sheet: &PaperCase<'_>, paper: &str) -> Values {
    if !["destruction-act", "destruction-log"].contains(&paper) {
        return Values::new();
    }
    let card = sheet.card;
    let mut values = Values::new();
    put(&mut values, "doc_number", &card.number);
    put(&mut values, "reason", &sheet.joined(card, "destruction_reason"));
    PaperCase::take(
        &mut values,
        card,
        &[
            ("act_approved_on", "approval_date"),
            ("certificate_number", "certificate"),
        ],
    );
    let order = [card.text("order_number"), card.text("order_date")].join(" · ");
    if !card.text("order_number").is_empty() {
        put(&mut values, "basis", &order);
    }
    // The last place counts: until then the data are not destroyed.
    let done = sheet
        .related_in("destruction-lines")
        .filter(|l| l.state == "line-done" && l.cards("line_case").contains(&card.id.as_str()))
        .map(|l| sheet.day(l, "line_done_at"));
    let own = ["executed_at", "executed_to"].map(|field| sheet.day(card, field));
    let last = done.chain(own).max().unwrap_or_default();
    put(&mut values, "destroyed_date", &last);
    // A record is named by its number: the act is kept for years after the person is no longer known here.
    let mut subjects: Vec<String> = Vec::new();
    for field in ["records", "records_about"] {
        for record in sheet.cards(card, field) {
            let register = sheet.words.get(&format!("register-{}-one", record.register));
            subjects.push(format!("{register} {}", record.number));
        }
    }
    if let Some(list) = by_list(sheet) {
        subjects = vec![list];
    }
    subjects.extend(card.text("outside_set").lines().map(str::to_owned));
    put(&mut values, "subjects", &sheet.join(&subjects));
    let mut activities = sheet.cards(card, "activities");
    for record in sheet.cards(card, "records") {
        activities.extend(sheet.cards(record, "processing"));
    }
    let mut categories: Vec<String> = Vec::new();
    for category in activities.iter().flat_map(|a| sheet.choices(a, "data_categories")) {
        if !categories.contains(&category) {
            categories.push(category);
        }
    }
    put(&mut values, "data_categories", &sheet.join(&categories));
    let processors: Vec<String> = activities
        .iter()
        .flat_map(|a| a.text("processors").lines())
        .map(|l| l.trim().to_owned())
        .filter(|l| !l.is_empty())
        .collect();
    put(&mut values, "processor", &sheet.join(&distinct(processors)));
    of_lines(sheet, &mut values);
    log(sheet, &mut values);
    let who = if card.text("executors").is_empty() {
        "commission"
    } else {
        "executors"
    };
    values.insert("commission".to_owned(), lines(card.text(who), "name").into());
    values
}

/// How very many records are named: by the list that is annexed to the act.
fn by_list(sheet: &PaperCase<'_>) -> Option<String> {
    let card = sheet.card;
    let number = |field: &str| card.data.get(field).and_then(Value::as_u64);
    number("parts_all").filter(|n| *n > 0)?;
    let files = card.data.get("annex_files").and_then(Value::as_array);
    let hashes: Vec<&str> = files
        .into_iter()
        .flatten()
        .filter_map(|f| f.get("sha256").and_then(Value::as_str))
        .collect();
    if hashes.is_empty() {
        let n = Arg::Number(number("records_all").unwrap_or_default());
        return Some(sheet.words.with("paper-destruction-many", &[("n", n)]));
    }
    let n = Arg::Number(number("records_destroyed").unwrap_or_default());
    let hash = hashes.join(", ");
    let args = [("n", n), ("hash", Arg::Text(&hash))];
    Some(sheet.words.with("paper-destruction-annex", &args))
}

fn distinct(texts: Vec<String>) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for text in texts {
        if !all.contains(&text) {
            all.push(text);
        }
    }
    all
}

/// What the lines of the case say: media, systems, methods, recipients, and every place with its state and proof. The
/// records of this office stand first: their keys were destroyed.
fn of_lines(sheet: &PaperCase<'_>, values: &mut Values) {
    let card = sheet.card;
    let mut lines: Vec<&Card> = sheet
        .related_in("destruction-lines")
        .filter(|l| l.state != "line-struck" && l.cards("line_case").contains(&card.id.as_str()))
        .collect();
    lines.sort_by(|a, b| a.id.cmp(&b.id));
    let word = |line: &Card, field: &str| sheet.joined(line, field);
    let name = |line: &Card| match line.text("line_name") {
        "" => word(line, "carrier"),
        name => name.to_owned(),
    };
    let (mut media, mut systems, mut methods, mut told, mut places) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let number = |field: &str| card.data.get(field).and_then(Value::as_u64);
    let held = u64::try_from(card.cards("records").len()).unwrap_or(u64::MAX);
    let all = number("records_all").unwrap_or(held).max(held);
    let over = !["due", "held", "prepared", "approved", "executing"].contains(&card.state.as_str());
    let records = number("records_destroyed").filter(|_| over).unwrap_or(all);
    if records > 0 {
        let text = sheet.words.with("paper-vault-line", &[("n", Arg::Number(records))]);
        methods.push(sheet.words.get("choice-crypto-erase"));
        let last = if card.text("executed_to").is_empty() {
            "executed_at"
        } else {
            "executed_to"
        };
        let done = if over { card.text(last) } else { "" };
        places.push(json!({
            "name": text,
            "method": sheet.words.get("choice-crypto-erase"),
            "date": if done.is_empty() { String::new() } else { sheet.day(card, last) },
            "state": if done.is_empty() { String::new() } else { sheet.words.get("state-line-done") },
            "proof": sheet
                .log
                .iter()
                .filter(|l| l.kind == "vault.destroy")
                .map(|l| l.seq.to_string())
                .take(3)
                .collect::<Vec<_>>()
                .join(", "),
        }));
    }
    for line in lines {
        let method = word(line, "line_method");
        match line.text("carrier") {
            "carrier-database" | "carrier-cloud" | "carrier-backup" => systems.push(name(line)),
            "carrier-recipient" => {
                if line.state != "line-planned" {
                    told.push(name(line));
                }
            }
            _ => {
                let sheets = line.data.get("sheets").and_then(Value::as_i64);
                let mut row = Values::new();
                put(&mut row, "name", &name(line));
                put(&mut row, "number", line.text("medium_number"));
                put(&mut row, "sheets", &sheets.map(|n| n.to_string()).unwrap_or_default());
                media.push(Value::Object(row));
            }
        }
        if line.text("carrier") != "carrier-recipient" && !method.is_empty() {
            methods.push(format!("{}: {method}", word(line, "carrier")));
        }
        let number = [name(line), line.text("medium_number").to_owned()];
        let number: Vec<String> = number.into_iter().filter(|t| !t.is_empty()).collect();
        places.push(json!({
            "name": number.join(" · "),
            "method": method,
            "date": sheet.day(line, "line_done_at"),
            "state": sheet.words.get(&format!("state-{}", line.state)),
            "proof": line.text("proof_number"),
        }));
    }
    put(values, "systems", &sheet.join(&distinct(systems)));
    put(values, "method", &distinct(methods).join("\n"));
    put(values, "downstream", &sheet.join(&distinct(told)));
    if !media.is_empty() {
        values.insert("media".to_owned(), media.into());
    }
    if !places.is_empty() {
        values.insert("places".to_owned(), places.into());
    }
}

/// The entries of the journal: place, time, what, with which card.
fn log(sheet: &PaperCase<'_>, values: &mut Values) {
    let own = std::iter::once(sheet.card);
    let all: Vec<&Card> = own.chain(sheet.related).collect();
    let rows: Vec<Value> = sheet
        .log
        .iter()
        .map(|entry| {
            let at = entry.at.to_zoned_datetime(sheet.body.zone.clone());
            let of = all.iter().find(|c| c.id == entry.card);
            let object = of.map(|c| {
                let register = sheet.words.get(&format!("register-{}-one", c.register));
                format!("{register} {}", c.number)
            });
            json!({
                "seq": entry.seq.to_string(),
                "at": at.strftime("%Y-%m-%d %H:%M:%S %:z").to_string(),
                "what": what(sheet, &entry.kind),
                "object": object.unwrap_or_default(),
            })
        })
        .collect();
    if !rows.is_empty() {
        values.insert("log".to_owned(), rows.into());
    }
}

fn what(sheet: &PaperCase<'_>, kind: &str) -> String {
    let dashed = kind.replace('.', "-");
    for key in [format!("event-{dashed}"), format!("operation-{dashed}")] {
        if sheet.words.has(&key) {
            return sheet.words.get(&key);
        }
    }
    kind.to_owned()
}
