//! Places without personal data. The names of sheets, attachments, members, keys and fields come from people and may name people: what the
//! engine finds in such a name is shown by its shape, like any other value. The path of the file itself stays, for without it nobody could
//! find the file; reports give it in a field of its own.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use tutela_detect::{Engine, Entity, Finding, Input, Reason};
use tutela_extract::{Place, Step};

use tutela_deid::operator::masked;

/// Names whose shape is remembered: a sheet or a key is named by each of its findings.
const REMEMBERED: usize = 4096;
/// Digits of a region that are told as they are, and those of its province where there are more.
const LONGEST_REGION: usize = 3;
const PROVINCE: usize = 2;
/// Bytes of a name that are looked at; what is longer is cut, since it could not be looked at in full.
const LONGEST: usize = 4096;

/// Takes personal data out of places.
pub(crate) struct Names<'e> {
    engine: &'e Engine,
    known: RefCell<HashMap<String, String>>,
}

impl<'e> Names<'e> {
    /// `engine` must find everything, whatever the scan was asked for.
    pub(crate) fn new(engine: &'e Engine) -> Self {
        Self {
            engine,
            known: RefCell::new(HashMap::new()),
        }
    }

    /// The place with the shapes of what its names give away.
    pub(crate) fn place(&self, mut place: Place) -> Place {
        for step in &mut place.steps {
            match step {
                // Those who commented or changed are persons, whether the engine knows their names or not.
                Step::Comment(who) | Step::Inserted(who) | Step::Deleted(who) => *who = masked(Entity::Person, who),
                Step::Sheet { name, .. }
                | Step::Member(name)
                | Step::Attachment(name)
                | Step::MailHeader(name)
                | Step::Property(name)
                | Step::FormField(name)
                | Step::Exif(name)
                | Step::Table(name)
                | Step::Key(name) => self.hide(name),
                _ => {}
            }
        }
        place
    }

    /// The reason without what a word from the file gives away. Words of the dictionaries are not looked at. Of a region only the province
    /// is told: the six digits of a Chinese county are a third of the number that they stand in.
    pub(crate) fn reason(&self, mut reason: Reason) -> Reason {
        if let Reason::Region(code) = &mut reason
            && code.len() > LONGEST_REGION
            && code.bytes().all(|b| b.is_ascii_digit())
        {
            let rest = code.split_off(PROVINCE).len();
            code.push_str(&"*".repeat(rest));
        }
        if let Reason::Label(Cow::Owned(word))
        | Reason::Column(Cow::Owned(word))
        | Reason::Title(Cow::Owned(word))
        | Reason::TiedTo(Cow::Owned(word))
        | Reason::Against(Cow::Owned(word)) = &mut reason
        {
            self.hide(word);
        }
        reason
    }

    fn hide(&self, name: &mut String) {
        if name.is_empty() {
            return;
        }
        if let Some(shape) = self.known.borrow().get(name) {
            shape.clone_into(name);
            return;
        }
        let shape = self.shape(name);
        let mut known = self.known.borrow_mut();
        if known.len() >= REMEMBERED {
            known.clear();
        }
        known.insert(std::mem::replace(name, shape.clone()), shape);
    }

    fn shape(&self, name: &str) -> String {
        let end = name.floor_char_boundary(LONGEST);
        let name = name.get(..end).unwrap_or_default();
        // Names of files and keys have lines where texts have blanks; both take one byte.
        let text = name.replace('_', " ");
        // The engine does not fail; should it do so all the same, the name is shown as if all of it were a finding.
        let Ok(found) = catch_unwind(AssertUnwindSafe(|| self.found(&text))) else {
            return masked(Entity::Password, name);
        };
        let mut shape = String::with_capacity(name.len());
        let mut at = 0;
        for Finding { entity, start, end, .. } in found {
            let (Some(before), Some(value)) = (name.get(at..start), name.get(start..end)) else {
                continue;
            };
            shape.push_str(before);
            shape.push_str(&masked(entity, value));
            at = end;
        }
        shape.push_str(name.get(at..).unwrap_or_default());
        shape
    }

    /// What is found in the name as a whole, and in its pieces where nothing was found across them.
    fn found(&self, text: &str) -> Vec<Finding> {
        let find = |text: &str| {
            self.engine.find(&Input {
                text,
                lang: None,
                cells: &[],
                columns: &[],
                caption: None,
            })
        };
        let mut found = find(text);
        let mut from = 0;
        for piece in text.split(['/', '\\', '.', '[', ']', '-', '(', ')', ',', ';']) {
            let to = from + piece.len();
            let taken = found.iter().any(|f| f.start < to && f.end > from);
            if !taken && piece.len() < text.len() && !piece.trim().is_empty() {
                let moved = find(piece).into_iter().map(|f| Finding {
                    start: f.start + from,
                    end: f.end + from,
                    ..f
                });
                found.extend(moved);
            }
            from = to + 1;
        }
        found.sort_by_key(|f| f.start);
        found
    }
}

#[cfg(test)]
mod tests {
    use tutela_detect::Options;

    use super::*;

    fn shown(step: Step) -> String {
        let engine = Engine::new(Options::default());
        let names = Names::new(&engine);
        let once = names.place(Place::root().with(step.clone()));
        // The second time it comes from memory.
        assert_eq!(names.place(Place::root().with(step)), once);
        once.to_string()
    }

    #[test]
    fn places_do_not_name_authors() {
        assert_eq!(shown(Step::Comment("Đỗ Cán Bộ".into())), "comment by 'Đ* C** B*'");
    }

    #[test]
    fn names_of_parts_do_not_give_persons_and_numbers_away() {
        let sheet = |name: &str| Step::Sheet {
            name: name.into(),
            hidden: false,
        };
        for (step, hidden) in [
            (sheet("Nguyễn Văn Khoa"), "Khoa"),
            (sheet("Петрова Анна Сергеевна"), "Анна"),
            (sheet("王晓明"), "晓明"),
            (Step::Attachment("CCCD_049187012345.pdf".into()), "049187012345"),
            (Step::Attachment("Nguyễn_Văn_Khoa_hồ_sơ.docx".into()), "Khoa"),
            (Step::Member("2026/Смирнов Иван Петрович.doc".into()), "Петрович"),
            (Step::Member("scans/anna.smirnova@example.org.eml".into()), "smirnova"),
            (Step::Key("people.Nguyễn Văn Khoa.phone".into()), "Khoa"),
            (Step::Key("/users/+84912345678/notes".into()), "912345678"),
            (Step::FormField("Phone of Anna Smirnova".into()), "Smirnova"),
            (Step::Property("Trần Thị Bích Ngọc".into()), "Ngọc"),
        ] {
            let shown = shown(step.clone());
            assert!(!shown.contains(hidden), "{step:?}: {shown}");
            assert!(shown.contains('*'), "{step:?}: {shown}");
        }
    }

    #[test]
    fn names_that_give_nothing_away_stay() {
        for step in [
            Step::Member("reports/2026/q3.xlsx".into()),
            Step::Key("users[3].contact.phone".into()),
            Step::Key("данные.телефон".into()),
            Step::Property("Software".into()),
            Step::MailHeader("Subject".into()),
            Step::Table("public.citizens".into()),
            Step::Sheet {
                name: "Danh sách".into(),
                hidden: true,
            },
        ] {
            assert_eq!(shown(step.clone()), step.to_string());
        }
    }

    #[test]
    fn reasons_do_not_give_words_of_the_file_away() {
        let engine = Engine::new(Options::default());
        let names = Names::new(&engine);
        let hidden = names.reason(Reason::Column(Cow::Owned("Anna Smirnova 049187012345".into())));
        assert!(!hidden.argument().contains("Smirnova") && !hidden.argument().contains("049187"));
        for kept in [
            Reason::Label(Cow::Owned("số điện thoại".into())),
            Reason::Region("056".into()),
        ] {
            assert_eq!(names.reason(kept.clone()), kept);
        }
        let county = names.reason(Reason::Region("110105".into()));
        assert_eq!(county, Reason::Region("11****".into()));
    }
}
