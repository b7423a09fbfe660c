//! Messages and mailboxes are told by their header lines.

use super::ending;
use crate::Kind;

/// Mail may carry its parts as they are, without any encoding: its header is text all the same.
pub(super) fn binary_mail(head: &[u8], name: &str) -> Option<Kind> {
    let header = [&b"\r\n\r\n"[..], b"\n\n"]
        .iter()
        .filter_map(|end| memchr::memmem::find(head, end))
        .min()
        .and_then(|at| head.get(..at))?;
    mail(header, &ending(name)).filter(|_| !header.contains(&0))
}

/// A message begins with header lines, a mailbox with a `From ` line before them. The ending of the name helps where the header is poor.
pub(super) fn mail(head: &[u8], ending: &str) -> Option<Kind> {
    const KNOWN: &[&str] = &[
        "from",
        "to",
        "cc",
        "bcc",
        "subject",
        "date",
        "message-id",
        "received",
        "return-path",
        "mime-version",
        "content-type",
        "content-transfer-encoding",
        "content-disposition",
        "delivered-to",
        "reply-to",
        "references",
        "in-reply-to",
        "x-mailer",
        "x-received",
        "x-originating-ip",
        "x-priority",
        "user-agent",
        "dkim-signature",
        "authentication-results",
        "received-spf",
        "sender",
    ];
    let blank = head.iter().take_while(|b| matches!(b, b'\r' | b'\n')).count();
    let head = &head[blank..];
    let mailbox = head.starts_with(b"From ");
    let quoted = head.starts_with(b">From ");
    let (mut known, mut seen, mut typed) = (0, 0, false);
    // Trackers of spam put more lines before the header than people do.
    for line in head
        .split(|&b| b == b'\n')
        .skip(usize::from(mailbox || quoted))
        .take(200)
    {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.is_empty() {
            break;
        }
        if line[0] == b' ' || line[0] == b'\t' {
            continue;
        }
        let field = line
            .iter()
            .position(|&b| b == b':')
            .map(|colon| line[..colon].trim_ascii_end());
        let Some(name) = field.filter(|n| !n.is_empty() && n.iter().all(u8::is_ascii_graphic)) else {
            // A header that runs into its body without a blank line.
            if known >= 3 {
                break;
            }
            return None;
        };
        seen += 1;
        let name = name.to_ascii_lowercase();
        let is_known = KNOWN.iter().any(|k| k.as_bytes() == name);
        known += usize::from(is_known);
        typed |= name == b"mime-version" || name == b"message-id" || name == b"received";
    }
    let told_by_name = matches!(ending, "eml" | "mht" | "mhtml" | "mbox" | "mbx") && known >= 1;
    // Programs add many lines of their own; these three are in no other kind of file.
    let enough = known >= 2 && (known * 4 >= seen || typed && known >= 3);
    (enough || told_by_name).then_some(if mailbox { Kind::Mbox } else { Kind::Eml })
}
