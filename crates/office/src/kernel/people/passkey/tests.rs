use ciborium::Value as Cbor;
use jiff::SignedDuration;
use sha2::{Digest, Sha256};
use tutela_law::Country;
use tutela_words::Locale;

use super::*;
use crate::kernel::people::NewAccount;
use crate::kernel::people::demand::Demand;
use crate::kernel::people::manage::Keeping;
use crate::kernel::people::signature::{Form, tests::Signer};
use crate::kernel::rights::Role;
use crate::world::World;

const PASSWORD: &str = "correct horse battery";

/// An authenticator in software, with one passkey.
pub(crate) struct Device {
    signer: Signer,
    pub(crate) id: Vec<u8>,
    counter: u32,
    /// What it says of itself: somebody is there, and is the right one.
    flags: u8,
    /// The site that it thinks it speaks to.
    party: String,
    /// The page that the browser thinks it shows.
    page: String,
    owner: String,
}

/// An answer of a device, as a browser writes it.
pub(crate) struct Said {
    pub(crate) id: String,
    pub(crate) client_data: String,
    pub(crate) data: String,
    pub(crate) signature: String,
    pub(crate) owner: String,
}

impl Said {
    fn used(&self) -> Used<'_> {
        Used {
            id: &self.id,
            client_data: &self.client_data,
            data: &self.data,
            signature: &self.signature,
            owner: &self.owner,
        }
    }
}

impl Device {
    pub(crate) fn new(signer: Signer, id: u8, origin: &Origin) -> Self {
        Self {
            signer,
            id: vec![id; 32],
            counter: 0,
            flags: 0b101,
            party: origin.host().to_owned(),
            page: origin.as_str().to_owned(),
            owner: String::new(),
        }
    }

    fn client_data(&self, kind: &str, options: &Value) -> Vec<u8> {
        let data =
            json!({ "type": kind, "challenge": options["challenge"], "origin": self.page, "crossOrigin": false });
        data.to_string().into_bytes()
    }

    fn head(&self, more: u8) -> Vec<u8> {
        let mut data = Sha256::digest(self.party.as_bytes()).to_vec();
        data.push(self.flags | more);
        data.extend(self.counter.to_be_bytes());
        data
    }

    fn cose(&self) -> Vec<u8> {
        let (one, two) = self.signer.public();
        let int = |i: i64| Cbor::Integer(i.into());
        let map = match &self.signer {
            Signer::Es256(_) => vec![
                (int(1), int(2)),
                (int(3), int(-7)),
                (int(-1), int(1)),
                (int(-2), Cbor::Bytes(one)),
                (int(-3), Cbor::Bytes(two)),
            ],
            Signer::EdDsa(_) => vec![
                (int(1), int(1)),
                (int(3), int(-8)),
                (int(-1), int(6)),
                (int(-2), Cbor::Bytes(one)),
            ],
            Signer::Rs256(_) => vec![
                (int(1), int(3)),
                (int(3), int(-257)),
                (int(-1), Cbor::Bytes(one)),
                (int(-2), Cbor::Bytes(two)),
            ],
        };
        let mut out = Vec::new();
        ciborium::into_writer(&Cbor::Map(map), &mut out).unwrap();
        out
    }

    fn attestation(&self) -> Vec<u8> {
        let mut data = self.head(1 << 6);
        data.extend([0; 16]);
        data.extend(u16::try_from(self.id.len()).unwrap().to_be_bytes());
        data.extend(&self.id);
        data.extend(self.cose());
        let text = |t: &str| Cbor::Text(t.to_owned());
        let map = Cbor::Map(vec![
            (text("fmt"), text("none")),
            (text("attStmt"), Cbor::Map(Vec::new())),
            (text("authData"), Cbor::Bytes(data)),
        ]);
        let mut out = Vec::new();
        ciborium::into_writer(&map, &mut out).unwrap();
        out
    }

    /// Makes its passkey: client data and attestation.
    pub(crate) fn make(&mut self, options: &Value) -> (String, String) {
        self.owner = options["user"]["id"].as_str().unwrap().to_owned();
        (
            write(&self.client_data("webauthn.create", options)),
            write(&self.attestation()),
        )
    }

    /// Uses it.
    pub(crate) fn answer(&mut self, options: &Value) -> Said {
        self.counter += 1;
        let client_data = self.client_data("webauthn.get", options);
        let data = self.head(0);
        let message = [data.as_slice(), &Sha256::digest(&client_data)].concat();
        Said {
            id: write(&self.id),
            client_data: write(&client_data),
            data: write(&data),
            signature: write(&self.signer.sign(Form::Der, &message)),
            owner: self.owner.clone(),
        }
    }
}

fn origin() -> Origin {
    Origin::parse("https://office.example").unwrap()
}

fn key<T: std::fmt::Debug>(result: Result<T, Error>) -> &'static str {
    match result {
        Err(Error::Refused(refusal)) => refusal.key,
        other => panic!("not refused: {other:?}"),
    }
}

async fn person(world: &World, login: &str) -> Account {
    let new = NewAccount {
        body: &world.body.id,
        login,
        display: "Lê Thử",
        roles: &[Role::Officer],
        locale: Locale::Vi,
        password: Some(PASSWORD),
    };
    let actor = world.actor(Role::Administrator);
    world.office.create_account(&actor, world.now, new).await.unwrap()
}

async fn add(world: &World, account: &Account, device: &mut Device) -> Vec<String> {
    let options = world
        .office
        .begin_passkey(account, PASSWORD, &origin(), world.now)
        .await
        .unwrap();
    let (client_data, attestation) = device.make(&options);
    let made = Made {
        client_data: &client_data,
        attestation: &attestation,
    };
    world
        .office
        .add_passkey(account, "blue key", made, &origin(), world.now)
        .await
        .unwrap()
}

async fn alone(world: &World, device: &mut Device) -> Result<String, Error> {
    let options = world
        .office
        .begin_sign_in_by_passkey(&origin(), world.now)
        .await
        .unwrap();
    let said = device.answer(&options);
    world
        .office
        .sign_in_by_passkey(said.used(), &origin(), From::default(), world.now)
        .await
}

#[tokio::test]
async fn a_passkey_signs_in_alone_and_beside_a_password() {
    let world = World::new(Country::Vn).await;
    for (at, signer) in [Signer::es256(7), Signer::ed25519(7), Signer::rs256()]
        .into_iter()
        .enumerate()
    {
        let login = format!("anna{at}");
        let account = person(&world, &login).await;
        let mut device = Device::new(signer, u8::try_from(at).unwrap(), &origin());
        let codes = add(&world, &account, &mut device).await;
        assert_eq!(codes.len(), 10, "the first passkey comes with recovery codes");
        let token = alone(&world, &mut device).await.unwrap();
        let session = world.office.session(&token, world.now).await.unwrap().unwrap();
        assert_eq!(session.account.id, account.id);

        // With the password it is asked for as the second factor.
        let half = world.office.sign_in(&login, PASSWORD, world.now).await.unwrap();
        assert!(world.office.session(&half, world.now).await.unwrap().is_none());
        let asked = world
            .office
            .begin_second_by_passkey(&account, &origin(), world.now)
            .await
            .unwrap();
        assert_eq!(asked["allowCredentials"][0]["id"], write(&device.id));
        // A touch is enough there.
        device.flags = 1;
        let said = device.answer(&asked);
        let whole = world
            .office
            .second_by_passkey(&half, said.used(), &origin(), From::default(), world.now)
            .await
            .unwrap();
        assert!(world.office.session(&whole, world.now).await.unwrap().is_some());
        assert!(world.office.half_session(&half, world.now).await.unwrap().is_none());
        // And a recovery code does as well.
        let half = world.office.sign_in(&login, PASSWORD, world.now).await.unwrap();
        world
            .office
            .second_factor(&half, &codes[0], From::default(), world.now)
            .await
            .unwrap();
        let held = world.office.passkeys(&account).await.unwrap();
        assert_eq!((held.len(), held[0].name.as_str()), (1, "blue key"));
        assert_eq!(held[0].used, Some(world.now));
    }
    assert!(world.events("account.passkey-add").await >= 3);
}

#[tokio::test]
async fn what_is_not_right_signs_nobody_in() {
    let world = World::new(Country::Ru).await;
    let account = person(&world, "anna").await;
    let mut device = Device::new(Signer::es256(7), 1, &origin());
    add(&world, &account, &mut device).await;
    // One thing is wrong at a time.
    type Change = fn(&mut Device);
    let wrong: [(&str, Change); 6] = [
        ("refusal-passkey-elsewhere", |d| {
            d.page = "https://office.example.evil".to_owned()
        }),
        ("refusal-passkey-elsewhere", |d| d.party = "evil.example".to_owned()),
        ("refusal-passkey-not-verified", |d| d.flags = 1),
        ("refusal-passkey-not-verified", |d| d.flags = 4),
        ("refusal-passkey", |d| d.signer = Signer::es256(8)),
        ("refusal-passkey-unknown", |d| d.id = vec![9; 32]),
    ];
    for (refusal, change) in wrong {
        let mut bad = Device::new(Signer::es256(7), 1, &origin());
        bad.counter = 50;
        bad.owner = device.owner.clone();
        change(&mut bad);
        assert_eq!(key(alone(&world, &mut bad).await), refusal);
    }
    // Whose it says it is.
    let mut other = Device::new(Signer::es256(7), 1, &origin());
    other.owner = write(b"somebody else");
    assert_eq!(key(alone(&world, &mut other).await), "refusal-passkey-unknown");

    // The same answer again, and one that comes late.
    let options = world
        .office
        .begin_sign_in_by_passkey(&origin(), world.now)
        .await
        .unwrap();
    let said = device.answer(&options);
    let sign_in = async |said: &Said, at| {
        world
            .office
            .sign_in_by_passkey(said.used(), &origin(), From::default(), at)
            .await
    };
    sign_in(&said, world.now).await.unwrap();
    assert_eq!(key(sign_in(&said, world.now).await), "refusal-passkey-late");
    let options = world
        .office
        .begin_sign_in_by_passkey(&origin(), world.now)
        .await
        .unwrap();
    let late = world.now + SignedDuration::from_mins(6);
    assert_eq!(
        key(sign_in(&device.answer(&options), late).await),
        "refusal-passkey-late"
    );
    // A challenge for one purpose does not serve another.
    let options = world
        .office
        .begin_second_by_passkey(&account, &origin(), world.now)
        .await
        .unwrap();
    assert_eq!(
        key(sign_in(&device.answer(&options), world.now).await),
        "refusal-passkey-late"
    );
    // A device that counts backwards was copied: refused, and in the journal.
    device.counter = 0;
    assert_eq!(key(alone(&world, &mut device).await), "refusal-passkey-copied");
    assert_eq!(world.events("account.passkey-copied").await, 1);
    device.counter = 60;
    alone(&world, &mut device).await.unwrap();

    let admin = world.actor(Role::Administrator);
    world
        .office
        .keep_account(&admin, world.now, &account.id, Keeping::Disable)
        .await
        .unwrap();
    assert_eq!(key(alone(&world, &mut device).await), "refusal-passkey-unknown");
}

#[tokio::test]
async fn the_passkey_of_one_is_not_the_second_factor_of_another() {
    let world = World::new(Country::Cn).await;
    let (anna, berta) = (person(&world, "anna").await, person(&world, "berta").await);
    let (mut of_anna, mut of_berta) = (
        Device::new(Signer::es256(7), 1, &origin()),
        Device::new(Signer::es256(8), 2, &origin()),
    );
    add(&world, &anna, &mut of_anna).await;
    add(&world, &berta, &mut of_berta).await;
    for _ in 0..5 {
        let half = world.office.sign_in("anna", PASSWORD, world.now).await.unwrap();
        let asked = world
            .office
            .begin_second_by_passkey(&anna, &origin(), world.now)
            .await
            .unwrap();
        let said = of_berta.answer(&asked);
        let done = world
            .office
            .second_by_passkey(&half, said.used(), &origin(), From::default(), world.now)
            .await;
        assert_eq!(key(done), "refusal-passkey-unknown");
    }
    // Attempts are counted as those with codes are.
    let half = world.office.sign_in("anna", PASSWORD, world.now).await.unwrap();
    let asked = world
        .office
        .begin_second_by_passkey(&anna, &origin(), world.now)
        .await
        .unwrap();
    let said = of_anna.answer(&asked);
    let done = world
        .office
        .second_by_passkey(&half, said.used(), &origin(), From::default(), world.now)
        .await;
    assert_eq!(key(done), "refusal-sign-in-locked");
}

#[tokio::test]
async fn nobody_adds_or_removes_a_passkey_without_proof() {
    let world = World::new(Country::Vn).await;
    let account = person(&world, "anna").await;
    let begun = world
        .office
        .begin_passkey(&account, "wrong password", &origin(), world.now)
        .await;
    assert_eq!(key(begun), "refusal-password-wrong");
    let mut device = Device::new(Signer::es256(7), 1, &origin());
    add(&world, &account, &mut device).await;
    // The same device again, and a challenge that was made for somebody else.
    let options = world
        .office
        .begin_passkey(&account, PASSWORD, &origin(), world.now)
        .await
        .unwrap();
    assert_eq!(options["excludeCredentials"][0]["id"], write(&device.id));
    let (client_data, attestation) = device.make(&options);
    let made = Made {
        client_data: &client_data,
        attestation: &attestation,
    };
    let berta = person(&world, "berta").await;
    let add = async |account: &Account, name: &str| {
        world
            .office
            .add_passkey(account, name, made, &origin(), world.now)
            .await
    };
    assert_eq!(key(add(&account, " ").await), "refusal-passkey-name");
    assert_eq!(key(add(&account, "key").await), "refusal-passkey-known");
    assert_eq!(key(add(&berta, "key").await), "refusal-passkey-late");
    let id = write(&device.id);
    let remove =
        async |account: &Account, password: &str| world.office.remove_passkey(account, password, &id, world.now).await;
    assert_eq!(key(remove(&account, "wrong password").await), "refusal-password-wrong");
    assert_eq!(key(remove(&berta, PASSWORD).await), "refusal-no-page");

    // Where the body demands a second factor, the last one stays.
    let admin = world.actor(Role::Administrator);
    let demand = Demand::Roles(vec![Role::Officer]);
    world
        .office
        .set_demand(&admin, world.now, &world.body.id, &demand)
        .await
        .unwrap();
    assert_eq!(key(remove(&account, PASSWORD).await), "refusal-factor-must");
    world
        .office
        .set_demand(&admin, world.now, &world.body.id, &Demand::Nobody)
        .await
        .unwrap();
    remove(&account, PASSWORD).await.unwrap();
    assert_eq!(
        world.office.factor(&account.id).await.unwrap().1,
        0,
        "its codes are gone too"
    );
    world.office.sign_in("anna", PASSWORD, world.now).await.unwrap();
    assert_eq!(key(alone(&world, &mut device).await), "refusal-passkey-unknown");
}

#[test]
fn foreign_bytes_are_refused_and_nothing_more() {
    let device = Device::new(Signer::es256(7), 1, &origin());
    let whole = device.attestation();
    assert!(webauthn::create(&whole, &origin(), true).is_ok());
    for length in 0..whole.len() {
        assert!(webauthn::create(&whole[..length], &origin(), false).is_err());
    }
    let mut longer = whole.clone();
    longer.push(0);
    assert_eq!(webauthn::create(&longer, &origin(), false).unwrap_err(), Fault::Format);
    // Every byte changed in a few ways: refused or taken, never a panic.
    for at in 0..whole.len() {
        for change in [1, 0x80, 0xff] {
            let mut changed = whole.clone();
            changed[at] ^= change;
            let _ = webauthn::create(&changed, &origin(), false);
        }
    }
    // Lists in lists without end, and lengths that nothing follows.
    for bomb in [
        vec![0x81; 60_000],
        vec![0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
        vec![0x5f; 60_000],
    ] {
        assert!(webauthn::create(&bomb, &origin(), false).is_err());
    }
    assert!(webauthn::create(&vec![0; MAX_PART + 1], &origin(), false).is_err());
    // A kind of key that was not asked for: P-256 that says it is for another algorithm.
    let cose = device.cose();
    let at = cose.windows(2).position(|w| w == [3, 0x26]).unwrap();
    let mut other = device.attestation();
    let place = other.windows(cose.len()).position(|w| w == cose).unwrap();
    other[place + at + 1] = 0x28;
    assert_eq!(
        webauthn::create(&other, &origin(), false).unwrap_err(),
        Fault::Algorithm
    );
    for text in ["", "{}", "[]", "null", "{\"type\":1}"] {
        assert!(webauthn::challenge(text.as_bytes(), Use::Get, &origin()).is_err());
    }
    let framed =
        json!({ "type": "webauthn.get", "challenge": "x", "origin": "https://office.example", "crossOrigin": true });
    let framed = webauthn::challenge(framed.to_string().as_bytes(), Use::Get, &origin());
    assert_eq!(framed.unwrap_err(), Fault::Elsewhere);
}
