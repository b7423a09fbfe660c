use std::collections::BTreeSet;

use tutela_law::{Law, Mark};
use tutela_words::Locale;

use crate::catalogue;
use crate::embedded;
use crate::form::{self, Forms, Kind};

#[test]
fn every_form_is_read_in_every_language_under_every_pack_that_it_names() {
    let mut problems = Vec::new();
    for result in form::parse_all() {
        if let Err(e) = result {
            problems.push(e.to_string());
        }
    }
    assert!(problems.is_empty(), "{problems:#?}");
    let entries = catalogue::forms(embedded::CATALOGUE).unwrap();
    let packs: usize = entries.iter().map(|e| e.packs.len()).sum();
    assert_eq!(Forms::embedded().all().count(), packs * Locale::ALL.len());
    assert_eq!(entries.len(), embedded::FORMS.len());
    let law: BTreeSet<String> = Law::embedded().packs().iter().map(|p| p.id().to_owned()).collect();
    let named: BTreeSet<String> = entries.iter().flat_map(|e| e.packs.keys().cloned()).collect();
    assert_eq!(named, law, "packs of the catalogue are the packs of the law");
}

#[test]
fn the_forms_that_the_office_needs_are_there() {
    let forms = Forms::embedded();
    let needed = [
        "consent",
        "refusal-explanation",
        "obligation",
        "acquaintance-sheet",
        "order-appointment",
        "order-admission",
        "order-processing-list",
        "request-receipt",
        "request-answer",
        "request-refusal",
        "request-not-complete",
        "rectification-notice",
        "withdrawal-confirmation",
        "third-party-notice",
        "destruction-act",
        "destruction-log",
        "check-protocol",
        "check-plan",
        "requests-journal",
        "leaver-checklist",
        "permit",
        "checkpoint-slip",
    ];
    for pack in ["vn-a", "vn-b", "ru", "cn"] {
        for id in needed {
            for locale in Locale::ALL {
                assert!(forms.find(id, pack, locale).is_some(), "{id} {pack} {locale:?}");
            }
        }
    }
    // A duty of Viet Nam only; an extension is no institution of its first regime.
    for (id, pack, there) in [
        ("designation-letter", "vn-b", true),
        ("designation-letter", "ru", false),
        ("extension-notice", "ru", true),
        ("extension-notice", "vn-a", false),
        ("breach-notice", "vn-a", true),
        ("breach-notice", "cn", true),
        ("breach-result", "ru", true),
        ("breach-result", "vn-b", false),
        ("subjects-notice", "vn-a", false),
    ] {
        assert_eq!(forms.find(id, pack, Locale::En).is_some(), there, "{id} {pack}");
    }
}

#[test]
fn every_field_of_the_dictionary_is_used_and_the_languages_need_the_same() {
    let dictionary = catalogue::fields(embedded::FIELDS).unwrap();
    let forms = Forms::embedded();
    let used: BTreeSet<&str> = forms
        .all()
        .flat_map(|f| f.fields().iter().map(|f| f.name.as_str()))
        .collect();
    let idle: Vec<_> = dictionary.keys().filter(|name| !used.contains(name.as_str())).collect();
    assert!(idle.is_empty(), "no form uses {idle:?}");
    // A translation asks for what the original asks for: both are filled from the same values.
    let needs = |locale| -> Vec<(String, String, BTreeSet<String>)> {
        let own = forms.all().filter(|f| f.locale() == locale);
        own.map(|f| {
            // The place of issue and the number of the body stand on letterheads, which differ by custom.
            let fields = f.fields().iter().map(|f| f.name.clone());
            let fields =
                fields.filter(|n| !matches!(n.as_str(), "place" | "body_parent" | "body_ids" | "body_address"));
            (f.id().to_owned(), f.pack().to_owned(), fields.collect())
        })
        .collect()
    };
    let english = needs(Locale::En);
    for locale in [Locale::Vi, Locale::Ru, Locale::Zh] {
        for ((id, pack, ours), (_, _, english)) in needs(locale).iter().zip(&english) {
            let apart: Vec<_> = ours
                .symmetric_difference(english)
                .filter(|n| {
                    !matches!(
                        n.as_str(),
                        "applicant_address" | "doc_date" | "doc_number" | "head_name" | "head_title"
                    )
                })
                .collect();
            assert!(apart.is_empty(), "{id} {pack} {locale:?} differs from en in {apart:?}");
        }
    }
}

#[test]
fn only_what_the_state_sets_is_official_and_what_is_in_doubt_never_is() {
    let forms = Forms::embedded();
    let official: BTreeSet<_> = forms
        .all()
        .filter(|f| f.official())
        .map(|f| (f.id(), f.pack(), f.locale().code()))
        .collect();
    let set = [
        ("breach-notice", "vn-b", "vi"),
        ("destruction-act", "ru", "ru"),
        ("destruction-log", "ru", "ru"),
    ];
    assert_eq!(official, BTreeSet::from(set));
    for form in forms.all() {
        assert!(!form.cite().is_empty());
        let html = form.fill(&crate::Values::new()).to_html();
        if form.mark() == Mark::Check {
            assert!(!form.official());
            let words = tutela_words::Words::new(form.locale());
            let said = words.with("paper-basis-check", &[("cite", tutela_words::Arg::Text(form.cite()))]);
            assert!(html.contains(&crate::html::escape(&said)), "{}", form.id());
        }
    }
}

#[test]
fn labels_are_there_in_every_language() {
    let forms = Forms::embedded();
    for field in forms.all().flat_map(|f| f.fields()) {
        assert!(!field.label.trim().is_empty(), "{}", field.name);
    }
    let dates = forms.find("consent", "ru", Locale::Ru).unwrap().fields();
    assert!(
        dates
            .iter()
            .any(|f| f.name == "subject_birth" && f.kind == Kind::Date && f.optional)
    );
    assert!(dates.iter().any(|f| f.name == "purpose" && !f.optional));
}

/// Reads a form from text, for errors and small cases.
fn read(text: &str) -> Result<form::Form, crate::Error> {
    let entry = catalogue::forms("[[form]]\nid = \"x\"\npacks.ru = { cite = \"c\", mark = \"sure\" }").unwrap();
    let dictionary = catalogue::fields(embedded::FIELDS).unwrap();
    form::parse("x/ru.form", text, &entry[0], "ru", Locale::Ru, &dictionary)
}

#[test]
fn a_broken_form_is_refused_with_file_line_and_reason() {
    for (text, line, word) in [
        ("= no title", 1, "title"),
        ("title: x\n\n{nowhere}", 3, "nowhere"),
        ("title: x\n\n{purpose", 3, "'}'"),
        ("title: x\n\n**bold", 3, "'*'"),
        ("title: x\n\n@if sensitive\ntext", 4, "@end"),
        ("title: x\n\n@pack xx\n@end", 3, "xx"),
        ("title: x\n\n@nothing", 3, "nothing"),
        ("title: x\n\n| a | b", 3, "row"),
        ("title: x\n\n|= 1 2\n| a", 4, "cells"),
        ("title: x\n\n|= 0\n", 3, "widths"),
        ("title: x\n\n@each purpose\n@end", 3, "kind"),
        ("title: x\n\n[purpose] a", 3, "kind"),
        ("title: x\n\n@use nowhere", 3, "nowhere"),
        ("title: x\n\n~ a | b | c", 3, "signature"),
        // What is for another pack is checked as well.
        ("title: x\n\n@pack vn\n{nowhere}\n@end", 4, "nowhere"),
    ] {
        let error = read(text).unwrap_err().to_string();
        assert!(
            error.starts_with(&format!("x/ru.form:{line}:")) && error.contains(word),
            "{text:?}: {error}"
        );
    }
    let deep = format!("title: x\n\n{}", "@if sensitive\n".repeat(500));
    assert!(read(&deep).unwrap_err().to_string().contains("deep"));
}

mod properties {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn no_text_of_a_form_breaks_the_reader(text in "(title: x\n\n)?([=^>#.|!~@{}\\[\\]*_ \n]|@if |@end\n|purpose|data){0,60}") {
            let _ = read(&text).map(|form| form.fill(&crate::Values::new()).to_html());
        }
    }
}
