//! Office files in ZIP.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tutela_extract::Kind;

fuzz_target!(|data: &[u8]| {
    tutela_fuzz::read(&[Kind::Docx, Kind::Xlsx, Kind::Pptx, Kind::Odt, Kind::Ods, Kind::Odp], data);
});
