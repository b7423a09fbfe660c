//! What an act does to cards beside its own: marks, values, destruction.

use super::{Changing, Recording, load_card};
use crate::error::{Error, Refusal};
use crate::kernel::field::Values;
use crate::kernel::journal::{self, Root};
use crate::kernel::register::{FollowUp, Register};
use crate::kernel::retention;
use crate::kernel::vault;

impl Recording<'_> {
    /// A card of this body that an act reaches beside its own.
    pub(super) async fn other(&mut self, id: &str) -> Result<(Changing, &'static Register), Error> {
        let card = load_card(&mut self.tx, &self.body.id, id).await?;
        let card = card.ok_or_else(|| Refusal::new("refusal-no-card"))?;
        let register = self
            .office
            .register(&card.register)
            .ok_or_else(|| Refusal::new("refusal-no-card"))?;
        Ok((self.opened(card).await?, register))
    }

    pub(super) async fn block(&mut self, id: &str, on: bool) -> Result<(), Error> {
        let (mut changing, register) = self.other(id).await?;
        if changing.card.blocked == on {
            return Ok(());
        }
        changing.card.blocked = on;
        let seq = journal::next(&mut self.tx).await?;
        let kind = if on { "card.block" } else { "card.unblock" };
        self.change(register, changing, seq, kind, &Values::new(), &[], None)
            .await?;
        Ok(())
    }

    pub(super) async fn follow(&mut self, because: &str, follow: FollowUp) -> Result<(), Error> {
        let (changing, register) = self.other(&follow.card).await?;
        let seq = journal::next(&mut self.tx).await?;
        let kind = format!("card.follow/{because}");
        self.change(register, changing, seq, &kind, &follow.set, &[], follow.state)
            .await?;
        Ok(())
    }

    pub(super) async fn destroy(&mut self, id: &str) -> Result<(), Error> {
        let card = load_card(&mut self.tx, &self.body.id, id).await?;
        card.ok_or_else(|| Refusal::new("refusal-no-card"))?;
        if vault::destroy(&mut self.tx, id, self.now).await? {
            self.destroyed = true;
            retention::forget(&mut self.tx, id).await?;
            let seq = journal::next(&mut self.tx).await?;
            self.event(seq, "vault.destroy", id, &Values::new(), &Root::random()?, Vec::new())
                .await?;
        }
        Ok(())
    }
}
