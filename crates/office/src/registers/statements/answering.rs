//! Answering a statement oneself: from the own account, or by a personal code without one.

use jiff::Timestamp;
use tutela_words::Words;

use crate::error::{Error, Refusal};
use crate::kernel::body::Body;
use crate::kernel::card::Card;
use crate::kernel::field::Values;
use crate::kernel::people::{Account, account_event};
use crate::kernel::record::{CARD_COLUMNS, Command, Done, Input, card_from_row, load_card};
use crate::kernel::store::text;
use crate::office::Office;
use crate::registers::questions::{asked, lines};
use crate::registers::statements::sheets::hash;

/// Who acts in the journal when somebody answers by a code.
const PROGRAM: &str = "answer-page";
/// Recipients that one answer names at most.
const MAX_RECALLS: usize = 20;
/// Statements that one person sees at most.
const MOST: i64 = 100;
/// Words of an answer to a question.
const WORDS: [&str; 3] = ["yes", "no", "na"];
/// What the page takes over into the statement as it was given.
const TAKEN: [&str; 5] = [
    "answer",
    "devices_checked",
    "answer_refused_because",
    "workstation_result",
    "statement_signed",
];

/// A statement with everything that is needed to answer it.
pub(crate) struct Waiting {
    /// Whose it is.
    pub(crate) body: Body,
    /// What is asked.
    pub(crate) campaign: Card,
    /// The statement.
    pub(crate) statement: Card,
}

/// Whoever answers.
pub(crate) enum Answerer<'a> {
    /// Somebody with an account, whose employee is known.
    Account(&'a Account),
    /// Whoever has the code.
    Code,
}

fn unknown() -> Error {
    Refusal::new("refusal-answer-unknown").into()
}

impl Office {
    /// The statement of a personal code. A wrong code and a used one are the same answer.
    pub(crate) async fn statement_of_code(&self, code: &str) -> Result<Waiting, Error> {
        let mut connection = self.db.read().acquire().await?;
        let row = sqlx::query("SELECT body, card FROM answer_code WHERE code = $1")
            .bind(hash(code))
            .fetch_optional(&mut *connection)
            .await?;
        let row = row.ok_or_else(unknown)?;
        let body = Body::load(&mut connection, &text(&row, "body")?)
            .await?
            .ok_or_else(unknown)?;
        let statement = load_card(&mut connection, &body.id, &text(&row, "card")?).await?;
        let statement = statement.ok_or_else(unknown)?;
        let campaign = load_card(&mut connection, &body.id, statement.text("campaign")).await?;
        Ok(Waiting {
            campaign: campaign.ok_or_else(unknown)?,
            statement,
            body,
        })
    }

    /// The employee that an account is of, if that is known.
    pub(crate) async fn employee_of(&self, account: &Account) -> Result<Option<String>, Error> {
        let row = sqlx::query("SELECT employee FROM account_employee WHERE account = $1 AND body = $2")
            .bind(&account.id)
            .bind(&account.body)
            .fetch_optional(self.db.read())
            .await?;
        row.as_ref().map(|r| text(r, "employee")).transpose()
    }

    /// The statements that wait for the answer of whoever has an account, oldest first.
    pub(crate) async fn own_statements(&self, account: &Account) -> Result<Vec<Card>, Error> {
        let Some(employee) = self.employee_of(account).await? else {
            return Ok(Vec::new());
        };
        let rows = sqlx::query(sqlx::AssertSqlSafe(format!(
            "SELECT {CARD_COLUMNS} FROM card_link l JOIN card c ON c.id = l.source LEFT JOIN vault_record v ON v.card = c.id \
             WHERE l.target = $1 AND l.field = 'employee' AND c.body = $2 AND c.register = 'statements' \
             AND c.state IN ('statement-sent', 'statement-overdue') ORDER BY c.id LIMIT $3"
        )))
        .bind(employee)
        .bind(&account.body)
        .bind(MOST)
        .fetch_all(self.db.read())
        .await?;
        rows.iter().map(card_from_row).collect()
    }

    /// A statement of whoever has an account.
    pub(crate) async fn own_statement(&self, account: &Account, id: &str) -> Result<Waiting, Error> {
        let no_page = || Error::from(Refusal::new("refusal-no-page"));
        let employee = self.employee_of(account).await?.ok_or_else(no_page)?;
        let mut connection = self.db.read().acquire().await?;
        let body = Body::load(&mut connection, &account.body).await?.ok_or_else(no_page)?;
        let statement = load_card(&mut connection, &body.id, id).await?;
        let own = |s: &Card| s.register == "statements" && s.text("employee") == employee;
        let statement = statement.filter(own).ok_or_else(no_page)?;
        let campaign = load_card(&mut connection, &body.id, statement.text("campaign")).await?;
        Ok(Waiting {
            campaign: campaign.ok_or_else(no_page)?,
            statement,
            body,
        })
    }

    /// Takes an answer. Nothing but what the page asks for is taken out of the form. Recipients that were named become recalls
    /// by the same act.
    pub(crate) async fn answer_statement(
        &self,
        who: &Answerer<'_>,
        waiting: &Waiting,
        words: &Words,
        now: Timestamp,
        given: &Input,
    ) -> Result<Done, Error> {
        let today = now.to_zoned_datetime(waiting.body.zone.clone()).date().to_string();
        let mut input = Input::new();
        for name in TAKEN {
            input.insert(name.to_owned(), given.get(name).cloned().unwrap_or_default());
        }
        let refuses = one(given, "answer") == "answer-refused";
        let answers = answers(&waiting.campaign, words, given, refuses).map_err(Error::Invalid)?;
        let (actor, way) = match who {
            Answerer::Account(account) => (account.id.as_str(), "own-account"),
            Answerer::Code => (PROGRAM, "personal-link"),
        };
        for (name, value) in [
            ("question_answers", answers.as_str()),
            ("statement_answered_on", today.as_str()),
            ("answer_way", way),
        ] {
            input.insert(name.to_owned(), vec![value.to_owned()]);
        }
        let mut commands = vec![Command {
            register: "statements",
            operation: "answer",
            card: Some(&waiting.statement.id),
            version: None,
            input,
        }];
        commands.extend(recalls(given, &waiting.statement.id, &today)?);
        let mut done = self
            .act_unattended_all((actor, &waiting.body.id), now, &commands)
            .await?;
        let mut tx = self.db.write().await?;
        // A code is good once. One that stayed because the power went is of no use: the statement is answered.
        sqlx::query("DELETE FROM answer_code WHERE card = $1")
            .bind(&waiting.statement.id)
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(done.swap_remove(0))
    }

    /// Keeps that an account is of the employee whose personal code its owner had. Recorded in the journal.
    pub(crate) async fn bind_employee(
        &self,
        account: &Account,
        waiting: &Waiting,
        now: Timestamp,
    ) -> Result<(), Error> {
        if account.body != waiting.body.id {
            return Err(Refusal::new("refusal-no-page").into());
        }
        let employee = waiting.statement.text("employee");
        let mut tx = self.db.write().await?;
        // An employee has one account here: whoever has the code of a later statement has the say.
        sqlx::query("DELETE FROM account_employee WHERE employee = $1 OR account = $2")
            .bind(employee)
            .bind(&account.id)
            .execute(&mut *tx)
            .await?;
        sqlx::query("INSERT INTO account_employee (account, body, employee, created_at) VALUES ($1, $2, $3, $4)")
            .bind(&account.id)
            .bind(&account.body)
            .bind(employee)
            .bind(now.as_microsecond())
            .execute(&mut *tx)
            .await?;
        let mut open = Values::new();
        open.insert("employee".to_owned(), employee.into());
        account_event(
            &mut tx,
            &account.actor(),
            &account.body,
            now,
            "account.employee",
            &account.id,
            &open,
        )
        .await?;
        tx.commit().await?;
        self.wake.notify_one();
        Ok(())
    }
}

fn one<'a>(given: &'a Input, name: &str) -> &'a str {
    given.get(name).and_then(|v| v.first()).map_or("", String::as_str)
}

/// The name of the field of a question.
pub(crate) fn question_name(at: usize) -> String {
    format!("question-{at}")
}

/// The questions with their answers, as they are read later. Whoever refuses answers none.
fn answers(campaign: &Card, words: &Words, given: &Input, refuses: bool) -> Result<String, Vec<Refusal>> {
    if refuses {
        return Ok(String::new());
    }
    let mut text = Vec::new();
    let mut missing = Vec::new();
    for (at, question) in asked(campaign, words.locale()).into_iter().enumerate() {
        let name = question_name(at);
        let word = one(given, &name);
        if !WORDS.contains(&word) {
            missing.push(Refusal::new("refusal-required").field(name));
            continue;
        }
        text.push(format!("{} — {}", question.text, words.get(&format!("answer-{word}"))));
    }
    if missing.is_empty() {
        Ok(text.join("\n"))
    } else {
        Err(missing)
    }
}

/// A recall for each recipient that was named.
fn recalls<'a>(given: &Input, statement: &str, today: &str) -> Result<Vec<Command<'a>>, Error> {
    let recipients: Vec<&str> = lines(one(given, "recall_recipient")).collect();
    if recipients.len() > MAX_RECALLS {
        let refusal = Refusal::new("refusal-recalls-many").arg("max", MAX_RECALLS.to_string());
        return Err(Error::Invalid(vec![refusal.field("recall_recipient")]));
    }
    let commands = recipients.into_iter().map(|recipient| {
        let values = [
            ("recall_what", one(given, "recall_what")),
            ("recall_recipient", recipient),
            ("recall_channel", one(given, "recall_channel")),
            ("recall_asked_on", today),
            ("statement", statement),
        ];
        Command {
            register: "recalls",
            operation: "ask",
            card: None,
            version: None,
            input: values
                .into_iter()
                .map(|(n, v)| (n.to_owned(), vec![v.to_owned()]))
                .collect(),
        }
    });
    Ok(commands.collect())
}
