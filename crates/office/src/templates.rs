//! A body's own templates: DOCX files with marks, one for a form in a language. A paper that is asked for as DOCX is then
//! filled on it instead of on the form that comes with the program.

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::Date;
use sha2::{Digest, Sha256};
use sqlx::Row;
use tutela_papers::{Form, Kind, Meta, Value, Values, merge_docx};
use tutela_vault::{Place, Sealed};
use tutela_words::Locale;

use crate::error::{Error, Refusal};
use crate::kernel::field::Values as Fields;
use crate::kernel::people::{Account, account_event};
use crate::kernel::record::Actor;
use crate::kernel::rights::{Right, any_allows};
use crate::kernel::store::{bytes, int, text};
use crate::office::Office;
use crate::papers::{forms, pack_on};

/// The longest template.
pub const MAX_TEMPLATE: usize = 8 << 20;
/// Marks that are told at once.
const TOLD: usize = 10;
/// Characters of a mark that are told.
const MAX_MARK: usize = 60;

/// A template as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    /// The form.
    pub form: String,
    /// Its language.
    pub locale: String,
    /// Length in bytes.
    pub size: i64,
    /// Its hash.
    pub sha256: String,
    /// When it was uploaded.
    pub at: Timestamp,
}

/// Whether somebody with these roles keeps templates.
pub(crate) fn may_keep(actor: &Actor) -> bool {
    any_allows(&actor.roles, Right::ManageInstallation) || any_allows(&actor.roles, Right::PrepareActs)
}

fn may(actor: &Actor) -> Result<(), Error> {
    if may_keep(actor) {
        Ok(())
    } else {
        Err(Refusal::new("refusal-right").into())
    }
}

fn record(form: &str, locale: Locale) -> String {
    format!("template/{form}/{}", locale.code())
}

/// Values of every field of a form, so that no part of a template is left out.
fn sample(form: &Form, on: bool) -> Values {
    let one = |kind: Kind| match kind {
        Kind::Text => Value::Text("x".to_owned()),
        Kind::Date => Value::Date(Date::constant(2026, 1, 1)),
        Kind::Flag => Value::Flag(on),
        Kind::List => Value::List(Vec::new()),
    };
    let mut values = Values::new();
    for field in form.fields().iter().filter(|f| !f.name.contains('.')) {
        let value = if field.kind == Kind::List {
            let mut row = Values::new().with("text", "x".to_owned());
            for inner in form.fields() {
                if let Some(name) = inner.name.strip_prefix(&format!("{}.", field.name)) {
                    row = row.with(name, one(inner.kind));
                }
            }
            Value::List(vec![row])
        } else {
            one(field.kind)
        };
        values = values.with(field.name.clone(), value);
    }
    values
}

/// Fills a template dry. Refuses what is no template, and one with marks that the form does not know.
fn check(form: &Form, content: &[u8]) -> Result<(), Refusal> {
    let mut unknown = BTreeSet::new();
    for on in [true, false] {
        let filled =
            merge_docx(content, &sample(form, on)).map_err(|_| Refusal::new("refusal-template").field("file"))?;
        unknown.extend(filled.missing);
    }
    if unknown.is_empty() {
        return Ok(());
    }
    let mut told: Vec<String> = unknown
        .iter()
        .take(TOLD)
        .map(|m| m.chars().filter(|c| !c.is_control()).take(MAX_MARK).collect())
        .collect();
    if unknown.len() > TOLD {
        told.push("…".to_owned());
    }
    Err(Refusal::new("refusal-template-marks")
        .arg("marks", told.join(", "))
        .field("file"))
}

impl Office {
    /// The form of this name under the law in force for the body of whoever asks.
    async fn form_of(&self, actor: &Actor, now: Timestamp, form: &str, locale: Locale) -> Result<&'static Form, Error> {
        let no_form = || Refusal::new("refusal-no-form").field("form");
        let body = self.body(&actor.body).await?;
        let body = body.ok_or_else(|| Refusal::new("refusal-no-page"))?;
        let pack = pack_on(self, &body, now).ok_or_else(no_form)?;
        Ok(forms().find(form, &pack, locale).ok_or_else(no_form)?)
    }

    /// The templates of a body.
    pub async fn templates(&self, actor: &Actor) -> Result<Vec<Template>, Error> {
        may(actor)?;
        let rows = sqlx::query(
            "SELECT form, locale, size, sha256, created_at FROM form_template WHERE body = $1 ORDER BY form, locale",
        )
        .bind(&actor.body)
        .fetch_all(self.db.read())
        .await?;
        let mut all = Vec::with_capacity(rows.len());
        for row in &rows {
            let form = text(row, "form")?;
            all.push(Template {
                at: Timestamp::from_microsecond(int(row, "created_at")?).map_err(|_| Error::Damaged {
                    table: "form_template",
                    id: form.clone(),
                    what: "instant",
                })?,
                locale: text(row, "locale")?,
                size: int(row, "size")?,
                sha256: text(row, "sha256")?,
                form,
            });
        }
        Ok(all)
    }

    /// Takes a template for a form in a language; one that was there gives way. It is filled dry first.
    pub async fn set_template(
        &self,
        actor: &Actor,
        now: Timestamp,
        (form, locale): (&str, Locale),
        content: Vec<u8>,
    ) -> Result<(), Error> {
        may(actor)?;
        if content.len() > MAX_TEMPLATE {
            let most = (MAX_TEMPLATE >> 20).to_string();
            return Err(Refusal::new("refusal-file-size").arg("max", most).field("file").into());
        }
        let found = self.form_of(actor, now, form, locale).await?;
        let content = tokio::task::spawn_blocking(move || check(found, &content).map(|()| content))
            .await
            .map_err(|_| Refusal::new("refusal-template").field("file"))??;
        let sha256: String = Sha256::digest(&content).iter().map(|b| format!("{b:02x}")).collect();
        let key = self.keys.of(&actor.body)?;
        let name = record(form, locale);
        let place = Place {
            body: &actor.body,
            record: &name,
        };
        let sealed = key.create(&place, &content)?;
        let mut tx = self.db.write().await?;
        sqlx::query(
            "INSERT INTO form_template (body, form, locale, content, content_key, size, sha256, created_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (body, form, locale) DO UPDATE SET \
             content = excluded.content, content_key = excluded.content_key, size = excluded.size, \
             sha256 = excluded.sha256, created_at = excluded.created_at",
        )
        .bind(&actor.body)
        .bind(form)
        .bind(locale.code())
        .bind(sealed.content)
        .bind(sealed.wrapped_key)
        .bind(i64::try_from(content.len()).unwrap_or(i64::MAX))
        .bind(&sha256)
        .bind(now.as_microsecond())
        .execute(&mut *tx)
        .await?;
        let open = told(form, locale, Some(&sha256));
        account_event(&mut tx, actor, &actor.body, now, "template.set", &actor.account, &open).await?;
        tx.commit().await?;
        self.wake.notify_one();
        Ok(())
    }

    /// Removes a template: papers are filled on the form of the program again.
    pub async fn remove_template(
        &self,
        actor: &Actor,
        now: Timestamp,
        (form, locale): (&str, Locale),
    ) -> Result<(), Error> {
        may(actor)?;
        let mut tx = self.db.write().await?;
        let done = sqlx::query("DELETE FROM form_template WHERE body = $1 AND form = $2 AND locale = $3")
            .bind(&actor.body)
            .bind(form)
            .bind(locale.code())
            .execute(&mut *tx)
            .await?;
        if done.rows_affected() == 0 {
            return Err(Refusal::new("refusal-no-page").into());
        }
        let open = told(form, locale, None);
        account_event(
            &mut tx,
            actor,
            &actor.body,
            now,
            "template.remove",
            &actor.account,
            &open,
        )
        .await?;
        tx.commit().await?;
        self.wake.notify_one();
        Ok(())
    }

    /// A template as it was uploaded; where there is none, the form of the program as a template to begin with.
    pub async fn template_file(
        &self,
        account: &Account,
        now: Timestamp,
        (form, locale): (&str, Locale),
    ) -> Result<Vec<u8>, Error> {
        let actor = account.actor();
        may(&actor)?;
        let found = self.form_of(&actor, now, form, locale).await?;
        if let Some(own) = self.own_template(&actor.body, form, locale).await? {
            return Ok(own);
        }
        let meta = Meta {
            author: String::new(),
            created: now.to_zoned_datetime(jiff::tz::TimeZone::UTC).datetime(),
        };
        Ok(found.to_docx_template(&meta)?)
    }

    /// The template of a body for a form in a language.
    pub(crate) async fn own_template(&self, body: &str, form: &str, locale: Locale) -> Result<Option<Vec<u8>>, Error> {
        let row =
            sqlx::query("SELECT content, content_key FROM form_template WHERE body = $1 AND form = $2 AND locale = $3")
                .bind(body)
                .bind(form)
                .bind(locale.code())
                .fetch_optional(self.db.read())
                .await?;
        let Some(row) = row else { return Ok(None) };
        let sealed = Sealed {
            wrapped_key: row.try_get("content_key")?,
            content: bytes(&row, "content")?,
        };
        let name = record(form, locale);
        let place = Place { body, record: &name };
        let secret = self.keys.of(body)?.open(&place, &sealed)?;
        Ok(Some(secret.expose().to_vec()))
    }
}

/// What the journal says of it.
fn told(form: &str, locale: Locale, sha256: Option<&str>) -> Fields {
    let mut open = Fields::new();
    open.insert("form".to_owned(), form.into());
    open.insert("language".to_owned(), locale.code().into());
    if let Some(sha256) = sha256 {
        open.insert("sha256".to_owned(), sha256.into());
    }
    open
}
