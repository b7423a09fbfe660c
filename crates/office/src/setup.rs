//! The first hour: an empty installation becomes the office of a body. One link leads to one page; after it the body, its key
//! and the accounts of its first people are there, and typical processing activities can be drafted from a few questions.

pub mod activities;
#[cfg(test)]
mod tests;

use jiff::{SignedDuration, Timestamp};
use sqlx::AnyConnection;
use tutela_law::Country;
use tutela_words::Locale;

use crate::demo;
use crate::error::{Error, Refusal};
use crate::kernel::body::keep::{DETAILS, NAME, REGION, ZONE, apply};
use crate::kernel::body::{Body, zone};
use crate::kernel::field::{Field, Kind, Values};
use crate::kernel::new_id;
use crate::kernel::people::password::{blocking, check_password, hash_password};
use crate::kernel::people::{Account, NewAccount, random_token, read_login, sign_in, stored_token};
use crate::kernel::record::{Actor, Input, read_input};
use crate::kernel::rights::Role;
use crate::kernel::store::{int, keep_setting, text};
use crate::office::Office;

/// The link is good for this long; another one is printed at the next start.
const LINK: SignedDuration = SignedDuration::from_hours(24);
/// The name under which its hash is kept.
const SETTING: &str = "set-up-link";

/// The country whose law counts.
pub const COUNTRY: Field = Field::new("body_country", Kind::Choice(&["vn", "ru", "cn"])).required();
/// What kind of body it is.
pub const KIND: Field = Field::new("body_kind", Kind::Choice(activities::KINDS)).required();
/// The language of papers and pages.
pub const LANGUAGE: Field = Field::new("body_language", Kind::Choice(&["vi", "ru", "zh", "en"])).required();
/// The first officer's name.
pub const OFFICER: Field = Field::new("officer_display", Kind::Line).required();
/// The first officer's name to sign in with.
pub const OFFICER_LOGIN: Field = Field::new("officer_login", Kind::Line).required();
/// The head's name to sign in with.
pub const HEAD_LOGIN: Field = Field::new("head_login", Kind::Line).required();

/// The fields of the page, in their order, without the password.
pub fn fields() -> Vec<Field> {
    let mut fields = vec![COUNTRY, KIND, NAME, ZONE, REGION, LANGUAGE];
    for detail in DETAILS {
        let head = matches!(detail.name, "body_head_name" | "body_head_post");
        fields.push(if head { detail.required() } else { *detail });
    }
    fields.extend([HEAD_LOGIN, OFFICER, OFFICER_LOGIN]);
    fields
}

/// What a finished set-up gives.
#[derive(Debug)]
pub struct Done {
    /// The body.
    pub body: Body,
    /// The session of the first officer.
    pub session: String,
    /// The head's name to sign in with.
    pub head_login: String,
    /// A one-time link for the head, shown once.
    pub head_link: String,
}

/// How whoever starts the program comes in.
#[derive(Debug)]
pub struct First {
    /// The path to open: a set-up page, where there is nobody yet, or a one-time sign-in.
    pub path: String,
    /// The password of everybody in a demo that was made just now, by the names of their roles.
    pub demo_password: Option<String>,
}

/// How whoever starts the program comes in. A demo is made in an empty installation only.
pub async fn first(office: &Office, now: Timestamp, locale: Locale, demo: bool) -> Result<First, Error> {
    let mut tx = office.db.write().await?;
    let empty = is_empty(&mut tx).await?;
    if demo || !empty {
        drop(tx);
        let password = if empty { Some(demo_password()?) } else { None };
        let account = match &password {
            Some(password) => demo::make(office, now, locale, password).await?.into_iter().next(),
            None => first_account(office).await?,
        };
        let account = account.ok_or_else(|| Error::Installation("no account is active".to_owned()))?;
        return Ok(First {
            path: format!("/sign-in/{}", office.one_time_link(&account, now).await?),
            demo_password: password,
        });
    }
    let token = random_token()?;
    let kept = format!("{} {}", stored_token(&token), (now + LINK).as_microsecond());
    keep_setting(&mut tx, SETTING, &kept).await?;
    tx.commit().await?;
    Ok(First {
        path: format!("/set-up/{token}"),
        demo_password: None,
    })
}

/// A password that can be typed from a screen: four groups of four digits.
fn demo_password() -> Result<String, Error> {
    let digits: Vec<char> = random_token()?.chars().take(16).collect();
    Ok(digits.chunks(4).map(String::from_iter).collect::<Vec<_>>().join("-"))
}

/// The account that was made first, of those that may sign in.
async fn first_account(office: &Office) -> Result<Option<Account>, Error> {
    let row = sqlx::query("SELECT * FROM account WHERE state = 'active' ORDER BY id LIMIT 1")
        .fetch_optional(office.db.read())
        .await?;
    row.map(|row| office.account_from_row(&row)).transpose()
}

/// Whether nobody can sign in.
async fn is_empty(connection: &mut AnyConnection) -> Result<bool, Error> {
    let row = sqlx::query("SELECT COUNT(*) AS n FROM account")
        .fetch_one(connection)
        .await?;
    Ok(int(&row, "n")? == 0)
}

/// Whether a token opens the set-up: it is the last one that was printed, in time, and nobody was here before.
pub async fn may_set_up(connection: &mut AnyConnection, token: &str, now: Timestamp) -> Result<bool, Error> {
    let row = sqlx::query("SELECT value FROM setting WHERE name = $1")
        .bind(SETTING)
        .fetch_optional(&mut *connection)
        .await?;
    let Some(row) = row else { return Ok(false) };
    let kept = text(&row, "value")?;
    let Some((hash, until)) = kept.split_once(' ') else {
        return Ok(false);
    };
    let in_time = until.parse::<i64>().is_ok_and(|until| until > now.as_microsecond());
    Ok(hash == stored_token(token) && in_time && is_empty(connection).await?)
}

/// Everything that is wrong with what was given, or the values.
fn read(input: &Input) -> Result<(Values, Body), Error> {
    let some_zone = zone("+00:00").ok_or_else(|| Error::Installation("there are no time zones".to_owned()))?;
    let mut body = Body {
        id: new_id(),
        parent: None,
        name: String::new(),
        country: Country::Vn,
        zone_name: String::new(),
        zone: some_zone,
        region: None,
        locale: Locale::En,
        key_id: String::new(),
        details: Values::new(),
        created: Timestamp::UNIX_EPOCH,
    };
    let mut refused = Vec::new();
    let values = read_input(&fields(), input, &body).unwrap_or_else(|all| {
        refused = all;
        Values::new()
    });
    match apply(&mut body, input) {
        Err(Error::Invalid(more)) => {
            let new = more
                .into_iter()
                .filter(|m| !refused.iter().any(|r: &Refusal| r.field == m.field));
            let new: Vec<_> = new.collect();
            refused.extend(new);
        }
        Err(error) => return Err(error),
        Ok(_) => {}
    }
    let one = |name: &str| {
        input
            .get(name)
            .and_then(|v| v.first())
            .map(String::as_str)
            .unwrap_or_default()
    };
    for login in [HEAD_LOGIN.name, OFFICER_LOGIN.name] {
        if !one(login).trim().is_empty() && read_login(one(login)).is_err() {
            refused.push(Refusal::new("refusal-login").field(login));
        }
    }
    if one(HEAD_LOGIN.name)
        .trim()
        .eq_ignore_ascii_case(one(OFFICER_LOGIN.name).trim())
        && !one(HEAD_LOGIN.name).is_empty()
    {
        refused.push(Refusal::new("refusal-login-taken").field(OFFICER_LOGIN.name));
    }
    if let Err(refusal) = check_password(one("password")) {
        refused.push(refusal);
    }
    if one("password") != one("password_again") {
        refused.push(Refusal::new("refusal-password-again").field("password_again"));
    }
    if !refused.is_empty() {
        return Err(Error::Invalid(refused));
    }
    Ok((values, body))
}

/// Makes the body and the accounts of its first officer and its head. Where a set-up was broken off after the body was made,
/// that body is taken up again.
pub async fn set_up(office: &Office, now: Timestamp, token: &str, input: &Input, client: &str) -> Result<Done, Error> {
    let mut connection = office.db.read().acquire().await?;
    if !may_set_up(&mut connection, token, now).await? {
        return Err(Refusal::new("refusal-link").into());
    }
    let begun = Body::all(&mut connection).await?.into_iter().next();
    drop(connection);
    let (values, mut body) = read(input)?;
    let value = |name: &str| values.get(name).and_then(|v| v.as_str()).unwrap_or_default();
    let damaged = |field: &'static str| Refusal::new("refusal-choice").field(field);
    body.country = Country::from_code(value(COUNTRY.name)).ok_or_else(|| damaged(COUNTRY.name))?;
    body.locale = Locale::from_code(value(LANGUAGE.name)).ok_or_else(|| damaged(LANGUAGE.name))?;
    value(ZONE.name).clone_into(&mut body.zone_name);
    body.zone = zone(&body.zone_name).ok_or_else(|| damaged(ZONE.name))?;
    body.created = now;
    body.details.insert("kind".to_owned(), value(KIND.name).into());
    let password = input
        .get("password")
        .and_then(|v| v.first())
        .cloned()
        .unwrap_or_default();
    let hash = blocking(&password, hash_password).await??;

    let body = match begun {
        Some(begun) => Body {
            id: begun.id,
            key_id: begun.key_id,
            created: begun.created,
            ..body
        },
        None => office.create_body(body).await?,
    };
    let first = Actor {
        account: "setup".to_owned(),
        body: body.id.clone(),
        roles: Vec::new(),
    };
    let mut tx = office.db.write().await?;
    // Two browsers with the same link: the second finds that somebody was here.
    if !may_set_up(&mut tx, token, now).await? {
        return Err(Refusal::new("refusal-link").into());
    }
    replace(&mut tx, &body).await?;
    let new = |login, display, roles| NewAccount {
        body: &body.id,
        login,
        display,
        roles,
        locale: body.locale,
        password: None,
    };
    let officer = new(
        value(OFFICER_LOGIN.name),
        value(OFFICER.name),
        &[Role::ProtectionOfficer, Role::Administrator][..],
    );
    let officer = office
        .insert_account(&mut tx, &first, now, &officer, Some(hash))
        .await?;
    let head = new(value(HEAD_LOGIN.name), body.detail("head_name"), &[Role::Head][..]);
    let head = office.insert_account(&mut tx, &first, now, &head, None).await?;
    sqlx::query("UPDATE account SET must_change = 1 WHERE id = $1")
        .bind(&head.id)
        .execute(&mut *tx)
        .await?;
    let (session, head_link) = links(&mut tx, &officer, &head, client, now).await?;
    sqlx::query("DELETE FROM setting WHERE name = $1")
        .bind(SETTING)
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    office
        .body_event(&officer.actor(), now, &body, "body.create", &[])
        .await?;
    Ok(Done {
        body,
        session,
        head_login: head.login,
        head_link,
    })
}

async fn links(
    tx: &mut AnyConnection,
    officer: &Account,
    head: &Account,
    client: &str,
    now: Timestamp,
) -> Result<(String, String), Error> {
    let session = sign_in::begin_session(tx, officer, client, now).await?;
    let link = sign_in::link(tx, head, now).await?;
    Ok((session, link))
}

/// Writes everything of a body again: it may have been begun with other answers.
async fn replace(tx: &mut AnyConnection, body: &Body) -> Result<(), Error> {
    sqlx::query("UPDATE body SET country = $2, zone = $3, language = $4 WHERE id = $1")
        .bind(&body.id)
        .bind(body.country.code())
        .bind(&body.zone_name)
        .bind(body.locale.code())
        .execute(&mut *tx)
        .await?;
    body.update(tx).await
}
