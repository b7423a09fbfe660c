//! The law packs on the command line: which class a type has, and `tutela law`.

pub(crate) mod due;

use std::collections::BTreeSet;
use std::io::Write;

use anyhow::{Result, anyhow};
use clap::ArgMatches;
use tutela_detect::{Entity, Lang};
use tutela_law::{Class, Country, Law, Mark, Pack};
use tutela_words::{Arg, Words};

use crate::Done;

/// The class of every type under the packs in force on the day asked for.
pub(crate) struct Classes {
    /// One table per country, by the position of the type in [`Entity::ALL`].
    tables: [Vec<Class>; 3],
    /// The packs that apply.
    used: Vec<Pack>,
    /// The country named by `--law`.
    fixed: Option<Country>,
    /// Names of the packs that apply, for the head of a report.
    pub(crate) packs: String,
    /// The day.
    pub(crate) on: jiff::civil::Date,
}

impl Classes {
    /// Reads `--law` and `--on`.
    pub(crate) fn new(matches: &ArgMatches, words: &Words) -> Result<Self> {
        let on = matches.get_one("on").copied().unwrap_or_else(today);
        let fixed = matches
            .get_one::<String>("law")
            .and_then(|code| Country::from_code(code));
        let law = Law::embedded();
        let mut applied = Vec::new();
        let mut table = |country: Country| -> Result<Vec<Class>> {
            let pack = law.pack(country, on);
            let used = fixed.is_none_or(|f| f == country);
            match pack {
                Some(pack) => {
                    if used {
                        applied.push(pack.clone());
                    }
                    Ok(table_of(pack))
                }
                None if used => {
                    let day = on.to_string();
                    let args = [("x", Arg::Text(country.code())), ("y", Arg::Text(&day))];
                    Err(anyhow!(words.with("cli-no-law", &args)))
                }
                None => Ok(Vec::new()),
            }
        };
        let tables = [table(Country::Vn)?, table(Country::Ru)?, table(Country::Cn)?];
        Ok(Self {
            tables,
            fixed,
            packs: applied.iter().map(Pack::id).collect::<Vec<_>>().join(", "),
            used: applied,
            on,
        })
    }

    /// By which norm a type has its class in these countries: `vn-b: D356 3.7`. What is open is said to be so.
    pub(crate) fn norm(&self, entity: Entity, countries: &BTreeSet<Country>, words: &Words) -> String {
        if matches!(entity, Entity::Custom(_)) {
            return words.get("recognizer-class-declared");
        }
        let norms: Vec<_> = self
            .used
            .iter()
            .filter(|pack| countries.contains(&pack.country()))
            .map(|pack| {
                let c = pack.classify(entity.as_str());
                let open = if c.mark == Mark::Check {
                    format!(" [{}]", words.get("law-to-be-confirmed"))
                } else {
                    String::new()
                };
                format!("{}: {}{open}", pack.id(), c.article)
            })
            .collect();
        norms.join(" · ")
    }

    /// The class of a type in a text of this language, and the country whose law says so. English has no pack of its own: Vietnam's applies.
    pub(crate) fn of(&self, entity: Entity, lang: Lang) -> (Country, Class) {
        let country = self.fixed.unwrap_or(match lang {
            Lang::Vi | Lang::En => Country::Vn,
            Lang::Ru => Country::Ru,
            Lang::Zh => Country::Cn,
        });
        let [vn, ru, cn] = &self.tables;
        let table = match country {
            Country::Vn => vn,
            Country::Ru => ru,
            Country::Cn => cn,
        };
        let class = match entity {
            // The law knows nothing of a type of the user's own: whoever declared it has said its class.
            Entity::Custom(own) if own.is_sensitive() => Class::Sensitive,
            Entity::Custom(_) => Class::Basic,
            _ => table.get(entity.index()).copied().unwrap_or(Class::Basic),
        };
        (country, class)
    }
}

fn table_of(pack: &Pack) -> Vec<Class> {
    Entity::ALL.iter().map(|e| pack.classify(e.as_str()).class).collect()
}

/// Today in the zone of this machine. The only place where the command line asks the calendar.
pub(crate) fn today() -> jiff::civil::Date {
    jiff::ZonedDateTime::now().date()
}

/// `tutela law list`, `tutela law show` and `tutela law due`.
pub(crate) fn run(matches: &ArgMatches, words: &Words) -> Result<Done> {
    if let Some(("due", m)) = matches.subcommand() {
        return due::run(m, words);
    }
    let law = Law::embedded();
    let locale = words.locale().code();
    let mut out = std::io::stdout().lock();
    if let Some(("show", m)) = matches.subcommand() {
        let id = m.get_one::<String>("pack").map_or("", String::as_str);
        let pack = law
            .by_id(id)
            .ok_or_else(|| anyhow!(words.with("cli-no-pack", &[("x", Arg::Text(id))])))?;
        out.write_all(pack.render(locale, &words.get("law-to-be-confirmed")).as_bytes())?;
        return Ok(Done::Well);
    }
    let today = today();
    for pack in law.packs() {
        let until = pack.to().map_or_else(|| "…".to_owned(), |d| d.to_string());
        let now = if pack.holds_on(today) { "*" } else { " " };
        writeln!(
            out,
            "{now} {:6} {} – {until:10}  {}",
            pack.id(),
            pack.from(),
            pack.name(locale)
        )?;
    }
    Ok(Done::Well)
}
