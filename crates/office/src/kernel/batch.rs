//! Several acts in one transaction, tried or done; and an act that is done once however often it is asked for.

use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};
use sqlx::{Executor, Row};

use crate::error::{Error, Refusal};
use crate::kernel::people::stored_token;
use crate::kernel::record::{Actor, Command, Done, Recording};
use crate::kernel::store::{int, text};
use crate::office::Office;

/// For how long the answer to a key is remembered.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(24);
/// Longest key of a request.
const MAX_KEY: usize = 200;

/// What becomes of acts that were tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep<'a> {
    /// Nothing is kept: it is only told what would be refused.
    Nothing,
    /// All are kept if none is refused, and with them how far the import is that they are a part of; else nothing.
    AllOrNothing(Option<Progress<'a>>),
}

/// A part of an import: its rows, counted from nought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress<'a> {
    /// The import.
    pub import: &'a str,
    /// The first row.
    pub from: usize,
    /// The row behind the last.
    pub to: usize,
}

impl Office {
    /// Does acts one after the other in one transaction, each as if those before it were done, and tells what became of each.
    /// A refusal spoils only its own act; a fault of the machine ends everything.
    pub async fn act_all(
        &self,
        actor: &Actor,
        now: Timestamp,
        commands: &[Command<'_>],
        keep: Keep<'_>,
    ) -> Result<Vec<Result<Done, Error>>, Error> {
        let tx = self.db.write().await?;
        let mut recording = Recording::begin(self, tx, actor, now).await?;
        let mut answers = Vec::with_capacity(commands.len());
        for command in commands {
            recording.tx.execute("SAVEPOINT one_act").await?;
            let answer = recording.command(command).await;
            match &answer {
                Ok(_) => {}
                Err(Error::Refused(_) | Error::Invalid(_)) => {
                    recording.tx.execute("ROLLBACK TO SAVEPOINT one_act").await?;
                }
                Err(_) => return answer.map(|_| Vec::new()),
            }
            recording.tx.execute("RELEASE SAVEPOINT one_act").await?;
            answers.push(answer);
        }
        if let Keep::AllOrNothing(step) = keep
            && answers.iter().all(Result::is_ok)
        {
            if let Some(step) = step {
                recording.step(step).await?;
            }
            let destroyed = recording.destroyed;
            recording.tx.commit().await?;
            self.recorded(now, destroyed).await;
        } else {
            recording.tx.rollback().await?;
        }
        Ok(answers)
    }

    /// Does acts for whoever has no account, all or none, as [`Self::act_unattended`] does one: `actor` stands in the journal.
    pub(crate) async fn act_unattended_all(
        &self,
        (actor, body): (&str, &str),
        now: Timestamp,
        commands: &[Command<'_>],
    ) -> Result<Vec<Done>, Error> {
        let actor = Actor {
            account: actor.to_owned(),
            body: body.to_owned(),
            roles: Vec::new(),
        };
        let tx = self.db.write().await?;
        let mut recording = Recording::begin(self, tx, &actor, now).await?;
        let mut done = Vec::with_capacity(commands.len());
        for command in commands {
            done.push(recording.unattended(command).await?);
        }
        let destroyed = recording.destroyed;
        recording.tx.commit().await?;
        self.recorded(now, destroyed).await;
        Ok(done)
    }

    /// Does an act under a key that the asking program chose. The same request under the same key is answered with what was
    /// done the first time; another request under it is refused. Gives whether it was done now.
    pub async fn act_once(
        &self,
        actor: &Actor,
        now: Timestamp,
        command: &Command<'_>,
        key: &str,
    ) -> Result<(Done, bool), Error> {
        if key.is_empty() || key.len() > MAX_KEY || !key.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(Refusal::new("refusal-idempotency-form").field("Idempotency-Key").into());
        }
        let tx = self.db.write().await?;
        let mut recording = Recording::begin(self, tx, actor, now).await?;
        // The request may hold personal data: what is kept of it cannot be guessed back without the installation's salt.
        let salt = recording.salt().await?;
        let hashed = request_hash(&salt, &recording.told_alike(command).await?);
        sqlx::query("DELETE FROM idempotency WHERE created_at < $1")
            .bind((now - REMEMBERED).as_microsecond())
            .execute(&mut *recording.tx)
            .await?;
        let key = stored_token(key);
        // The key is taken first: of two requests that come at once the second waits here for what the first did.
        let taken = sqlx::query(
            "INSERT INTO idempotency (account, key_hash, request_hash, card, number, version, seq, created_at) \
             VALUES ($1, $2, $3, '', '', 0, 0, $4) ON CONFLICT (account, key_hash) DO NOTHING",
        )
        .bind(&actor.account)
        .bind(&key)
        .bind(&hashed)
        .bind(now.as_microsecond())
        .execute(&mut *recording.tx)
        .await?;
        if taken.rows_affected() == 0 {
            let row = sqlx::query("SELECT * FROM idempotency WHERE account = $1 AND key_hash = $2")
                .bind(&actor.account)
                .bind(&key)
                .fetch_one(&mut *recording.tx)
                .await?;
            if text(&row, "request_hash")? != hashed {
                return Err(Refusal::new("refusal-idempotency").field("Idempotency-Key").into());
            }
            let done = Done {
                card: text(&row, "card")?,
                number: text(&row, "number")?,
                version: int(&row, "version")?,
                seq: int(&row, "seq")?,
            };
            return Ok((done, false));
        }
        // An act that is refused takes the key back with everything else.
        let done = recording.command(command).await?;
        sqlx::query(
            "UPDATE idempotency SET card = $3, number = $4, version = $5, seq = $6 WHERE account = $1 AND key_hash = $2",
        )
        .bind(&actor.account)
        .bind(&key)
        .bind(&done.card)
        .bind(&done.number)
        .bind(done.version)
        .bind(done.seq)
        .execute(&mut *recording.tx)
        .await?;
        let destroyed = recording.destroyed;
        recording.tx.commit().await?;
        self.recorded(now, destroyed).await;
        Ok((done, true))
    }
}

impl Recording<'_> {
    /// An import is a part further, if nobody else has done this part meanwhile.
    async fn step(&mut self, step: Progress<'_>) -> Result<(), Error> {
        let number = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
        let done = sqlx::query("UPDATE import_file SET done = $2 WHERE id = $1 AND done = $3")
            .bind(step.import)
            .bind(number(step.to))
            .bind(number(step.from))
            .execute(&mut *self.tx)
            .await?;
        if done.rows_affected() != 1 {
            return Err(Refusal::new("refusal-import-runs").into());
        }
        Ok(())
    }

    /// A command with the hashes of its files in the place of their identifiers: a file that is sent twice is the same one.
    async fn told_alike<'c>(&mut self, command: &Command<'c>) -> Result<Command<'c>, Error> {
        let mut alike = command.clone();
        let (_, operation) = self.operation(command)?;
        for field in operation.fields.iter().filter(|f| f.is_file()) {
            for id in alike.input.get_mut(field.name).into_iter().flatten() {
                let row = sqlx::query("SELECT sha256 FROM evidence WHERE id = $1 AND account = $2")
                    .bind(id.as_str())
                    .bind(self.account())
                    .fetch_optional(&mut *self.tx)
                    .await?;
                if let Some(row) = row {
                    *id = text(&row, "sha256")?;
                }
            }
        }
        Ok(alike)
    }

    /// A random text of this installation, made when it is needed first.
    async fn salt(&mut self) -> Result<String, Error> {
        let made = crate::kernel::people::random_token()?;
        let row = sqlx::query(
            "INSERT INTO setting (name, value) VALUES ('idempotency.salt', $1) \
             ON CONFLICT (name) DO UPDATE SET value = setting.value RETURNING value",
        )
        .bind(made)
        .fetch_one(&mut *self.tx)
        .await?;
        Ok(row.try_get("value")?)
    }
}

/// What a request asked for, as a hash. Every part is told with its length, so that no two requests read the same.
fn request_hash(salt: &str, command: &Command<'_>) -> String {
    let mut hasher = Sha256::new();
    let mut add = |part: &str| {
        hasher.update(part.len().to_be_bytes());
        hasher.update(part.as_bytes());
    };
    add(salt);
    add(command.register);
    add(command.operation);
    add(command.card.unwrap_or_default());
    add(&command.version.map(|v| v.to_string()).unwrap_or_default());
    for (name, values) in &command.input {
        add(name);
        add(&values.len().to_string());
        for value in values {
            add(value);
        }
    }
    hasher.finalize().iter().map(|b| format!("{b:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use tutela_law::Country;

    use super::*;
    use crate::kernel::record::Input;
    use crate::kernel::rights::Role;
    use crate::world::World;

    fn draft(title: &str) -> Command<'static> {
        let mut input = Input::new();
        for (name, value) in [
            ("title", title),
            ("purpose", "Answering letters"),
            ("bases", "law-duty"),
            ("norm", "Article 1"),
            ("subject_categories", "citizens"),
            ("data_categories", "identity"),
            ("keep_from", "purpose-reached"),
            ("keep_length", "5"),
            ("keep_unit", "years"),
            ("started_on", "2026-01-12"),
        ] {
            input.insert(name.to_owned(), vec![value.to_owned()]);
        }
        Command {
            register: "processing",
            operation: "draft",
            card: None,
            version: None,
            input,
        }
    }

    async fn cards(world: &World) -> usize {
        let actor = world.actor(Role::ProtectionOfficer);
        let register = world.office.register("processing").unwrap();
        let page = world.office.page(&actor, register, None, None).await.unwrap();
        page.cards.len()
    }

    #[tokio::test]
    async fn a_request_under_a_key_is_done_once() {
        let world = World::new(Country::Vn).await;
        let actor = world.actor(Role::ProtectionOfficer);
        let command = draft("One");
        let (first, now) = world.office.act_once(&actor, world.now, &command, "k-1").await.unwrap();
        assert!(now);
        let (again, now) = world.office.act_once(&actor, world.now, &command, "k-1").await.unwrap();
        assert!(!now);
        assert_eq!(again, first);
        assert_eq!(cards(&world).await, 1);
        let other = world.office.act_once(&actor, world.now, &draft("Two"), "k-1").await;
        assert!(matches!(other, Err(Error::Refused(r)) if r.key == "refusal-idempotency"));
        let mut bad = draft("Three");
        bad.input.remove("norm");
        assert!(world.office.act_once(&actor, world.now, &bad, "k-2").await.is_err());
        let (_, now) = world
            .office
            .act_once(&actor, world.now, &draft("Three"), "k-2")
            .await
            .unwrap();
        assert!(now, "a key of what was refused is free");
        let later = world.now + SignedDuration::from_hours(25);
        let (_, now) = world.office.act_once(&actor, later, &command, "k-1").await.unwrap();
        assert!(now, "a key is remembered for a day");
    }

    #[tokio::test]
    async fn acts_are_kept_together_or_not_at_all() {
        let world = World::new(Country::Vn).await;
        let actor = world.actor(Role::ProtectionOfficer);
        let mut bad = draft("Bad");
        bad.input.remove("norm");
        let mixed = [draft("One"), bad, draft("Two")];
        for keep in [Keep::Nothing, Keep::AllOrNothing(None)] {
            let answers = world.office.act_all(&actor, world.now, &mixed, keep).await.unwrap();
            let refused: Vec<_> = answers.iter().map(Result::is_err).collect();
            assert_eq!(refused, [false, true, false]);
            assert_eq!(cards(&world).await, 0, "{keep:?}");
        }
        let good = [draft("One"), draft("Two")];
        world
            .office
            .act_all(&actor, world.now, &good, Keep::Nothing)
            .await
            .unwrap();
        assert_eq!(cards(&world).await, 0);
        world
            .office
            .act_all(&actor, world.now, &good, Keep::AllOrNothing(None))
            .await
            .unwrap();
        assert_eq!(cards(&world).await, 2);
        // What was tried and thrown away left no gap in the journal.
        world.office.published.publish(world.office.db.read()).await.unwrap();
    }
}
