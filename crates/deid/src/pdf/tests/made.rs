//! Small files, written by hand.

use std::collections::BTreeMap;

/// A file in the making. Objects 1 to 3 are the catalog, the tree of pages and the first font; pages begin at 10.
pub(super) struct Made {
    objects: BTreeMap<u32, Vec<u8>>,
    pages: Vec<String>,
    pub(super) catalog: String,
    pub(super) page_entries: String,
    pub(super) resources: String,
    fonts: String,
}

impl Made {
    pub(super) fn page(content: &str) -> Self {
        let mut made = Self {
            objects: BTreeMap::new(),
            pages: Vec::new(),
            catalog: String::new(),
            page_entries: String::new(),
            resources: String::new(),
            fonts: "/F1 3 0 R".into(),
        };
        made.object(
            3,
            "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
        );
        made.add_page(content);
        made
    }

    pub(super) fn add_page(&mut self, content: &str) {
        self.pages.push(content.to_owned());
    }

    pub(super) fn object(&mut self, number: u32, body: &str) {
        self.objects.insert(number, body.as_bytes().to_vec());
    }

    pub(super) fn stream(&mut self, number: u32, entries: &str, data: &[u8]) {
        let mut body = format!("<<{entries}/Length {}>>stream\n", data.len()).into_bytes();
        body.extend_from_slice(data);
        body.extend_from_slice(b"\nendstream");
        self.objects.insert(number, body);
    }

    pub(super) fn font(&mut self, name: &str, body: &str) {
        let number = 80 + u32::try_from(self.fonts.len()).unwrap() % 9;
        self.fonts.push_str(&format!("/{name} {number} 0 R"));
        self.object(number, body);
    }

    pub(super) fn done(mut self) -> Vec<u8> {
        let mut kids = String::new();
        for (number, content) in self.pages.clone().iter().enumerate() {
            let id = 10 + 2 * u32::try_from(number).unwrap();
            kids.push_str(&format!("{id} 0 R "));
            let (fonts, resources, entries) = (&self.fonts, &self.resources, &self.page_entries);
            let body = format!(
                "<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents {} 0 R/Resources<</Font<<{fonts}>>{resources}>>{entries}>>",
                id + 1
            );
            self.object(id, &body);
            self.stream(id + 1, "", content.as_bytes());
        }
        let count = self.pages.len();
        self.object(2, &format!("<</Type/Pages/Count {count}/Kids[{kids}]>>"));
        let catalog = format!("<</Type/Catalog/Pages 2 0 R{}>>", self.catalog);
        self.object(1, &catalog);
        let mut out = b"%PDF-1.7\n".to_vec();
        let mut table = String::new();
        for (number, body) in &self.objects {
            table.push_str(&format!("{number} 1\n{:010} 00000 n \n", out.len()));
            out.extend_from_slice(format!("{number} 0 obj\n").as_bytes());
            out.extend_from_slice(body);
            out.extend_from_slice(b"\nendobj\n");
        }
        let start = out.len();
        let size = self.objects.keys().max().unwrap() + 1;
        out.extend_from_slice(
            format!("xref\n{table}trailer\n<</Size {size}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n").as_bytes(),
        );
        out
    }
}
