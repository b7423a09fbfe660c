//! The announcement of a campaign.

use crate::kernel::field::Values;
use crate::papers::PaperCase;
use crate::registers::questions::{self, lines};
use crate::registers::sheet::put;

/// The values of a paper.
pub(super) fn values(sheet: &PaperCase<'_>, paper: &str) -> Values {
    let mut values = Values::new();
    if paper != "campaign-announcement" {
        return values;
    }
    let card = sheet.card;
    PaperCase::take(
        &mut values,
        card,
        &[
            ("title", "campaign_title"),
            ("campaign_text", "campaign_text"),
            ("campaign_from", "from_date"),
            ("campaign_until", "until_date"),
        ],
    );
    put(&mut values, "campaign_kind", &sheet.joined(card, "campaign_kind"));
    let mut audience: Vec<String> = lines(card.text("audience_units")).map(str::to_owned).collect();
    audience.extend(
        sheet
            .cards(card, "audience_posts")
            .iter()
            .map(|p| p.text("title").to_owned()),
    );
    let audience = if audience.is_empty() {
        sheet.words.get("campaign-everybody")
    } else {
        sheet.join(&audience)
    };
    put(&mut values, "campaign_audience", &audience);
    let rows = questions::rows(card, sheet.words.locale());
    values.insert("campaign_questions".to_owned(), rows.into());
    values
}
