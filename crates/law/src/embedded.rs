//! The files that come with the program.

/// One law pack: its file, the files of its clocks, the grounds on which it lets a request be refused, and its dossiers.
pub(crate) struct PackFiles {
    pub(crate) pack: (&'static str, &'static str),
    pub(crate) grounds: (&'static str, &'static str),
    pub(crate) dossiers: (&'static str, &'static str),
    pub(crate) clocks: &'static [(&'static str, &'static str)],
}

macro_rules! file {
    ($path:literal) => {
        ($path, include_str!(concat!("../../../", $path)))
    };
}

pub(crate) const PACKS: [PackFiles; 4] = [
    PackFiles {
        pack: file!("law/vn-a/pack.toml"),
        grounds: file!("law/vn-a/refusals.toml"),
        dossiers: file!("law/vn-a/dossiers.toml"),
        clocks: &[file!("law/vn-a/clocks.toml"), file!("law/vn-a/body-rules.toml")],
    },
    PackFiles {
        pack: file!("law/vn-b/pack.toml"),
        grounds: file!("law/vn-b/refusals.toml"),
        dossiers: file!("law/vn-b/dossiers.toml"),
        clocks: &[file!("law/vn-b/clocks.toml")],
    },
    PackFiles {
        pack: file!("law/ru/pack.toml"),
        grounds: file!("law/ru/refusals.toml"),
        dossiers: file!("law/ru/dossiers.toml"),
        clocks: &[file!("law/ru/clocks.toml"), file!("law/ru/body-rules.toml")],
    },
    PackFiles {
        pack: file!("law/cn/pack.toml"),
        grounds: file!("law/cn/refusals.toml"),
        dossiers: file!("law/cn/dossiers.toml"),
        clocks: &[file!("law/cn/clocks.toml")],
    },
];

/// The questions of dossiers, for all packs.
pub(crate) const DOSSIER_QUESTIONS: (&str, &str) = file!("law/dossiers/questions.toml");

pub(crate) const CALENDARS: &[(&str, &str)] = &[
    file!("law/calendars/cn/2021.toml"),
    file!("law/calendars/cn/2022.toml"),
    file!("law/calendars/cn/2023.toml"),
    file!("law/calendars/cn/2024.toml"),
    file!("law/calendars/cn/2025.toml"),
    file!("law/calendars/cn/2026.toml"),
    file!("law/calendars/ru/2022.toml"),
    file!("law/calendars/ru/2023.toml"),
    file!("law/calendars/ru/2024.toml"),
    file!("law/calendars/ru/2025.toml"),
    file!("law/calendars/ru/2026.toml"),
    file!("law/calendars/vn/2023.toml"),
    file!("law/calendars/vn/2024.toml"),
    file!("law/calendars/vn/2025.toml"),
    file!("law/calendars/vn/2026.toml"),
];

/// Lists of questions for internal checks. A version that was released stays, unchanged, as long as checks may have used it.
pub(crate) const QUESTIONS: &[(&str, &str)] = &[file!("law/questions/internal-control.toml")];

/// A value that changes with every change of the packs and calendars: FNV-1a over their names and texts, which guards
/// against a stale result, not against an attacker.
pub(crate) fn fingerprint() -> u64 {
    let packs = PACKS.iter().flat_map(|p| std::iter::once(&p.pack).chain(p.clocks));
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for (name, text) in packs.chain(CALENDARS) {
        for byte in name.bytes().chain([0]).chain(text.bytes()).chain([0]) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    hash
}
