//! The files that come with the program.

use tutela_words::Locale;

/// Name of a file and its text.
pub(crate) type File = (&'static str, &'static str);

macro_rules! file {
    ($path:expr) => {
        (
            concat!("law/forms/", $path),
            include_str!(concat!("../../../law/forms/", $path)),
        )
    };
}

/// In the order of `Locale::ALL`.
macro_rules! form {
    ($id:literal) => {
        (
            $id,
            [
                file!(concat!($id, "/vi.form")),
                file!(concat!($id, "/ru.form")),
                file!(concat!($id, "/zh.form")),
                file!(concat!($id, "/en.form")),
            ],
        )
    };
}

pub(crate) const CATALOGUE: &str = include_str!("../../../law/forms/forms.toml");

pub(crate) const FIELDS: &str = include_str!("../../../law/forms/fields.toml");

pub(crate) const FORMS: &[(&str, [File; 4])] = &[
    form!("consent"),
    form!("refusal-explanation"),
    form!("obligation"),
    form!("acquaintance-sheet"),
    form!("order-appointment"),
    form!("order-admission"),
    form!("order-processing-list"),
    form!("designation-letter"),
    form!("request-receipt"),
    form!("request-answer"),
    form!("request-refusal"),
    form!("request-not-complete"),
    form!("extension-notice"),
    form!("rectification-notice"),
    form!("withdrawal-confirmation"),
    form!("third-party-notice"),
    form!("destruction-act"),
    form!("destruction-log"),
    form!("check-protocol"),
    form!("check-plan"),
    form!("requests-journal"),
    form!("leaver-checklist"),
    form!("permit"),
    form!("checkpoint-slip"),
    form!("dossier-notice"),
    form!("dossier-change"),
    form!("dossier-report"),
    form!("harm-act"),
    form!("breach-notice"),
    form!("breach-result"),
    form!("incident-report"),
    form!("incident-summary"),
    form!("subjects-notice"),
    form!("controller-notice"),
    form!("violation-record"),
    form!("violation-closing"),
    form!("campaign-announcement"),
    form!("campaign-statement"),
    form!("campaign-report"),
];

/// The parts that the forms of a language share.
pub(crate) fn part(locale: Locale) -> File {
    match locale {
        Locale::Vi => file!("parts/vi.form"),
        Locale::Ru => file!("parts/ru.form"),
        Locale::Zh => file!("parts/zh.form"),
        Locale::En => file!("parts/en.form"),
    }
}
