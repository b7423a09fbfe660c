//! Work that the program does for a card in the background, as its page tells it.

use tutela_words::{Arg, Words};

use crate::error::Error;
use crate::kernel::card::Card;
use crate::kernel::people::Session;
use crate::web::Site;

/// One kind of work.
pub(crate) struct Shown {
    pub(crate) text: String,
    pub(crate) done: i64,
    pub(crate) total: i64,
    /// What cannot be done yet; empty where nothing waits.
    pub(crate) waits: String,
}

/// What goes on with a card.
pub(crate) async fn shown(site: &Site, session: &Session, words: &Words, card: &Card) -> Result<Vec<Shown>, Error> {
    let all = site.office.progress(&session.account.actor(), card).await?;
    let number = |n: i64| Arg::Number(u64::try_from(n).unwrap_or_default());
    Ok(all
        .into_iter()
        .map(|p| {
            let what = words.get(&format!("operation-{}", p.kind.replace('.', "-")));
            let args = [
                ("what", Arg::Text(what.as_str())),
                ("done", number(p.done)),
                ("total", number(p.total)),
            ];
            Shown {
                text: words.with("work-line", &args),
                done: p.done,
                total: p.total,
                waits: if p.refused > 0 {
                    words.with("work-waits", &[("n", number(p.refused))])
                } else {
                    String::new()
                },
            }
        })
        .collect())
}
