//! Duties per week as bars, drawn here: no script, and the same in words beside it.

use askama::Template;
use jiff::Timestamp;
use jiff::civil::Date;
use tutela_words::{Arg, Words};

use crate::error::Error;
use crate::kernel::body::Body;
use crate::kernel::people::Account;
use crate::office::Office;
use crate::show;

/// Weeks that are drawn.
const WEEKS: usize = 8;
/// Height of the highest bar, in units of the drawing.
const HEIGHT: usize = 100;
/// Width of a bar with its gap.
const STEP: usize = 70;

/// A bar.
struct Bar {
    x: usize,
    middle: usize,
    y: usize,
    height: usize,
    class: &'static str,
    label: String,
    number: u64,
    number_y: usize,
}

#[derive(Template)]
#[template(path = "chart.html")]
struct Chart {
    title: String,
    text: String,
    width: usize,
    bars: Vec<Bar>,
}

/// How many duties are late, and how many end in each of the next weeks, as a picture with its words. Empty if there is none.
pub(crate) async fn weeks(office: &Office, account: &Account, body: &Body, now: Timestamp) -> Result<String, Error> {
    let today = now.to_zoned_datetime(body.zone.clone()).date();
    let offset = i64::from(today.weekday().to_monday_zero_offset());
    let monday = today.checked_sub(jiff::Span::new().days(offset)).unwrap_or(today);
    // What ends at midnight ends with the day before it, so a week holds its last midnight and not its first.
    let week = |n: usize| {
        let days = jiff::Span::new().days(7 * i64::try_from(n).unwrap_or(0));
        let begins = monday.checked_add(days).unwrap_or(monday);
        let instant = body.zone.to_timestamp(begins.at(0, 0, 0, 0)).unwrap_or(now);
        (begins, instant)
    };
    let ends: Vec<_> = (1..=WEEKS).map(|n| week(n).1).collect();
    let (late, counts) = office.count_duties(&account.actor(), now, &ends).await?;
    let begins: Vec<_> = (0..WEEKS).map(|n| week(n).0).collect();
    Ok(draw(office.words(account.locale), late, &begins, &counts))
}

fn draw(words: &Words, late: u64, begins: &[Date], counts: &[u64]) -> String {
    if late == 0 && counts.iter().all(|n| *n == 0) {
        return String::new();
    }
    let mut columns = vec![(words.get("chart-late"), late, "late")];
    for (week, (begins, count)) in begins.iter().zip(counts).enumerate() {
        let class = if week == 0 { "near" } else { "calm" };
        columns.push((short(words, *begins), *count, class));
    }
    let text: Vec<_> = columns
        .iter()
        .filter(|c| c.1 > 0)
        .map(|(label, number, _)| format!("{label}: {number}"))
        .collect();
    let text = words.with("chart-text", &[("weeks", Arg::Text(&text.join("; ")))]);
    bars(words.get("chart-title"), text, columns)
}

/// Numbers as bars: label, number and class of each, under a title and with words that say the same.
pub(crate) fn bars(title: String, text: String, columns: Vec<(String, u64, &'static str)>) -> String {
    let most = columns.iter().map(|c| c.1).max().unwrap_or(0).max(1);
    let width = columns.len() * STEP;
    let bars = columns.into_iter().enumerate().map(|(at, (label, number, class))| {
        let share = usize::try_from(number.saturating_mul(HEIGHT as u64) / most).unwrap_or(HEIGHT);
        // One duty among thousands is still seen.
        let height = if number > 0 { share.max(2) } else { 0 };
        Bar {
            x: at * STEP + 10,
            middle: at * STEP + STEP / 2,
            y: 20 + HEIGHT - height,
            height,
            class,
            label,
            number,
            number_y: 15 + HEIGHT - height,
        }
    });
    let chart = Chart {
        title,
        text,
        width,
        bars: bars.collect(),
    };
    chart.render().unwrap_or_default()
}

/// The Monday with which a week begins.
fn short(words: &Words, date: Date) -> String {
    let whole = show::date(words.locale(), date);
    words.with("chart-week", &[("day", Arg::Text(&whole))])
}

#[cfg(test)]
mod tests {
    use tutela_law::Country;

    use super::*;
    use crate::kernel::rights::Role;
    use crate::world::World;

    #[tokio::test]
    async fn a_bar_stands_for_a_week_and_words_say_the_same() {
        let world = World::new(Country::Vn).await;
        let body = &world.body;
        // A Tuesday morning in Ha Noi; the week began on 23 November.
        let now: Timestamp = "2026-11-24T02:00:00Z".parse().unwrap();
        let account = world.account(Role::Head);
        assert_eq!(weeks(&world.office, account, body, now).await.unwrap(), "");
        let ends = [
            "2026-11-20T00:00:00Z",
            "2026-11-29T17:00:00Z",
            "2026-11-29T17:00:01Z",
            "2026-11-30T03:00:00Z",
        ];
        let withdrawn = world.withdrawn_consent().await;
        let mut tx = world.office.db.write().await.unwrap();
        for (n, end) in ends.iter().enumerate() {
            let at: Timestamp = end.parse().unwrap();
            sqlx::query(
                "INSERT INTO clock (id, body, card, register, duty, rule, facts, state, due_at, reckoned_by, late_reason) \
                 SELECT $1, body, card, register, duty, rule, facts, state, $2, reckoned_by, 0 FROM clock \
                 WHERE card = $3 AND due_at IS NOT NULL ORDER BY id LIMIT 1",
            )
            .bind(format!("copy-{n}"))
            .bind(at.as_microsecond())
            .bind(&withdrawn)
            .execute(&mut *tx)
            .await
            .unwrap();
        }
        sqlx::query("DELETE FROM clock WHERE id NOT LIKE 'copy-%'")
            .execute(&mut *tx)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let drawn = weeks(&world.office, account, body, now).await.unwrap();
        assert!(
            drawn.contains("2026-11-23: 1"),
            "the end of Sunday belongs to its week: {drawn}"
        );
        assert!(drawn.contains("2026-11-30: 2"), "{drawn}");
        assert_eq!(drawn.matches("<rect").count(), 3);
    }
}
