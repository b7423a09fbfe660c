//! Whom a violation must be told, under every regime that holds on the days that count. The terms and the recipients are the
//! law's; here stands only when a duty exists.

use jiff::Timestamp;
use serde_json::Value;
use tutela_law::{Country, Due, Event};

use crate::error::Refusal;
use crate::kernel::card::Card;
use crate::kernel::field::{Values, words_of};
use crate::kernel::register::{Case, Opening, Outcome};

/// Duties that begin when a violation is found: the duty, what is sent.
const ON_FINDING: &[(&str, &str)] = &[
    ("breach-notice", "breach-notice"),
    ("breach-result", "breach-result"),
    ("breach-subjects", "subjects-notice"),
    ("breach-finance", "breach-notice"),
    ("breach-tell-controller", "controller-notice"),
    ("incident-at-once", "incident-report"),
    ("incident-first", "incident-report"),
    ("incident-full", "incident-report"),
    ("incident-cii", "incident-report"),
    ("incident-central", "incident-report"),
    ("incident-other", "incident-report"),
];
/// Duties that begin when it is put right.
const ON_REMEDY: &[(&str, &str)] = &[
    ("tell-unlawful", "remedy-notice"),
    ("incident-summary", "incident-summary"),
];
/// The rule of a province for its bodies, and the place of the province among its recipients.
const PROVINCE: &str = "vn-a-province-breach";
/// How the packs call the persons concerned.
const PERSONS: &[&str] = &["个人", "Chủ thể dữ liệu cá nhân", "Субъект персональных данных"];
/// Stands for a recipient that the law pack does not name: who it is, must be found before anything is sent.
pub(super) const UNKNOWN: &str = "—";
/// Numbers of persons from which a grade holds by the Chinese guide, highest first.
const GRADED: &[(i64, usize)] = &[(100_000_000, 3), (10_000_000, 2), (1_000_000, 1)];

/// What a duty depends on: what is given now, with what the card holds behind it.
pub(super) struct Facts<'a> {
    input: &'a Values,
    card: Option<&'a Card>,
    /// When it happened, if that is known.
    pub(super) occurred: Option<Timestamp>,
    /// When it was found.
    pub(super) detected: Timestamp,
}

/// Something that must be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wanted {
    pub(super) kind: &'static str,
    pub(super) rule: String,
    pub(super) to: String,
    events: Vec<(Event, Timestamp)>,
}

impl<'a> Facts<'a> {
    /// With these instants.
    pub(super) fn new(case: &'a Case<'_>, detected: Timestamp, occurred: Option<Timestamp>) -> Self {
        Self {
            input: case.input,
            card: case.card,
            occurred,
            detected,
        }
    }

    fn value(&self, field: &str) -> Option<&'a Value> {
        self.input.get(field).or_else(|| self.card.and_then(|c| c.value(field)))
    }

    pub(super) fn text(&self, field: &str) -> &'a str {
        self.value(field).and_then(Value::as_str).unwrap_or("")
    }

    fn has(&self, mark: &str) -> bool {
        self.value("violation_marks")
            .is_some_and(|v| words_of(v).contains(&mark))
    }

    /// The place of the grade in the list, lowest first.
    fn grade(&self) -> usize {
        let word = self.text("incident_grade");
        crate::registers::breach::GRADES
            .iter()
            .position(|g| *g == word)
            .unwrap_or(0)
    }

    /// Data came to somebody who should not have them, or may have.
    fn is_leak(&self) -> bool {
        !matches!(
            self.text("violation_kind"),
            "viol-altered" | "viol-purpose" | "viol-rights" | "viol-other"
        )
    }

    fn events(&self) -> Vec<(Event, Timestamp)> {
        let mut events = vec![(Event::Detected, self.detected)];
        events.extend(self.occurred.map(|at| (Event::Occurred, at)));
        events
    }

    /// Whether a duty exists under a pack.
    fn owes(&self, country: Country, pack: &str, duty: &str) -> bool {
        let role = self.text("our_role");
        let processor = role == "role-processor";
        match duty {
            "breach-notice" => match pack {
                // Controllers tell the authority; by the later law third parties do too.
                "vn-a" => !processor && role != "role-third",
                "vn-b" => !processor && self.text("may_harm") != "harm-unlikely",
                "ru" => !processor && self.is_leak(),
                _ => !processor && (self.is_leak() || self.text("violation_kind") == "viol-altered"),
            },
            "breach-result" => !processor && self.is_leak(),
            "breach-subjects" => !processor && (self.has("mark-location") || self.has("mark-biometric")),
            "breach-finance" => !processor && self.is_leak() && self.has("mark-finance") && self.has("mark-sensitive"),
            "breach-tell-controller" => processor,
            "incident-at-once" => self.has("mark-cyber") && self.has("mark-serious"),
            "incident-first" => match country {
                Country::Ru => self.has("mark-cyber") && self.is_leak(),
                _ => self.has("mark-cyber") && self.has("mark-serious"),
            },
            "incident-full" => match country {
                // An operator with a channel of its own sends cards of the incident, not the form.
                Country::Ru => self.has("mark-cyber") && self.is_leak() && !self.has("mark-own-channel"),
                _ => self.has("mark-cyber"),
            },
            "incident-cii" => self.grade() >= 1 && self.has("mark-cii"),
            "incident-central" => self.grade() >= 1 && self.has("mark-central") && !self.has("mark-cii"),
            "incident-other" => self.grade() >= 1 && !self.has("mark-central") && !self.has("mark-cii"),
            "incident-summary" => self.grade() >= 1,
            "tell-unlawful" => !processor,
            _ => false,
        }
    }
}

/// A grade may not be lower than the number of persons makes it.
pub(super) fn check_grade(case: &Case<'_>, facts: &Facts<'_>) -> Result<(), Refusal> {
    if case.body.country != Country::Cn {
        return Ok(());
    }
    let number = facts.value("subjects_number").and_then(Value::as_i64).unwrap_or(0);
    let least = GRADED.iter().find(|(from, _)| number >= *from).map_or(0, |(_, g)| *g);
    if facts.grade() >= least {
        return Ok(());
    }
    Err(Refusal::new("refusal-grade")
        .norm("国家网络安全事件报告管理办法；网络安全事件分级指南")
        .field("incident_grade"))
}

/// What the law says of a duty, as a refusal where it cannot be counted.
fn ask(case: &Case<'_>, duty: &str, events: &[(Event, Timestamp)]) -> Result<Vec<Due>, Refusal> {
    case.due(duty, events).map_err(|e| {
        Refusal::new("refusal-clock")
            .arg("why", e.to_string())
            .field("detected_at")
    })
}

/// Everything that must be sent because a violation was found.
pub(super) fn on_finding(case: &Case<'_>, facts: &Facts<'_>) -> Result<Vec<Wanted>, Refusal> {
    let events = facts.events();
    let mut all = Vec::new();
    for (duty, kind) in ON_FINDING {
        for due in ask(case, duty, &events)? {
            if !facts.owes(case.body.country, &due.pack, duty) {
                continue;
            }
            let controller = facts.text("controller_name");
            if *duty == "breach-tell-controller" && !controller.is_empty() {
                all.push(wanted(kind, &due.clock, controller, &events));
                continue;
            }
            if due.recipients.is_empty() {
                all.push(wanted(kind, &due.clock, UNKNOWN, &events));
            }
            for to in &due.recipients {
                all.push(wanted(kind, &due.clock, &to.name, &events));
            }
            if *duty == "breach-notice" && facts.has("mark-province") {
                all.extend(province(case, &due, &events)?);
            }
        }
    }
    // The mandate of the controller asks it where the law names no term.
    if facts.text("our_role") == "role-processor" && all.iter().all(|w| w.kind != "controller-notice") {
        let to = facts.text("controller_name");
        all.push(wanted(
            "controller-notice",
            "",
            if to.is_empty() { UNKNOWN } else { to },
            &events,
        ));
    }
    Ok(all)
}

/// The copy for the province (R86): by its own rule while that holds, else by the term of the law.
fn province(case: &Case<'_>, due: &Due, events: &[(Event, Timestamp)]) -> Result<Option<Wanted>, Refusal> {
    let own = ask(case, PROVINCE, events)?;
    let rule = own.iter().find(|d| d.clock == PROVINCE && d.pack == due.pack);
    let rule = rule.map_or(due.clock.as_str(), |d| d.clock.as_str());
    let clock = case.law.law.clocks(case.body.country).find(|c| c.id() == PROVINCE);
    let to = clock.and_then(|c| c.rule.recipient.last()).map(|r| r.name.as_str());
    Ok(to.map(|to| wanted("breach-notice", rule, to, events)))
}

/// Everything that must be sent because it was put right.
pub(super) fn on_remedy(case: &Case<'_>, facts: &Facts<'_>, resolved: Timestamp) -> Result<Vec<Wanted>, Refusal> {
    let mut events = facts.events();
    events.push((Event::Resolved, resolved));
    let mut all = Vec::new();
    for (duty, kind) in ON_REMEDY {
        for due in ask(case, duty, &events)? {
            if !facts.owes(case.body.country, &due.pack, duty) {
                continue;
            }
            let only = [(Event::Resolved, resolved)];
            for to in &due.recipients {
                all.push(wanted(kind, &due.clock, &to.name, &only));
            }
            if due.recipients.is_empty() {
                // By the same channel as the report of the incident.
                let told = held(case)
                    .into_iter()
                    .filter(|f| f.text("filing_kind") == "incident-report");
                all.extend(told.map(|f| wanted(kind, &due.clock, f.text("filing_to"), &only)));
            }
        }
    }
    Ok(all)
}

fn wanted(kind: &'static str, rule: &str, to: &str, events: &[(Event, Timestamp)]) -> Wanted {
    Wanted {
        // The persons concerned get another paper than the authority.
        kind: if kind == "breach-notice" && PERSONS.contains(&to) {
            "subjects-notice"
        } else {
            kind
        },
        rule: rule.to_owned(),
        to: to.to_owned(),
        events: events.to_vec(),
    }
}

/// The filings of the case.
pub(super) fn held<'a>(case: &'a Case<'_>) -> Vec<&'a Card> {
    case.held_cards("filings")
}

impl Wanted {
    /// Whether a filing is this one.
    pub(super) fn is(&self, filing: &Card) -> bool {
        filing.text("filing_rule") == self.rule
            && filing.text("filing_to") == self.to
            && filing.text("filing_kind") == self.kind
    }

    /// The filing is opened by the same act.
    pub(super) fn open(&self, outcome: Outcome, drill: bool) -> Outcome {
        let mut values = Values::new();
        let mut put = |name: &str, value: Value| {
            values.insert(name.to_owned(), value);
        };
        put("filing_kind", self.kind.into());
        put("filing_to", self.to.as_str().into());
        put("drill", drill.into());
        if !self.rule.is_empty() {
            put("filing_rule", self.rule.as_str().into());
        }
        let fields = [
            ("filing_event", "filing_since"),
            ("filing_event_also", "filing_since_also"),
        ];
        for ((event, at), (name, since)) in self.events.iter().zip(fields) {
            put(name, format!("event-{}", event.as_str()).into());
            put(since, at.to_string().into());
        }
        outcome.open(
            Opening::new("filings", "open", values)
                .points_in("filing_about")
                .kept_in("filings"),
        )
    }
}
