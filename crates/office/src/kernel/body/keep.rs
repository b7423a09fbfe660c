//! Keeping bodies: a body below another gets a key of its own, so that what it keeps can be locked, moved and destroyed by
//! itself. A unit with data of its own is such a body; a unit without is a word in a card.

use jiff::Timestamp;

use crate::error::{Error, Refusal};
use crate::kernel::body::{Body, ZONES, zone};
use crate::kernel::field::{Field, Kind, Values};
use crate::kernel::new_id;
use crate::kernel::people::account_event;
use crate::kernel::record::{Actor, Input, read_input};
use crate::kernel::rights::{Right, any_allows};
use crate::office::Office;

/// The official name.
pub const NAME: Field = Field::new("body_name", Kind::Line).required();
/// The time zone.
pub const ZONE: Field = Field::new("body_zone", Kind::Choice(ZONES)).required();
/// The region, where regions have days off of their own.
pub const REGION: Field = Field::new("body_region", Kind::Line);
/// What papers say of a body. In its details each stands under its name without `body_`. All of it is official: what a body
/// puts on its own letters.
pub const DETAILS: &[Field] = &[
    Field::new("body_short_name", Kind::Line),
    Field::new("body_foreign_name", Kind::Line),
    Field::new("body_type", Kind::Line),
    Field::new("body_parent", Kind::Line),
    Field::new("body_founding", Kind::Line),
    Field::new("body_address", Kind::Text),
    Field::new("body_office_address", Kind::Text),
    Field::new("body_place", Kind::Line),
    Field::new("body_code", Kind::Line),
    Field::new("body_tax_code", Kind::Line),
    Field::new("body_phone", Kind::Line),
    Field::new("body_email", Kind::Email),
    Field::new("body_website", Kind::Line),
    Field::new("body_head_name", Kind::Line),
    Field::new("body_head_post", Kind::Line),
    Field::new("body_closes", Kind::Line),
];

/// How forms call what they do not call by the name of the field.
const ON_FORMS: &[(&str, &str)] = &[
    ("body_code", "body_ids"),
    ("body_place", "place"),
    ("body_head_name", "head_name"),
    ("body_head_post", "head_title"),
    ("body_closes", "closes"),
];

/// How forms call a detail.
fn on_form(field: &Field) -> &'static str {
    let named = ON_FORMS.iter().find(|(name, _)| *name == field.name);
    named.map_or(field.name, |(_, form)| *form)
}

/// What a body says of itself, by the names of the forms: what stands on its page, and what a setup file gave it beside.
pub fn details_on_forms(body: &Body) -> Values {
    let mut all = body.details.clone();
    for field in DETAILS {
        let value = said(body, field);
        if !value.is_empty() {
            all.insert(on_form(field).to_owned(), value.into());
        }
    }
    let founding = said(body, &Field::new("body_founding", Kind::Line));
    if !founding.is_empty() {
        all.insert("founding_document".to_owned(), founding.into());
    }
    if !all.contains_key("body_contact") {
        let ways = [
            Field::new("body_phone", Kind::Line),
            Field::new("body_email", Kind::Email),
        ];
        let ways: Vec<_> = ways.iter().map(|f| said(body, f)).filter(|w| !w.is_empty()).collect();
        if !ways.is_empty() {
            all.insert("body_contact".to_owned(), ways.join("; ").into());
        }
    }
    all
}

/// A detail, under its own name or, from a setup file, under that of the forms.
fn said<'a>(body: &'a Body, field: &Field) -> &'a str {
    let own = body.detail(detail(field));
    if own.is_empty() {
        body.detail(on_form(field))
    } else {
        own
    }
}

/// The fields of a body that change.
pub fn fields() -> Vec<Field> {
    [NAME, REGION].into_iter().chain(DETAILS.iter().copied()).collect()
}

/// What a body says of itself already, as a form shows it.
pub fn given(body: &Body) -> Input {
    let mut input = Input::new();
    input.insert(NAME.name.to_owned(), vec![body.name.clone()]);
    input.insert(ZONE.name.to_owned(), vec![body.zone_name.clone()]);
    input.extend(body.region.clone().map(|r| (REGION.name.to_owned(), vec![r])));
    for field in DETAILS {
        let value = said(body, field);
        if !value.is_empty() {
            input.insert(field.name.to_owned(), vec![value.to_owned()]);
        }
    }
    input
}

/// The name of a detail in the store.
fn detail(field: &Field) -> &'static str {
    field.name.strip_prefix("body_").unwrap_or(field.name)
}

/// Puts what was given into a body; tells everything that is wrong at once. Gives the names of what changed.
pub(crate) fn apply(body: &mut Body, input: &Input) -> Result<Vec<String>, Error> {
    let values = read_input(&fields(), input, body).map_err(Error::Invalid)?;
    let mut refused = Vec::new();
    let text = |name: &str| values.get(name).and_then(|v| v.as_str()).map(str::to_owned);
    let region = text(REGION.name);
    if region
        .as_deref()
        .is_some_and(|r| r.len() > 20 || !r.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'))
    {
        refused.push(Refusal::new("refusal-region").field(REGION.name));
    }
    if text("body_closes").is_some_and(|t| t.parse::<jiff::civil::Time>().is_err()) {
        refused.push(Refusal::new("refusal-closing-time").field("body_closes"));
    }
    if !refused.is_empty() {
        return Err(Error::Invalid(refused));
    }
    let before = given(body);
    if let Some(name) = text(NAME.name) {
        body.name = name;
    }
    body.region = region;
    for field in DETAILS {
        // What was taken away on the page does not come back under another name.
        body.details.remove(on_form(field));
        match text(field.name) {
            Some(value) => body.details.insert(detail(field).to_owned(), value.into()),
            None => body.details.remove(detail(field)),
        };
    }
    let after = given(body);
    let changed = fields().into_iter().filter(|f| before.get(f.name) != after.get(f.name));
    Ok(changed.map(|f| f.name.to_owned()).collect())
}

impl Office {
    /// The own body and those below it, for whoever keeps the installation.
    pub async fn kept_bodies(&self, actor: &Actor) -> Result<Vec<Body>, Error> {
        if !any_allows(&actor.roles, Right::ManageInstallation) {
            return Err(Refusal::new("refusal-right").into());
        }
        let mut connection = self.db.read().acquire().await?;
        Body::within(&mut connection, &actor.body).await
    }

    /// The own body or one below it. Any other is not there.
    pub async fn kept_body(&self, actor: &Actor, id: &str) -> Result<Body, Error> {
        let found = self.kept_bodies(actor).await?.into_iter().find(|b| b.id == id);
        found.ok_or_else(|| Refusal::new("refusal-no-page").into())
    }

    /// A new body below another, under the same law and in the same language, with a key of its own.
    pub async fn add_body(&self, actor: &Actor, now: Timestamp, above: &str, input: &Input) -> Result<Body, Error> {
        let above = self.kept_bodies(actor).await?.into_iter().find(|b| b.id == above);
        let above = above.ok_or_else(|| Refusal::new("refusal-choice").field("body_above"))?;
        let mut body = Body {
            id: new_id(),
            parent: Some(above.id.clone()),
            details: Values::new(),
            key_id: String::new(),
            created: now,
            ..above
        };
        apply(&mut body, input)?;
        if let Some(name) = input.get(ZONE.name).and_then(|v| v.first()).filter(|n| !n.is_empty()) {
            let known = ZONES.contains(&name.as_str()).then(|| zone(name)).flatten();
            body.zone = known.ok_or_else(|| Refusal::new("refusal-choice").field(ZONE.name))?;
            body.zone_name.clone_from(name);
        }
        self.create_body_with(body, Some((actor, now))).await
    }

    /// Other details of a body. What they are is kept in the body; the journal is told which changed.
    pub async fn change_body(&self, actor: &Actor, now: Timestamp, id: &str, input: &Input) -> Result<Body, Error> {
        let mut body = self.kept_body(actor, id).await?;
        let changed = apply(&mut body, input)?;
        if changed.is_empty() {
            return Ok(body);
        }
        let mut tx = self.db.write().await?;
        body.update(&mut tx).await?;
        let open = changed_values(&changed);
        account_event(&mut tx, actor, &body.id, now, "body.change", &body.id, &open).await?;
        tx.commit().await?;
        self.wake.notify_one();
        Ok(body)
    }

    pub(crate) async fn body_event(
        &self,
        actor: &Actor,
        now: Timestamp,
        body: &Body,
        kind: &str,
        changed: &[String],
    ) -> Result<(), Error> {
        let mut tx = self.db.write().await?;
        account_event(&mut tx, actor, &body.id, now, kind, &body.id, &changed_values(changed)).await?;
        tx.commit().await?;
        self.wake.notify_one();
        Ok(())
    }
}

fn changed_values(changed: &[String]) -> Values {
    let mut open = Values::new();
    if !changed.is_empty() {
        open.insert("changed".to_owned(), changed.to_vec().into());
    }
    open
}

#[cfg(test)]
mod tests {
    use tutela_law::Country;

    use super::*;
    use crate::kernel::people::NewAccount;
    use crate::kernel::rights::Role;
    use crate::world::{World, a_body};

    fn input(given: &[(&str, &str)]) -> Input {
        given
            .iter()
            .map(|(n, v)| ((*n).to_owned(), vec![(*v).to_owned()]))
            .collect()
    }

    #[tokio::test]
    async fn a_body_below_has_its_own_key_and_is_kept_from_above_only() {
        let world = World::new(Country::Ru).await;
        let admin = world.actor(Role::Administrator);
        let given = input(&[
            ("body_name", "Отдел испытаний"),
            ("body_zone", "Asia/Omsk"),
            ("body_head_name", "Петров П. П."),
            ("body_closes", "17:30"),
        ]);
        let below = world
            .office
            .add_body(&admin, world.now, &world.body.id, &given)
            .await
            .unwrap();
        assert_eq!(below.parent.as_deref(), Some(world.body.id.as_str()));
        assert_ne!(below.key_id, world.body.key_id);
        assert_eq!(below.detail("head_name"), "Петров П. П.");
        assert!(below.for_law().closes.is_some());

        // From above the account of the one below is made; from below the one above is not there.
        let new = NewAccount {
            body: &below.id,
            login: "below",
            display: "Ирина",
            roles: &[Role::Administrator],
            locale: below.locale,
            password: None,
        };
        let (account, _) = world.office.new_account(&admin, world.now, new).await.unwrap();
        let low = account.actor();
        assert_eq!(world.office.kept_bodies(&low).await.unwrap().len(), 1);
        let refused = world.office.change_body(&low, world.now, &world.body.id, &given).await;
        assert!(matches!(refused, Err(Error::Refused(r)) if r.key == "refusal-no-page"));
        let other = world.office.create_body(a_body(Country::Ru)).await.unwrap();
        let refused = world.office.add_body(&admin, world.now, &other.id, &given).await;
        assert!(matches!(refused, Err(Error::Refused(r)) if r.key == "refusal-choice"));
    }

    #[tokio::test]
    async fn what_a_body_says_of_itself_stands_under_the_names_of_the_forms() {
        let world = World::new(Country::Vn).await;
        let admin = world.actor(Role::Administrator);
        let given = input(&[
            ("body_name", "Sở Thử"),
            ("body_foreign_name", "Department of Trials"),
            ("body_phone", "024 3999 0000"),
            ("body_email", "so@sample.org"),
            ("body_address", "1 Phố Thử"),
            ("body_code", "H99.05"),
            ("body_head_name", "Vũ Thử"),
            ("body_head_post", "Giám đốc"),
            ("body_founding", "12/QĐ"),
        ]);
        let body = world.office.change_body(&admin, world.now, &world.body.id, &given);
        let body = body.await.unwrap();
        let said = details_on_forms(&body);
        for (name, value) in [
            ("body_foreign_name", "Department of Trials"),
            ("body_phone", "024 3999 0000"),
            ("body_contact", "024 3999 0000; so@sample.org"),
            ("body_address", "1 Phố Thử"),
            ("body_ids", "H99.05"),
            ("head_name", "Vũ Thử"),
            ("head_title", "Giám đốc"),
            ("founding_document", "12/QĐ"),
        ] {
            assert_eq!(said.get(name).and_then(|v| v.as_str()), Some(value), "{name}");
        }
        // What a setup file gave under the name of the forms is shown on the page, and goes when it is taken away there.
        let mut body = a_body(Country::Ru);
        body.details.insert("body_ids".to_owned(), "ИНН 0000000000".into());
        assert_eq!(super::given(&body)["body_code"], ["ИНН 0000000000"]);
        let mut without = super::given(&body);
        without.remove("body_code");
        apply(&mut body, &without).unwrap();
        assert!(!details_on_forms(&body).contains_key("body_ids"));
    }

    #[tokio::test]
    async fn details_are_checked_and_change() {
        let world = World::new(Country::Vn).await;
        let admin = world.actor(Role::Administrator);
        let bad = input(&[("body_closes", "25:00"), ("body_region", "a b"), ("body_name", "X")]);
        match world.office.change_body(&admin, world.now, &world.body.id, &bad).await {
            Err(Error::Invalid(all)) => {
                let keys: Vec<_> = all.iter().map(|r| r.key).collect();
                assert_eq!(keys, ["refusal-region", "refusal-closing-time"]);
            }
            other => panic!("{other:?}"),
        }
        let good = input(&[("body_name", "Sở Mới"), ("body_address", "1 Phố Thử")]);
        world
            .office
            .change_body(&admin, world.now, &world.body.id, &good)
            .await
            .unwrap();
        let body = world.office.body(&world.body.id).await.unwrap().unwrap();
        assert_eq!((body.name.as_str(), body.detail("address")), ("Sở Mới", "1 Phố Thử"));
        let head = world.actor(Role::Head);
        let refused = world.office.change_body(&head, world.now, &world.body.id, &good).await;
        assert!(matches!(refused, Err(Error::Refused(r)) if r.key == "refusal-right"));
    }
}
