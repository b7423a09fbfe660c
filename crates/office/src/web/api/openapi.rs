//! The description of the interface (`OpenAPI` 3.1), made from the registers: what a register takes is described as it is.

use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

use crate::kernel::evidence::MAX_AT_ONCE;
use crate::kernel::evidence::media::kinds;
use crate::kernel::field::{Field, Kind};
use crate::kernel::open::PURPOSES;
use crate::kernel::register::{Operation, Register};
use crate::registers::by_hand;
use crate::web::Site;

/// The description. It tells how the program is built and nothing of what it holds, so it needs no token.
pub(crate) async fn serve(State(site): State<Site>) -> Response {
    let document = document(site.office.registers());
    ([(CONTENT_TYPE, "application/json")], document.to_string()).into_response()
}

fn reference(kind: &str, name: &str) -> Value {
    json!({ "$ref": format!("#/components/{kind}/{name}") })
}

fn schema(name: &str) -> Value {
    reference("schemas", name)
}

/// What a field takes, as a schema.
fn field_schema(field: &Field) -> Value {
    let mut schema = match field.kind {
        Kind::Line | Kind::Text => json!({ "type": "string", "maxLength": field.most() }),
        Kind::Date => json!({ "type": "string", "format": "date" }),
        Kind::Instant => json!({ "type": "string", "format": "date-time" }),
        Kind::Number(from, to) => json!({ "type": "integer", "minimum": from, "maximum": to }),
        Kind::Choice(words) => json!({ "type": "string", "enum": words }),
        Kind::Choices(words) => {
            json!({ "type": "array", "uniqueItems": true, "items": { "type": "string", "enum": words } })
        }
        Kind::Flag => json!({ "type": "boolean" }),
        Kind::Card(_) | Kind::Account => json!({ "type": "string", "format": "uuid" }),
        Kind::Cards(_) => {
            json!({ "type": "array", "uniqueItems": true, "items": { "type": "string", "format": "uuid" } })
        }
        Kind::Email => json!({ "type": "string", "format": "email", "maxLength": 300 }),
        Kind::File => schema("Given"),
        Kind::Files => json!({ "type": "array", "maxItems": MAX_AT_ONCE, "items": schema("Given") }),
    };
    if let Kind::Card(register) | Kind::Cards(register) = field.kind
        && !register.is_empty()
    {
        schema["x-register"] = register.into();
    }
    if field.personal {
        schema["x-personal"] = true.into();
        schema["description"] = "Kept in the vault; given back only by /open.".into();
    }
    schema
}

/// The values that an operation takes.
fn values_schema(operation: &Operation) -> Value {
    let mut properties = Map::new();
    for field in operation.fields {
        properties.insert(field.name.to_owned(), field_schema(field));
    }
    let required: Vec<_> = operation.fields.iter().filter(|f| f.required).map(|f| f.name).collect();
    json!({ "type": "object", "additionalProperties": false, "properties": properties, "required": required })
}

/// The fields of a card that lie open, or those that lie in the vault.
fn card_values(register: &Register, personal: bool) -> Value {
    let facts = json!({ "type": "array", "items": schema("FileFacts") });
    let mut properties = Map::new();
    let all = register.operations.iter().flat_map(|o| o.fields);
    for field in register.fields.iter().chain(all).filter(|f| f.personal == personal) {
        properties.entry(field.name.to_owned()).or_insert_with(|| {
            if field.is_file() {
                facts.clone()
            } else {
                field_schema(field)
            }
        });
    }
    json!({ "type": "object", "properties": properties })
}

fn json_body(schema: &Value) -> Value {
    json!({ "required": true, "content": { "application/json": { "schema": schema } } })
}

fn answer(text: &str, schema: &Value) -> Value {
    json!({ "description": text, "content": { "application/json": { "schema": schema } } })
}

/// The answers of an operation: what it gives, and everything that can go wrong.
fn answers(good: &[(&str, Value)]) -> Value {
    let mut answers = Map::new();
    for (status, value) in good {
        answers.insert((*status).to_owned(), value.clone());
    }
    for status in ["400", "401", "403", "404", "409", "422", "500", "503"] {
        answers.insert(status.to_owned(), reference("responses", "Errors"));
    }
    Value::Object(answers)
}

/// The name of a register or an operation within an identifier.
fn pascal(name: &str) -> String {
    let mut out = String::new();
    for part in name.split(['-', '_']) {
        let mut chars = part.chars();
        out.extend(chars.next().map(|c| c.to_ascii_uppercase()));
        out.extend(chars);
    }
    out
}

fn create(register: &Register) -> Option<Value> {
    let creating: Vec<_> = register
        .operations
        .iter()
        .filter(|o| o.creates() && by_hand(register.name, o.name))
        .map(|o| {
            json!({
                "type": "object",
                "additionalProperties": false,
                "required": ["operation", "values"],
                "properties": { "operation": { "const": o.name }, "values": values_schema(o) },
            })
        })
        .collect();
    if creating.is_empty() {
        return None;
    }
    let name = pascal(register.name);
    let done = answer("Done.", &schema("Done"));
    Some(json!({
        "operationId": format!("create{name}"),
        "tags": [register.name],
        "summary": format!("Create a card of {}", register.name),
        "parameters": [reference("parameters", "Key"), reference("parameters", "Language")],
        "requestBody": json_body(&json!({ "oneOf": creating })),
        "responses": answers(&[("201", done), ("200", answer("It was done before under this key.", &schema("Done")))]),
    }))
}

fn paths_of(register: &Register, paths: &mut Map<String, Value>) {
    let name = register.name;
    let id = pascal(name);
    let card_schema = schema(&format!("{id}Card"));
    let mut list = Map::new();
    let states: Vec<_> = register.states.iter().map(|s| s.name).collect();
    list.insert(
        "get".to_owned(),
        json!({
            "operationId": format!("list{id}"),
            "tags": [name],
            "summary": format!("Cards of {name}, newest first; personal fields closed"),
            "parameters": [
                { "name": "state", "in": "query", "schema": { "type": "string", "enum": states } },
                { "name": "before", "in": "query", "description": "The value of next of the page before.",
                  "schema": { "type": "string" } },
                reference("parameters", "Language"),
            ],
            "responses": answers(&[("200", answer("A page.", &json!({
                "type": "object",
                "required": ["cards", "next", "tallies", "drills"],
                "properties": {
                    "cards": { "type": "array", "items": card_schema },
                    "next": { "type": ["string", "null"] },
                    "tallies": { "type": "object", "additionalProperties": { "type": "integer" } },
                    "drills": { "type": "integer" },
                },
            })))]),
        }),
    );
    if let Some(create) = create(register) {
        list.insert("post".to_owned(), create);
    }
    paths.insert(format!("/api/v1/{name}"), Value::Object(list));

    let place = reference("parameters", "Card");
    let language = reference("parameters", "Language");
    let one = answers(&[("200", answer("The card.", &card_schema))]);
    paths.insert(
        format!("/api/v1/{name}/{{card}}"),
        json!({ "parameters": [place, language], "get": {
            "operationId": format!("get{id}"), "tags": [name], "summary": "One card, personal fields closed",
            "responses": one,
        } }),
    );
    paths.insert(
        format!("/api/v1/{name}/{{card}}/open"),
        json!({ "parameters": [place, language], "post": {
            "operationId": format!("open{id}"), "tags": [name],
            "summary": "One card with its personal fields, for a purpose; the look is recorded",
            "requestBody": json_body(&json!({
                "type": "object", "additionalProperties": false, "required": ["purpose"],
                "properties": { "purpose": { "type": "string", "examples": PURPOSES,
                    "description": "One of the examples, or the identifier of a processing activity." } },
            })),
            "responses": one,
        } }),
    );
    let papers: Vec<_> = {
        let mut all: Vec<_> = register.operations.iter().flat_map(|o| o.papers).copied().collect();
        all.sort_unstable();
        all.dedup();
        all
    };
    if !papers.is_empty() {
        paths.insert(
            format!("/api/v1/{name}/{{card}}/papers"),
            papers_path(&id, name, &papers),
        );
    }
    if register.operations.iter().flat_map(|o| o.fields).any(Field::is_file) {
        paths.insert(format!("/api/v1/{name}/{{card}}/files"), files_path(&id, name));
    }
    let of_card = register.operations.iter().filter(|o| !o.creates());
    for operation in of_card.filter(|o| by_hand(name, o.name)) {
        paths.insert(
            format!("/api/v1/{name}/{{card}}/{}", operation.name),
            json!({ "parameters": [place, language], "post": {
                "operationId": format!("{}{id}", operation.name.replace('-', "_")),
                "tags": [name],
                "summary": format!("{} (from: {})", operation.name, operation.from.join(", ")),
                "parameters": [reference("parameters", "Key")],
                "requestBody": json_body(&json!({
                    "type": "object", "additionalProperties": false,
                    "properties": { "version": { "type": "integer" }, "values": values_schema(operation) },
                })),
                "responses": answers(&[("200", answer("Done.", &schema("Done")))]),
            } }),
        );
    }
}

/// Files of a card.
fn files_path(id: &str, name: &str) -> Value {
    let list = json!({ "type": "object", "properties": { "files": { "type": "array", "items": schema("File") } } });
    json!({
        "parameters": [reference("parameters", "Card"), reference("parameters", "Language")],
        "get": {
            "operationId": format!("listFiles{id}"), "tags": [name], "summary": "Files of the card, closed",
            "responses": answers(&[("200", answer("Files.", &list))]),
        },
        "post": {
            "operationId": format!("openFile{id}"), "tags": [name],
            "summary": "One file of the card, for a purpose; the look is recorded",
            "requestBody": json_body(&json!({
                "type": "object", "additionalProperties": false, "required": ["file", "purpose"],
                "properties": {
                    "file": { "type": "string", "format": "uuid" },
                    "purpose": { "type": "string", "examples": PURPOSES,
                        "description": "One of the examples, or the identifier of a processing activity." },
                },
            })),
            "responses": answers(&[("200", json!({ "description": "The file.", "content": {
                "application/octet-stream": { "schema": { "type": "string", "format": "binary" } },
            } }))]),
        },
    })
}

fn papers_path(id: &str, name: &str, papers: &[&str]) -> Value {
    let list = json!({ "type": "object", "properties": { "papers": { "type": "array", "items": {
        "type": "object", "properties": { "form": { "type": "string" }, "title": { "type": "string" } },
    } } } });
    json!({
        "parameters": [reference("parameters", "Card"), reference("parameters", "Language")],
        "get": {
            "operationId": format!("listPapers{id}"), "tags": [name], "summary": "Papers that the card may have",
            "responses": answers(&[("200", answer("Forms.", &list))]),
        },
        "post": {
            "operationId": format!("print{id}"), "tags": [name], "summary": "A paper of the card; printing is recorded",
            "requestBody": json_body(&json!({
                "type": "object", "additionalProperties": false, "required": ["form", "format"],
                "properties": {
                    "form": { "type": "string", "enum": papers },
                    "format": { "type": "string", "enum": ["html", "pdf", "docx"] },
                    "language": { "type": "string", "enum": ["vi", "ru", "zh", "en"] },
                    "purpose": { "type": "string" },
                },
            })),
            "responses": answers(&[("200", json!({ "description": "The file.", "content": {
                "text/html": { "schema": { "type": "string" } },
                "application/pdf": { "schema": { "type": "string", "format": "binary" } },
                "application/vnd.openxmlformats-officedocument.wordprocessingml.document":
                    { "schema": { "type": "string", "format": "binary" } },
            } }))]),
        },
    })
}

fn card_schema(register: &Register) -> Value {
    let states: Vec<_> = register.states.iter().map(|s| s.name).collect();
    json!({
        "type": "object",
        "required": ["id", "register", "number", "state", "version", "blocked", "created", "updated", "values", "personal"],
        "properties": {
            "id": { "type": "string", "format": "uuid" },
            "register": { "const": register.name },
            "number": { "type": "string" },
            "state": { "type": "string", "enum": states },
            "version": { "type": "integer" },
            "blocked": { "type": "boolean" },
            "created": { "type": "string", "format": "date-time" },
            "updated": { "type": "string", "format": "date-time" },
            "destroyed": { "type": ["string", "null"], "format": "date-time" },
            "initials": { "type": ["string", "null"] },
            "values": card_values(register, false),
            "personal": { "type": "string", "enum": ["none", "closed", "open", "destroyed"] },
            "personal_values": { "oneOf": [{ "type": "null" }, card_values(register, true)] },
        },
    })
}

/// The whole description.
pub(crate) fn document(registers: &[&Register]) -> Value {
    let mut paths = common_paths();
    let mut schemas = common_schemas();
    for register in registers {
        paths_of(register, &mut paths);
        schemas.insert(format!("{}Card", pascal(register.name)), card_schema(register));
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Tutela",
            "version": env!("CARGO_PKG_VERSION"),
            "license": { "name": "See the program" },
            "description": "Registers, duties and papers of a data-protection office. Every call acts as the account of its \
                token, with the rights of that account and no others. A token for reading never changes anything and never \
                sees personal data.",
        },
        "servers": [{ "url": "/" }],
        "security": [{ "token": [] }],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "responses": { "Errors": answer("What went wrong.", &schema("Errors")) },
            "parameters": {
                "Card": { "name": "card", "in": "path", "required": true,
                    "schema": { "type": "string", "format": "uuid" } },
                "Language": { "name": "Accept-Language", "in": "header",
                    "description": "The language of texts; the account's when absent.",
                    "schema": { "type": "string", "examples": ["vi", "ru", "zh", "en"] } },
                "Key": { "name": "Idempotency-Key", "in": "header",
                    "description": "The same request under the same key is done once within 24 hours.",
                    "schema": { "type": "string", "minLength": 1, "maxLength": 200 } },
            },
            "securitySchemes": { "token": { "type": "http", "scheme": "bearer" } },
        },
    })
}

fn common_paths() -> Map<String, Value> {
    let language = reference("parameters", "Language");
    let list = |of: &str| json!({ "type": "object", "required": [of], "properties": { of: { "type": "array", "items": { "type": "object" } } } });
    let mut paths = Map::new();
    paths.insert(
        "/api/v1/registers".to_owned(),
        json!({ "get": {
            "operationId": "listRegisters", "summary": "Registers with their fields, states and operations",
            "parameters": [language], "responses": answers(&[("200", answer("Registers.", &list("registers")))]),
        } }),
    );
    paths.insert(
        "/api/v1/export".to_owned(),
        json!({ "get": {
            "operationId": "exportRegisters",
            "summary": "All registers that the caller may see, without personal data, as a workbook with a sheet for each",
            "parameters": [language],
            "responses": answers(&[("200", json!({ "description": "The workbook.", "content": {
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": {
                    "schema": { "type": "string", "format": "binary" }
                } } }))]),
        } }),
    );
    paths.insert(
        "/api/v1/compliance".to_owned(),
        json!({ "get": {
            "operationId": "rollUp",
            "summary": "How the body stands, requirement by requirement: counts, dates and a checkpoint of the journal, no personal data",
            "parameters": [language], "responses": answers(&[("200", answer("The roll-up.", &json!({
                "type": "object", "required": ["body", "country", "pack", "at", "checkpoint", "summary", "lines"],
                "properties": {
                    "body": { "type": "string" },
                    "country": { "type": "string" },
                    "pack": { "type": ["string", "null"] },
                    "at": { "type": "string", "format": "date-time" },
                    "checkpoint": { "type": "object", "properties": {
                        "origin": { "type": "string" }, "size": { "type": "integer" }, "root": { "type": "string" } } },
                    "summary": { "type": "object", "additionalProperties": { "type": "integer" } },
                    "lines": { "type": "array", "items": { "type": "object", "properties": {
                        "key": { "type": "string" },
                        "standing": { "type": "string", "enum": ["late", "missing", "in-place", "not-applicable", "not-kept"] },
                        "have": { "type": "integer" }, "open": { "type": "integer" }, "late": { "type": "integer" },
                        "norm": { "type": ["string", "null"] },
                    } } },
                },
            })))]),
        } }),
    );
    paths.insert(
        "/api/v1/duties".to_owned(),
        json!({ "get": {
            "operationId": "listDuties", "summary": "What is due, soonest first",
            "parameters": [
                { "name": "days", "in": "query", "schema": { "type": "integer", "minimum": 0, "maximum": 3660, "default": 30 } },
                language,
            ],
            "responses": answers(&[("200", answer("Duties.", &json!({
                "type": "object", "required": ["duties"],
                "properties": { "duties": { "type": "array", "items": schema("Duty") } },
            })))]),
        } }),
    );
    let day = |name: &str| json!({ "name": name, "in": "query", "required": true, "schema": { "type": "string", "format": "date" } });
    paths.insert(
        "/api/v1/inspection".to_owned(),
        json!({ "get": {
            "operationId": "inspectionFolder",
            "summary": "The signed archive of a period: registers, papers, clocks, journal and proofs; its making is recorded",
            "parameters": [day("from"), day("to"),
                { "name": "purpose", "in": "query", "schema": { "type": "string" },
                  "description": "Personal fields go into it for this purpose; without one they stay closed." },
                { "name": "part", "in": "query", "schema": { "type": "integer", "minimum": 1 },
                  "description": "Which part, where there are more papers than one folder holds; its list names all of them." },
                language],
            "responses": answers(&[("200", json!({ "description": "A ZIP archive; `tutela journal verify` checks it.",
                "content": { "application/zip": { "schema": { "type": "string", "format": "binary" } } } }))]),
        } }),
    );
    paths.insert(
        "/api/v1/files".to_owned(),
        json!({ "post": {
            "operationId": "takeFiles",
            "summary": "Take files in; they wait a day for an act of the same account that names them in a field",
            "parameters": [language],
            "requestBody": { "required": true, "content": { "multipart/form-data": { "schema": {
                "type": "object",
                "properties": { "file": { "type": "array", "maxItems": MAX_AT_ONCE,
                    "items": { "type": "string", "format": "binary" } } },
            } } } },
            "responses": answers(&[("200", answer("Taken in.", &json!({
                "type": "object", "required": ["files"],
                "properties": { "files": { "type": "array", "items": schema("File") } },
            })))]),
        } }),
    );
    paths.insert("/api/v1/scans".to_owned(), scans_path());
    paths.insert(
        "/api/v1/search".to_owned(),
        json!({ "post": {
            "operationId": "search", "summary": "Cards of a person, by the words of a name or by a number",
            "parameters": [language],
            "requestBody": json_body(&json!({
                "type": "object", "additionalProperties": false, "required": ["query"],
                "properties": { "query": { "type": "string" } },
            })),
            "responses": answers(&[("200", answer("Cards, personal fields closed.", &list("cards")))]),
        } }),
    );
    dossier_paths(&mut paths);
    paths
}

fn file_schemas(schemas: &mut Map<String, Value>) {
    schemas.insert(
        "Given".to_owned(),
        json!({
            "description": "A file for an act: the identifier that /api/v1/files gave, or the file itself when it is short.",
            "oneOf": [
                { "type": "string", "format": "uuid" },
                { "type": "object", "additionalProperties": false, "required": ["base64"], "properties": {
                    "name": { "type": "string", "description": "Kept in the vault." },
                    "base64": { "type": "string", "contentEncoding": "base64" },
                } },
            ],
        }),
    );
    let facts = json!({
        "file": { "type": "string", "format": "uuid" },
        "type": { "type": "string", "examples": kinds().collect::<Vec<_>>() },
        "size": { "type": "integer" },
        "sha256": { "type": "string", "pattern": "^[0-9a-f]{64}$" },
        "at": { "type": "string", "format": "date-time" },
    });
    schemas.insert("FileFacts".to_owned(), json!({ "type": "object", "properties": facts }));
    let mut file = facts;
    file["field"] = json!({ "type": ["string", "null"] });
    file["destroyed"] = json!({ "type": ["string", "null"], "format": "date-time" });
    file["scan"] = json!({
        "type": "object", "required": ["read"],
        "description": "What was found in it. read: never (nobody looked), not (it could not be read), partly, whole.",
        "properties": {
            "read": { "type": "string", "enum": ["never", "not", "partly", "whole"] },
            "classes": { "type": "object", "additionalProperties": { "type": "integer" } },
        },
    });
    schemas.insert("File".to_owned(), json!({ "type": "object", "properties": file }));
}

fn scans_path() -> Value {
    let number = json!({ "type": "integer" });
    json!({ "post": {
        "operationId": "takeScan",
        "summary": "Takes in a scan of a store: the report that `tutela scan --format jsonl` wrote. Counts are kept, nothing else",
        "parameters": [
            { "name": "store", "in": "query", "required": true, "schema": { "type": "string" },
              "description": "The identifier of the store's card, or its number." },
            reference("parameters", "Language"),
        ],
        "requestBody": { "required": true, "content": { "application/x-ndjson": { "schema": { "type": "string" } } } },
        "responses": answers(&[("200", answer("Taken in.", &json!({
            "type": "object",
            "required": ["store", "day", "files", "findings", "not_read", "complete", "categories", "gaps_opened", "gaps_closed", "journal"],
            "properties": {
                "store": { "type": "string", "format": "uuid" },
                "day": { "type": "string", "format": "date" },
                "files": number, "findings": number, "not_read": number,
                "complete": { "type": "boolean", "description": "false: something in the store was not read." },
                "categories": { "type": "object", "additionalProperties": number },
                "gaps_opened": number, "gaps_closed": number,
                "journal": { "type": "integer", "description": "The place of the act in the journal." },
            },
        })))]),
    } })
}

/// Dossiers as files of other programs.
fn dossier_paths(paths: &mut Map<String, Value>) {
    let (card, language) = (reference("parameters", "Card"), reference("parameters", "Language"));
    paths.insert(
        "/api/v1/dossiers/{card}/export".to_owned(),
        json!({ "parameters": [card, language], "post": {
            "operationId": "exportDossier", "tags": ["dossiers"],
            "summary": "A dossier as an assessment of the PIA software of the CNIL, or as linked data (DPV); the look is recorded",
            "requestBody": json_body(&json!({
                "type": "object", "additionalProperties": false, "required": ["format", "purpose"],
                "properties": { "format": { "type": "string", "enum": ["cnil", "dpv"] }, "purpose": { "type": "string" } },
            })),
            "responses": answers(&[("200", json!({ "description": "The file.", "content": {
                "application/json": { "schema": { "type": "object" } },
                "application/ld+json": { "schema": { "type": "object" } },
            } }))]),
        } }),
    );
    paths.insert(
        "/api/v1/dossiers/{card}/import".to_owned(),
        json!({ "parameters": [card, language], "post": {
            "operationId": "importDossier", "tags": ["dossiers"],
            "summary": "Take in an assessment of the PIA software of the CNIL; what has no place is kept aside and told by name",
            "requestBody": json_body(&json!({
                "type": "object", "additionalProperties": false, "required": ["file"],
                "properties": { "version": { "type": "integer" }, "file": { "type": "object" } },
            })),
            "responses": answers(&[("200", answer("Taken in.", &json!({
                "type": "object", "required": ["card", "kept_aside"],
                "properties": {
                    "card": { "type": "string", "format": "uuid" },
                    "kept_aside": { "type": "array", "items": { "type": "string" } },
                },
            })))]),
        } }),
    );
}

fn common_schemas() -> Map<String, Value> {
    let mut schemas = Map::new();
    schemas.insert(
        "Error".to_owned(),
        json!({
            "type": "object", "required": ["code", "text"],
            "properties": {
                "code": { "type": "string", "description": "Does not change between versions and languages." },
                "field": { "type": ["string", "null"] },
                "text": { "type": "string" },
                "norm": { "type": ["string", "null"] },
            },
        }),
    );
    schemas.insert(
        "Errors".to_owned(),
        json!({
            "type": "object", "required": ["errors"],
            "properties": { "errors": { "type": "array", "minItems": 1, "items": schema("Error") } },
        }),
    );
    schemas.insert(
        "Done".to_owned(),
        json!({
            "type": "object", "required": ["card", "number", "version", "journal"],
            "properties": {
                "card": { "type": "string", "format": "uuid" },
                "number": { "type": "string" },
                "version": { "type": "integer" },
                "journal": { "type": "integer", "description": "The place of the act in the journal." },
            },
        }),
    );
    file_schemas(&mut schemas);
    schemas.insert(
        "Duty".to_owned(),
        json!({
            "type": "object", "required": ["duty", "title", "rule", "register", "card", "number", "due"],
            "properties": {
                "duty": { "type": "string" },
                "title": { "type": "string" },
                "rule": { "type": "string" },
                "register": { "type": "string" },
                "card": { "type": "string", "format": "uuid" },
                "number": { "type": "string" },
                "due": { "type": "string", "format": "date-time" },
                "last_day": { "type": ["string", "null"], "format": "date" },
                "norm": { "type": ["string", "null"] },
                "norm_confirmed": { "type": ["boolean", "null"],
                    "description": "false: the norm is still to be confirmed; true: it is sure." },
            },
        }),
    );
    schemas
}
