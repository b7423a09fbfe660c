use tutela_law::Country;

use super::*;
use crate::kernel::evidence::media::tests::zipped;
use crate::kernel::rights::Role;
use crate::papers::{Format, Wanted};
use crate::world::World;

const FORM: (&str, Locale) = ("consent", Locale::Vi);

/// A template with this text.
fn docx(text: &str) -> Vec<u8> {
    let document = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?><w:document \
         xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:body><w:p><w:r><w:t>{text}</w:t></w:r></w:p>\
         </w:body></w:document>"
    );
    let types = "<?xml version=\"1.0\"?><Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
         <Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
         <Override PartName=\"/word/document.xml\" \
         ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml\"/></Types>";
    let rels = "<?xml version=\"1.0\"?><Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
         <Relationship Id=\"r1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" \
         Target=\"word/document.xml\"/></Relationships>";
    zipped(&[
        ("[Content_Types].xml", types.as_bytes()),
        ("_rels/.rels", rels.as_bytes()),
        ("word/document.xml", document.as_bytes()),
    ])
}

fn key(error: &Error) -> &'static str {
    match error {
        Error::Refused(refusal) => refusal.key,
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn a_paper_is_filled_on_the_template_of_the_body_until_it_is_removed() {
    let world = World::new(Country::Vn).await;
    let office = &world.office;
    let officer = world.actor(Role::ProtectionOfficer);
    let activity = world.activity(&["consent"]).await;
    let card = world.consent(&activity).await;
    let wanted = Wanted {
        card: &card,
        form: FORM.0,
        locale: FORM.1,
        purpose: "control",
        format: Format::Docx,
    };
    let account = world.account(Role::ProtectionOfficer);
    let plain = office.paper_file(account, world.now, &wanted).await.unwrap();
    let own = docx("Mẫu riêng của {body_name}");
    office
        .set_template(&officer, world.now, FORM, own.clone())
        .await
        .unwrap();
    let listed = office.templates(&officer).await.unwrap();
    assert_eq!((listed.len(), listed[0].form.as_str()), (1, FORM.0));
    assert_eq!(office.template_file(account, world.now, FORM).await.unwrap(), own);
    let filled = office.paper_file(account, world.now, &wanted).await.unwrap();
    let shown = text_of(&filled);
    assert!(shown.contains("Mẫu riêng của Sở Thử nghiệm"), "{shown}");
    assert!(!text_of(&plain).contains("Mẫu riêng"));
    // What lies in the database says nothing of it.
    let row = sqlx::query("SELECT content FROM form_template")
        .fetch_one(office.db.read())
        .await
        .unwrap();
    let stored = bytes(&row, "content").unwrap();
    assert!(!stored.windows(4).any(|w| w == b"word"));
    office.remove_template(&officer, world.now, FORM).await.unwrap();
    let again = office.paper_file(account, world.now, &wanted).await.unwrap();
    assert!(!text_of(&again).contains("Mẫu riêng"));
    let rows = sqlx::query("SELECT kind FROM event WHERE kind LIKE 'template.%' ORDER BY seq");
    let kinds: Vec<_> = rows.fetch_all(office.db.read()).await.unwrap();
    let kinds: Vec<_> = kinds.iter().map(|r| text(r, "kind").unwrap()).collect();
    assert_eq!(kinds, ["template.set", "template.remove"]);
}

fn text_of(docx: &[u8]) -> String {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(docx)).unwrap();
    let mut text = String::new();
    std::io::Read::read_to_string(&mut archive.by_name("word/document.xml").unwrap(), &mut text).unwrap();
    text
}

#[tokio::test]
async fn a_template_with_unknown_marks_and_what_is_none_are_refused() {
    let world = World::new(Country::Vn).await;
    let office = &world.office;
    let officer = world.actor(Role::ProtectionOfficer);
    let set = |content: Vec<u8>| office.set_template(&officer, world.now, FORM, content);
    let Err(Error::Refused(refusal)) = set(docx("{body_name} {tên_lạ} {subject_nmae}")).await else {
        panic!("not refused")
    };
    assert_eq!(refusal.key, "refusal-template-marks");
    assert!(
        refusal
            .args
            .iter()
            .any(|(_, v)| v.contains("subject_nmae") && !v.contains("body_name")),
        "{refusal:?}"
    );
    for bad in [b"MZ".to_vec(), b"PK\x03\x04".to_vec(), zipped(&[("a.txt", b"x")])] {
        assert_eq!(key(&set(bad).await.unwrap_err()), "refusal-template");
    }
    assert_eq!(
        key(&set(vec![0; MAX_TEMPLATE + 1]).await.unwrap_err()),
        "refusal-file-size"
    );
    let no_form = office
        .set_template(&officer, world.now, ("no-such-form", Locale::Vi), docx("x"))
        .await;
    assert_eq!(key(&no_form.unwrap_err()), "refusal-no-form");
    for role in [Role::Officer, Role::Inspector, Role::Head] {
        let refused = office
            .set_template(&world.actor(role), world.now, FORM, docx("x"))
            .await;
        assert_eq!(key(&refused.unwrap_err()), "refusal-right", "{role:?}");
    }
    assert!(office.templates(&officer).await.unwrap().is_empty());
}

#[tokio::test]
async fn every_form_as_a_template_to_begin_with_is_taken() {
    let world = World::new(Country::Vn).await;
    let account = world.account(Role::ProtectionOfficer);
    let body = world.office.body(&world.body.id).await.unwrap().unwrap();
    let pack = pack_on(&world.office, &body, world.now).unwrap();
    let mut tried = 0;
    for form in forms().all().filter(|f| f.pack() == pack) {
        let what = (form.id(), form.locale());
        let begun = world.office.template_file(account, world.now, what).await.unwrap();
        assert_eq!(check(form, &begun), Ok(()), "{what:?}");
        tried += 1;
    }
    assert!(tried > 10, "{tried}");
}
