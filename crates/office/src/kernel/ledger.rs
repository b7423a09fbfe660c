//! The journal as an office reads it: what happened in a body, proofs of single entries, a copy of the whole.

use std::fs::File;
use std::io::Write;
use std::path::Path;

use jiff::Timestamp;
use sqlx::Row;
use tutela_journal::{Folder, ProofFile, Reader, export};

use crate::error::{Error, Refusal};
use crate::kernel::field::Values;
use crate::kernel::people::account_event;
use crate::kernel::record::Actor;
use crate::kernel::register::Register;
use crate::kernel::rights::{Right, any_allows};
use crate::kernel::store::{int, text};
use crate::office::Office;
use crate::papers::VOLUME;

/// Entries on a page.
pub const PAGE: i64 = 100;
/// Volumes that are offered at most.
const MAX_VOLUMES: i64 = 100;
/// Proofs in one archive at most.
const MAX_PROOFS: i64 = 10_000;
/// How often a copy is begun again when the journal grew under it.
const TRIES: usize = 3;

/// An entry as a page shows it.
#[derive(Debug, Clone)]
pub struct Line {
    /// Its place in the journal.
    pub seq: i64,
    /// When.
    pub at: Timestamp,
    /// What.
    pub kind: String,
    /// The account.
    pub actor: String,
    /// The card, or the account that it is about.
    pub object: String,
    /// The card's register and number, if it is a card.
    pub card: Option<(String, String)>,
}

fn may(actor: &Actor) -> Result<(), Error> {
    if any_allows(&actor.roles, Right::ReadJournal) {
        Ok(())
    } else {
        Err(Refusal::new("refusal-right").into())
    }
}

impl Office {
    /// Entries of the actor's body, newest first, before a place.
    pub async fn ledger(&self, actor: &Actor, before: Option<i64>) -> Result<(Vec<Line>, Option<i64>), Error> {
        may(actor)?;
        let rows = sqlx::query(
            "SELECT e.seq, e.at, e.kind, e.actor, e.card, c.register, c.number FROM event e \
             LEFT JOIN card c ON c.id = e.card AND c.body = e.body \
             WHERE e.body = $1 AND e.seq < $2 ORDER BY e.seq DESC LIMIT $3",
        )
        .bind(&actor.body)
        .bind(before.unwrap_or(i64::MAX))
        .bind(PAGE + 1)
        .fetch_all(self.db.read())
        .await?;
        let mut lines = Vec::with_capacity(rows.len());
        for row in &rows {
            let seq = int(row, "seq")?;
            let register: Option<String> = row.try_get("register")?;
            let number: Option<String> = row.try_get("number")?;
            lines.push(Line {
                seq,
                at: Timestamp::from_microsecond(int(row, "at")?).map_err(|_| Error::Damaged {
                    table: "event",
                    id: seq.to_string(),
                    what: "instant",
                })?,
                kind: text(row, "kind")?,
                actor: text(row, "actor")?,
                object: text(row, "card")?,
                card: register.zip(number),
            });
        }
        let more = lines.len() > usize::try_from(PAGE).unwrap_or(usize::MAX);
        if more {
            lines.pop();
        }
        let next = lines.last().map(|l| l.seq).filter(|_| more);
        Ok((lines, next))
    }

    /// The proof that an entry of the actor's body stands in the published journal, as a text that anybody can check. None
    /// while it is not published yet.
    pub async fn entry_proof(&self, actor: &Actor, seq: i64) -> Result<Option<String>, Error> {
        may(actor)?;
        let known = sqlx::query("SELECT 1 AS one FROM event WHERE seq = $1 AND body = $2")
            .bind(seq)
            .bind(&actor.body)
            .fetch_optional(self.db.read())
            .await?;
        known.ok_or_else(|| Refusal::new("refusal-no-page"))?;
        let folder = Folder::new(self.published.folder());
        let reader = Reader::open(&folder)?;
        let seq = u64::try_from(seq).unwrap_or(u64::MAX);
        if seq >= reader.checkpoint().size {
            return Ok(None);
        }
        Ok(Some(proof(&reader, seq)?))
    }

    /// A proof for the entry that made each card of a register in a year, in one archive: `<number>.proof`, with the
    /// checkpoint beside them.
    pub async fn register_proofs(&self, actor: &Actor, register: &Register, year: i16) -> Result<File, Error> {
        may(actor)?;
        if !any_allows(&actor.roles, register.see) {
            return Err(Refusal::new("refusal-right").into());
        }
        let rows = sqlx::query(
            "SELECT c.number, MIN(e.seq) AS seq FROM card c JOIN event e ON e.card = c.id \
             WHERE c.body = $1 AND c.register = $2 AND c.number LIKE $3 GROUP BY c.id, c.number ORDER BY c.id LIMIT $4",
        )
        .bind(&actor.body)
        .bind(register.name)
        .bind(format!("{year}-%"))
        .bind(MAX_PROOFS)
        .fetch_all(self.db.read())
        .await?;
        let mut wanted = Vec::with_capacity(rows.len());
        for row in &rows {
            wanted.push((
                text(row, "number")?,
                u64::try_from(int(row, "seq")?).unwrap_or(u64::MAX),
            ));
        }
        let folder = self.published.folder().to_owned();
        blocking(move || {
            let store = Folder::new(&folder);
            let reader = Reader::open(&store)?;
            let mut archive = Archive::new()?;
            archive.add("checkpoint", reader.checkpoint().to_text().as_bytes())?;
            for (number, seq) in wanted {
                // What is not published yet has no proof yet; the paper says the same of its row.
                if seq < reader.checkpoint().size {
                    archive.add(&format!("{number}.proof"), proof(&reader, seq)?.as_bytes())?;
                }
            }
            archive.finish()
        })
        .await
    }

    /// The newest card of each volume of a register, newest first: year, volume from 1, card.
    pub async fn volumes(&self, actor: &Actor, register: &Register) -> Result<Vec<(i16, i64, String)>, Error> {
        may(actor)?;
        // Identifiers stand in the order in which cards were made, so the newest of a year is the greatest.
        let volume = format!("(CAST(SUBSTR(number, 6) AS BIGINT) - 1) / {VOLUME} + 1");
        let rows = sqlx::query(sqlx::AssertSqlSafe(format!(
            "SELECT SUBSTR(number, 1, 4) AS year, {volume} AS volume, MAX(id) AS id FROM card \
             WHERE body = $1 AND register = $2 GROUP BY SUBSTR(number, 1, 4), {volume} ORDER BY 1 DESC, 2 DESC \
             LIMIT {MAX_VOLUMES}"
        )))
        .bind(&actor.body)
        .bind(register.name)
        .fetch_all(self.db.read())
        .await?;
        let mut years = Vec::with_capacity(rows.len());
        for row in &rows {
            if let Ok(year) = text(row, "year")?.parse() {
                years.push((year, int(row, "volume")?, text(row, "id")?));
            }
        }
        Ok(years)
    }

    /// A copy of the published journal as an archive that is checked offline, recorded.
    pub async fn export_journal(&self, actor: &Actor, now: Timestamp) -> Result<File, Error> {
        may(actor)?;
        let mut open = Values::new();
        let size = self.published.checkpoint().size;
        open.insert("size".to_owned(), size.into());
        let mut tx = self.db.write().await?;
        account_event(
            &mut tx,
            actor,
            &actor.body,
            now,
            "journal.export",
            &actor.account,
            &open,
        )
        .await?;
        tx.commit().await?;
        self.wake.notify_one();
        let folder = self.published.folder().to_owned();
        blocking(move || copy(&folder)).await
    }
}

fn proof(reader: &Reader<'_>, seq: u64) -> Result<String, Error> {
    let file = ProofFile {
        proven: reader.prove(seq)?,
        checkpoint: reader.checkpoint().clone(),
    };
    Ok(file.to_text())
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T, Error> + Send + 'static) -> Result<T, Error> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|_| Error::Installation("the work on the journal was broken off".to_owned()))?
}

/// Copies the journal and packs the copy. A tile that was half full is replaced by a fuller one while the journal grows: then
/// the copy is begun again.
fn copy(folder: &Path) -> Result<File, Error> {
    let store = Folder::new(folder);
    let mut tries = 0;
    let (target, size) = loop {
        let target = tempfile::tempdir().map_err(|e| Error::file(&std::env::temp_dir(), e))?;
        match export(&store, &Folder::new(target.path()), 0, u64::MAX) {
            Ok(exported) => break (target, exported.size),
            Err(error) => {
                tries += 1;
                if tries == TRIES {
                    return Err(error.into());
                }
            }
        }
    };
    tracing::debug!("copied a journal of {size} entries");
    let mut archive = Archive::new()?;
    archive.add_folder(target.path(), "")?;
    archive.finish()
}

/// An archive in a file that has no name, so that nothing is left behind whatever happens.
struct Archive(zip::ZipWriter<File>);

fn zip_fault(error: zip::result::ZipError) -> Error {
    Error::file(&std::env::temp_dir(), error.into())
}

impl Archive {
    fn new() -> Result<Self, Error> {
        let file = tempfile::tempfile().map_err(|e| Error::file(&std::env::temp_dir(), e))?;
        Ok(Self(zip::ZipWriter::new(file)))
    }

    fn add(&mut self, name: &str, bytes: &[u8]) -> Result<(), Error> {
        let options = zip::write::SimpleFileOptions::default();
        self.0.start_file(name, options).map_err(zip_fault)?;
        self.0
            .write_all(bytes)
            .map_err(|e| Error::file(&std::env::temp_dir(), e))
    }

    fn add_folder(&mut self, folder: &Path, prefix: &str) -> Result<(), Error> {
        let fault = |e| Error::file(folder, e);
        let mut entries = std::fs::read_dir(folder)
            .map_err(fault)?
            .collect::<Result<Vec<_>, _>>()
            .map_err(fault)?;
        entries.sort_by_key(std::fs::DirEntry::file_name);
        for entry in entries {
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            if entry.file_type().map_err(fault)?.is_dir() {
                self.add_folder(&entry.path(), &format!("{name}/"))?;
            } else {
                let bytes = std::fs::read(entry.path()).map_err(fault)?;
                self.add(&name, &bytes)?;
            }
        }
        Ok(())
    }

    fn finish(self) -> Result<File, Error> {
        use std::io::Seek;
        let mut file = self.0.finish().map_err(zip_fault)?;
        file.rewind().map_err(|e| Error::file(&std::env::temp_dir(), e))?;
        Ok(file)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use tutela_law::Country;

    use super::*;
    use crate::kernel::rights::Role;
    use crate::world::World;

    async fn world() -> World {
        let world = World::new(Country::Vn).await;
        world.withdrawn_consent().await;
        world.office.published.publish(world.office.db.read()).await.unwrap();
        world
    }

    #[tokio::test]
    async fn a_body_reads_its_own_entries_only() {
        let world = world().await;
        let office = &world.office;
        let (lines, next) = office.ledger(&world.actor(Role::Inspector), None).await.unwrap();
        assert_eq!(next, None);
        assert!(lines.windows(2).all(|w| w[0].seq > w[1].seq));
        assert!(lines.iter().any(|l| l.kind == "consents.withdraw"));
        let seq = lines[0].seq;
        let (older, _) = office.ledger(&world.actor(Role::Head), Some(seq)).await.unwrap();
        assert_eq!(older.len(), lines.len() - 1);
        for role in [Role::Officer, Role::Administrator, Role::PressOfficer] {
            assert!(office.ledger(&world.actor(role), None).await.is_err());
        }
        let body = office.create_body(crate::world::a_body(Country::Ru)).await.unwrap();
        let stranger = world.join(&body.id, Role::Head).await.actor();
        let (others, _) = office.ledger(&stranger, None).await.unwrap();
        assert!(others.iter().all(|l| l.kind == "account.create"), "{others:?}");
        let refused = office.entry_proof(&stranger, seq).await;
        assert!(matches!(refused, Err(Error::Refused(r)) if r.key == "refusal-no-page"));
    }

    #[tokio::test]
    async fn every_entry_has_a_proof_that_holds() {
        let world = world().await;
        let office = &world.office;
        let head = world.actor(Role::Head);
        let key = office.published.public_key();
        let (lines, _) = office.ledger(&head, None).await.unwrap();
        for line in &lines {
            let text = office.entry_proof(&head, line.seq).await.unwrap().unwrap();
            let file = ProofFile::parse(text.as_bytes()).unwrap();
            file.check(key).unwrap();
            assert_eq!(file.proven.index, u64::try_from(line.seq).unwrap());
        }
        world.activity(&["consent"]).await;
        let (lines, _) = office.ledger(&head, None).await.unwrap();
        assert_eq!(
            office.entry_proof(&head, lines[0].seq).await.unwrap(),
            None,
            "not published yet"
        );
    }

    #[tokio::test]
    async fn a_copy_of_the_journal_is_sound_and_says_nothing_of_a_person() {
        let world = world().await;
        let office = &world.office;
        let mut file = office
            .export_journal(&world.actor(Role::Head), world.now)
            .await
            .unwrap();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.zip");
        std::fs::write(&path, &bytes).unwrap();
        let store = tutela_journal::open(&path).unwrap();
        let reader = Reader::open(&*store).unwrap();
        reader.checkpoint().check(office.published.public_key()).unwrap();
        let size = reader.checkpoint().size;
        assert!(size > 5);
        for index in 0..size {
            let entry = reader.prove(index).unwrap().entry;
            let text = String::from_utf8_lossy(&entry);
            assert!(!text.contains("Thử") && !text.contains("079183000123"));
        }
    }

    #[tokio::test]
    async fn each_card_of_a_register_has_its_proof() {
        let world = world().await;
        let office = &world.office;
        let register = office.register("consents").unwrap();
        let head = world.actor(Role::Head);
        let file = office.register_proofs(&head, register, 2026).await.unwrap();
        let mut archive = zip::ZipArchive::new(file).unwrap();
        let names: Vec<_> = archive.file_names().map(|n| n.unwrap().into_owned()).collect();
        assert_eq!(names, ["checkpoint", "2026-1.proof"]);
        let mut text = Vec::new();
        archive.by_name("2026-1.proof").unwrap().read_to_end(&mut text).unwrap();
        let proof = ProofFile::parse(&text).unwrap();
        proof.check(office.published.public_key()).unwrap();
        assert!(String::from_utf8_lossy(&proof.proven.entry).contains("consents.register"));
    }
}
