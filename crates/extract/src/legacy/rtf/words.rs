//! What the control words mean.

use super::reader::{Format, Reader, Target};
use crate::legacy::codepage;
use crate::legacy::flow::Flow;
use crate::{Step, Why};

impl Reader<'_, '_, '_> {
    /// A backslash and a character that is no letter.
    pub(super) fn symbol(&mut self, symbol: u8, from: usize) {
        match symbol {
            b'*' => self.group.starred = true,
            b'~' => {
                self.flush();
                self.show("\u{a0}", from, false);
            }
            b'_' => {
                self.flush();
                self.show("-", from, false);
            }
            b'\\' | b'{' | b'}' => {
                self.flush();
                self.show(char::from(symbol).encode_utf8(&mut [0; 4]), from, false);
            }
            b'\r' | b'\n' => {
                self.flush();
                self.paragraph();
            }
            // An optional hyphen is no text.
            _ => {}
        }
    }

    fn paragraph(&mut self) {
        if self.group.target != Target::Text {
            return;
        }
        if let Some(flow) = self.flows.last_mut() {
            flow.end_paragraph(self.ctx);
        }
    }

    fn row(&mut self) {
        if self.group.target != Target::Text {
            return;
        }
        if let Some(flow) = self.flows.last_mut() {
            flow.take_back('\t');
            flow.end_paragraph(self.ctx);
        }
    }

    fn shown(&mut self, text: &str) {
        let at = usize::MAX;
        if self.group.target == Target::Text && !text.chars().any(|c| self.fields.take(c)) {
            self.push(text);
        } else if self.group.target != Target::Text {
            self.show(text, at, false);
        }
    }

    /// The group gathers text or data for this target.
    fn gather(&mut self, target: Target) {
        self.gathered.clear();
        self.group.target = target;
        self.group.gathers = true;
    }

    /// The group is a text of its own.
    fn apart(&mut self, step: Step) {
        if self.flows.len() < super::reader::FLOWS {
            self.flows.push(Flow::new(vec![step], false));
            self.group.flow = true;
        }
        self.group.target = Target::Text;
    }

    pub(super) fn word(&mut self, word: &str, number: Option<i32>) -> Result<(), Why> {
        // Nothing inside a group that is passed over brings it back, except the second form of a text with two.
        if self.group.target == Target::Skip && word != "ud" {
            return Ok(());
        }
        let on = number != Some(0);
        let starred = std::mem::take(&mut self.group.starred);
        match word {
            "par" | "sect" | "page" | "column" => self.paragraph(),
            "row" | "nestrow" => self.row(),
            "cell" | "nestcell" => self.shown("\t"),
            "tab" => self.shown("\t"),
            "line" | "lbr" | "softline" => self.shown("\n"),
            "emdash" => self.shown("—"),
            "endash" => self.shown("–"),
            "lquote" => self.shown("‘"),
            "rquote" => self.shown("’"),
            "ldblquote" => self.shown("“"),
            "rdblquote" => self.shown("”"),
            "bullet" => self.shown("•"),
            "emspace" | "enspace" | "qmspace" => self.shown(" "),
            "f" | "af" if self.group.target == Target::Fonts => {
                if word == "f" {
                    self.fonts.begin(number.unwrap_or(0));
                }
            }
            "f" => self.group.font = number.unwrap_or(0),
            "plain" => {
                self.group.font = self.default_font;
                self.group.hidden = false;
                self.group.deleted = false;
                self.group.inserted = false;
            }
            "v" => self.group.hidden = on,
            "deleted" => self.group.deleted = on,
            "revised" => self.group.inserted = on,
            "revauth" => self.group.inserter = number.unwrap_or(0),
            "revauthdel" => self.group.deleter = number.unwrap_or(0),
            "uc" => self.group.fallback = usize::try_from(number.unwrap_or(1)).unwrap_or(0).min(64),
            "ansi" => self.page = codepage::WESTERN,
            "mac" => self.page = 10000,
            "ansicpg" => self.page = number.and_then(|n| u32::try_from(n).ok()).unwrap_or(codepage::WESTERN),
            "deff" => {
                self.default_font = number.unwrap_or(0);
                self.group.font = self.default_font;
            }
            "fcharset" => {
                let charset = number.and_then(|n| u32::try_from(n).ok());
                self.fonts.set_page(charset.and_then(codepage::of_charset));
            }
            "cpg" => self
                .fonts
                .set_page(number.and_then(|n| u32::try_from(n).ok()).filter(|&n| n > 0)),
            "pngblip" | "jpegblip" => self.format = Format::File,
            "dibitmap" => self.format = Format::Bitmap,
            "wbitmap" => self.format = Format::Drawing("device-dependent bitmap"),
            "emfblip" => self.format = Format::Drawing("EMF picture"),
            "wmetafile" => self.format = Format::Drawing("WMF picture"),
            "macpict" => self.format = Format::Drawing("PICT picture"),
            "pmmetafile" => self.format = Format::Drawing("OS/2 metafile"),
            _ => self.destination(word, starred),
        }
        Ok(())
    }

    fn destination(&mut self, word: &str, starred: bool) {
        match word {
            "fonttbl" => self.group.target = Target::Fonts,
            "falt" | "panose" | "fname" | "fontemb" | "stylesheet" | "colortbl" | "filetbl" | "listtable"
            | "listoverridetable" | "rsidtbl" | "generator" | "themedata" | "colorschememapping" | "datastore"
            | "latentstyles" | "xmlnstbl" | "nonshppict" | "shprslt" | "nonesttables" | "creatim" | "revtim"
            | "printim" | "buptim" | "operatortim" | "atndate" | "atnref" | "atntime" | "atnparent" | "objclass"
            | "objname" | "bkmkstart" | "bkmkend" | "ftnsep" | "ftnsepc" | "aftnsep" | "aftnsepc" | "datafield"
            | "pgptbl" | "mmathPr" | "pnseclvl" | "listpicture" => {
                self.group.target = Target::Skip;
            }
            "sp" | "sn" | "sv" | "picprop" | "info" => self.group.target = Target::Quiet,
            "shpinst" | "shppict" | "nesttableprops" | "do" | "shpgrp" | "background" => {}
            "shptxt" | "dptxbxtext" => self.apart(Step::TextBox),
            "title" => self.gather(Target::Property("title")),
            "subject" => self.gather(Target::Property("subject")),
            "author" => self.gather(Target::Property("creator")),
            "operator" => self.gather(Target::Property("lastModifiedBy")),
            "manager" => self.gather(Target::Property("manager")),
            "company" => self.gather(Target::Property("company")),
            "category" => self.gather(Target::Property("category")),
            "keywords" => self.gather(Target::Property("keywords")),
            "doccomm" | "comment" => self.gather(Target::Property("description")),
            "hlinkbase" => self.gather(Target::Property("hyperlinkBase")),
            "template" => self.gather(Target::Property("template")),
            "userprops" => self.group.target = Target::Quiet,
            "propname" => self.gather(Target::PropertyName),
            "staticval" => self.gather(Target::PropertyValue),
            "revtbl" => self.gather(Target::Revisers),
            "atnauthor" => self.gather(Target::Author),
            "atnid" => self.group.target = Target::Skip,
            "header" | "headerl" | "headerr" | "headerf" => self.apart(Step::Header),
            "footer" | "footerl" | "footerr" | "footerf" => self.apart(Step::Footer),
            "footnote" => self.apart(Step::Footnote),
            "annotation" => {
                let who = std::mem::take(&mut self.author);
                self.apart(Step::Comment(who));
            }
            "field" => {
                self.fields.begin();
                self.group.field = true;
            }
            "fldinst" => self.group.target = Target::Code,
            "fldrslt" => {
                self.fields.separate();
                self.group.target = Target::Text;
            }
            // Entries of an index stand in the text and are not shown.
            "xe" | "tc" | "tcn" => self.group.hidden = true,
            "pict" => self.gather(Target::Picture),
            "objdata" => self.gather(Target::Object),
            "upr" => {
                self.group.outer = self.group.target;
                self.group.target = Target::Skip;
            }
            "ud" => {
                self.group.target = self.group.outer;
                self.group.gathers = matches!(self.group.target, Target::Property(_) | Target::Author);
            }
            // A destination that older readers need not know, and neither do we.
            _ if starred => self.group.target = Target::Skip,
            _ => {}
        }
    }
}
