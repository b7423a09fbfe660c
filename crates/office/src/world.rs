//! A world for tests: an office in a folder of its own with one body and a person in every role. Everybody in it is invented.

use std::sync::Arc;

use jiff::Timestamp;
use tutela_law::Country;
use tutela_words::Locale;

use crate::error::Error;
use crate::kernel::body::{Body, zone};
use crate::kernel::card::Card;
use crate::kernel::clock::Clock;
use crate::kernel::field::Values;
use crate::kernel::new_id;
use crate::kernel::people::{Account, NewAccount};
use crate::kernel::record::{Actor, Command, Done, Input, load_card};
use crate::kernel::rights::Role;
use crate::kernel::store::Db;
use crate::office::Office;
use crate::papers::{Format, Wanted};

mod authority;
mod database;

pub(crate) use authority::Authority;
pub(crate) use database::Database;

/// Where an office under test lies; gone with it.
pub(crate) struct Place {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) database: Option<Database>,
}

impl Place {
    /// A new place, with tables if it is on a server.
    pub(crate) async fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            database: Database::new().await,
        }
    }

    /// The data folder.
    pub(crate) fn path(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// The address of the database.
    pub(crate) fn url(&self) -> String {
        match &self.database {
            Some(database) => database.url.clone(),
            None => Db::embedded_url(self.path()),
        }
    }

    /// Opens the office that lies here.
    pub(crate) async fn open(&self) -> Result<Office, Error> {
        match &self.database {
            Some(database) => Office::with(Db::open(&database.url).await?, self.path()).await,
            None => Office::open(self.path()).await,
        }
    }
}

/// An office under test.
pub(crate) struct World {
    pub(crate) office: Arc<Office>,
    pub(crate) body: Body,
    pub(crate) now: Timestamp,
    pub(crate) accounts: Vec<Account>,
    pub(crate) place: Place,
}

/// The instant at which a world begins: a Tuesday morning in Ha Noi.
pub(crate) const BEGIN: &str = "2026-11-24T02:00:00Z";

/// A body in a country.
pub(crate) fn a_body(country: Country) -> Body {
    let (name, zone_name, locale) = match country {
        Country::Vn => ("Sở Thử nghiệm", "+07:00", Locale::Vi),
        Country::Ru => ("Управление испытаний", "+03:00", Locale::Ru),
        Country::Cn => ("测试局", "+08:00", Locale::Zh),
    };
    Body {
        id: new_id(),
        parent: None,
        name: name.to_owned(),
        country,
        zone_name: zone_name.to_owned(),
        zone: zone(zone_name).unwrap(),
        region: None,
        locale,
        key_id: String::new(),
        details: Values::new(),
        created: BEGIN.parse().unwrap(),
    }
}

impl World {
    /// A new world in a country.
    pub(crate) async fn new(country: Country) -> Self {
        let place = Place::new().await;
        let office = Arc::new(place.open().await.unwrap());
        let now: Timestamp = BEGIN.parse().unwrap();
        let body = office.create_body(a_body(country)).await.unwrap();
        let mut world = Self {
            office,
            body,
            now,
            accounts: Vec::new(),
            place,
        };
        let body = world.body.id.clone();
        for role in Role::ALL {
            let account = world.join(&body, role).await;
            world.accounts.push(account);
        }
        world
    }

    /// What pages need of it: the office, the body, its people, and what must live as long as they do.
    pub(crate) fn into_parts(self) -> (Arc<Office>, String, Vec<Account>, Arc<dyn Send + Sync>) {
        (self.office, self.body.id, self.accounts, Arc::new(self.place))
    }

    /// A new person in a body.
    pub(crate) async fn join(&self, body: &str, role: Role) -> Account {
        let first = Actor {
            account: "setup".to_owned(),
            body: body.to_owned(),
            roles: Vec::new(),
        };
        let new = NewAccount {
            body,
            login: &format!("{}@{}", role.as_str(), body.split('-').next_back().unwrap()),
            display: "Trần Thử",
            roles: &[role],
            locale: Locale::En,
            password: None,
        };
        self.office.create_account(&first, self.now, new).await.unwrap()
    }

    /// How many events of a kind there are.
    pub(crate) async fn events(&self, kind: &str) -> i64 {
        let row = sqlx::query("SELECT COUNT(*) AS n FROM event WHERE kind = $1")
            .bind(kind)
            .fetch_one(self.office.db.read())
            .await
            .unwrap();
        crate::kernel::store::int(&row, "n").unwrap()
    }

    /// The person in a role.
    pub(crate) fn actor(&self, role: Role) -> Actor {
        let account = self.accounts.iter().find(|a| a.roles == [role]);
        account.unwrap().actor()
    }

    /// The account of a role.
    pub(crate) fn account(&self, role: Role) -> &Account {
        self.accounts.iter().find(|a| a.roles == [role]).unwrap()
    }

    /// Does an act as a role; `given` are fields with one value each, or several values of one field.
    pub(crate) async fn act(
        &self,
        role: Role,
        (register, operation, card): (&str, &str, Option<&str>),
        given: &[(&str, &str)],
    ) -> Result<Done, Error> {
        let mut input = Input::new();
        for (name, value) in given {
            input.entry((*name).to_owned()).or_default().push((*value).to_owned());
        }
        let command = Command {
            register,
            operation,
            card,
            version: None,
            input,
        };
        self.office.act(&self.actor(role), self.now, command).await
    }

    /// Ends the office as a program ends, and gives the place where it lay.
    pub(crate) async fn end(self) -> Place {
        self.office.close(self.now).await.unwrap();
        self.place
    }

    /// What refuses an act.
    pub(crate) async fn refused(
        &self,
        role: Role,
        what: (&str, &str, Option<&str>),
        given: &[(&str, &str)],
    ) -> Vec<&'static str> {
        match self.act(role, what, given).await {
            Err(Error::Refused(refusal)) => refusal.each().iter().map(|r| r.key).collect(),
            Err(Error::Invalid(all)) => all.iter().map(|r| r.key).collect(),
            other => panic!("not refused: {other:?}"),
        }
    }

    /// A card, closed.
    pub(crate) async fn card(&self, id: &str) -> Card {
        let mut connection = self.office.db.read().acquire().await.unwrap();
        load_card(&mut connection, &self.body.id, id).await.unwrap().unwrap()
    }

    /// A consent to an activity, of an invented person.
    pub(crate) async fn consent(&self, activity: &str) -> String {
        let given = [
            ("subject_name", "Nguyễn Thị Thử"),
            ("subject_document", "079183000123"),
            ("processing", activity),
            ("given_on", "2026-03-02"),
            ("way", "paper"),
        ];
        let what = ("consents", "register", None);
        self.act(Role::Officer, what, &given).await.unwrap().card
    }

    /// A consent that was withdrawn: a duty runs from then on.
    pub(crate) async fn withdrawn_consent(&self) -> String {
        let activity = self.activity(&["consent"]).await;
        let card = self.consent(&activity).await;
        let at = self.now.to_string();
        let what = ("consents", "withdraw", Some(card.as_str()));
        self.act(Role::Officer, what, &[("withdrawn_at", &at)]).await.unwrap();
        card
    }

    /// A processing activity that is approved.
    pub(crate) async fn activity(&self, bases: &[&str]) -> String {
        let mut given = vec![
            ("title", "Receiving citizens"),
            ("purpose", "Answering letters"),
            ("norm", "Article 1"),
            ("subject_categories", "citizens"),
            ("data_categories", "identity"),
            ("keep_from", "purpose-reached"),
            ("keep_length", "5"),
            ("keep_unit", "years"),
            ("started_on", "2026-01-12"),
        ];
        given.extend(bases.iter().map(|b| ("bases", *b)));
        let done = self
            .act(Role::ProtectionOfficer, ("processing", "draft", None), &given)
            .await
            .unwrap();
        let order = [("order_number", "12"), ("order_date", "2026-01-12")];
        self.act(Role::Head, ("processing", "approve", Some(&done.card)), &order)
            .await
            .unwrap();
        done.card
    }

    /// The clocks of a card, oldest first.
    pub(crate) async fn clocks_of(&self, card: &str) -> Vec<Clock> {
        let mut connection = self.office.db.read().acquire().await.unwrap();
        Clock::of_card(&mut connection, card).await.unwrap()
    }

    /// The newest card of a register.
    pub(crate) async fn newest(&self, register: &str) -> String {
        let register = self.office.register(register).unwrap();
        let page = self
            .office
            .page(&self.actor(Role::Head), register, None, None)
            .await
            .unwrap();
        page.cards[0].card.id.clone()
    }

    /// Prepares, approves and carries out a destruction.
    pub(crate) async fn destroy(&self, case: &str) {
        let today = self.now.to_zoned_datetime(self.body.zone.clone()).date().to_string();
        let at = self.now.to_string();
        let methods = [(
            "commission",
            "Trần Thử, chuyên viên\nLê Thử, chuyên viên\nPhạm Thử, chuyên viên",
        )];
        self.act(Role::SecurityOfficer, ("destructions", "prepare", Some(case)), &methods)
            .await
            .unwrap();
        let order = [("order_number", "31"), ("order_date", &today)];
        self.act(Role::Head, ("destructions", "approve", Some(case)), &order)
            .await
            .unwrap();
        let done = [("executed_at", at.as_str()), ("executors", "Trần Thử, chuyên viên")];
        self.act(Role::SecurityOfficer, ("destructions", "execute", Some(case)), &done)
            .await
            .unwrap();
    }

    /// An order is signed.
    pub(crate) async fn signed(&self, order: &str, number: &str) {
        let given = [
            ("order_number", number),
            ("order_date", "2026-11-20"),
            ("signatory_post", "Head"),
            ("signatory_name", "Vũ Văn Thử"),
        ];
        self.act(Role::Head, ("orders", "sign", Some(order)), &given)
            .await
            .unwrap();
    }

    /// An order is signed and put in force.
    pub(crate) async fn in_force(&self, order: &str, number: &str) {
        self.signed(order, number).await;
        let from = [("in_force_from", "2026-11-20")];
        self.act(Role::ProtectionOfficer, ("orders", "enter", Some(order)), &from)
            .await
            .unwrap();
    }

    /// A paper in English, as it is shown on a screen.
    pub(crate) async fn paper(&self, role: Role, (card, form): (&str, &str), purpose: &str) -> String {
        let account = self.accounts.iter().find(|a| a.roles == [role]).unwrap();
        let wanted = Wanted {
            card,
            form,
            locale: Locale::En,
            purpose,
            format: Format::Html,
        };
        self.office.paper(account, self.now, &wanted).await.unwrap().to_html()
    }
}

/// Lets Python judge what we made, with a module of somebody else; says so loudly where it is not installed.
pub(crate) fn python(module: &str, script: &str, input: &[u8]) -> Option<String> {
    use std::io::Write;
    use std::process::{Command, Stdio};
    let there = Command::new("python3")
        .args(["-c", &format!("import {module}")])
        .output();
    if !there.is_ok_and(|o| o.status.success()) {
        eprintln!("SKIPPED: python3 with the module {module} is not installed, so no other program has judged this");
        return None;
    }
    let mut child = Command::new("python3")
        .args(["-c", script])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    let out = child.wait_with_output().unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    Some(String::from_utf8(out.stdout).unwrap())
}
