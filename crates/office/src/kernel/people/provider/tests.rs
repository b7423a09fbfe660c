use std::collections::BTreeMap;
use std::sync::Mutex as Kept;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use axum::{Form as Fields, Json, Router};
use serde_json::{Value, json};
use tutela_law::Country;

use super::*;
use crate::edge::Edge;
use crate::kernel::people::Account;
use crate::kernel::people::manage::Keeping;
use crate::kernel::people::signature::tests::Signer;
use crate::kernel::rights::Role;
use crate::world::World;

const CLIENT: &str = "tutela";
const SECRET: &str = "a secret: of the office";

/// What a provider answers, as a test wants it.
struct Answers {
    issuer: String,
    signers: Vec<(String, Signer)>,
    /// The key that signs.
    signs: usize,
    /// What the header and the claims say instead.
    header: Value,
    claims: Value,
    /// What the nonce of the sign-in was.
    nonce: String,
    challenge: String,
    /// How often the keys were fetched.
    fetched: usize,
    /// The token itself, instead of a good one.
    token: Option<String>,
}

type Shared = Arc<Kept<Answers>>;

struct There {
    world: World,
    answers: Shared,
    folder: tempfile::TempDir,
}

fn jwk(id: &str, signer: &Signer) -> Value {
    let (one, two) = signer.public();
    let (one, two) = (
        Base64UrlUnpadded::encode_string(&one),
        Base64UrlUnpadded::encode_string(&two),
    );
    match signer {
        Signer::Es256(_) => {
            json!({ "kty": "EC", "crv": "P-256", "kid": id, "use": "sig", "alg": "ES256", "x": one, "y": two })
        }
        Signer::EdDsa(_) => json!({ "kty": "OKP", "crv": "Ed25519", "kid": id, "x": one }),
        Signer::Rs256(_) => json!({ "kty": "RSA", "kid": id, "use": "sig", "alg": "RS256", "n": one, "e": two }),
    }
}

fn merged(mut base: Value, over: &Value) -> Value {
    let all = base.as_object_mut().unwrap();
    for (name, value) in over.as_object().into_iter().flatten() {
        if value.is_null() {
            all.remove(name);
        } else {
            all.insert(name.clone(), value.clone());
        }
    }
    base
}

impl Answers {
    fn token(&self, now: i64) -> String {
        let (id, signer) = &self.signers[self.signs];
        let alg = match signer {
            Signer::Es256(_) => "ES256",
            Signer::EdDsa(_) => "EdDSA",
            Signer::Rs256(_) => "RS256",
        };
        let header = merged(json!({ "alg": alg, "kid": id, "typ": "JWT" }), &self.header);
        let claims = json!({
            "iss": self.issuer, "sub": "person-27", "aud": CLIENT, "exp": now + 300, "iat": now, "nonce": self.nonce,
            "email": "head@office.example",
        });
        let claims = merged(claims, &self.claims);
        let part = |v: &Value| Base64UrlUnpadded::encode_string(v.to_string().as_bytes());
        let message = format!("{}.{}", part(&header), part(&claims));
        let signature = signer.sign(crate::kernel::people::signature::Form::Fixed, message.as_bytes());
        format!("{message}.{}", Base64UrlUnpadded::encode_string(&signature))
    }
}

async fn tokens(
    State((answers, now)): State<(Shared, i64)>,
    headers: HeaderMap,
    Fields(form): Fields<BTreeMap<String, String>>,
) -> axum::response::Response {
    let answers = answers.lock().unwrap();
    let basic = Base64::encode_string(format!("{CLIENT}:{}", encoded(SECRET)).as_bytes());
    let proved = headers["authorization"] == format!("Basic {basic}");
    let verifier = Base64UrlUnpadded::encode_string(&Sha256::digest(form["code_verifier"].as_bytes()));
    let good = proved
        && verifier == answers.challenge
        && form["code"] == "the-code"
        && form["grant_type"] == "authorization_code"
        && form["redirect_uri"] == "https://office.example/sign-in/from/state";
    if !good {
        return (StatusCode::BAD_REQUEST, Json(json!({ "error": "invalid_grant" }))).into_response();
    }
    let token = answers.token.clone().unwrap_or_else(|| answers.token(now));
    Json(json!({ "access_token": "x", "token_type": "Bearer", "id_token": token })).into_response()
}

impl There {
    /// An office with a provider beside it.
    async fn new() -> Self {
        let world = World::new(Country::Vn).await;
        let tcp = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://{}", tcp.local_addr().unwrap());
        let answers = Arc::new(Kept::new(Answers {
            issuer: issuer.clone(),
            signers: vec![("first".to_owned(), Signer::rs256())],
            signs: 0,
            header: json!({}),
            claims: json!({}),
            nonce: String::new(),
            challenge: String::new(),
            fetched: 0,
            token: None,
        }));
        let at = issuer.clone();
        let discovered = move |State((answers, _)): State<(Shared, i64)>| {
            let issuer = answers.lock().unwrap().issuer.clone();
            let found = json!({
                "issuer": issuer,
                "authorization_endpoint": format!("{at}/authorize?tenant=1"),
                "token_endpoint": format!("{at}/token"),
                "jwks_uri": format!("{at}/keys"),
                "end_session_endpoint": format!("{at}/end"),
            });
            async move { Json(found) }
        };
        let keys = |State((answers, _)): State<(Shared, i64)>| {
            let mut answers = answers.lock().unwrap();
            answers.fetched += 1;
            let mut keys: Vec<_> = answers.signers.iter().map(|(id, s)| jwk(id, s)).collect();
            // Kinds of keys that nobody here knows are passed over.
            keys.push(json!({ "kty": "AKP", "kid": "first", "alg": "ML-DSA-65", "pub": "AA" }));
            keys.push(json!({ "kty": "oct", "kid": "first", "k": "AAAA" }));
            async move { Json(json!({ "keys": keys })) }
        };
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(discovered))
            .route("/keys", get(keys))
            .route("/token", post(tokens))
            .with_state((Arc::clone(&answers), world.now.as_second()));
        tokio::spawn(async move { axum::serve(tcp, router).await });
        let folder = tempfile::tempdir().unwrap();
        let secret = folder.path().join("secret");
        std::fs::write(&secret, format!("{SECRET}\n")).unwrap();
        let given = config::Provider {
            name: "state".to_owned(),
            label: "State Identity".to_owned(),
            issuer,
            client_id: CLIENT.to_owned(),
            client_secret_file: Some(secret),
            root: None,
        };
        world.office.set_edge(Edge {
            public: Origin::parse("https://office.example"),
            providers: vec![Provider::new(&given).unwrap()],
            ..Edge::default()
        });
        Self { world, answers, folder }
    }

    async fn link(&self, account: &Account) {
        let issuer = self.world.office.provider("state").unwrap().issuer.clone();
        let keeping = Keeping::Link {
            provider: "state".to_owned(),
            identity: identity(&issuer, "person-27"),
        };
        let admin = self.world.actor(Role::Administrator);
        self.world
            .office
            .keep_account(&admin, self.world.now, &account.id, keeping)
            .await
            .unwrap();
    }

    /// Goes to the provider: what went out as state, and the token of the browser.
    async fn away(&self) -> (String, String) {
        let sent = self
            .world
            .office
            .begin_at_provider("state", self.world.now)
            .await
            .unwrap();
        let asked: BTreeMap<_, _> = sent
            .location
            .split_once('?')
            .unwrap()
            .1
            .split('&')
            .map(|p| p.split_once('=').unwrap())
            .collect();
        assert_eq!(
            (asked["tenant"], asked["response_type"], asked["scope"]),
            ("1", "code", "openid")
        );
        assert_eq!(asked["code_challenge_method"], "S256");
        assert_eq!(
            asked["redirect_uri"],
            encoded("https://office.example/sign-in/from/state")
        );
        let mut answers = self.answers.lock().unwrap();
        answers.nonce = asked["nonce"].to_owned();
        answers.challenge = asked["code_challenge"].to_owned();
        (asked["state"].to_owned(), sent.browser)
    }

    async fn back(&self, state: &str, browser: &str, code: &str, error: &str) -> Result<String, Error> {
        let back = Back {
            browser,
            state,
            code,
            error,
            issuer: "",
        };
        self.world
            .office
            .end_at_provider("state", back, From::default(), self.world.now)
            .await
    }

    async fn sign_in(&self) -> Result<String, Error> {
        let (state, browser) = self.away().await;
        self.back(&state, &browser, "the-code", "").await
    }

    fn set(&self, change: impl FnOnce(&mut Answers)) {
        change(&mut self.answers.lock().unwrap());
    }
}

fn key<T: std::fmt::Debug>(result: Result<T, Error>) -> &'static str {
    match result {
        Err(Error::Refused(refusal)) => refusal.key,
        other => panic!("not refused: {other:?}"),
    }
}

#[tokio::test]
async fn whom_the_provider_names_and_the_administrator_linked_is_signed_in() {
    let there = There::new().await;
    // Nobody is linked yet: the person is told what to give to the administrator, and an address in the token opens nothing.
    match there.sign_in().await {
        Err(Error::Refused(r)) => {
            assert_eq!(r.key, "refusal-provider-unknown");
            assert!(r.args.contains(&("subject", "person-27".to_owned())));
        }
        other => panic!("{other:?}"),
    }
    let inspector = there.world.account(Role::Inspector).clone();
    there.link(&inspector).await;
    for signer in [Signer::rs256(), Signer::es256(7), Signer::ed25519(7)] {
        there.set(|a| a.signers = vec![(format!("key-{}", a.fetched), signer)]);
        // Keys change: the new one is fetched, but not again and again.
        let office = &there.world.office;
        let provider = office.provider("state").unwrap();
        if let Some(known) = provider.known.lock().unwrap().as_mut() {
            known.keys_at = there.world.now - SignedDuration::from_mins(2);
        }
        let token = there.sign_in().await.unwrap();
        let session = office.session(&token, there.world.now).await.unwrap().unwrap();
        assert_eq!(session.account.id, inspector.id);
        let fetched = there.answers.lock().unwrap().fetched;
        there.sign_in().await.unwrap();
        assert_eq!(there.answers.lock().unwrap().fetched, fetched);
    }
    let end = there
        .world
        .office
        .end_of_provider("state", there.world.now)
        .await
        .unwrap()
        .unwrap();
    assert!(end.contains("/end?client_id=tutela&post_logout_redirect_uri=https%3A%2F%2Foffice.example%2Fsign-in"));
}

#[tokio::test]
async fn a_token_that_is_not_right_in_every_point_is_refused() {
    let there = There::new().await;
    there.link(&there.world.account(Role::Inspector).clone()).await;
    let now = there.world.now.as_second();
    let claims = [
        json!({ "iss": "https://other.example" }),
        json!({ "iss": ["https://other.example"] }),
        json!({ "iss": null }),
        json!({ "aud": "somebody-else" }),
        json!({ "aud": ["tutela", "somebody-else"] }),
        json!({ "aud": ["somebody-else"], "azp": "tutela" }),
        json!({ "azp": "somebody-else" }),
        json!({ "aud": null }),
        json!({ "exp": now - 61 }),
        json!({ "exp": null }),
        json!({ "exp": "soon" }),
        json!({ "iat": now + 61 }),
        json!({ "iat": now - 700 }),
        json!({ "iat": null }),
        json!({ "nbf": now + 61 }),
        json!({ "nonce": "another" }),
        json!({ "nonce": null }),
        json!({ "sub": "" }),
        json!({ "sub": null }),
        json!({ "sub": 27 }),
        json!({ "sub": "x".repeat(256) }),
    ];
    for wrong in claims {
        there.set(|a| a.claims.clone_from(&wrong));
        assert_eq!(key(there.sign_in().await), "refusal-provider-token", "{wrong}");
    }
    // A minute is borne, and several audiences with the one that is meant.
    for good in [
        json!({ "exp": now - 59 }),
        json!({ "iat": now + 59 }),
        json!({ "aud": ["x", "tutela"], "azp": "tutela" }),
    ] {
        there.set(|a| a.claims.clone_from(&good));
        assert!(there.sign_in().await.is_ok(), "{good}");
    }
    there.set(|a| a.claims = json!({}));
    for wrong in [
        json!({ "alg": "none" }),
        json!({ "alg": "HS256" }),
        json!({ "alg": "ES256" }),
        json!({ "alg": "RS512" }),
        json!({ "kid": "nobody" }),
        json!({ "crit": ["exp"] }),
    ] {
        there.set(|a| a.header.clone_from(&wrong));
        assert_eq!(key(there.sign_in().await), "refusal-provider-token", "{wrong}");
    }
    there.set(|a| a.header = json!({}));
    // Without a name of the key it is the only one that fits; with two nobody can say which.
    there.set(|a| a.header = json!({ "kid": null }));
    assert!(there.sign_in().await.is_ok());
    there.set(|a| a.header = json!({}));
    for token in ["", "x", "a.b.c", "e30.e30.", &"a".repeat(70_000)] {
        there.set(|a| a.token = Some(token.to_owned()));
        assert_eq!(key(there.sign_in().await), "refusal-provider-token", "{}", token.len());
    }
    // Signed by nobody, and by somebody else under the name of the key.
    let (state, browser) = there.away().await;
    let whole = there.answers.lock().unwrap().token(now);
    let (message, _) = whole.rsplit_once('.').unwrap();
    there.set(|a| a.token = Some(format!("{message}.")));
    assert_eq!(
        key(there.back(&state, &browser, "the-code", "").await),
        "refusal-provider-token"
    );
    there.set(|a| {
        a.token = None;
        a.signers = vec![("first".to_owned(), Signer::es256(9))];
    });
    assert_eq!(key(there.sign_in().await), "refusal-provider-token");
}

#[tokio::test]
async fn an_answer_is_good_once_in_the_browser_that_was_sent() {
    let there = There::new().await;
    there.link(&there.world.account(Role::Inspector).clone()).await;
    let (state, browser) = there.away().await;
    // Another browser: the answer of an attacker does not sign a victim in, nor the other way round.
    assert_eq!(
        key(there.back(&state, "", "the-code", "").await),
        "refusal-provider-late"
    );
    let (_, other) = there.away().await;
    assert_eq!(
        key(there.back(&state, &other, "the-code", "").await),
        "refusal-provider-late"
    );
    assert_eq!(
        key(there.back("", &browser, "the-code", "").await),
        "refusal-provider-late"
    );
    let (state, browser) = there.away().await;
    there.back(&state, &browser, "the-code", "").await.unwrap();
    assert_eq!(
        key(there.back(&state, &browser, "the-code", "").await),
        "refusal-provider-late"
    );
    // Too late, refused there, broken there, another code, another issuer.
    let (state, browser) = there.away().await;
    let back = Back {
        browser: &browser,
        state: &state,
        code: "the-code",
        error: "",
        issuer: "",
    };
    let office = &there.world.office;
    let late = there.world.now + SignedDuration::from_mins(11);
    let done = office.end_at_provider("state", back, From::default(), late).await;
    assert_eq!(key(done), "refusal-provider-late");
    for (code, error, refusal) in [
        ("", "access_denied", "refusal-provider-denied"),
        ("", "server_error", "refusal-provider"),
        ("", "", "refusal-provider"),
        ("another-code", "", "refusal-provider"),
    ] {
        let (state, browser) = there.away().await;
        assert_eq!(key(there.back(&state, &browser, code, error).await), refusal);
    }
    let (state, browser) = there.away().await;
    let back = Back {
        browser: &browser,
        state: &state,
        code: "the-code",
        error: "",
        issuer: "https://other.example",
    };
    let done = office
        .end_at_provider("state", back, From::default(), there.world.now)
        .await;
    assert_eq!(key(done), "refusal-provider");
    assert_eq!(
        key(office.begin_at_provider("nobody", there.world.now).await),
        "refusal-no-page"
    );
}

#[tokio::test]
async fn a_provider_that_names_another_issuer_or_does_not_answer_is_not_asked() {
    let there = There::new().await;
    there.set(|a| a.issuer = "https://other.example".to_owned());
    assert_eq!(
        key(there.world.office.begin_at_provider("state", there.world.now).await),
        "refusal-provider"
    );
    let given = |issuer: &str| config::Provider {
        name: "state".to_owned(),
        label: "State".to_owned(),
        issuer: issuer.to_owned(),
        client_id: CLIENT.to_owned(),
        client_secret_file: Some(there.folder.path().join("secret")),
        root: None,
    };
    let dead = Provider::new(&given("http://127.0.0.1:1")).unwrap();
    assert_eq!(key(dead.known(there.world.now).await.map(|_| ())), "refusal-provider");
    for bad in ["http://office.example", "ldap://x", "https://x?y", ""] {
        assert!(Provider::new(&given(bad)).is_err(), "{bad}");
    }
}

#[tokio::test]
async fn a_link_to_a_high_role_waits_for_another_person() {
    let there = There::new().await;
    let office = &there.world.office;
    let head = there.world.account(Role::Head).clone();
    there.link(&head).await;
    assert_eq!(key(there.sign_in().await), "refusal-provider-unknown");
    // Who asked for it does not confirm it, also not by asking for something else through somebody else.
    let admin = there.world.actor(Role::Administrator);
    let mut both = admin.clone();
    both.roles = vec![Role::Administrator, Role::ProtectionOfficer];
    let keep = async |actor: &crate::kernel::record::Actor, keeping| {
        office.keep_account(actor, there.world.now, &head.id, keeping).await
    };
    assert_eq!(key(keep(&both, Keeping::Confirm).await), "refusal-second-person");
    let mut second = there.world.actor(Role::Inspector);
    second.roles = vec![Role::Administrator];
    for keeping in [Keeping::Reset, Keeping::DropFactor, Keeping::Roles(vec![Role::Head])] {
        assert_eq!(key(keep(&second, keeping).await), "refusal-waits");
    }
    keep(&there.world.actor(Role::ProtectionOfficer), Keeping::Confirm)
        .await
        .unwrap();
    assert!(there.sign_in().await.is_ok());
    // One identity is one person.
    let issuer = office.provider("state").unwrap().issuer.clone();
    let again = Keeping::Link {
        provider: "state".to_owned(),
        identity: identity(&issuer, "person-27"),
    };
    let inspector = there.world.account(Role::Inspector).id.clone();
    let done = office.keep_account(&admin, there.world.now, &inspector, again).await;
    assert_eq!(key(done), "refusal-provider-taken");
    // A link that was taken away or refused is none.
    keep(
        &admin,
        Keeping::Unlink {
            provider: "state".to_owned(),
        },
    )
    .await
    .unwrap();
    assert_eq!(key(there.sign_in().await), "refusal-provider-unknown");
    there.link(&head).await;
    keep(&there.world.actor(Role::ProtectionOfficer), Keeping::Decline)
        .await
        .unwrap();
    assert_eq!(key(there.sign_in().await), "refusal-provider-unknown");
    assert_eq!(there.world.events("account.link").await, 2);
}
