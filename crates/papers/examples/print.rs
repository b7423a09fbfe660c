//! Prints every form with invented values, to look at: `cargo run -p tutela-papers --example print -- FOLDER [ID [PACK [LOCALE]]]`.
//! What the forms name and the samples do not know is filled with its own label, and every seventh such field is left missing.
#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "an example for the terminal")]

use std::fs;
use std::path::PathBuf;
use std::time::Instant;

use jiff::civil::{Date, date};
use tutela_papers::{Field, Fonts, Form, Forms, Kind, Meta, Value, Values};
use tutela_words::Locale;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
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
        let paper = form.fill(&sample(form));
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

fn sample(form: &Form) -> Values {
    let mut values = Values::new();
    for (at, field) in form.fields().iter().enumerate() {
        if field.name.contains('.') {
            continue;
        }
        let value = match field.kind {
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
            Kind::List => Value::List((1..=3).map(|row| sample_row(form, field, row)).collect()),
        };
        values.set(field.name.as_str(), value);
    }
    values
}

fn sample_row(form: &Form, list: &Field, row: usize) -> Values {
    let prefix = format!("{}.", list.name);
    let own = form.fields().iter().filter(|f| f.name.starts_with(&prefix));
    own.map(|field| {
        let name = field.name.trim_start_matches(&prefix);
        let value = match field.kind {
            Kind::Date => Value::from(day(row)),
            Kind::Flag => Value::from(row % 2 == 1),
            _ => Value::from(format!("{} {row}", field.label)),
        };
        (name.to_owned(), value)
    })
    .collect()
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
