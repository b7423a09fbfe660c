//! A dossier as linked data in the words of the Data Privacy Vocabulary of the W3C: the record of the processing and its
//! assessment. The context stands in the file, so that nobody has to fetch anything to read it.

use serde_json::{Map, Value, json};
use tutela_words::Words;

use super::answers;
use super::papers::{answer, question};
use crate::kernel::body::Body;
use crate::kernel::card::Card;
use crate::kernel::field::{Values, words_of};
use crate::papers::term;

/// The media type of the file.
pub(crate) const MEDIA_TYPE: &str = "application/ld+json";

/// Words of the registers that the vocabulary has a term for; all others stay as they are, with a label.
const TERMS: &[(&str, &str)] = &[
    ("consent", "dpv:Consent"),
    ("contract", "dpv:Contract"),
    ("law-duty", "dpv:LegalObligation"),
    ("public-task", "dpv:PublicInterest"),
    ("vital-interest", "dpv:VitalInterest"),
    ("legitimate-interest", "dpv:LegitimateInterest"),
    ("employees", "dpv:Employee"),
    ("applicants", "dpv:JobApplicant"),
    ("citizens", "dpv:Citizen"),
    ("patients", "dpv:Patient"),
    ("pupils", "dpv:Student"),
    ("visitors", "dpv:Visitor"),
    ("dossier-impact", "dpv:DPIA"),
    ("dossier-transfer", "dpv:DataTransferImpactAssessment"),
    ("dossier-assessment", "dpv:PIA"),
    ("dossier-harm", "dpv:RightsImpactAssessment"),
    ("dossier-monitoring", "dpv:RiskAssessment"),
];

fn context() -> Value {
    json!({
        "dpv": "https://w3id.org/dpv#",
        "dct": "http://purl.org/dc/terms/",
        "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
        "skos": "http://www.w3.org/2004/02/skos/core#",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
        "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
    })
}

/// A word with its term and its label.
fn labelled(words: &Words, word: &str, class: &str) -> Value {
    let term = TERMS.iter().find(|(w, _)| *w == word).map_or(class, |(_, t)| *t);
    json!({ "@type": term, "skos:notation": word, "rdfs:label": label(words, &words.get(&format!("choice-{word}"))) })
}

fn label(words: &Words, text: &str) -> Value {
    json!({ "@value": text, "@language": words.locale().code() })
}

fn list(words: &Words, card: &Card, field: &str, class: &str) -> Vec<Value> {
    let all = card.value(field).map(words_of).unwrap_or_default();
    all.into_iter().map(|w| labelled(words, w, class)).collect()
}

/// Something said in free text.
fn said(words: &Words, class: &str, text: &str) -> Option<Value> {
    let text = text.trim();
    (!text.is_empty()).then(|| json!({ "@type": class, "dct:description": label(words, text) }))
}

/// Names that are unique wherever files meet: no address of the office is told by them.
fn urn(id: &str) -> String {
    format!("urn:uuid:{id}")
}

/// The dossier, opened, with its activity.
pub(crate) fn write(words: &Words, body: &Body, card: &Card, activity: &Card) -> Value {
    let mut process = Map::new();
    let mut put = |name: &str, value: Value| {
        let empty = value.as_array().is_some_and(Vec::is_empty) || value.is_null();
        if !empty {
            process.insert(name.to_owned(), value);
        }
    };
    put("@id", urn(&activity.id).into());
    put("@type", json!(["dpv:PersonalDataProcess", "dpv:Process"]));
    put("dct:identifier", activity.number.clone().into());
    put("dct:title", label(words, activity.text("title")));
    put("dpv:hasDataController", json!({ "@id": urn(&body.id) }));
    put(
        "dpv:hasPurpose",
        said(words, "dpv:Purpose", activity.text("purpose")).into(),
    );
    let mut bases = list(words, activity, "bases", "dpv:LegalBasis");
    bases.extend(said(words, "dpv:LegalBasis", activity.text("norm")));
    put("dpv:hasLegalBasis", bases.into());
    put(
        "dpv:hasDataSubject",
        list(words, activity, "subject_categories", "dpv:DataSubject").into(),
    );
    let sensitive = activity.cards("sensitive_categories");
    let data = activity.cards("data_categories").into_iter().map(|word| {
        let class = if sensitive.contains(&word) {
            "dpv:SensitivePersonalData"
        } else {
            "dpv:PersonalData"
        };
        labelled(words, word, class)
    });
    put("dpv:hasPersonalData", data.collect());
    put(
        "dpv:hasRecipient",
        said(words, "dpv:Recipient", activity.text("recipients")).into(),
    );
    put(
        "dpv:hasDataProcessor",
        said(words, "dpv:DataProcessor", activity.text("processors")).into(),
    );
    let storage = term(words, activity).and_then(|term| said(words, "dpv:StorageDuration", &term));
    let place = said(words, "dpv:StorageLocation", activity.text("systems"));
    put("dpv:hasStorageCondition", storage.into_iter().chain(place).collect());
    let measures = said(words, "dpv:TechnicalOrganisationalMeasure", activity.text("measures"));
    put("dpv:hasTechnicalOrganisationalMeasure", measures.into());
    if activity.text("abroad") == "goes-abroad" {
        put(
            "dpv:hasLocation",
            said(words, "dpv:ThirdCountry", activity.text("abroad_states")).into(),
        );
    }
    put("dct:dateAccepted", date(activity.text("order_date")));
    put("dpv:hasImpactAssessment", json!({ "@id": urn(&card.id) }));

    json!({
        "@context": context(),
        "@graph": [
            {
                "@id": urn(&body.id),
                "@type": "dpv:DataController",
                "dpv:hasName": label(words, &body.name),
                "dpv:hasJurisdiction": body.country.code(),
            },
            {
                "@type": "dpv:RecordsOfActivities",
                "dct:publisher": { "@id": urn(&body.id) },
                "dpv:hasProcess": { "@id": urn(&activity.id) },
            },
            process,
            assessment(words, card),
        ],
    })
}

fn date(text: &str) -> Value {
    match text.parse::<jiff::civil::Date>() {
        Ok(date) => json!({ "@value": date.to_string(), "@type": "xsd:date" }),
        Err(_) => Value::Null,
    }
}

fn assessment(words: &Words, card: &Card) -> Value {
    let kind = card.text("dossier_kind");
    let answers: Values = answers::held(Some(card));
    let parts: Vec<Value> = answers
        .keys()
        .map(|id| {
            json!({
                "dct:identifier": id,
                "dct:title": label(words, &question(id, words.locale())),
                "dct:description": label(words, &answer(words, id, answers::text(&answers, id))),
            })
        })
        .collect();
    let risks = card
        .value("risks")
        .and_then(Value::as_array)
        .cloned()
        .unwrap_or_default();
    let risks: Vec<Value> = risks.iter().map(|r| risk(words, card, r)).collect();
    let mut made = Map::new();
    made.insert("@id".to_owned(), urn(&card.id).into());
    let class = TERMS
        .iter()
        .find(|(w, _)| *w == kind)
        .map_or("dpv:ImpactAssessment", |(_, t)| *t);
    made.insert("@type".to_owned(), class.into());
    made.insert("dct:identifier".to_owned(), card.number.clone().into());
    made.insert(
        "dct:title".to_owned(),
        label(words, &words.get(&format!("choice-{kind}"))),
    );
    made.insert(
        "dpv:hasStatus".to_owned(),
        json!({ "skos:notation": card.state, "rdfs:label": label(words, &words.get(&format!("state-{}", card.state))) }),
    );
    for (name, value) in [
        ("dct:dateAccepted", date(card.text("approved_on"))),
        ("dct:conformsTo", card.text("question_set").into()),
        ("dct:hasPart", parts.into()),
        ("dpv:hasRisk", risks.into()),
    ] {
        if !value.is_null() {
            made.insert(name.to_owned(), value);
        }
    }
    Value::Object(made)
}

fn risk(words: &Words, card: &Card, row: &Value) -> Value {
    let text = |name: &str| row.get(name).and_then(Value::as_str).unwrap_or("");
    let number = |name: &str| row.get(name).and_then(Value::as_i64).unwrap_or(0);
    let level = |class: &str, value: i64| json!({ "@type": class, "rdf:value": value });
    let scores = |likely: &str, severe: &str| {
        json!({
            "@type": "dpv:Risk",
            "dpv:hasLikelihood": level("dpv:Likelihood", number(likely)),
            "dpv:hasSeverity": level("dpv:Severity", number(severe)),
            "dpv:hasRiskLevel": level("dpv:RiskLevel", number(likely) * number(severe)),
        })
    };
    let mut made = scores("likelihood_before", "severity_before");
    made["@id"] = format!("{}#risk-{}", urn(&card.id), number("n")).into();
    made["rdfs:label"] = label(words, &words.get(&format!("choice-{}", text("kind"))));
    made["dct:description"] = label(words, text("what"));
    made["dct:source"] = label(words, text("source"));
    made["dpv:isMitigatedByMeasure"] = json!({
        "@type": "dpv:RiskMitigationMeasure",
        "dct:description": label(words, text("measure")),
    });
    let mut rest = scores("likelihood_after", "severity_after");
    rest["@type"] = "dpv:ResidualRisk".into();
    made["dpv:hasResidualRisk"] = rest;
    made
}
