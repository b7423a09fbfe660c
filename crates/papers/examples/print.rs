//! Prints every form with invented values, to look at: `cargo run -p tutela-papers --example print -- FOLDER [ID [PACK [LOCALE]]]`.
//! What the forms name and the samples do not know is filled with its own label, and every seventh such field is left missing.
//! With `--long` before the folder nothing is missing and every value is as long as an office may write it, to see what overflows.
#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "an example for the terminal")]

use std::fs;
use std::path::PathBuf;
use std::time::Instant;

use jiff::civil::{Date, date};
use tutela_papers::{Field, Fonts, Form, Forms, Kind, Meta, Value, Values};
use tutela_words::Locale;

fn main() {
    let mut args: Vec<String> = std::env::args().skip(1).collect();
    let long = args.first().is_some_and(|a| a == "--long");
    if long {
        args.remove(0);
    }
    let folder = PathBuf::from(args.first().map_or("papers", String::as_str));
    fs::create_dir_all(&folder).unwrap();
    let wanted = |at: usize, value: &str| args.get(at).is_none_or(|a| a == value);
    let start = Instant::now();
    let forms = Forms::embedded();
    println!("{} forms read in {:.1?}", forms.all().count(), start.elapsed());
    let start = Instant::now();
    let fonts = Fonts::find().unwrap();
    println!("fonts found in {:.1?}", start.elapsed());
    let meta = Meta {
        author: "Tutela".to_owned(),
        created: date(2026, 11, 24).at(9, 30, 0, 0),
    };
    for form in forms.all() {
        if !(wanted(1, form.id()) && wanted(2, form.pack()) && wanted(3, form.locale().code())) {
            continue;
        }
        let paper = form.fill(&sample(form, long));
        let name = format!("{}.{}.{}", form.id(), form.pack(), form.locale().code());
        fs::write(folder.join(format!("{name}.html")), paper.to_html_page(&meta)).unwrap();
        let start = Instant::now();
        let docx = paper.to_docx(&meta).unwrap();
        let docx_time = start.elapsed();
        let start = Instant::now();
        let pdf = paper.to_pdf(&fonts, &meta).unwrap();
        println!(
            "{name}: PDF {} bytes in {:.0?}, DOCX {} bytes in {docx_time:.1?}, missing {:?}",
            pdf.len(),
            start.elapsed(),
            docx.len(),
            paper.missing()
        );
        fs::write(folder.join(format!("{name}.pdf")), pdf).unwrap();
        fs::write(folder.join(format!("{name}.docx")), docx).unwrap();
    }
}

fn sample(form: &Form, long: bool) -> Values {
    let mut values = Values::new();
    for (at, field) in form.fields().iter().enumerate() {
        if field.name.contains('.') {
            continue;
        }
        let value = match field.kind {
            Kind::Text if long => Value::from(long_text(&field.name, &field.label, form.locale())),
            Kind::Text => text(&field.name, form.locale()).map_or_else(
                || {
                    if at % 7 == 6 {
                        Value::Missing
                    } else {
                        Value::from(field.label.as_str())
                    }
                },
                Value::from,
            ),
            Kind::Date => Value::from(day(at)),
            Kind::Flag => Value::from(!matches!(
                field.name.as_str(),
                "nothing_held" | "to_recipient" | "lacks_issue" | "child"
            )),
            Kind::List if long => Value::List((1..=9).map(|row| sample_row(form, field, row, true)).collect()),
            Kind::List => Value::List((1..=3).map(|row| sample_row(form, field, row, false)).collect()),
        };
        values.set(field.name.as_str(), value);
    }
    values
}

fn sample_row(form: &Form, list: &Field, row: usize, long: bool) -> Values {
    let prefix = format!("{}.", list.name);
    let own = form.fields().iter().filter(|f| f.name.starts_with(&prefix));
    own.map(|field| {
        let name = field.name.trim_start_matches(&prefix);
        let value = match field.kind {
            Kind::Date => Value::from(day(row)),
            Kind::Flag => Value::from(row % 2 == 1),
            _ if long && row % 3 == 1 => Value::from(long_text(name, &field.label, form.locale())),
            _ => Value::from(format!("{} {row}", field.label)),
        };
        (name.to_owned(), value)
    })
    .collect()
}

/// A value as long as an office may write it.
fn long_text(name: &str, label: &str, locale: Locale) -> String {
    let of = |all: [&'static str; 4]| {
        let at = Locale::ALL.iter().position(|l| *l == locale);
        at.and_then(|at| all.get(at)).copied().unwrap_or("")
    };
    if name.ends_with("number") || name.ends_with("_no") || name == "body_ids" {
        return of([
            "1234/QĐ-UBND-BVDLCN",
            "1234-п/07-15/26-ДСП",
            "青民函〔2026〕1234号之二",
            "1234/2026-DP/07",
        ])
        .to_owned();
    }
    if name.ends_with("name") {
        return of([
            "Công Tằng Tôn Nữ Thị Phương Thảo Nguyên Mẫu",
            "Константинопольская-Преображенская Анастасия Владиславовна",
            "阿卜杜热合曼·买买提江·样例",
            "Featherstonehaugh-Cholmondeley Anastasia Sample",
        ])
        .to_owned();
    }
    let more = of([
        "nội dung dài do cán bộ nhập, gồm nhiều vế câu, có dẫn chiếu điểm a khoản 2 Điều 15 và địa chỉ https://example.invalid/ho-so/2026/rat-dai-khong-co-dau-cach-0123456789",
        "длинный текст, введённый сотрудником, из нескольких предложений, со ссылкой на пункт 2 части 3.1 статьи 21 и адресом https://example.invalid/delo/2026/ochen-dlinnyj-adres-bez-probelov-0123456789",
        "由经办人填写的较长内容，包含多个分句，引用第二十一条第三款第二项，并附网址https://example.invalid/anjian/2026/hen-chang-meiyou-kongge-0123456789",
        "a long text as an officer writes it, of several clauses, with Article 21(3)(2) and the address https://example.invalid/case/2026/very-long-without-any-space-0123456789",
    ]);
    format!("{label}: {more}")
}

fn day(at: usize) -> Date {
    let days = i8::try_from(at % 27 + 1).unwrap();
    date(2026, 11, days)
}

fn text(name: &str, locale: Locale) -> Option<&'static str> {
    let all = match name {
        "body_name" => [
            "UBND xã Đông Hải Vân",
            "Администрация Озёрского района",
            "青河县民政局",
            "Ozyorsk District Office",
        ],
        "body_parent" => [
            "UBND tỉnh Hà Vân",
            "Правительство Заречной области",
            "青河市民政局",
            "Zarechye Regional Government",
        ],
        "body_address" => [
            "Số 12 đường Hoa Sữa, xã Đông Hải Vân",
            "399999, г. Озёрск, ул. Садовая, д. 5",
            "青河县人民路8号",
            "5 Garden Street, Ozyorsk",
        ],
        "body_ids" => [
            "MST 0100000000",
            "ОГРН 1000000000000, ИНН 3600000000",
            "统一社会信用代码 110000000000000000",
            "Reg. 1000000",
        ],
        "place" => ["Đông Hải Vân", "г. Озёрск", "青河", "Ozyorsk"],
        "doc_number" => ["15/QĐ-UBND", "17-п", "青民函〔2026〕12号", "17"],
        "head_title" => ["CHỦ TỊCH", "Глава администрации", "局长", "Head of the Office"],
        "head_name" => ["Trần Văn Mẫu", "И. И. Образцов", "样本华", "I. Sample"],
        "subject_name" | "applicant_name" | "employee_name" => [
            "Nguyễn Thị Hoa Mẫu",
            "Примерова Анна Сергеевна",
            "张样例",
            "Anna Sample",
        ],
        _ => return None,
    };
    Locale::ALL
        .iter()
        .position(|l| *l == locale)
        .and_then(|at| all.get(at))
        .copied()
}
