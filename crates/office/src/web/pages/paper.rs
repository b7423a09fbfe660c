//! Papers of a card: on the screen, or as a file.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use tutela_words::Locale;

use crate::error::{Error, Refusal};
use crate::kernel::people::Session;
use crate::kernel::record::Input;
use crate::office::now;
use crate::papers::{Format, Wanted};
use crate::web::Site;
use crate::web::frame::{Frame, render};
use crate::web::guard::Submitted;
use crate::web::pages::{card, message};

#[derive(Template)]
#[template(path = "paper.html")]
struct Paper<'a> {
    frame: Frame<'a>,
    back: String,
    html: String,
    missing: usize,
}

/// A paper that was asked for.
pub(crate) async fn submit(
    State(site): State<Site>,
    Path((register, id)): Path<(String, String)>,
    submitted: Submitted,
) -> Response {
    match build(&site, &submitted.session, &register, &id, &submitted.input).await {
        Ok(response) => response,
        Err(error) => message::failed(&site, Some(&submitted.session), &error),
    }
}

async fn build(site: &Site, session: &Session, name: &str, id: &str, input: &Input) -> Result<Response, Error> {
    let (_, held) = card::load(site, session, name, id).await?;
    let one = |name: &str| input.get(name).and_then(|v| v.first()).map_or("", String::as_str);
    let format = Format::from_word(one("format")).ok_or_else(|| Refusal::new("refusal-choice"))?;
    let locale = Locale::from_code(one("paper_language")).ok_or_else(|| Refusal::new("refusal-choice"))?;
    let form = one("form");
    let wanted = Wanted {
        card: id,
        form,
        locale,
        purpose: one("purpose"),
        format,
    };
    let at = now();
    if format == Format::Html {
        let document = site.office.paper(&session.account, at, &wanted).await?;
        let frame = Frame::new(
            site,
            Some(session),
            session.account.locale,
            document.title().to_owned(),
            "",
        );
        let paper = Paper {
            frame,
            back: format!("/registers/{name}/{id}"),
            missing: document.missing().len(),
            html: document.to_html(),
        };
        return Ok(render(StatusCode::OK, &paper));
    }
    let bytes = site.office.paper_file(&session.account, at, &wanted).await?;
    let file = format!("attachment; filename=\"{form}-{}.{}\"", held.number, format.as_str());
    Ok((
        [
            (CONTENT_TYPE, format.media_type().to_owned()),
            (CONTENT_DISPOSITION, file),
        ],
        bytes,
    )
        .into_response())
}
