use tutela_law::Country;
use tutela_words::Locale;

use crate::error::Error;
use crate::kernel::record::history;
use crate::kernel::rights::Role;
use crate::papers::{Format, Wanted, write};
use crate::world::World;

#[tokio::test]
async fn a_consent_is_printed_in_every_language_and_every_print_is_recorded() {
    for country in [Country::Vn, Country::Ru, Country::Cn] {
        let world = World::new(country).await;
        let activity = world.activity(&["consent"]).await;
        let given = [
            ("subject_name", "Nguyễn <b>Thị</b> Hoa"),
            ("subject_document", "079183000123"),
            ("processing", activity.as_str()),
            ("given_on", "2026-03-02"),
            ("way", "paper"),
        ];
        let card = world
            .act(Role::Officer, ("consents", "register", None), &given)
            .await
            .unwrap()
            .card;
        let account = world.accounts.iter().find(|a| a.roles == [Role::Officer]).unwrap();
        for locale in Locale::ALL {
            let wanted = Wanted {
                card: &card,
                form: "consent",
                locale,
                purpose: &activity,
                format: Format::Docx,
            };
            let document = world.office.paper(account, world.now, &wanted).await.unwrap();
            let html = document.to_html();
            assert!(html.contains("Nguyễn &lt;b&gt;Thị&lt;/b&gt; Hoa"), "{locale:?}");
            assert!(html.contains(&world.body.name), "{locale:?}");
            assert!(html.contains("Answering letters"), "{locale:?}");
            let docx = write(&document, Format::Docx, &world.body, world.now).unwrap();
            assert!(docx.starts_with(b"PK"));
        }
        let mut connection = world.office.db.read().acquire().await.unwrap();
        let past = history(&mut connection, &card).await.unwrap();
        assert_eq!(past.iter().filter(|p| p.kind == "paper.print").count(), 4);
        assert_eq!(past.iter().filter(|p| p.kind == "vault.open").count(), 4);
    }
}

#[tokio::test]
async fn a_paper_is_a_look_and_needs_its_purpose() {
    let world = World::new(Country::Vn).await;
    let activity = world.activity(&["consent"]).await;
    let given = [
        ("subject_name", "Lê Thử"),
        ("subject_document", "079183000124"),
        ("processing", activity.as_str()),
        ("given_on", "2026-03-02"),
        ("way", "paper"),
    ];
    let card = world
        .act(Role::Officer, ("consents", "register", None), &given)
        .await
        .unwrap()
        .card;
    let wanted = |form| Wanted {
        card: &card,
        form,
        locale: Locale::Vi,
        purpose: "",
        format: Format::Html,
    };
    for (role, form, key) in [
        (Role::Officer, "consent", "refusal-purpose-unknown"),
        (Role::Officer, "destruction-act", "refusal-no-form"),
        (Role::Inspector, "consent", "refusal-right"),
    ] {
        let account = world.accounts.iter().find(|a| a.roles == [role]).unwrap();
        let refused = world.office.paper(account, world.now, &wanted(form)).await;
        assert!(matches!(refused, Err(Error::Refused(r)) if r.key == key), "{key}");
    }
}
