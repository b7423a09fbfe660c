//! What an account calls its passkeys: a name by which a person tells them apart, sealed like all that a person writes.

use jiff::Timestamp;
use tutela_vault::Place;

use super::name_record;
use crate::error::{Error, Refusal};
use crate::kernel::people::{Account, own_event};
use crate::office::Office;

/// Longest name of a passkey, in characters.
const MAX_NAME: usize = 60;

/// A name as it is kept.
pub(super) fn checked(name: &str) -> Result<&str, Refusal> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > MAX_NAME || name.chars().any(char::is_control) {
        return Err(Refusal::new("refusal-passkey-name").field("passkey_name"));
    }
    Ok(name)
}

impl Office {
    /// Calls a passkey of an account otherwise.
    pub async fn rename_passkey(&self, account: &Account, id: &str, name: &str, now: Timestamp) -> Result<(), Error> {
        let name = checked(name)?;
        let key = self.keys.of(&account.body)?;
        let record = name_record(&account.id, id);
        let place = Place {
            body: &account.body,
            record: &record,
        };
        let sealed = key.create(&place, name.as_bytes())?;
        let mut tx = self.db.write().await?;
        let done = sqlx::query("UPDATE passkey SET name = $3, name_key = $4 WHERE id = $1 AND account = $2")
            .bind(id)
            .bind(&account.id)
            .bind(sealed.content)
            .bind(sealed.wrapped_key)
            .execute(&mut *tx)
            .await?;
        if done.rows_affected() != 1 {
            return Err(Refusal::new("refusal-no-page").into());
        }
        own_event(&mut tx, account, now, "account.passkey-rename").await?;
        tx.commit().await?;
        self.wake.notify_one();
        Ok(())
    }
}
