//! Text of all kinds.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tutela_extract::Kind;

fuzz_target!(|data: &[u8]| {
    tutela_fuzz::read(&[Kind::Text, Kind::Log, Kind::Csv, Kind::Json, Kind::Jsonl, Kind::Xml, Kind::Yaml, Kind::Sql, Kind::Html, Kind::Markdown], data);
});
