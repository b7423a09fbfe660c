//! Pictures.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tutela_extract::Kind;

fuzz_target!(|data: &[u8]| {
    tutela_fuzz::read(&[Kind::Png, Kind::Jpeg, Kind::Tiff, Kind::Webp, Kind::Bmp], data);
});
