//! Passkeys (WebAuthn): beside the password in place of a code, or in place of password and code where the authenticator itself made
//! sure who holds it. What is kept is a public key; the name that its owner gave it is sealed.

mod name;
#[cfg(test)]
pub(crate) mod tests;
mod webauthn;

use base64ct::{Base64UrlUnpadded, Encoding};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use sqlx::{AnyConnection, Row};
use tutela_vault::{Place, Sealed};

use crate::edge::Origin;
use crate::error::{Error, Refusal};
use crate::kernel::people::demand::demanded;
use crate::kernel::people::factor::{FactorState, new_codes};
use crate::kernel::people::sign_in::{From, begin_session};
use crate::kernel::people::{Account, attempts, own_event, stored_token};
use crate::kernel::store::{Tx, bytes, int, text};
use crate::office::Office;

use webauthn::{Fault, MAX_PART, Use};

/// How long an answer is waited for.
const PATIENCE: SignedDuration = SignedDuration::from_mins(5);
/// Passkeys that an account has at most.
const MOST: i64 = 20;
/// Kinds of keys that are taken, the best liked first: `EdDSA`, ES256, RS256.
const KINDS: [i64; 3] = [-8, -7, -257];

/// What a challenge is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Purpose {
    /// A new passkey.
    Create,
    /// The second factor of half a session.
    Second,
    /// Signing in with nothing else.
    Alone,
}

impl Purpose {
    fn as_str(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Second => "second",
            Self::Alone => "alone",
        }
    }
}

/// What a browser brings back of a new passkey, as it writes it: base64url.
#[derive(Debug, Clone, Copy)]
pub struct Made<'a> {
    /// What the browser adds.
    pub client_data: &'a str,
    /// What the authenticator says.
    pub attestation: &'a str,
}

/// What a browser brings back of a passkey that was used, as it writes it: base64url.
#[derive(Debug, Clone, Copy)]
pub struct Used<'a> {
    /// Which passkey.
    pub id: &'a str,
    /// What the browser adds.
    pub client_data: &'a str,
    /// What the authenticator says.
    pub data: &'a str,
    /// Its signature.
    pub signature: &'a str,
    /// Whose it is, as the authenticator remembers it; empty where it does not.
    pub owner: &'a str,
}

/// A passkey in the list of its owner.
#[derive(Debug, Clone)]
pub struct Held {
    /// Its identifier.
    pub id: String,
    /// The name that its owner gave it.
    pub name: String,
    /// Since when.
    pub created: Timestamp,
    /// When it was used last.
    pub used: Option<Timestamp>,
}

fn name_record(account: &str, passkey: &str) -> String {
    format!("account/{account}/passkey/{passkey}")
}

/// Bytes as a browser writes them. Nothing that is longer than an authenticator needs.
fn read(text: &str) -> Result<Vec<u8>, Fault> {
    if text.len() > MAX_PART * 4 / 3 + 4 {
        return Err(Fault::Format);
    }
    Base64UrlUnpadded::decode_vec(text.trim_end_matches('=')).map_err(|_| Fault::Format)
}

fn write(bytes: &[u8]) -> String {
    Base64UrlUnpadded::encode_string(bytes)
}

/// What a user reads of an answer that is not taken.
fn refused(fault: Fault) -> Refusal {
    Refusal::new(match fault {
        Fault::Elsewhere => "refusal-passkey-elsewhere",
        Fault::NotVerified => "refusal-passkey-not-verified",
        Fault::Algorithm => "refusal-passkey-kind",
        Fault::Format | Fault::Signature => "refusal-passkey",
    })
}

/// Keeps a new challenge. Those that nobody answered go away.
async fn ask(
    connection: &mut AnyConnection,
    purpose: Purpose,
    account: Option<&str>,
    now: Timestamp,
) -> Result<String, Error> {
    let mut random = [0_u8; 32];
    getrandom::fill(&mut random).map_err(|_| Error::Installation("the system gives no random numbers".to_owned()))?;
    let challenge = write(&random);
    sqlx::query("DELETE FROM passkey_challenge WHERE expires_at < $1")
        .bind(now.as_microsecond())
        .execute(&mut *connection)
        .await?;
    sqlx::query("INSERT INTO passkey_challenge (challenge, account, purpose, expires_at) VALUES ($1, $2, $3, $4)")
        .bind(stored_token(&challenge))
        .bind(account)
        .bind(purpose.as_str())
        .bind((now + PATIENCE).as_microsecond())
        .execute(connection)
        .await?;
    Ok(challenge)
}

/// Uses a challenge up, whatever comes of it. It counts for its purpose and for whom it was made only.
async fn answered(
    tx: &mut AnyConnection,
    challenge: &str,
    purpose: Purpose,
    account: Option<&str>,
    now: Timestamp,
) -> Result<(), Error> {
    let row = sqlx::query("DELETE FROM passkey_challenge WHERE challenge = $1 RETURNING account, purpose, expires_at")
        .bind(stored_token(challenge))
        .fetch_optional(tx)
        .await?;
    let late = || Refusal::new("refusal-passkey-late");
    let row = row.ok_or_else(late)?;
    let whose: Option<String> = row.try_get("account")?;
    let fits = text(&row, "purpose")? == purpose.as_str()
        && whose.as_deref() == account
        && int(&row, "expires_at")? > now.as_microsecond();
    if fits { Ok(()) } else { Err(late().into()) }
}

/// How many passkeys an account has.
pub(crate) async fn count(connection: &mut AnyConnection, account: &str) -> Result<i64, Error> {
    let row = sqlx::query("SELECT COUNT(*) AS n FROM passkey WHERE account = $1")
        .bind(account)
        .fetch_one(connection)
        .await?;
    int(&row, "n")
}

/// Forgets every passkey of an account.
pub(crate) async fn forget(tx: &mut AnyConnection, account: &str) -> Result<(), Error> {
    sqlx::query("DELETE FROM passkey WHERE account = $1")
        .bind(account)
        .execute(tx)
        .await?;
    Ok(())
}

async fn ids(connection: &mut AnyConnection, account: &str) -> Result<Vec<Value>, Error> {
    let rows = sqlx::query("SELECT id FROM passkey WHERE account = $1 ORDER BY created_at, id")
        .bind(account)
        .fetch_all(connection)
        .await?;
    rows.iter()
        .map(|row| Ok(json!({ "type": "public-key", "id": text(row, "id")? })))
        .collect()
}

impl Office {
    /// The passkeys of an account, the oldest first.
    pub async fn passkeys(&self, account: &Account) -> Result<Vec<Held>, Error> {
        let rows = sqlx::query("SELECT * FROM passkey WHERE account = $1 ORDER BY created_at, id")
            .bind(&account.id)
            .fetch_all(self.db.read())
            .await?;
        let instant = |micros: i64| Timestamp::from_microsecond(micros).unwrap_or_default();
        let mut held = Vec::with_capacity(rows.len());
        for row in &rows {
            let id = text(row, "id")?;
            let record = name_record(&account.id, &id);
            let place = Place {
                body: &account.body,
                record: &record,
            };
            let sealed = Sealed {
                wrapped_key: bytes(row, "name_key")?,
                content: bytes(row, "name")?,
            };
            let name = match self.keys.of(&account.body) {
                Ok(key) => key.open(&place, &sealed)?.expose_str().unwrap_or_default().to_owned(),
                // While the vault is locked a passkey signs in all the same; only its name is not known.
                Err(_) => String::new(),
            };
            let used: Option<i64> = row.try_get("used_at")?;
            held.push(Held {
                created: instant(int(row, "created_at")?),
                used: used.map(instant),
                id,
                name,
            });
        }
        Ok(held)
    }

    /// What a browser asks an authenticator for, to make a passkey. Whoever is signed in proves that nobody else sits there.
    pub async fn begin_passkey(
        &self,
        account: &Account,
        password: &str,
        origin: &Origin,
        now: Timestamp,
    ) -> Result<Value, Error> {
        self.prove(account, password, now).await?;
        let mut tx = self.db.write().await?;
        let known = ids(&mut tx, &account.id).await?;
        let challenge = ask(&mut tx, Purpose::Create, Some(&account.id), now).await?;
        tx.commit().await?;
        Ok(json!({
            "challenge": challenge,
            "rp": { "id": origin.host(), "name": "Tutela" },
            "user": { "id": write(account.id.as_bytes()), "name": account.login, "displayName": account.display },
            "pubKeyCredParams": KINDS.map(|alg| json!({ "type": "public-key", "alg": alg })),
            "timeout": PATIENCE.as_millis(),
            "excludeCredentials": known,
            "authenticatorSelection": { "residentKey": "preferred", "userVerification": "preferred" },
            "attestation": "none",
        }))
    }

    /// Keeps a new passkey. Gives recovery codes, shown once, where the account has none yet.
    pub async fn add_passkey(
        &self,
        account: &Account,
        name: &str,
        made: Made<'_>,
        origin: &Origin,
        now: Timestamp,
    ) -> Result<Vec<String>, Error> {
        let name = name::checked(name)?;
        let client_data = read(made.client_data).map_err(refused)?;
        let challenge = webauthn::challenge(&client_data, Use::Create, origin).map_err(refused)?;
        let attestation = read(made.attestation).map_err(refused)?;
        let mut tx = self.db.write().await?;
        answered(&mut tx, &challenge, Purpose::Create, Some(&account.id), now).await?;
        let new = webauthn::create(&attestation, origin, false).map_err(refused)?;
        if count(&mut tx, &account.id).await? >= MOST {
            return Err(Refusal::new("refusal-passkeys").arg("most", MOST.to_string()).into());
        }
        let id = write(&new.id);
        let key = self.keys.of(&account.body)?;
        let record = name_record(&account.id, &id);
        let place = Place {
            body: &account.body,
            record: &record,
        };
        let sealed = key.create(&place, name.as_bytes())?;
        let kept = sqlx::query(
            "INSERT INTO passkey (id, account, public_key, counter, name, name_key, created_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (id) DO NOTHING",
        )
        .bind(&id)
        .bind(&account.id)
        .bind(new.key)
        .bind(i64::from(new.counter))
        .bind(sealed.content)
        .bind(sealed.wrapped_key)
        .bind(now.as_microsecond())
        .execute(&mut *tx)
        .await?;
        if kept.rows_affected() != 1 {
            return Err(Refusal::new("refusal-passkey-known").into());
        }
        let left = sqlx::query("SELECT COUNT(*) AS n FROM recovery_code WHERE account = $1")
            .bind(&account.id)
            .fetch_one(&mut *tx)
            .await?;
        let codes = if int(&left, "n")? == 0 {
            new_codes(&mut tx, &account.id).await?
        } else {
            Vec::new()
        };
        own_event(&mut tx, account, now, "account.passkey-add").await?;
        tx.commit().await?;
        self.wake.notify_one();
        Ok(codes)
    }

    /// Takes a passkey away. The last second factor of somebody who must have one stays.
    pub async fn remove_passkey(
        &self,
        account: &Account,
        password: &str,
        id: &str,
        now: Timestamp,
    ) -> Result<(), Error> {
        self.prove(account, password, now).await?;
        let state = self.factor(&account.id).await?.0;
        let mut tx = self.db.write().await?;
        let done = sqlx::query("DELETE FROM passkey WHERE id = $1 AND account = $2")
            .bind(id)
            .bind(&account.id)
            .execute(&mut *tx)
            .await?;
        if done.rows_affected() != 1 {
            return Err(Refusal::new("refusal-no-page").into());
        }
        if state != FactorState::On && count(&mut tx, &account.id).await? == 0 {
            if demanded(&mut tx, account).await? {
                return Err(Refusal::new("refusal-factor-must").into());
            }
            // Codes without a factor that they stand in for would be good for nothing but a thief.
            sqlx::query("DELETE FROM recovery_code WHERE account = $1")
                .bind(&account.id)
                .execute(&mut *tx)
                .await?;
        }
        own_event(&mut tx, account, now, "account.passkey-remove").await?;
        tx.commit().await?;
        self.wake.notify_one();
        Ok(())
    }

    /// What a browser asks an authenticator for, to sign somebody in whose name is not known yet.
    pub async fn begin_sign_in_by_passkey(&self, origin: &Origin, now: Timestamp) -> Result<Value, Error> {
        let mut tx = self.db.write().await?;
        let challenge = ask(&mut tx, Purpose::Alone, None, now).await?;
        tx.commit().await?;
        Ok(asked(&challenge, origin, &[], "required"))
    }

    /// The same for the second factor of half a session.
    pub async fn begin_second_by_passkey(
        &self,
        account: &Account,
        origin: &Origin,
        now: Timestamp,
    ) -> Result<Value, Error> {
        let mut tx = self.db.write().await?;
        let known = ids(&mut tx, &account.id).await?;
        let challenge = ask(&mut tx, Purpose::Second, Some(&account.id), now).await?;
        tx.commit().await?;
        Ok(asked(&challenge, origin, &known, "preferred"))
    }

    /// Signs in with a passkey alone: its authenticator made sure who holds it.
    pub async fn sign_in_by_passkey(
        &self,
        used: Used<'_>,
        origin: &Origin,
        from: From<'_>,
        now: Timestamp,
    ) -> Result<String, Error> {
        let mut tx = self.db.write().await?;
        let done = self.check(&mut tx, used, origin, Purpose::Alone, None, now).await;
        let account = self.settled(&mut tx, done, now).await;
        let token = match account {
            Ok(account) => Ok(begin_session(&mut tx, &account, from.client, now).await?),
            Err(error) => Err(error),
        };
        tx.commit().await?;
        self.wake.notify_one();
        token
    }

    /// Makes half a session whole with a passkey. The half is used up, and the token is a new one.
    pub async fn second_by_passkey(
        &self,
        half: &str,
        used: Used<'_>,
        origin: &Origin,
        from: From<'_>,
        now: Timestamp,
    ) -> Result<String, Error> {
        let account = self.half_session(half, now).await?;
        let account = account.ok_or_else(|| Refusal::new("refusal-half"))?;
        let limits = attempts::code_limit(&account.id);
        let mut tx = self.db.write().await?;
        if attempts::locked(&mut tx, &limits, now).await? {
            return Err(Refusal::new("refusal-sign-in-locked").into());
        }
        let done = self
            .check(&mut tx, used, origin, Purpose::Second, Some(&account.id), now)
            .await;
        let token = match self.settled(&mut tx, done, now).await {
            Ok(account) => {
                attempts::forget(&mut tx, &limits).await?;
                sqlx::query("DELETE FROM session WHERE token = $1")
                    .bind(stored_token(half))
                    .execute(&mut *tx)
                    .await?;
                Ok(begin_session(&mut tx, &account, from.client, now).await?)
            }
            Err(error) => {
                attempts::failed(&mut tx, &limits, now).await?;
                Err(error)
            }
        };
        tx.commit().await?;
        self.wake.notify_one();
        token
    }

    /// Tells the journal of a passkey that seems to be copied; everything else passes.
    async fn settled(&self, tx: &mut Tx, done: Result<Checked, Error>, now: Timestamp) -> Result<Account, Error> {
        match done? {
            Checked::Good(account) => Ok(account),
            Checked::Copied(account) => {
                own_event(tx, &account, now, "account.passkey-copied").await?;
                Err(Refusal::new("refusal-passkey-copied").into())
            }
        }
    }

    /// Checks an answer and takes up the count of its authenticator. The challenge is used up.
    async fn check(
        &self,
        tx: &mut Tx,
        used: Used<'_>,
        origin: &Origin,
        purpose: Purpose,
        account: Option<&str>,
        now: Timestamp,
    ) -> Result<Checked, Error> {
        let client_data = read(used.client_data).map_err(refused)?;
        let challenge = webauthn::challenge(&client_data, Use::Get, origin).map_err(refused)?;
        answered(tx, &challenge, purpose, account, now).await?;
        let id = write(&read(used.id).map_err(refused)?);
        let row = sqlx::query(
            "SELECT a.*, p.public_key AS passkey_key, p.counter AS passkey_counter FROM passkey p \
             JOIN account a ON a.id = p.account WHERE p.id = $1 AND a.state = 'active'",
        )
        .bind(&id)
        .fetch_optional(&mut **tx)
        .await?;
        let row = row.ok_or_else(|| Refusal::new("refusal-passkey-unknown"))?;
        let owner = self.account_from_row(&row)?;
        let named = read(used.owner).map_err(refused)?;
        if account.is_some_and(|a| a != owner.id) || (!named.is_empty() && named != owner.id.as_bytes()) {
            return Err(Refusal::new("refusal-passkey-unknown").into());
        }
        let (data, signature) = (
            read(used.data).map_err(refused)?,
            read(used.signature).map_err(refused)?,
        );
        let parts = (data.as_slice(), client_data.as_slice(), signature.as_slice());
        let verified = purpose == Purpose::Alone;
        let key = bytes(&row, "passkey_key")?;
        let counter = webauthn::get(&key, parts, origin, verified).map_err(refused)?;
        let (counter, before) = (i64::from(counter), int(&row, "passkey_counter")?);
        // Authenticators that do not count say nought for ever.
        if (counter != 0 || before != 0) && counter <= before {
            return Ok(Checked::Copied(owner));
        }
        sqlx::query("UPDATE passkey SET counter = $2, used_at = $3 WHERE id = $1")
            .bind(&id)
            .bind(counter)
            .bind(now.as_microsecond())
            .execute(&mut **tx)
            .await?;
        Ok(Checked::Good(owner))
    }
}

/// What an answer is worth.
enum Checked {
    /// It is of this account.
    Good(Account),
    /// Its signature is right, but its authenticator has counted backwards.
    Copied(Account),
}

fn asked(challenge: &str, origin: &Origin, known: &[Value], verification: &str) -> Value {
    json!({
        "challenge": challenge,
        "rpId": origin.host(),
        "timeout": PATIENCE.as_millis(),
        "userVerification": verification,
        "allowCredentials": known,
    })
}
