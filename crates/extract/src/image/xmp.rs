//! XMP: metadata as XML, in pictures and in PDF files.

use quick_xml::Reader;
use quick_xml::events::Event;

use crate::context::Ctx;
use crate::{Part, Place, Step};

/// Values of one packet.
const MAX_VALUES: usize = 2000;

/// Gives every value of the packet with the name of its property.
pub(crate) fn give(xml: &str, steps: &[Step], ctx: &mut Ctx<'_>) {
    for (name, value) in values(xml) {
        let mut place: Place = ctx.place().clone();
        place.steps.extend_from_slice(steps);
        place.steps.push(Step::Property(name.clone()));
        let mut part = Part::whole(place, value);
        part.caption = Some(name);
        ctx.part(part);
    }
}

/// Names and values of the packet, without what only programs write for programs.
fn values(xml: &str) -> Vec<(String, String)> {
    let mut values = texts(xml);
    values.retain(|(name, _)| is_for_people(name));
    values
}

/// All texts and attributes of an XML document with the names of what holds them. A broken one gives what stands before its first error.
pub(crate) fn texts(xml: &str) -> Vec<(String, String)> {
    let mut reader = Reader::from_str(xml);
    reader.config_mut().check_end_names = false;
    let mut path: Vec<String> = Vec::new();
    let mut values: Vec<(String, String)> = Vec::new();
    let mut text = String::new();
    while values.len() < MAX_VALUES {
        match reader.read_event() {
            Ok(Event::Start(e)) => {
                flush(&path, &mut text, &mut values);
                attributes(&e, &mut values);
                path.push(e.local_name().as_ref().to_owned());
                if path.len() > 64 {
                    break;
                }
            }
            Ok(Event::Empty(e)) => attributes(&e, &mut values),
            Ok(Event::Text(t)) => text.push_str(&t),
            Ok(Event::CData(t)) => text.push_str(&t),
            Ok(Event::GeneralRef(r)) => match r.resolve_char_ref() {
                Ok(Some(c)) => text.push(c),
                _ => text.push_str(quick_xml::escape::resolve_predefined_entity(&r).unwrap_or_default()),
            },
            Ok(Event::End(_)) => {
                flush(&path, &mut text, &mut values);
                path.pop();
            }
            Ok(Event::Eof) | Err(_) => break,
            Ok(_) => {}
        }
    }
    values
}

/// Puts the text read so far under the name of what holds it. Items of lists carry the name of what they list.
fn flush(path: &[String], text: &mut String, values: &mut Vec<(String, String)>) {
    let name = path
        .iter()
        .rev()
        .find(|n| !matches!(n.as_str(), "li" | "Seq" | "Bag" | "Alt" | "Description"));
    if let Some(name) = name
        && !text.trim().is_empty()
    {
        values.push((name.clone(), text.trim().to_owned()));
    }
    text.clear();
}

fn attributes(element: &quick_xml::events::BytesStart<'_>, values: &mut Vec<(String, String)>) {
    for attribute in element.attributes().with_checks(false).flatten() {
        let key = attribute.key;
        if key.as_ref().starts_with("xmlns") || key.prefix().is_some_and(|p| matches!(p.as_ref(), "rdf" | "xml" | "x"))
        {
            continue;
        }
        let name = key.local_name().as_ref().to_owned();
        let value = quick_xml::escape::unescape(&attribute.value)
            .map_or_else(|_| attribute.value.to_string(), std::borrow::Cow::into_owned);
        if !value.trim().is_empty() {
            values.push((name, value));
        }
    }
}

fn is_for_people(name: &str) -> bool {
    let machine = [
        "ID", "Format", "MimeType", "Toolkit", "Profile", "Version", "Digest", "Action", "image", "format",
    ];
    !machine.iter().any(|m| name.ends_with(m))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_attributes_and_entities_are_read() {
        let xml = r#"<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF><rdf:Description rdf:about="" xmlns:dc="d" photoshop:AuthorsPosition="Trưởng phòng" xmp:InstanceID="uuid:1">
            <dc:creator><rdf:Seq><rdf:li>Trần &amp; Lê</rdf:li><rdf:li>Anna</rdf:li></rdf:Seq></dc:creator>
            <dc:description><rdf:Alt><rdf:li xml:lang="x-default">Ảnh &#x1EA5;</rdf:li></rdf:Alt></dc:description>
        </rdf:Description></rdf:RDF></x:xmpmeta>"#;
        let read = values(xml);
        let pairs: Vec<(&str, &str)> = read.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        assert_eq!(
            pairs,
            [
                ("AuthorsPosition", "Trưởng phòng"),
                ("creator", "Trần & Lê"),
                ("creator", "Anna"),
                ("description", "Ảnh ấ")
            ]
        );
    }

    #[test]
    fn a_broken_packet_gives_what_stands_before() {
        assert_eq!(values("<a><b>Oleg</b><c").len(), 1);
    }
}
