//! Files of other programs: the way out and back, hostile files, linked data.

use serde_json::{Value, json};
use tutela_law::Country;

use super::super::{cnil, dpv};
use super::{PO, activity, answer, answer_all, dossier, world_of};
use crate::kernel::card::Card;
use crate::world::World;

async fn opened(world: &World, id: &str) -> Card {
    let actor = world.actor(PO);
    world.office.open_card(&actor, world.now, id, "control").await.unwrap()
}

async fn take(world: &World, id: &str, file: &Value) -> Vec<String> {
    let read = cnil::read(file.to_string().as_bytes()).unwrap();
    world
        .office
        .act_with(
            &world.actor(PO),
            world.now,
            ("dossiers", "import-pia"),
            (Some(id), None),
            read.values,
        )
        .await
        .unwrap();
    read.aside
}

fn foreign() -> Value {
    let answer = |reference: i64, text: &str, gauge: Value, list: Value| {
        json!({ "pia_id": 7, "reference_to": reference, "id": reference,
            "data": { "text": text, "gauge": gauge, "list": list }, "created_at": "2024-01-07T09:22:30.542Z" })
    };
    json!({
        "pia": { "id": 7, "name": "Ward", "author_name": "A. Writer", "status": 2, "progress": 67.5 },
        "answers": [
            answer(111, "<p>Ward &amp; clinic</p>", Value::Null, json!([])),
            answer(113, "<p>ISO 27001</p>", Value::Null, json!([])),
            answer(211, "<span>Care</span>", Value::Null, json!([])),
            answer(321, "", Value::Null, json!(["Shame", "Loss of work"])),
            answer(322, "", Value::Null, json!(["Theft"])),
            answer(323, "", Value::Null, json!(["Staff"])),
            answer(324, "", Value::Null, json!(["Encryption"])),
            answer(325, "Because", json!(3), json!([])),
            answer(326, "", json!(2), json!([])),
        ],
        "measures": [{ "id": 1, "pia_id": 7, "title": "Encryption", "content": "<p>AES</p>", "placeholder": "" }],
        "evaluations": [{ "id": 1, "reference_to": "2.2.223", "status": 3 }],
        "comments": [],
        "new-thing": { "a": 1 },
    })
}

#[tokio::test]
async fn an_assessment_comes_in_what_has_no_place_is_told_and_goes_out_again() {
    let world = world_of(Country::Vn, "hospital").await;
    activity(&world, &[]).await;
    let id = dossier(&world, "dossier-impact").await;
    let aside = take(&world, &id, &foreign()).await;
    assert_eq!(aside, ["answers.113", "evaluations", "measures", "new-thing", "pia"]);
    let card = opened(&world, &id).await;
    let answers = card.value("answers").unwrap();
    assert_eq!(answers["description"]["text"], "Ward & clinic");
    assert_eq!(answers["measures"]["text"], "Encryption: AES");
    assert_eq!(answers["purpose"]["text"], "Care");
    let risk = &card.value("risks").unwrap()[0];
    assert_eq!(
        (
            &risk["kind"],
            &risk["what"],
            &risk["likelihood_before"],
            &risk["severity_before"]
        ),
        (
            &json!("risk-access"),
            &json!("Shame\nLoss of work"),
            &json!(2),
            &json!(3)
        )
    );
    assert_eq!(card.data["highest_before"], 6);

    let out = cnil::write(&card, "Patient records");
    let row = |reference: i64| {
        let rows = out["answers"].as_array().unwrap();
        rows.iter().find(|r| r["reference_to"] == reference).unwrap()["data"].clone()
    };
    assert_eq!(row(113)["text"], "<p>ISO 27001</p>", "as it came");
    assert_eq!(row(111)["text"], "Ward &amp; clinic");
    assert_eq!(row(321)["list"], json!(["Shame", "Loss of work"]));
    assert_eq!((&row(325)["gauge"], &row(325)["text"]), (&json!(3), &json!("Because")));
    assert_eq!(out["measures"], foreign()["measures"]);
    assert_eq!(out["evaluations"], foreign()["evaluations"]);
    assert_eq!(out["new-thing"], foreign()["new-thing"]);
    assert_eq!(out["pia"]["author_name"], "A. Writer");
    // Coming in again changes nothing.
    take(&world, &id, &out).await;
    let again = opened(&world, &id).await;
    assert_eq!(
        cnil::write(&again, "Patient records")["answers"][0]["data"],
        out["answers"][0]["data"]
    );
    assert_eq!(again.value("risks"), card.value("risks"));
}

#[tokio::test]
async fn a_dossier_comes_back_as_it_went() {
    let world = world_of(Country::Vn, "hospital").await;
    activity(&world, &[]).await;
    let id = dossier(&world, "dossier-impact").await;
    answer(&world, &id, &json!({ "mitigation": "Một < hai & ba\ndòng \"hai\"" })).await;
    answer_all(&world, &id).await;
    let risk = [
        ("risk_kind", "risk-other"),
        ("risk_what", "Điều khác"),
        ("risk_source", "Bão"),
        ("likelihood_before", "2"),
        ("severity_before", "2"),
        ("risk_measure", "Sao lưu"),
        ("risk_owner", "Trần Thử"),
        ("measure_by", "2026-12-20"),
        ("likelihood_after", "1"),
        ("severity_after", "2"),
    ];
    world.act(PO, ("dossiers", "risk", Some(&id)), &risk).await.unwrap();
    let out = cnil::write(&opened(&world, &id).await, "x");

    let other = world_of(Country::Vn, "hospital").await;
    activity(&other, &[]).await;
    let copy = dossier(&other, "dossier-impact").await;
    let aside = take(&other, &copy, &out).await;
    assert_eq!(aside, ["measures", "pia"], "nothing of our own is strange to us");
    let (a, b) = (opened(&world, &id).await, opened(&other, &copy).await);
    let texts = |card: &Card| -> Vec<(String, String)> {
        let answers = card.value("answers").unwrap().as_object().unwrap();
        let mut all: Vec<_> = answers
            .iter()
            .map(|(id, a)| (id.clone(), a["text"].as_str().unwrap().to_owned()))
            .collect();
        all.sort();
        all
    };
    assert_eq!(texts(&a), texts(&b));
    let (one, two) = (&a.value("risks").unwrap()[0], &b.value("risks").unwrap()[0]);
    for part in [
        "kind",
        "what",
        "source",
        "measure",
        "owner",
        "by",
        "likelihood_after",
        "severity_before",
    ] {
        assert_eq!(one[part], two[part], "{part}");
    }
}

#[test]
fn hostile_files_are_refused_or_bounded() {
    let refused = |bytes: &[u8]| cnil::read(bytes).map(|_| ()).unwrap_err().key;
    assert_eq!(refused(b""), "refusal-pia-format");
    assert_eq!(refused(b"[]"), "refusal-pia-format");
    assert_eq!(refused(b"{\"answers\": 5}"), "refusal-pia-format");
    assert_eq!(refused(b"{\"answers\": []}"), "refusal-pia-empty");
    assert_eq!(refused("[".repeat(100_000).as_bytes()), "refusal-pia-format");
    assert_eq!(refused(&vec![b' '; cnil::MAX_PIA + 1]), "refusal-pia-size");
    let many = json!({ "answers": vec![json!({}); 2_001] });
    assert_eq!(refused(many.to_string().as_bytes()), "refusal-pia-format");
    let own = |risks: Value| json!({ "answers": [], "tutela": { "answers": { "role": "x" }, "risks": risks } });
    for bad in [
        json!([{ "kind": "risk-access", "likelihood_before": 9 }]),
        json!([{ "kind": "nonsense" }]),
        json!([{ "kind": "risk-access", "by": "soon" }]),
        json!([{ "kind": "risk-access", "what": 5 }]),
        json!(["text"]),
        json!(vec![json!({ "kind": "risk-access" }); 61]),
    ] {
        assert_eq!(
            refused(own(bad.clone()).to_string().as_bytes()),
            "refusal-pia-format",
            "{bad}"
        );
    }
    // Marks are text, names are plain, gauges out of range are no gauges, a text that is too long stays aside.
    let read = cnil::read(
        json!({
            "answers": [
                { "reference_to": 211, "data": { "text": "<script>alert(1)</script>" } },
                { "reference_to": 325, "data": { "text": "", "gauge": 99 } },
                { "reference_to": 121, "data": { "text": "x".repeat(9_000) } },
                { "reference_to": -5, "data": null },
                "nonsense",
            ],
            "<b>Nguyễn Văn A</b>": 1,
        })
        .to_string()
        .as_bytes(),
    )
    .unwrap();
    assert_eq!(read.values["answers"], json!({ "purpose": "alert(1)" }));
    assert_eq!(read.values["risks"], json!([{ "kind": "risk-access", "from": "pia" }]));
    assert_eq!(read.aside, ["?", "answers.0", "answers.121"]);
}

#[tokio::test]
async fn linked_data_stands_by_itself() {
    let world = world_of(Country::Vn, "hospital").await;
    let own = activity(&world, &[]).await;
    let id = dossier(&world, "dossier-impact").await;
    let card = opened(&world, &id).await;
    let activity = world.card(&own).await;
    let words = tutela_words::Words::new(tutela_words::Locale::En);
    let made = dpv::write(&words, &world.body, &card, &activity);
    let context = made["@context"].as_object().expect("the context stands in the file");
    let graph = made["@graph"].as_array().unwrap();
    // Every name is a keyword or has a prefix that the context knows; every node that is pointed to is there.
    fn names(value: &Value, found: &mut Vec<String>) {
        match value {
            Value::Object(all) => {
                for (name, inner) in all {
                    found.push(name.clone());
                    if name == "@type" {
                        let types = inner.as_array().cloned().unwrap_or_else(|| vec![inner.clone()]);
                        found.extend(types.iter().map(|t| t.as_str().unwrap().to_owned()));
                    }
                    names(inner, found);
                }
            }
            Value::Array(all) => all.iter().for_each(|v| names(v, found)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    graph.iter().for_each(|node| names(node, &mut found));
    for name in &found {
        let prefix = name.split_once(':').map(|(p, _)| p);
        assert!(
            name.starts_with('@') || prefix.is_some_and(|p| context.contains_key(p)),
            "{name}"
        );
    }
    let ids: Vec<_> = graph.iter().filter_map(|n| n["@id"].as_str()).collect();
    assert_eq!(graph[1]["dpv:hasProcess"]["@id"], ids[1]);
    assert_eq!(graph[2]["dpv:hasImpactAssessment"]["@id"], ids[2]);
    assert_eq!(graph[3]["@type"], "dpv:DPIA");
    let sensitive: Vec<_> = graph[2]["dpv:hasPersonalData"]
        .as_array()
        .unwrap()
        .iter()
        .map(|d| &d["@type"])
        .collect();
    assert_eq!(
        sensitive,
        ["dpv:SensitivePersonalData", "dpv:PersonalData"],
        "health, identity"
    );
    assert_eq!(
        graph[2]["dpv:hasPurpose"]["dct:description"]["@value"],
        "Treating patients"
    );
    assert!(!made.to_string().contains("Trần"), "no names of persons");
}
