//! Secret codes that stand for a person without an account: whoever has the code of a card may learn how far it is.

use jiff::Timestamp;
use sha2::{Digest, Sha256};
use sqlx::AnyConnection;

use crate::error::Error;
use crate::kernel::card::Card;
use crate::kernel::record::load_card;
use crate::kernel::store::text;

/// Who acts in the journal when somebody without an account does.
pub(crate) const PROGRAM: &str = "public-page";
/// The signs of a code: none that are taken for each other.
const SIGNS: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
/// Signs of a code: a hundred bits, which nobody guesses.
const LENGTH: usize = 20;

/// What somebody without an account gets for what was taken in: it is shown once.
pub(crate) struct Receipt {
    /// The number of the card.
    pub(crate) number: String,
    /// The secret code, in groups.
    pub(crate) code: String,
}

/// A new code.
pub(crate) fn new_code() -> Result<String, Error> {
    let mut bytes = [0_u8; LENGTH];
    getrandom::fill(&mut bytes).map_err(|e| Error::Installation(format!("the system gives no random numbers: {e}")))?;
    let mut code = String::new();
    for (at, byte) in bytes.iter().enumerate() {
        if at > 0 && at % 5 == 0 {
            code.push('-');
        }
        let sign = SIGNS.get(usize::from(byte % 32)).copied().unwrap_or(b'2');
        code.push(char::from(sign));
    }
    Ok(code)
}

/// The code as it is kept. A code is random and long, so that one hash hides it.
fn hash(code: &str) -> String {
    let plain: String = code
        .chars()
        .take(100)
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_uppercase())
        .collect();
    Sha256::digest(plain.as_bytes())
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect()
}

/// Keeps the code of a card.
pub(crate) async fn keep(
    connection: &mut AnyConnection,
    (body, card): (&str, &str),
    code: &str,
    now: Timestamp,
) -> Result<(), Error> {
    sqlx::query("INSERT INTO ask_code (code, body, card, created_at) VALUES ($1, $2, $3, $4)")
        .bind(hash(code))
        .bind(body)
        .bind(card)
        .bind(now.as_microsecond())
        .execute(connection)
        .await?;
    Ok(())
}

/// The card of a register that has this number and this code, closed; none if one of them is wrong.
pub(crate) async fn find(
    connection: &mut AnyConnection,
    (body, register): (&str, &str),
    (number, code): (&str, &str),
) -> Result<Option<Card>, Error> {
    let row = sqlx::query("SELECT card FROM ask_code WHERE code = $1 AND body = $2")
        .bind(hash(code))
        .bind(body)
        .fetch_optional(&mut *connection)
        .await?;
    let Some(row) = row else { return Ok(None) };
    let card = load_card(connection, body, &text(&row, "card")?).await?;
    Ok(card.filter(|c| c.register == register && c.number == number.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_long_and_forgive_how_they_are_written() {
        let code = new_code().unwrap();
        assert_eq!(code.len(), LENGTH + 3);
        assert_ne!(code, new_code().unwrap());
        assert_eq!(hash(&code), hash(&code.to_lowercase().replace('-', " ")));
        assert_ne!(hash(&code), hash(&code.replace('-', "2")));
    }
}
