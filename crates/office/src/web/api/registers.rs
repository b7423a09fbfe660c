//! What there is: registers with their fields, states and operations, as far as the caller may see them.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use tutela_words::Words;

use crate::kernel::field::{Field, Kind};
use crate::kernel::register::Register;
use crate::kernel::rights::{Role, any_allows};
use crate::web::Site;
use crate::web::api::caller::Caller;

/// All registers that the caller may see.
pub(crate) async fn all(State(site): State<Site>, caller: Caller) -> Response {
    let words = site.office.words(caller.locale);
    let roles = &caller.account.roles;
    let registers: Vec<_> = site
        .office
        .registers()
        .iter()
        .filter(|r| any_allows(roles, r.see))
        .map(|r| register(words, r, roles))
        .collect();
    Json(json!({ "registers": registers })).into_response()
}

fn register(words: &Words, register: &Register, roles: &[Role]) -> Value {
    let name = register.name;
    let states: Vec<_> = register
        .states
        .iter()
        .map(|s| json!({ "name": s.name, "title": words.get(&format!("state-{}", s.name)), "closed": s.closed }))
        .collect();
    let operations: Vec<_> = register
        .operations
        .iter()
        .map(|o| {
            json!({
                "name": o.name,
                "title": words.get(&format!("operation-{name}-{}", o.name)),
                "creates": o.creates(),
                "from": o.from,
                "allowed": any_allows(roles, o.right),
                "fields": o.fields.iter().map(|f| field(words, f)).collect::<Vec<_>>(),
                "papers": o.papers,
            })
        })
        .collect();
    json!({
        "name": name,
        "title": words.get(&format!("register-{name}")),
        "about": words.get(&format!("register-{name}-about")),
        "fields": register.fields.iter().map(|f| field(words, f)).collect::<Vec<_>>(),
        "states": states,
        "operations": operations,
    })
}

/// A field: what it is called, what it takes, whether it lies in the vault.
fn field(words: &Words, field: &Field) -> Value {
    let choices = match field.kind {
        Kind::Choice(all) | Kind::Choices(all) => all
            .iter()
            .map(|w| json!({ "value": w, "title": words.get(&format!("choice-{w}")) }))
            .collect(),
        _ => Vec::new(),
    };
    let register = match field.kind {
        Kind::Card(register) | Kind::Cards(register) if !register.is_empty() => Some(register),
        _ => None,
    };
    json!({
        "name": field.name,
        "title": words.get(&format!("field-{}", field.name)),
        "kind": kind(field.kind),
        "required": field.required,
        "personal": field.personal,
        "many": field.is_many(),
        "choices": choices,
        "register": register,
    })
}

/// The word for a kind.
pub(crate) fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Line => "line",
        Kind::Text => "text",
        Kind::Date => "date",
        Kind::Instant => "instant",
        Kind::Number(..) => "number",
        Kind::Choice(_) => "choice",
        Kind::Choices(_) => "choices",
        Kind::Flag => "flag",
        Kind::Card(_) => "card",
        Kind::Cards(_) => "cards",
        Kind::Email => "email",
        Kind::File => "file",
        Kind::Files => "files",
    }
}
