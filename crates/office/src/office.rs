//! The office: one installation with its database, keys, law, texts and published journal.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::{Notify, Semaphore, SemaphorePermit};
use tutela_detect::{Engine, Options};
use tutela_journal::PrivateKey;
use tutela_vault::{BodyKey, KeyFile, Lock};
use tutela_words::{Locale, Words};

use crate::edge::Edge;
use crate::error::{Error, Refusal};
use crate::kernel::body::Body;
use crate::kernel::clock::{self, Reckoner};
use crate::kernel::daily::Day;
use crate::kernel::destroyed::Destroyed;
use crate::kernel::evidence::{Limits, Scanner};
use crate::kernel::field::Values;
use crate::kernel::hold::Hold;
use crate::kernel::journal::Published;
use crate::kernel::lease;
use crate::kernel::near::Near;
use crate::kernel::people::account_event;
use crate::kernel::people::password::hash_password;
use crate::kernel::record::{Actor, Group, Numbered};
use crate::kernel::register::{Each, Operation, Register};
use crate::kernel::retention::Retained;
use crate::kernel::store::{Backend, Db, first_setting, int, setting};
use crate::kernel::vault::Keys;
use crate::registers::{AT_HAND, DAYS, GROUPS, LOOKS_OVER, NEAR, NUMBERED, REGISTERS, RETAINED, WORKS, by_hand};

/// An installation.
#[derive(Debug)]
pub struct Office {
    /// The database.
    pub db: Db,
    /// Keys of the bodies that are unlocked.
    pub keys: Keys,
    /// The law.
    pub reckoner: Reckoner,
    /// The journal as it is published.
    pub published: Published,
    /// Wakes whoever publishes the journal.
    pub wake: Notify,
    /// Wakes whoever does what acts left.
    pub(crate) work: Notify,
    /// What a password is compared with when there is no account.
    pub(crate) decoy_hash: String,
    /// The list of destroyed records outside the database.
    pub(crate) destroyed: Destroyed,
    /// How much is taken in files.
    pub(crate) limits: Limits,
    scanner: OnceLock<Arc<dyn Scanner>>,
    /// How many files may be in memory at once.
    uploads: Semaphore,
    /// One inspection folder is made at a time.
    inspections: Semaphore,
    words: [Words; 4],
    engine: OnceLock<Engine>,
    edge: OnceLock<Edge>,
    folder: PathBuf,
    /// The name of this server among those of one database.
    server: String,
    /// The latest instant of an act, to notice a clock that was set back.
    latest: AtomicI64,
    #[expect(dead_code, reason = "the folder is held as long as the office is open")]
    hold: Hold,
}

/// Files that are read from their senders at once: each is in memory until it is sealed.
const UPLOADS: usize = 4;
/// The lease of whoever publishes the journal.
const PUBLISHING: &str = "publish";
/// How often a server looks for what others recorded.
const LOOK: Duration = Duration::from_secs(5);
/// A clock may be behind by this much before anybody is told: servers of one database differ a little.
const TOLERANCE_MICROS: i64 = 2_000_000;

/// Where things lie in a data folder.
pub struct Layout;

impl Layout {
    /// The published journal.
    pub const JOURNAL: &str = "journal";
    /// The signing key of the journal.
    pub const JOURNAL_KEY: &str = "journal.key";
    /// Which records were destroyed, outside the database.
    pub const DESTROYED: &str = "destroyed.list";
    /// There while a backup is being brought back.
    pub const RESTORING: &str = "restoring";
    /// Keys of bodies, one file each: `<body>.key`.
    pub const KEYS: &str = "keys";
    /// The key file that opens them, when no passphrase does.
    pub const KEY_FILE: &str = "keys/unlock";
}

impl Office {
    /// Opens an installation on embedded storage in a data folder.
    pub async fn open(folder: &Path) -> Result<Self, Error> {
        make_folder(folder)?;
        let hold = Hold::alone(folder)?;
        refuse_half_restored(folder)?;
        let db = Db::embedded(folder).await?;
        Self::assemble(db, folder, hold).await
    }

    /// Opens an installation with its database.
    pub async fn with(db: Db, folder: &Path) -> Result<Self, Error> {
        make_folder(folder)?;
        let hold = match db.backend() {
            Backend::Sqlite => Hold::alone(folder)?,
            Backend::Postgres => Hold::together(folder)?,
        };
        refuse_half_restored(folder)?;
        Self::assemble(db, folder, hold).await
    }

    async fn assemble(db: Db, folder: &Path, hold: Hold) -> Result<Self, Error> {
        let reckoner = Reckoner::embedded();
        let mut tx = db.write().await?;
        let key = journal_key(&mut tx, &folder.join(Layout::JOURNAL_KEY)).await?;
        let journal = folder.join(Layout::JOURNAL);
        let published = Published::open(&journal, key).map_err(|e| match e {
            Error::Journal(e @ tutela_journal::Error::Damaged { .. }) => Error::Installation(format!(
                "the published journal is damaged ({e}). Every entry is in the database: move {} away and start again, and it \
                 is made anew; its checkpoints agree with those that witnesses hold",
                journal.display()
            )),
            other => other,
        })?;
        published.compare(&mut tx).await?;
        clock::refresh(&mut tx, &reckoner).await?;
        let row = sqlx::query("SELECT at FROM event ORDER BY seq DESC LIMIT 1")
            .fetch_optional(&mut *tx)
            .await?;
        let latest = row.as_ref().map(|r| int(r, "at")).transpose()?.unwrap_or(i64::MIN);
        tx.commit().await?;
        let destroyed = Destroyed::open(&folder.join(Layout::DESTROYED))?;
        destroyed.catch_up(&db).await?;
        let office = Self {
            db,
            keys: Keys::default(),
            reckoner,
            published,
            wake: Notify::new(),
            work: Notify::new(),
            decoy_hash: hash_password("a password that nobody has")?,
            destroyed,
            limits: Limits::default(),
            scanner: OnceLock::new(),
            uploads: Semaphore::new(UPLOADS),
            inspections: Semaphore::new(1),
            words: Locale::ALL.map(Words::new),
            engine: OnceLock::new(),
            edge: OnceLock::new(),
            folder: folder.to_owned(),
            server: crate::kernel::new_id(),
            latest: AtomicI64::new(latest),
            hold,
        };
        office.scrub().await;
        Ok(office)
    }

    /// Looks at the instant of an act: one that lies before an act already recorded means that the clock of this machine was
    /// set back. The act is recorded as it is, in the order of the journal; somebody should know.
    pub(crate) fn watch_clock(&self, now: Timestamp) {
        let latest = self.latest.fetch_max(now.as_microsecond(), Ordering::Relaxed);
        let behind = latest.saturating_sub(now.as_microsecond());
        if behind > TOLERANCE_MICROS {
            tracing::warn!(
                "the clock of this machine is {} s behind the last recorded act: set it right. What is recorded keeps its \
                 order in the journal",
                behind / 1_000_000
            );
        }
    }

    /// By how much the clock is behind the latest recorded act, when it is: it was set back.
    pub fn clock_behind(&self, now: Timestamp) -> Option<Duration> {
        let behind = self.latest.load(Ordering::Relaxed).saturating_sub(now.as_microsecond());
        let behind = u64::try_from(behind).ok()?;
        (behind > TOLERANCE_MICROS.unsigned_abs()).then(|| Duration::from_micros(behind))
    }

    /// The data folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// All registers, in the order of the menu.
    pub fn registers(&self) -> &'static [&'static Register] {
        REGISTERS
    }

    /// Operations that every page offers.
    pub fn always_at_hand(&self) -> impl Iterator<Item = (&'static Register, &'static Operation)> {
        let named = AT_HAND.iter().filter_map(|(register, operation)| {
            let register = self.register(register)?;
            Some((register, register.operation(operation)?))
        });
        named.collect::<Vec<_>>().into_iter()
    }

    /// Whether people do an operation; others the program does by itself.
    pub fn by_hand(&self, register: &Register, operation: &Operation) -> bool {
        by_hand(register.name, operation.name)
    }

    /// The registers whose cards in work an operation looks over.
    pub(crate) fn looks_over(&self, register: &str, operation: &str) -> impl Iterator<Item = &'static Register> {
        let named = LOOKS_OVER.iter().filter(|l| (l.0, l.1) == (register, operation));
        named.filter_map(|l| self.register(l.2)).collect::<Vec<_>>().into_iter()
    }

    /// The days in cards that the office watches.
    pub fn days(&self) -> &'static [Day] {
        DAYS
    }

    /// Cards that rules see although their own does not name them.
    pub(crate) fn near(&self) -> &'static [Near] {
        NEAR
    }

    /// Registers whose cards are kept by the storage rules of activities.
    pub(crate) fn retained(&self) -> &'static [Retained] {
        RETAINED
    }

    /// How the papers of a register are numbered, where the numbers are a series of the body's own.
    pub(crate) fn numbered(&self, register: &str) -> Option<&'static Numbered> {
        NUMBERED.iter().find(|n| n.register == register)
    }

    /// What acts may leave to be done with many cards.
    pub(crate) fn works(&self) -> &'static [Each] {
        WORKS
    }

    /// What cards are counted by beside their states.
    pub fn groups(&self) -> &'static [Group] {
        GROUPS
    }

    /// The register of this name.
    pub fn register(&self, name: &str) -> Option<&'static Register> {
        REGISTERS.iter().copied().find(|r| r.name == name)
    }

    /// The texts of a language.
    pub fn words(&self, locale: Locale) -> &Words {
        let at = Locale::ALL.iter().position(|l| *l == locale).unwrap_or_default();
        &self.words[at]
    }

    /// What finds personal data in free text. It is built when it is asked for first.
    pub(crate) fn engine(&self) -> &Engine {
        self.engine.get_or_init(|| Engine::new(Options::default()))
    }

    /// Sets how much is taken in files.
    pub fn set_limits(&mut self, limits: Limits) {
        self.limits = limits;
    }

    /// How much is taken in files.
    pub fn limits(&self) -> Limits {
        self.limits
    }

    /// Sets who looks for personal data in uploaded files; the first one stays.
    pub fn set_scanner(&self, scanner: Arc<dyn Scanner>) {
        if self.scanner.set(scanner).is_err() {
            tracing::warn!("uploaded files have a scanner already");
        }
    }

    pub(crate) fn scanner(&self) -> Option<Arc<dyn Scanner>> {
        self.scanner.get().cloned()
    }

    /// A turn to have a file in memory. Whoever gets none is told to try again: waiting would hold connections.
    pub(crate) fn upload_turn(&self) -> Result<SemaphorePermit<'_>, Refusal> {
        self.uploads
            .try_acquire()
            .map_err(|_| Refusal::new("refusal-files-busy"))
    }

    /// A turn to make an inspection folder, which reads everything.
    pub(crate) fn inspection_turn(&self) -> Result<SemaphorePermit<'_>, Refusal> {
        self.inspections
            .try_acquire()
            .map_err(|_| Refusal::new("refusal-inspection-busy"))
    }

    /// Says how the office is reached and whom it asks. It is said once, before the first page.
    pub fn set_edge(&self, edge: Edge) {
        if self.edge.set(edge).is_err() {
            tracing::error!("how the office is reached was said twice; the first counts");
        }
    }

    /// How the office is reached.
    pub fn edge(&self) -> &Edge {
        self.edge.get_or_init(Edge::default)
    }

    /// A body.
    pub async fn body(&self, id: &str) -> Result<Option<Body>, Error> {
        let mut connection = self.db.read().acquire().await?;
        Body::load(&mut connection, id).await
    }

    /// Makes a body with a key of its own, kept in the data folder and locked with the key file beside it.
    pub async fn create_body(&self, body: Body) -> Result<Body, Error> {
        self.create_body_with(body, None).await
    }

    /// The same, by somebody: that it was made stands in the journal by the same transaction.
    pub(crate) async fn create_body_with(
        &self,
        mut body: Body,
        by: Option<(&Actor, Timestamp)>,
    ) -> Result<Body, Error> {
        let key = BodyKey::generate()?;
        body.key_id = key.id().to_string();
        let unlock = self.key_file(true)?;
        let locked = key.lock(&Lock::KeyFile(unlock.bytes()))?;
        let path = self.folder.join(Layout::KEYS).join(format!("{}.key", body.id));
        write_secret(&path, locked.as_bytes())?;
        if let Err(error) = self.insert_body(&body, by).await {
            // The key of a body that is not there would lie in the folder for ever.
            if let Err(left) = std::fs::remove_file(&path) {
                self.report(&Error::file(&path, left));
            }
            return Err(error);
        }
        self.keys.unlock(&body.id, key);
        Ok(body)
    }

    async fn insert_body(&self, body: &Body, by: Option<(&Actor, Timestamp)>) -> Result<(), Error> {
        let mut tx = self.db.write().await?;
        body.insert(&mut tx).await?;
        if let Some((actor, now)) = by {
            account_event(&mut tx, actor, &body.id, now, "body.create", &body.id, &Values::new()).await?;
        }
        tx.commit().await?;
        self.wake.notify_one();
        Ok(())
    }

    /// Unlocks every body whose key the key file of the data folder opens. Gives those that stay locked: their cards are
    /// listed without personal data, and the log says why.
    pub async fn unlock_by_key_file(&self) -> Result<Vec<Body>, Error> {
        let mut connection = self.db.read().acquire().await?;
        let bodies = Body::all(&mut connection).await?;
        let mut locked = Vec::new();
        for body in bodies {
            let opened = self
                .key_file(false)
                .and_then(|unlock| self.unlock(&body, &Lock::KeyFile(unlock.bytes())));
            if let Err(why) = opened {
                self.report(&why);
                locked.push(body);
            }
        }
        Ok(locked)
    }

    /// Unlocks a body with a passphrase, a key file or a hardware module.
    pub fn unlock(&self, body: &Body, lock: &Lock<'_>) -> Result<(), Error> {
        let key = BodyKey::unlock(&self.locked_key(body)?, lock)?;
        self.take_key(body, key)
    }

    /// The locked key of a body.
    pub(crate) fn locked_key(&self, body: &Body) -> Result<String, Error> {
        let path = self.key_path(body);
        std::fs::read_to_string(&path).map_err(|e| match e.kind() {
            std::io::ErrorKind::NotFound => Error::Installation(format!(
                "{} is lost: put it back from a backup, or make it anew from the parts that the keepers of its key hold. Until \
                 then cards are listed without personal data",
                path.display()
            )),
            _ => Error::file(&path, e),
        })
    }

    /// Keeps the locked key of a body in place of the one that was there.
    pub(crate) fn keep_locked_key(&self, body: &Body, locked: &str) -> Result<(), Error> {
        write_secret(&self.key_path(body), locked.as_bytes())
    }

    fn key_path(&self, body: &Body) -> PathBuf {
        self.folder.join(Layout::KEYS).join(format!("{}.key", body.id))
    }

    /// Takes up a key if it is the one of this body.
    pub(crate) fn take_key(&self, body: &Body, key: BodyKey) -> Result<(), Error> {
        if key.id().to_string() != body.key_id {
            return Err(Error::Installation(format!(
                "{} is not the key of this body: put its own key file back",
                self.key_path(body).display()
            )));
        }
        self.keys.unlock(&body.id, key);
        Ok(())
    }

    pub(crate) fn key_file(&self, create: bool) -> Result<KeyFile, Error> {
        let path = self.folder.join(Layout::KEY_FILE);
        match std::fs::read_to_string(&path) {
            Ok(text) => Ok(KeyFile::parse(&text)?),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && create => {
                let key = KeyFile::generate()?;
                write_secret(&path, key.to_text().expose())?;
                Ok(key)
            }
            Err(error) => Err(Error::file(&path, error)),
        }
    }

    /// Empties the write-ahead log of what was overwritten, keys of destroyed records among it.
    pub(crate) async fn scrub(&self) {
        match self.db.scrub().await {
            Ok(true) => {}
            Ok(false) => tracing::warn!(
                "somebody reads from the write-ahead log of the database: what was destroyed is wiped from it with the next \
                 destruction or start"
            ),
            Err(fault) => self.report(&fault),
        }
    }

    /// Tells the log of a fault. What is told names tables, files and identifiers, never personal data.
    pub fn report(&self, fault: &Error) {
        tracing::error!("{fault}");
    }

    /// Publishes what was recorded, if this server is the one that publishes. Gives how many entries.
    pub async fn publish(&self, now: Timestamp) -> Result<u64, Error> {
        if self.db.backend() == Backend::Sqlite {
            return self.published.publish(self.db.read()).await;
        }
        let mut tx = self.db.read().begin().await?;
        let Some(term) = lease::hold(&mut tx, PUBLISHING, &self.server, now).await? else {
            return Ok(0);
        };
        // Another server may have published into the same folder since.
        self.published.begin_term(term)?;
        let published = self.published.publish(self.db.read()).await?;
        tx.commit().await?;
        Ok(published)
    }

    /// Publishes the journal whenever something was recorded, until the program ends.
    pub async fn publish_for_ever(&self, mut failed: impl FnMut(&Error)) {
        loop {
            if let Err(error) = self.publish(now()).await {
                failed(&error);
                tokio::time::sleep(LOOK).await;
                continue;
            }
            match self.db.backend() {
                Backend::Sqlite => self.wake.notified().await,
                // Other servers record too, and the one that publishes may be gone.
                Backend::Postgres => {
                    let _ = tokio::time::timeout(LOOK, self.wake.notified()).await;
                }
            }
        }
    }

    /// Publishes the rest and lets another server go on at once.
    pub async fn close(&self, now: Timestamp) -> Result<(), Error> {
        self.publish(now).await?;
        if self.db.backend() == Backend::Postgres {
            let mut tx = self.db.read().begin().await?;
            lease::give_up(&mut tx, PUBLISHING, &self.server).await?;
            tx.commit().await?;
        }
        self.db.close().await;
        Ok(())
    }
}

/// The instant of an act. The only place of this crate where the clock is asked is at the edge: pages, jobs, the command line.
pub fn now() -> Timestamp {
    // Whole microseconds, as they are stored.
    Timestamp::from_microsecond(Timestamp::now().as_microsecond()).unwrap_or_default()
}

pub(crate) fn make_folder(folder: &Path) -> Result<(), Error> {
    std::fs::create_dir_all(folder.join(Layout::KEYS)).map_err(|e| Error::file(folder, e))?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let private = std::fs::Permissions::from_mode(0o700);
        std::fs::set_permissions(folder, private).map_err(|e| Error::file(folder, e))?;
    }
    Ok(())
}

/// Writes a secret so that nobody else can read it, and an older one is never lost half-way.
pub(crate) fn write_secret(path: &Path, text: &[u8]) -> Result<(), Error> {
    use std::io::Write;
    let file = |e| Error::file(path, e);
    let beside = path.with_extension("new");
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    let mut out = options.open(&beside).map_err(file)?;
    out.write_all(text).map_err(file)?;
    out.sync_all().map_err(file)?;
    std::fs::rename(&beside, path).map_err(file)
}

/// Refuses a folder in which a backup was not brought back to its end.
fn refuse_half_restored(folder: &Path) -> Result<(), Error> {
    if folder.join(Layout::RESTORING).is_file() {
        return Err(Error::Installation(format!(
            "bringing a backup back into {} was broken off: empty the folder and do it again",
            folder.display()
        )));
    }
    Ok(())
}

/// The name of the setting that says which key signs the journal.
const JOURNAL_KEY_SETTING: &str = "journal.key";

/// The key that signs the journal. It is made once for a database: two keys would mean two journals.
async fn journal_key(tx: &mut sqlx::AnyConnection, path: &Path) -> Result<PrivateKey, Error> {
    let known = setting(tx, JOURNAL_KEY_SETTING).await?;
    if !path.is_file() {
        if known.is_some() {
            return Err(Error::Installation(format!(
                "the key that signs the journal of this database is not in {}: put it back from a backup, or copy it from \
                 another server of this database",
                path.display()
            )));
        }
        let name = format!("tutela.office/{}", crate::kernel::new_id());
        PrivateKey::generate(&name, tutela_journal::Role::Journal)?.write(path)?;
    }
    let key = PrivateKey::read(path)?;
    let known = first_setting(tx, JOURNAL_KEY_SETTING, &key.public().to_text()).await?;
    if known != key.public().to_text() {
        return Err(Error::Installation(format!(
            "{} is not the key that signs the journal of this database: put the right one back",
            path.display()
        )));
    }
    Ok(key)
}
