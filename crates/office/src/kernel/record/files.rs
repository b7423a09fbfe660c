//! Files that an act takes: what waits becomes what is known of it, and is given to the card.

use serde_json::Value;

use super::{Changing, Recording};
use crate::error::{Error, Refusal};
use crate::kernel::card::{Card, Personal};
use crate::kernel::evidence::{attach, facts_in, number_of, waiting};
use crate::kernel::field::{Field, Values, words_of};
use crate::kernel::register::{Operation, Register};
use crate::kernel::vault;

/// The files that were given go to the card whether the rule takes its input or not: nothing that was uploaded is lost
/// without a word.
pub(super) fn take(operation: &Operation, values: &Values, set: &mut Values) {
    for field in operation.fields.iter().filter(|f| f.is_file()) {
        if let Some(value) = values.get(field.name) {
            set.entry(field.name).or_insert_with(|| value.clone());
        }
    }
}

/// Puts open values into a card. Files are added to those that are there. Gives whether there are any.
pub(super) fn keep_facts(register: &Register, card: &mut Card, open: &Values) -> bool {
    let mut any = false;
    for (name, value) in open {
        let is_file = register.field(name).is_some_and(Field::is_file);
        match (is_file, value) {
            (true, Value::Array(new)) => {
                any |= !new.is_empty();
                let mut all = card
                    .data
                    .get(name)
                    .and_then(Value::as_array)
                    .cloned()
                    .unwrap_or_default();
                all.extend(new.iter().cloned());
                card.data.insert(name.clone(), Value::Array(all));
            }
            _ => {
                card.data.insert(name.clone(), value.clone());
            }
        }
    }
    any
}

impl Recording<'_> {
    /// Puts what is known of files in the place of their identifiers, so that a rule sees it.
    pub(super) async fn files(
        &mut self,
        operation: &Operation,
        before: Option<&Changing>,
        values: &mut Values,
    ) -> Result<(), Error> {
        let mut new = 0_i64;
        for field in operation.fields.iter().filter(|f| f.is_file()) {
            let Some(value) = values.get(field.name) else { continue };
            if before.is_some_and(|c| matches!(c.card.personal, Personal::Destroyed(_))) {
                return Err(Refusal::new("refusal-record-destroyed").field(field.name).into());
            }
            let ids: Vec<String> = words_of(value).into_iter().map(str::to_owned).collect();
            let mut facts = Vec::with_capacity(ids.len());
            let mut size = 0_usize;
            for id in &ids {
                let file = waiting(&mut self.tx, self.actor, id).await?;
                let file = file.ok_or_else(|| Refusal::new("refusal-file-gone").field(field.name))?;
                size = size.saturating_add(usize::try_from(file.size).unwrap_or(usize::MAX));
                facts.push(file.facts());
                new += 1;
            }
            self.office.refuse_full(&mut self.tx, &self.body.id, size).await?;
            values.insert(field.name.to_owned(), Value::Array(facts));
        }
        let most = self.office.limits.per_card;
        if let Some(card) = before.filter(|_| new > 0)
            && number_of(&mut self.tx, &card.card.id).await? + new > most
        {
            return Err(Refusal::new("refusal-files-card").arg("max", most.to_string()).into());
        }
        Ok(())
    }

    /// Gives the files of an act to its card, whose record is there by now.
    pub(super) async fn attach(&mut self, register: &Register, card: &Card, open: &Values) -> Result<(), Error> {
        let (stored, _) = vault::load(&mut self.tx, &card.id).await?;
        let stored = stored.ok_or_else(|| Refusal::new("refusal-record-destroyed"))?;
        for (name, ids) in facts_in(open) {
            if !register.field(name).is_some_and(Field::is_file) {
                continue;
            }
            for id in ids {
                let keyed = (self.body.id.as_str(), card.id.as_str());
                attach(&mut self.tx, &self.key, keyed, &stored.record_key, name, id).await?;
            }
        }
        Ok(())
    }
}
