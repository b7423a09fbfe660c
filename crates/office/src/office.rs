//! The office: one installation with its database, keys, law, texts and published journal.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use tokio::sync::Notify;
use tutela_journal::PrivateKey;
use tutela_vault::{BodyKey, KeyFile, Lock};
use tutela_words::{Locale, Words};

use crate::error::Error;
use crate::kernel::body::Body;
use crate::kernel::clock::{self, Reckoner};
use crate::kernel::journal::Published;
use crate::kernel::people::password::hash_password;
use crate::kernel::register::Register;
use crate::kernel::store::Db;
use crate::kernel::vault::Keys;
use crate::registers::REGISTERS;

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
    /// What a password is compared with when there is no account.
    pub(crate) decoy_hash: String,
    words: [Words; 4],
    folder: PathBuf,
}

/// Where things lie in a data folder.
pub struct Layout;

impl Layout {
    /// The published journal.
    pub const JOURNAL: &str = "journal";
    /// The signing key of the journal.
    pub const JOURNAL_KEY: &str = "journal.key";
    /// Keys of bodies, one file each: `<body>.key`.
    pub const KEYS: &str = "keys";
    /// The key file that opens them, when no passphrase does.
    pub const KEY_FILE: &str = "keys/unlock";
}

impl Office {
    /// Opens an installation on embedded storage in a data folder.
    pub async fn open(folder: &Path) -> Result<Self, Error> {
        make_folder(folder)?;
        let db = Db::embedded(folder).await?;
        Self::with(db, folder).await
    }

    /// Opens an installation with its database.
    pub async fn with(db: Db, folder: &Path) -> Result<Self, Error> {
        make_folder(folder)?;
        let key = journal_key(&folder.join(Layout::JOURNAL_KEY))?;
        let published = Published::open(&folder.join(Layout::JOURNAL), key)?;
        published.compare(db.read()).await?;
        let reckoner = Reckoner::embedded();
        let mut tx = db.write().await?;
        clock::refresh(&mut tx, &reckoner).await?;
        tx.commit().await?;
        Ok(Self {
            db,
            keys: Keys::default(),
            reckoner,
            published,
            wake: Notify::new(),
            decoy_hash: hash_password("a password that nobody has")?,
            words: Locale::ALL.map(Words::new),
            folder: folder.to_owned(),
        })
    }

    /// The data folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// All registers, in the order of the menu.
    pub fn registers(&self) -> &'static [&'static Register] {
        REGISTERS
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

    /// A body.
    pub async fn body(&self, id: &str) -> Result<Option<Body>, Error> {
        let mut connection = self.db.read().acquire().await?;
        Body::load(&mut connection, id).await
    }

    /// Makes a body with a key of its own, kept in the data folder and locked with the key file beside it.
    pub async fn create_body(&self, mut body: Body) -> Result<Body, Error> {
        let key = BodyKey::generate()?;
        body.key_id = key.id().to_string();
        let unlock = self.key_file(true)?;
        let locked = key.lock(&Lock::KeyFile(unlock.bytes()))?;
        let path = self.folder.join(Layout::KEYS).join(format!("{}.key", body.id));
        write_secret(&path, locked.as_bytes())?;
        let mut tx = self.db.write().await?;
        body.insert(&mut tx).await?;
        tx.commit().await?;
        self.keys.unlock(&body.id, key);
        Ok(body)
    }

    /// Unlocks every body whose key the key file of the data folder opens. Gives those that stay locked.
    pub async fn unlock_by_key_file(&self) -> Result<Vec<Body>, Error> {
        let mut connection = self.db.read().acquire().await?;
        let bodies = Body::all(&mut connection).await?;
        let mut locked = Vec::new();
        for body in bodies {
            let path = self.folder.join(Layout::KEYS).join(format!("{}.key", body.id));
            let text = std::fs::read_to_string(&path).map_err(|e| Error::file(&path, e))?;
            match self.key_file(false) {
                Ok(unlock) => {
                    let key = BodyKey::unlock(&text, &Lock::KeyFile(unlock.bytes()))?;
                    if key.id().to_string() != body.key_id {
                        return Err(Error::Installation(format!(
                            "{} is not the key of this body: put its own key file back",
                            path.display()
                        )));
                    }
                    self.keys.unlock(&body.id, key);
                }
                Err(_) => locked.push(body),
            }
        }
        Ok(locked)
    }

    fn key_file(&self, create: bool) -> Result<KeyFile, Error> {
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

    /// Tells the log of a fault. What is told names tables, files and identifiers, never personal data.
    pub fn report(&self, fault: &Error) {
        tracing::error!("{fault}");
    }

    /// Publishes the journal whenever something was recorded, until the program ends.
    pub async fn publish_for_ever(&self, mut failed: impl FnMut(&Error)) {
        loop {
            if let Err(error) = self.published.publish(self.db.read()).await {
                failed(&error);
                tokio::time::sleep(std::time::Duration::from_secs(5)).await;
                continue;
            }
            self.wake.notified().await;
        }
    }
}

/// The instant of an act. The only place of this crate where the clock is asked is at the edge: pages, jobs, the command line.
pub fn now() -> Timestamp {
    // Whole microseconds, as they are stored.
    Timestamp::from_microsecond(Timestamp::now().as_microsecond()).unwrap_or_default()
}

fn make_folder(folder: &Path) -> Result<(), Error> {
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
fn write_secret(path: &Path, text: &[u8]) -> Result<(), Error> {
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

fn journal_key(path: &Path) -> Result<PrivateKey, Error> {
    if path.is_file() {
        return Ok(PrivateKey::read(path)?);
    }
    let name = format!("tutela.office/{}", crate::kernel::new_id());
    let key = PrivateKey::generate(&name, tutela_journal::Role::Journal)?;
    key.write(path)?;
    Ok(key)
}
