//! The second factor: codes that change every thirty seconds (RFC 6238), and recovery codes for the day when the telephone is
//! lost.

use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use sha1::Sha1;
use sqlx::{AnyConnection, Row};
use tutela_vault::{Place, Sealed};

use crate::error::{Error, Refusal};
use crate::kernel::people::demand::demanded;
use crate::kernel::people::{Account, attempts, own_event, passkey, stored_token};
use crate::kernel::store::{int, text};
use crate::office::Office;

/// Length of a time step, in seconds.
const STEP: i64 = 30;
/// Steps before and after the present one whose codes are taken: clocks of telephones are not exact.
const SLACK: i64 = 1;
/// Bytes of a secret, as RFC 4226 recommends.
const SECRET: usize = 20;
/// Recovery codes that an account gets.
const CODES: usize = 10;
/// Letters of secrets and recovery codes (RFC 4648); none is taken for another.
const ALPHABET: [char; 32] = [
    'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'I', 'J', 'K', 'L', 'M', 'N', 'O', 'P', 'Q', 'R', 'S', 'T', 'U', 'V', 'W',
    'X', 'Y', 'Z', '2', '3', '4', '5', '6', '7',
];

/// Where the second factor of an account stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FactorState {
    /// There is none.
    None,
    /// A secret was made, but no code came back yet.
    Pending,
    /// It is asked for at every sign-in.
    On,
}

impl FactorState {
    pub(crate) fn from_word(word: &str) -> Self {
        match word {
            "on" => Self::On,
            "pending" => Self::Pending,
            _ => Self::None,
        }
    }
}

/// A new secret as it is shown once.
#[derive(Clone)]
pub struct NewFactor {
    /// The secret, to be typed.
    pub secret: String,
    /// The address that a code in a picture holds.
    pub link: String,
}

impl std::fmt::Debug for NewFactor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NewFactor(…)")
    }
}

fn factor_record(account: &str) -> String {
    format!("account/{account}/factor")
}

/// Bytes in base 32, without padding.
fn base32(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() * 8 / 5 + 1);
    let (mut held, mut bits) = (0_u32, 0_u32);
    for byte in bytes {
        held = (held << 8) | u32::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            out.extend(ALPHABET.get((held >> bits & 31) as usize));
            held &= (1 << bits) - 1;
        }
    }
    if bits > 0 {
        out.extend(ALPHABET.get((held << (5 - bits) & 31) as usize));
    }
    out
}

/// The code of a time step (RFC 4226, 5.3), six digits.
fn code(secret: &[u8], step: i64) -> Option<String> {
    let mut mac = Hmac::<Sha1>::new_from_slice(secret).ok()?;
    mac.update(&step.to_be_bytes());
    let digest = mac.finalize().into_bytes();
    let offset = usize::from(digest.last()? & 15);
    let four: [u8; 4] = digest.get(offset..offset + 4)?.try_into().ok()?;
    Some(format!("{:06}", (u32::from_be_bytes(four) & 0x7fff_ffff) % 1_000_000))
}

/// The time step whose code was given, of those that are taken now.
fn step_of(secret: &[u8], given: &str, now: Timestamp) -> Option<i64> {
    let present = now.as_second().div_euclid(STEP);
    let mut found = None;
    for step in present - SLACK..=present + SLACK {
        // Every step is looked at, whichever fits.
        if code(secret, step).as_deref() == Some(given) {
            found = Some(step);
        }
    }
    found
}

/// What a name needs in an address.
fn in_address(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_') {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// A code as it is typed: blanks and dashes are for the eye.
fn typed(code: &str) -> String {
    code.chars()
        .filter(|c| !c.is_whitespace() && *c != '-')
        .take(64)
        .collect::<String>()
        .to_uppercase()
}

fn stored_recovery(account: &str, code: &str) -> String {
    stored_token(&format!("recovery\n{account}\n{code}"))
}

fn random<const N: usize>() -> Result<[u8; N], Error> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| Error::Installation("the system gives no random numbers".to_owned()))?;
    Ok(bytes)
}

impl Office {
    /// Where the second factor of an account stands, and how many recovery codes are left.
    pub async fn factor(&self, account: &str) -> Result<(FactorState, i64), Error> {
        let row = sqlx::query("SELECT factor_state FROM account WHERE id = $1")
            .bind(account)
            .fetch_optional(self.db.read())
            .await?;
        let state = match row {
            Some(row) => FactorState::from_word(&text(&row, "factor_state")?),
            None => FactorState::None,
        };
        let left = sqlx::query("SELECT COUNT(*) AS n FROM recovery_code WHERE account = $1")
            .bind(account)
            .fetch_one(self.db.read())
            .await?;
        Ok((state, int(&left, "n")?))
    }

    /// Makes a secret, which counts once a code has come back. Whoever is signed in proves with the password that nobody
    /// else sits there.
    pub async fn begin_factor(&self, account: &Account, password: &str, now: Timestamp) -> Result<NewFactor, Error> {
        self.prove(account, password, now).await?;
        let secret = random::<SECRET>()?;
        let key = self.keys.of(&account.body)?;
        let record = factor_record(&account.id);
        let sealed = key.create(
            &Place {
                body: &account.body,
                record: &record,
            },
            &secret,
        )?;
        let mut tx = self.db.write().await?;
        let done = sqlx::query(
            "UPDATE account SET second_factor = $2, second_factor_key = $3, factor_state = 'pending', factor_step = 0 \
             WHERE id = $1 AND factor_state <> 'on'",
        )
        .bind(&account.id)
        .bind(sealed.content)
        .bind(sealed.wrapped_key)
        .execute(&mut *tx)
        .await?;
        if done.rows_affected() != 1 {
            return Err(Refusal::new("refusal-factor-on").into());
        }
        tx.commit().await?;
        let text = base32(&secret);
        let link = format!(
            "otpauth://totp/Tutela:{}?secret={text}&issuer=Tutela",
            in_address(&account.login)
        );
        Ok(NewFactor { secret: text, link })
    }

    /// Turns the second factor on with its first code. Gives the recovery codes, which are shown once.
    pub async fn confirm_factor(&self, account: &Account, code: &str, now: Timestamp) -> Result<Vec<String>, Error> {
        let limits = attempts::code_limit(&account.id);
        let mut tx = self.db.write().await?;
        if attempts::locked(&mut tx, &limits, now).await? {
            return Err(Refusal::new("refusal-sign-in-locked").into());
        }
        if !self
            .use_time_code(&mut tx, account, "pending", &typed(code), now)
            .await?
        {
            attempts::failed(&mut tx, &limits, now).await?;
            tx.commit().await?;
            return Err(Refusal::new("refusal-factor-code").field("factor_code").into());
        }
        attempts::forget(&mut tx, &limits).await?;
        sqlx::query("UPDATE account SET factor_state = 'on' WHERE id = $1")
            .bind(&account.id)
            .execute(&mut *tx)
            .await?;
        let codes = new_codes(&mut tx, &account.id).await?;
        own_event(&mut tx, account, now, "account.factor-on").await?;
        tx.commit().await?;
        self.wake.notify_one();
        Ok(codes)
    }

    /// Turns the second factor off again.
    pub async fn end_factor(&self, account: &Account, password: &str, now: Timestamp) -> Result<(), Error> {
        self.prove(account, password, now).await?;
        let mut tx = self.db.write().await?;
        let others = passkey::count(&mut tx, &account.id).await?;
        if others == 0 && demanded(&mut tx, account).await? {
            return Err(Refusal::new("refusal-factor-must").into());
        }
        forget_secret(&mut tx, &account.id).await?;
        // Recovery codes stand in for passkeys too.
        if others == 0 {
            forget_codes(&mut tx, &account.id).await?;
        }
        own_event(&mut tx, account, now, "account.factor-off").await?;
        tx.commit().await?;
        self.wake.notify_one();
        Ok(())
    }

    /// New recovery codes; the old ones are good for nothing then.
    pub async fn renew_codes(&self, account: &Account, password: &str, now: Timestamp) -> Result<Vec<String>, Error> {
        self.prove(account, password, now).await?;
        let mut connection = self.db.read().acquire().await?;
        let passkeys = passkey::count(&mut connection, &account.id).await?;
        drop(connection);
        if self.factor(&account.id).await?.0 != FactorState::On && passkeys == 0 {
            return Err(Refusal::new("refusal-factor-off").into());
        }
        let mut tx = self.db.write().await?;
        let codes = new_codes(&mut tx, &account.id).await?;
        own_event(&mut tx, account, now, "account.recovery-codes").await?;
        tx.commit().await?;
        self.wake.notify_one();
        Ok(codes)
    }

    /// Uses up a code of the second factor or a recovery code.
    pub(crate) async fn use_code(
        &self,
        tx: &mut AnyConnection,
        account: &Account,
        given: &str,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let given = typed(given);
        if given.len() == 6 && given.bytes().all(|b| b.is_ascii_digit()) {
            return self.use_time_code(tx, account, "on", &given, now).await;
        }
        let done = sqlx::query("DELETE FROM recovery_code WHERE code = $1 AND account = $2")
            .bind(stored_recovery(&account.id, &given))
            .bind(&account.id)
            .execute(&mut *tx)
            .await?;
        if done.rows_affected() != 1 {
            return Ok(false);
        }
        own_event(tx, account, now, "account.recovery-used").await?;
        Ok(true)
    }

    async fn use_time_code(
        &self,
        tx: &mut AnyConnection,
        account: &Account,
        state: &str,
        given: &str,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let row =
            sqlx::query("SELECT second_factor, second_factor_key FROM account WHERE id = $1 AND factor_state = $2")
                .bind(&account.id)
                .bind(state)
                .fetch_optional(&mut *tx)
                .await?;
        let Some(row) = row else { return Ok(false) };
        let sealed = Sealed {
            wrapped_key: row.try_get("second_factor_key")?,
            content: row.try_get("second_factor")?,
        };
        let record = factor_record(&account.id);
        // The secret lies in the vault. Whoever comes to unlock it takes a recovery code or a passkey.
        let key = match self.keys.of(&account.body) {
            Ok(key) => key,
            Err(_) => return Err(Refusal::new("refusal-factor-locked").field("factor_code").into()),
        };
        let secret = key.open(
            &Place {
                body: &account.body,
                record: &record,
            },
            &sealed,
        )?;
        let Some(step) = step_of(secret.expose(), given, now) else {
            return Ok(false);
        };
        // A code that was seen over a shoulder is not good a second time.
        let done = sqlx::query("UPDATE account SET factor_step = $2 WHERE id = $1 AND factor_step < $2")
            .bind(&account.id)
            .bind(step)
            .execute(&mut *tx)
            .await?;
        Ok(done.rows_affected() == 1)
    }
}

/// Forgets every second factor of an account with its recovery codes.
pub(crate) async fn forget_factor(tx: &mut AnyConnection, account: &str) -> Result<(), Error> {
    forget_secret(tx, account).await?;
    passkey::forget(tx, account).await?;
    forget_codes(tx, account).await
}

async fn forget_secret(tx: &mut AnyConnection, account: &str) -> Result<(), Error> {
    sqlx::query(
        "UPDATE account SET second_factor = NULL, second_factor_key = NULL, factor_state = 'none', factor_step = 0 WHERE id = $1",
    )
    .bind(account)
    .execute(tx)
    .await?;
    Ok(())
}

async fn forget_codes(tx: &mut AnyConnection, account: &str) -> Result<(), Error> {
    sqlx::query("DELETE FROM recovery_code WHERE account = $1")
        .bind(account)
        .execute(tx)
        .await?;
    Ok(())
}

/// Makes recovery codes, of which only hashes are kept. Eighty random bits need no slow hash.
pub(crate) async fn new_codes(tx: &mut AnyConnection, account: &str) -> Result<Vec<String>, Error> {
    sqlx::query("DELETE FROM recovery_code WHERE account = $1")
        .bind(account)
        .execute(&mut *tx)
        .await?;
    let mut codes = Vec::with_capacity(CODES);
    for _ in 0..CODES {
        let code = base32(&random::<10>()?);
        sqlx::query("INSERT INTO recovery_code (code, account) VALUES ($1, $2)")
            .bind(stored_recovery(account, &code))
            .bind(account)
            .execute(&mut *tx)
            .await?;
        let groups: Vec<String> = code
            .chars()
            .collect::<Vec<_>>()
            .chunks(4)
            .map(String::from_iter)
            .collect();
        codes.push(groups.join("-"));
    }
    Ok(codes)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// The code that a telephone with this secret shows.
    pub(crate) fn shown(secret: &str, now: Timestamp) -> String {
        let mut bytes = Vec::new();
        let (mut held, mut bits) = (0_u32, 0);
        for letter in secret.chars() {
            held = (held << 5) | u32::try_from(ALPHABET.iter().position(|c| *c == letter).unwrap()).unwrap();
            bits += 5;
            if bits >= 8 {
                bits -= 8;
                bytes.push(u8::try_from(held >> bits & 255).unwrap());
            }
        }
        code(&bytes, now.as_second() / STEP).unwrap()
    }

    #[test]
    fn codes_are_those_of_the_standard() {
        // RFC 4226, appendix D.
        let secret = b"12345678901234567890";
        for (step, expected) in [(0, "755224"), (1, "287082"), (2, "359152"), (9, "520489")] {
            assert_eq!(code(secret, step).unwrap(), expected);
        }
        // RFC 6238, appendix B, the last six digits.
        for (second, expected) in [(59, "287082"), (1_111_111_109, "081804"), (20_000_000_000, "353130")] {
            assert_eq!(code(secret, second / 30).unwrap(), expected);
        }
    }

    #[test]
    fn base_32_is_that_of_the_standard() {
        // RFC 4648, section 10.
        for (text, expected) in [("", ""), ("f", "MY"), ("foo", "MZXW6"), ("foobar", "MZXW6YTBOI")] {
            assert_eq!(base32(text.as_bytes()), expected);
        }
    }

    #[test]
    fn only_neighbouring_steps_count() {
        let secret = b"12345678901234567890";
        let at = |second| Timestamp::from_second(second).unwrap();
        assert_eq!(step_of(secret, "287082", at(59)), Some(1));
        assert_eq!(step_of(secret, "287082", at(89)), Some(1));
        assert_eq!(step_of(secret, "287082", at(91)), None);
    }

    #[test]
    fn a_name_cannot_leave_its_place_in_the_address() {
        assert_eq!(in_address("a@b?secret=x&y"), "a%40b%3Fsecret%3Dx%26y");
    }
}
