//! The record: the one way to change a card. Card, vault, clocks, history and journal are written in one transaction,
//! or nothing is.

mod each;
mod event;
mod files;
mod further;
mod group;
mod load;
mod number;
mod others;
mod own;
mod related;
mod work;
mod write;

use std::collections::BTreeMap;
use std::sync::Arc;

pub use event::history;
pub(crate) use event::write_event;
pub use group::{Group, Grouped, grouped};
pub(crate) use load::{CARD_COLUMNS, card_from_row, drill_tally_name, tally_name, tally_of};
pub use load::{load_card, load_cards};
pub use number::Numbered;
pub use work::Progress;

use jiff::Timestamp;
use tutela_vault::BodyKey;

use crate::error::{Error, Refusal};
use crate::kernel::body::Body;
use crate::kernel::card::Card;
use crate::kernel::clock;
use crate::kernel::clock::Clock;
use crate::kernel::field::{Field, Values};
use crate::kernel::journal;
use crate::kernel::register::{Case, FollowUp, Operation, Outcome, Register};
use crate::kernel::retention;
use crate::kernel::rights::{Role, any_allows};
use crate::kernel::store::Tx;
use crate::kernel::vault::{Content, Stored};
use crate::office::Office;

/// How deep one act may lead to another.
const MAX_DEPTH: usize = 4;

/// Who acts.
#[derive(Debug, Clone)]
pub struct Actor {
    /// The account.
    pub account: String,
    /// Its body: nothing of another body is ever seen or changed.
    pub body: String,
    /// What the person is.
    pub roles: Vec<Role>,
}

/// What is given: values as they were typed or sent, by field.
pub type Input = BTreeMap<String, Vec<String>>;

/// What is to be done.
#[derive(Debug, Clone)]
pub struct Command<'a> {
    /// In which register.
    pub register: &'a str,
    /// Which operation.
    pub operation: &'a str,
    /// With which card; none when one is created.
    pub card: Option<&'a str>,
    /// The version of the card that the actor saw: if it has changed since, the act is refused.
    pub version: Option<i64>,
    /// What was given.
    pub input: Input,
}

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    /// The card.
    pub card: String,
    /// Its number.
    pub number: String,
    /// Its new version.
    pub version: i64,
    /// The place in the journal.
    pub seq: i64,
}

/// Checks what was given against the fields of an operation; tells everything that is wrong at once.
pub fn read_input(fields: &[Field], input: &Input, body: &Body) -> Result<Values, Vec<Refusal>> {
    let mut values = Values::new();
    let mut refused = Vec::new();
    for field in fields {
        let given = input.get(field.name).map(Vec::as_slice).unwrap_or_default();
        match field.read(given, &body.zone) {
            Ok(Some(value)) => {
                values.insert(field.name.to_owned(), value);
            }
            Ok(None) => {}
            Err(refusal) => refused.push(refusal),
        }
    }
    if refused.is_empty() { Ok(values) } else { Err(refused) }
}

impl Office {
    /// Does an act: checks right, state, fields and rule, and writes everything that follows from it.
    pub async fn act(&self, actor: &Actor, now: Timestamp, command: Command<'_>) -> Result<Done, Error> {
        let (register, operation) = self.find_operation(command.register, command.operation)?;
        if !any_allows(&actor.roles, operation.right) {
            return Err(Refusal::new("refusal-right").into());
        }
        if !self.by_hand(register, operation) {
            return Err(Refusal::new("refusal-no-page").into());
        }
        self.record(actor, now, (register, operation), &command).await
    }

    /// Does an act for whoever has no account: a citizen before the public page. `program` names the part of the program that
    /// acts; it stands in the journal as the actor. Which acts may be done so, the caller decides.
    pub(crate) async fn act_unattended(
        &self,
        (program, body): (&str, &str),
        now: Timestamp,
        command: Command<'_>,
    ) -> Result<Done, Error> {
        let found = self.find_operation(command.register, command.operation)?;
        let actor = Actor {
            account: program.to_owned(),
            body: body.to_owned(),
            roles: Vec::new(),
        };
        self.record(&actor, now, found, &command).await
    }

    async fn record(
        &self,
        actor: &Actor,
        now: Timestamp,
        (register, operation): (&'static Register, &'static Operation),
        command: &Command<'_>,
    ) -> Result<Done, Error> {
        let tx = self.db.write().await?;
        let mut recording = Recording::begin(self, tx, actor, now).await?;
        let values = read_input(operation.fields, &command.input, &recording.body).map_err(Error::Invalid)?;
        let done = recording
            .act_all(register, operation, (command.card, command.version), values, 0)
            .await?;
        let destroyed = recording.destroyed;
        recording.tx.commit().await?;
        self.recorded(now, destroyed).await;
        Ok(done)
    }

    /// What follows when acts are committed: the journal is published, and what was destroyed is remembered outside.
    pub(crate) async fn recorded(&self, now: Timestamp, destroyed: bool) {
        self.watch_clock(now);
        self.wake.notify_one();
        self.work.notify_one();
        if !destroyed {
            return;
        }
        // The record is destroyed and the act recorded; what could not be done about copies is done at the next chance: the
        // next destruction, or the next start.
        if let Err(fault) = self.destroyed.catch_up(&self.db).await {
            self.report(&fault);
        }
        self.scrub().await;
    }

    /// The operation of a register by names.
    pub fn find_operation(
        &self,
        register: &str,
        operation: &str,
    ) -> Result<(&'static Register, &'static Operation), Error> {
        let register = self.register(register).ok_or_else(|| Refusal::new("refusal-no-page"))?;
        let operation = register
            .operation(operation)
            .ok_or_else(|| Refusal::new("refusal-no-page"))?;
        Ok((register, operation))
    }
}

/// Changes a card of the actor's body in a transaction under way, because of something that is no operation of a register.
pub(crate) async fn follow_up(
    office: &Office,
    tx: Tx,
    actor: &Actor,
    now: Timestamp,
    because: &str,
    follow: FollowUp,
) -> Result<Tx, Error> {
    let mut recording = Recording::begin(office, tx, actor, now).await?;
    recording.follow(because, follow).await?;
    Ok(recording.tx)
}

/// One transaction under way.
pub(crate) struct Recording<'a> {
    office: &'a Office,
    pub(crate) tx: Tx,
    actor: &'a Actor,
    now: Timestamp,
    body: Body,
    key: Arc<BodyKey>,
    /// Whether the last act gathered cards and left some for another of its kind.
    more: bool,
    /// Whether the act tells nobody who did it.
    unnamed: bool,
    /// Whether a record was destroyed.
    pub(crate) destroyed: bool,
}

/// A card under change, with what its record holds.
struct Changing {
    card: Card,
    content: Content,
    stored: Option<Stored>,
}

impl<'a> Recording<'a> {
    pub(crate) async fn begin(office: &'a Office, mut tx: Tx, actor: &'a Actor, now: Timestamp) -> Result<Self, Error> {
        let body = Body::load(&mut tx, &actor.body).await?;
        let body = body.ok_or_else(|| Refusal::new("refusal-no-page"))?;
        let key = office.keys.of(&actor.body)?;
        Ok(Self {
            office,
            tx,
            actor,
            now,
            body,
            key,
            more: false,
            unnamed: false,
            destroyed: false,
        })
    }

    /// The operation that a command names.
    pub(crate) fn operation(&self, command: &Command<'_>) -> Result<(&'static Register, &'static Operation), Error> {
        self.office.find_operation(command.register, command.operation)
    }

    /// Who acts.
    pub(crate) fn account(&self) -> &str {
        &self.actor.account
    }

    /// Does what a command says, within the transaction.
    pub(crate) async fn command(&mut self, command: &Command<'_>) -> Result<Done, Error> {
        let (register, operation) = self.office.find_operation(command.register, command.operation)?;
        if !any_allows(&self.actor.roles, operation.right) {
            return Err(Refusal::new("refusal-right").into());
        }
        if !self.office.by_hand(register, operation) {
            return Err(Refusal::new("refusal-no-page").into());
        }
        self.unattended(command).await
    }

    /// Does what a command says; whether it may be done, the caller has decided.
    pub(crate) async fn unattended(&mut self, command: &Command<'_>) -> Result<Done, Error> {
        let (register, operation) = self.office.find_operation(command.register, command.operation)?;
        let values = read_input(operation.fields, &command.input, &self.body).map_err(Error::Invalid)?;
        self.act_all(register, operation, (command.card, command.version), values, 0)
            .await
    }

    async fn act(
        &mut self,
        register: &'static Register,
        operation: &'static Operation,
        card: Option<&str>,
        version: Option<i64>,
        mut values: Values,
        depth: usize,
    ) -> Result<Done, Error> {
        if depth > MAX_DEPTH {
            return Err(Error::Installation(format!(
                "{}: acts lead to each other without end",
                register.name
            )));
        }
        let before = match card {
            Some(id) if !operation.creates() => Some(self.load(id, register).await?),
            None if operation.creates() => None,
            _ => return Err(Refusal::new("refusal-no-page").into()),
        };
        if let Some(changing) = &before {
            check_before(&changing.card, operation, version)?;
        }
        self.known_accounts(register, &values).await?;
        self.files(operation, before.as_ref(), &mut values).await?;
        let (related, cut) = self.related(register, operation, before.as_ref(), &values).await?;
        let (history, clocks) = match &before {
            Some(changing) => {
                let history = history(&mut self.tx, &changing.card.id).await?;
                (history, Clock::of_card(&mut self.tx, &changing.card.id).await?)
            }
            None => (Vec::new(), Vec::new()),
        };
        let mine = self.mine().await?;
        let outcome = (operation.decide)(&Case {
            now: self.now,
            body: &self.body,
            actor: &self.actor.account,
            roles: &self.actor.roles,
            card: before.as_ref().map(|c| &c.card),
            input: &values,
            related: &related,
            mine: &mine,
            history: &history,
            clocks: &clocks,
            law: &self.office.reckoner,
            cut,
            registers: self.office.registers(),
        })?;
        self.write(register, operation, before, &values, outcome, depth).await
    }

    async fn write(
        &mut self,
        register: &'static Register,
        operation: &'static Operation,
        before: Option<Changing>,
        values: &Values,
        outcome: Outcome,
        depth: usize,
    ) -> Result<Done, Error> {
        let mut set = if outcome.take_input {
            values.clone()
        } else {
            Values::new()
        };
        set.extend(outcome.set);
        files::take(operation, values, &mut set);
        self.unnamed |= outcome.unnamed;
        let mut more = false;
        let mut block = outcome.block;
        if let Some(gather) = &outcome.gather {
            let found;
            (found, more) = self.gathered(register, gather).await?;
            block.extend(found.iter().map(|id| (id.clone(), true)));
            set.insert(gather.into.to_owned(), found.into());
        }
        let seq = journal::next(&mut self.tx).await?;
        let kind = format!("{}.{}", register.name, operation.name);
        let changing = match before {
            Some(changing) => changing,
            None => self.create(register, outcome.state).await?,
        };
        let card = self
            .change(register, changing, seq, &kind, &set, &outcome.unset, outcome.state)
            .await?;
        clock::apply(
            &mut self.tx,
            &self.office.reckoner,
            &self.body,
            (&card.id, register.name),
            &outcome.clocks,
        )
        .await?;
        for (id, on) in block {
            self.block(&id, on).await?;
        }
        self.take_number(&card, &set).await?;
        for claim in outcome.claims {
            self.claim(&card, claim).await?;
        }
        for follow in outcome.follow {
            self.follow(&kind, follow).await?;
        }
        for (id, act) in outcome.clocks_of_others {
            self.clock_of_other(&id, act).await?;
        }
        for next in outcome.then {
            self.then(next, depth).await?;
        }
        let card = self.open_cards(card, register, &kind, outcome.open, depth).await?;
        for each in outcome.each {
            self.each(&card, each).await?;
        }
        for id in outcome.destroy {
            self.destroy(&id).await?;
        }
        for id in outcome.look_again {
            retention::look_again(&mut self.tx, &self.body.id, &id).await?;
        }
        self.react(&kind, &card, depth).await?;
        // Told last: what the act led to has gathered for itself meanwhile.
        self.more = more;
        Ok(Done {
            card: card.id,
            number: card.number,
            version: card.version,
            seq,
        })
    }
}

/// What must hold before a rule is asked.
fn check_before(card: &Card, operation: &Operation, version: Option<i64>) -> Result<(), Refusal> {
    if version.is_some_and(|seen| seen != card.version) {
        return Err(Refusal::new("refusal-changed"));
    }
    if !operation.from.contains(&card.state.as_str()) {
        return Err(Refusal::new("refusal-state"));
    }
    if card.blocked && !operation.despite_block {
        return Err(Refusal::new("refusal-blocked"));
    }
    Ok(())
}
