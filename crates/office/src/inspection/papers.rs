//! Papers of a period: one part of them in an archive, and the list of all.

use sqlx::AssertSqlSafe;

use super::{Making, ROWS};
use crate::error::{Error, Refusal};
use crate::kernel::register::Register;
use crate::kernel::store::text;
use crate::papers::{Format, Wanted, forms, write};

impl Making<'_> {
    /// Papers of what was done in the period: those of this part, and the list of all with the part in which each lies.
    pub(super) async fn papers(&mut self) -> Result<(), Error> {
        let mut list: Vec<[String; 4]> = Vec::new();
        let mut number = 0;
        for register in self.seen() {
            let mut forms: Vec<&'static str> = Vec::new();
            for form in register.operations.iter().flat_map(|o| o.papers) {
                if !forms.contains(form) && self.knows(form) {
                    forms.push(form);
                }
            }
            for form in forms {
                let mut after = String::new();
                loop {
                    let rows = self.printed(register, form, &after).await?;
                    let Some(last) = rows.last() else { break };
                    after.clone_from(&last.0);
                    for (card, of) in &rows {
                        let part = number / self.papers + 1;
                        number += 1;
                        let name = if part == usize::try_from(self.asked.part).unwrap_or(usize::MAX) {
                            let made = self.paper(register, (card, of), form).await?;
                            made.unwrap_or_default()
                        } else {
                            String::new()
                        };
                        let title = self.title(register.name, of);
                        list.push([part.to_string(), title, form.to_owned(), name]);
                    }
                }
            }
        }
        self.parts = number.div_ceil(self.papers).max(1);
        if usize::try_from(self.asked.part).unwrap_or(usize::MAX) > self.parts {
            let refusal = Refusal::new("refusal-inspection-part").arg("max", self.parts.to_string());
            return Err(refusal.field("inspection_part").into());
        }
        let heads = self.names(&[
            "inspection-part",
            "inspection-record",
            "inspection-form",
            "inspection-file",
        ]);
        self.table("papers.csv", &[&heads])?;
        for line in list {
            self.line(&line)?;
        }
        Ok(())
    }

    /// Whether a form is one of the law of this country at all.
    fn knows(&self, form: &str) -> bool {
        let law = &self.office.reckoner.law;
        forms()
            .all()
            .filter(|f| f.id() == form)
            .any(|f| law.by_id(f.pack()).is_some_and(|p| p.country() == self.body.country))
    }

    /// The next cards of a register with which something was done in the period that has this form.
    async fn printed(&self, register: &Register, form: &str, after: &str) -> Result<Vec<(String, String)>, Error> {
        let kinds: Vec<String> = register
            .operations
            .iter()
            .filter(|o| o.papers.contains(&form))
            .map(|o| format!("{}.{}", register.name, o.name))
            .collect();
        let places: Vec<_> = (6..kinds.len() + 6).map(|n| format!("${n}")).collect();
        let sql = format!(
            "SELECT DISTINCT e.card, c.number FROM event e JOIN card c ON c.id = e.card WHERE e.body = $1 AND e.at >= $2 \
             AND e.at < $3 AND e.card > $4 AND e.kind IN ({}) ORDER BY e.card LIMIT $5",
            places.join(", ")
        );
        let mut query = sqlx::query(AssertSqlSafe(sql))
            .bind(&self.body.id)
            .bind(self.from)
            .bind(self.to)
            .bind(after)
            .bind(ROWS);
        for kind in &kinds {
            query = query.bind(kind);
        }
        let rows = query.fetch_all(self.office.db.read()).await?;
        rows.iter()
            .map(|r| Ok((text(r, "card")?, text(r, "number")?)))
            .collect()
    }

    /// Writes a paper, and gives its name in the archive if there is one.
    async fn paper(
        &mut self,
        register: &Register,
        (card, number): (&str, &str),
        form: &str,
    ) -> Result<Option<String>, Error> {
        let format = if cfg!(feature = "pdf") {
            Format::Pdf
        } else {
            Format::Html
        };
        let wanted = Wanted {
            card,
            form,
            locale: self.body.locale,
            purpose: self.asked.purpose.unwrap_or_default(),
            format,
        };
        let document = match self.office.paper(self.account, self.now, &wanted).await {
            Ok(document) => document,
            // A form that this law does not have is no paper that is missing.
            Err(Error::Refused(r)) if r.key == "refusal-no-form" => return Ok(None),
            Err(Error::Refused(r)) => {
                let needs = self.asked.purpose.is_none() && r.key == "refusal-purpose-unknown";
                let why = if needs {
                    Refusal::new("refusal-inspection-personal")
                } else {
                    r
                };
                let what = format!("{}: {form}", self.title(register.name, number));
                self.leave(what, &why);
                return Ok(None);
            }
            Err(error) => return Err(error),
        };
        let (body, now) = (self.body.clone(), self.now);
        let written = tokio::task::spawn_blocking(move || match write(&document, format, &body, now) {
            Ok(bytes) => Ok((bytes, format, None)),
            // Without fonts there is no PDF; the paper itself is there all the same, and it is told.
            Err(fault) if format == Format::Pdf => {
                write(&document, Format::Html, &body, now).map(|bytes| (bytes, Format::Html, Some(fault)))
            }
            Err(fault) => Err(fault),
        });
        let written = written.await;
        let (bytes, format, fault) =
            written.map_err(|_| Error::Installation("a paper was broken off".to_owned()))??;
        if let Some(fault) = fault {
            self.office.report(&fault);
            let what = format!("{}: {form}", self.title(register.name, number));
            self.leave(what, &Refusal::new("refusal-inspection-pdf"));
        }
        let name = format!("papers/{}/{number}/{form}.{}", register.name, format.as_str());
        self.pack.add(&name, &bytes)?;
        Ok(Some(name))
    }
}
