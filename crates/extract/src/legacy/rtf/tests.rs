use crate::testing::Kept;

fn read(rtf: &[u8]) -> Kept {
    Kept::of("a.rtf", rtf)
}

#[test]
fn text_is_decoded_by_the_font() {
    let got = read(
        b"{\\rtf1\\ansi\\ansicpg1252\\deff0{\\fonttbl{\\f0\\fcharset0 Arial;}{\\f1\\fcharset204 Arial CYR;}{\\f2\\fcharset134 SimSun;}\
        {\\f3\\fcharset0 .VnTime;}{\\f4\\fcharset163 Tahoma;}{\\f5 VNI-Times;}{\\f6 .VnTimeH;}}\
        \\f0 Jos\\'e9\\par\\f1 \\'c8\\'e2\\'e0\\'ed\\par\\f2 \\'d5\\'c5\\'b1i\\par\\f3 Nguy\\'d4n V\\'a8n\\par\\f4 Nguy\\'ea\\'den\\par\
        \\f5 Nguye\\'e3n\\par \\f6 c\\'e9ng\\par\\plain \\u7879?\\u-10179?\\u-8703?}",
    );
    assert_eq!(
        got.text_at(""),
        "José\nИван\n张眎\nNguyễn Văn\nNguyễn\nNguyễn\nCỘNG\nệ😁",
        "{:?}",
        got.problems()
    );
    assert!(got.unread.is_empty(), "{:?}", got.problems());
}

#[test]
fn offsets_lead_back_to_the_file() {
    let rtf = b"{\\rtf1\\ansi\\ansicpg1251 {\\b Tel} 0901 234 567 \\'c8\\'e2\\'e0\\'ed}";
    let got = read(rtf);
    let part = &got.parts[0];
    let at = part.text.find("0901").unwrap();
    assert_eq!(
        part.map.to_file(at),
        Some(rtf.windows(4).position(|w| w == b"0901").unwrap() as u64)
    );
    let at = part.text.find('в').unwrap();
    assert_eq!(
        part.map.to_file(at),
        Some(rtf.windows(4).position(|w| w == b"\\'e2").unwrap() as u64)
    );
}

#[test]
fn notes_comments_headers_and_properties_have_their_places() {
    let got = read(
        b"{\\rtf1{\\info{\\title List}{\\author Le Thi Mau}{\\*\\company Example}}{\\*\\userprops{\\propname Owner}\\proptype30{\\staticval Tran An}}\
        {\\*\\revtbl{Unknown;}{Pham Ba;}}{\\header top\\par}{\\footerr bottom}\
        Body{\\footnote a note}{\\*\\atnid LM}{\\*\\atnauthor Le Mau}\\chatn{\\*\\annotation{\\*\\atndate 123}remark}\\par \
        seen{\\v secret}{\\revised\\revauth1 added}{\\deleted\\revauthdel1 0912000111}{\\shp{\\*\\shpinst{\\sp{\\sn a}{\\sv 1}}{\\shptxt boxed\\par}}}\
        {\\*\\unknown gone}{\\xe Hoang Yen}}",
    );
    assert_eq!(got.text_at("property 'title'"), "List");
    assert_eq!(got.text_at("property 'creator'"), "Le Thi Mau");
    assert_eq!(got.text_at("property 'company'"), "Example");
    assert_eq!(got.text_at("property 'Owner'"), "Tran An");
    assert_eq!(got.place_of("top"), "page header");
    assert_eq!(got.place_of("bottom"), "page footer");
    assert_eq!(got.place_of("a note"), "footnote");
    assert_eq!(got.place_of("remark"), "comment by 'Le Mau'");
    assert_eq!(got.place_of("secret"), "paragraph 2, hidden text");
    assert_eq!(got.place_of("added"), "paragraph 2, insertion by 'Pham Ba'");
    assert_eq!(got.place_of("0912000111"), "paragraph 2, deletion by 'Pham Ba'");
    assert_eq!(got.place_of("boxed"), "text box");
    assert_eq!(got.place_of("Hoang Yen"), "paragraph 2, hidden text");
    assert!(!got.all().contains("gone"));
    assert!(got.unread.is_empty(), "{:?}", got.problems());
}

#[test]
fn tables_and_links_are_text() {
    let got = read(
        b"{\\rtf1 \\trowd a\\cell b\\cell\\row c\\cell d\\cell\\row\\pard \
        {\\field{\\*\\fldinst{ HYPERLINK \"mailto:mau@example.vn\" }}{\\fldrslt{\\ul write}}} end}",
    );
    assert_eq!(got.text_at(""), "a\tb\nc\td\nwrite mailto:mau@example.vn  end");
}

#[test]
fn pictures_and_objects_are_read() {
    // What stands inside is text, which shows that the data reach the readers.
    let hex = |bytes: &[u8]| bytes.iter().map(|b| format!("{b:02x}")).collect::<String>();
    let mut object = vec![1, 5, 0, 0, 2, 0, 0, 0];
    object.extend(8_u32.to_le_bytes());
    object.extend(b"Package\0");
    object.extend([0; 8]);
    let mut body = b"\x02\0list.txt\0C:\\x\0\0\0\x03\0\x01\0\0\0\0".to_vec();
    body.extend(6_u32.to_le_bytes());
    body.extend(b"Do Mau");
    object.extend((body.len() as u32).to_le_bytes());
    object.extend(body);
    let rtf = format!(
        "{{\\rtf1 x{{\\*\\shppict{{\\pict\\pngblip {}}}}}{{\\nonshppict{{\\pict\\wmetafile8 00}}}}{{\\pict\\emfblip 0011}}\
        {{\\pict\\jpegblip\\bin9 in binary}}{{\\object{{\\*\\objdata {}}}{{\\result shown}}}}}}",
        hex(b"in digits"),
        hex(&object)
    );
    let got = read(rtf.as_bytes());
    assert_eq!(got.text_at("image 1"), "in digits");
    assert_eq!(got.text_at("image 3"), "in binary");
    assert_eq!(got.text_at("attachment 'list.txt'"), "Do Mau");
    assert_eq!(got.text_at(""), "xshown");
    assert_eq!(got.problems(), ["image 2: no reader for EMF picture"]);
}

#[test]
fn hostile_nesting_and_cuts_are_told() {
    let mut deep = b"{\\rtf1 before ".to_vec();
    deep.extend(vec![b'{'; 300_000]);
    deep.extend(b"inside");
    let got = read(&deep);
    assert_eq!(got.text_at(""), "before inside");
    assert_eq!(got.problems(), [": damaged: text is cut off"]);
    deep.extend(vec![b'}'; 300_000]);
    deep.extend(b" after}");
    let got = read(&deep);
    assert_eq!(got.text_at(""), "before inside after");
    assert!(got.unread.is_empty());
    for cut in [
        "{\\rtf1 a\\",
        "{\\rtf1 a\\'",
        "{\\rtf1 a\\'e",
        "{\\rtf1 a\\u",
        "{\\rtf1 a\\bin99999999 b",
        "{\\rtf1 a{\\field{\\fldinst x",
    ] {
        let got = read(cut.as_bytes());
        assert!(got.all().starts_with('a'), "{cut}");
        assert_eq!(got.problems(), [": damaged: text is cut off"], "{cut}");
    }
}
