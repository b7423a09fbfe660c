//! Papers on the screen: one `article`, with classes only, so that it stands under a strict content policy.

use std::fmt::Write;

use crate::document::{Align, Block, Document, Line, Meta, Span, Table};

/// The style of papers on the screen. A page that shows one links it.
pub const STYLE: &str = include_str!("html/paper.css");

impl Document {
    /// The paper as a piece of HTML, to be put into a page. The page links [`STYLE`].
    pub fn to_html(&self) -> String {
        let mut out = String::with_capacity(8192);
        let wide = if self.landscape { " paper-wide" } else { "" };
        let _ = write!(
            out,
            "<article class=\"paper paper-{}{wide}\" lang=\"{}\">",
            self.country.code(),
            self.locale.code()
        );
        blocks(&mut out, &self.blocks);
        out.push_str("</article>\n");
        out
    }

    /// The paper as a page of its own, which needs no other file.
    pub fn to_html_page(&self, meta: &Meta) -> String {
        format!(
            "<!DOCTYPE html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n<title>{}</title>\n<meta name=\"author\" content=\"{}\">\n<style>\n{STYLE}</style>\n</head>\n<body>\n{}</body>\n</html>\n",
            self.locale.code(),
            escape(&self.title),
            escape(&meta.author),
            self.to_html()
        )
    }
}

/// Text as it may stand in HTML and XML, between tags and within quotes.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

fn blocks(out: &mut String, blocks_: &[Block]) {
    let mut aside = false;
    for block in blocks_ {
        let is_aside = matches!(block, Block::Aside(_));
        if is_aside != aside {
            out.push_str(if is_aside {
                "<div class=\"paper-aside\">"
            } else {
                "</div>"
            });
            aside = is_aside;
        }
        self::block(out, block);
    }
    if aside {
        out.push_str("</div>");
    }
}

fn block(out: &mut String, block: &Block) {
    match block {
        Block::Heading { level, text } => {
            let tag = if *level == 1 { "h1" } else { "h2" };
            element(out, tag, "", text);
        }
        Block::Para { align, text } => {
            let class = match align {
                Align::Body => "paper-body",
                Align::Left => "",
                Align::Centre => "paper-centre",
                Align::Right => "paper-right",
            };
            element(out, "p", class, text);
        }
        Block::Aside(text) => element(out, "p", "", text),
        Block::Item { marker, level, text } => {
            let _ = write!(
                out,
                "<p class=\"paper-item paper-item-{level}\"><span class=\"paper-marker\">{marker}</span> "
            );
            line(out, text);
            out.push_str("</p>\n");
        }
        Block::Check { on, text } => {
            let mark = if *on { "☒" } else { "☐" };
            let _ = write!(
                out,
                "<p class=\"paper-item paper-check\"><span class=\"paper-marker\">{mark}</span> "
            );
            line(out, text);
            out.push_str("</p>\n");
        }
        Block::Note(text) => element(out, "p", "paper-note", text),
        Block::Rule => out.push_str("<hr>\n"),
        Block::Gap => out.push_str("<p class=\"paper-gap\"></p>\n"),
        Block::PageBreak => out.push_str("<hr class=\"paper-page\">\n"),
        Block::Sign { post, name, caption } => {
            out.push_str("<div class=\"paper-sign\"><div class=\"paper-post\">");
            line(out, post);
            let _ = write!(
                out,
                "</div><div class=\"paper-hand\"><small>{}</small></div><div class=\"paper-name\">",
                escape(caption)
            );
            line(out, name);
            out.push_str("</div></div>\n");
        }
        Block::Table(rows) => table(out, rows),
        Block::Columns(left, right) => {
            out.push_str("<div class=\"paper-columns\"><div>");
            blocks(out, left);
            out.push_str("</div><div>");
            blocks(out, right);
            out.push_str("</div></div>\n");
        }
    }
}

fn table(out: &mut String, table: &Table) {
    let class = if table.plain { "paper-plain" } else { "paper-lines" };
    let _ = write!(out, "<div class=\"paper-table\"><table class=\"{class}\"><colgroup>");
    let all: u32 = table.widths.iter().map(|w| u32::from(*w)).sum();
    for width in &table.widths {
        // An attribute of the element, since a policy without inline styles refuses the style.
        let _ = write!(out, "<col width=\"{}%\">", u32::from(*width) * 100 / all.max(1));
    }
    out.push_str("</colgroup>");
    if !table.head.is_empty() {
        out.push_str("<thead>");
        rows(out, &table.head, "th scope=\"col\"", "th");
        out.push_str("</thead>");
    }
    out.push_str("<tbody>");
    rows(out, &table.rows, "td", "td");
    out.push_str("</tbody></table></div>\n");
}

fn rows(out: &mut String, rows: &[Vec<Line>], open: &str, close: &str) {
    for row in rows {
        out.push_str("<tr>");
        for cell in row {
            let _ = write!(out, "<{open}>");
            line(out, cell);
            let _ = write!(out, "</{close}>");
        }
        out.push_str("</tr>\n");
    }
}

fn element(out: &mut String, tag: &str, class: &str, text: &[Span]) {
    if class.is_empty() {
        let _ = write!(out, "<{tag}>");
    } else {
        let _ = write!(out, "<{tag} class=\"{class}\">");
    }
    line(out, text);
    let _ = writeln!(out, "</{tag}>");
}

fn line(out: &mut String, spans: &[Span]) {
    for span in spans {
        match span {
            Span::Text { text, bold, italic } => {
                let text = escape(text);
                let (b, b_end) = if *bold { ("<b>", "</b>") } else { ("", "") };
                let (i, i_end) = if *italic { ("<i>", "</i>") } else { ("", "") };
                let _ = write!(out, "{b}{i}{text}{i_end}{b_end}");
            }
            Span::Break => out.push_str("<br>"),
            Span::Missing(words) => {
                let _ = write!(out, "<mark class=\"paper-missing\">{}</mark>", escape(words));
            }
            Span::Blank(width) => {
                let _ = write!(
                    out,
                    "<span class=\"paper-blank\">{}</span>",
                    "\u{a0}".repeat(usize::from(*width))
                );
            }
        }
    }
}
