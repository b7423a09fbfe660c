//! Office files before 2007, RTF, Outlook messages.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tutela_extract::Kind;

fuzz_target!(|data: &[u8]| {
    tutela_fuzz::read(&[Kind::Doc, Kind::Xls, Kind::Ppt, Kind::Rtf, Kind::Msg], data);
});
