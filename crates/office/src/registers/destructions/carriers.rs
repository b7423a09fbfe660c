//! Carriers of data, as data: how each kind may be destroyed, and what proves that it was.
//!
//! No law names the methods: the table is that of the office. What the law does name is that a destruction is proven by an act,
//! and where it was done by machine by an extract of the event log (Order 179 of Roskomnadzor; L91 14.3: safe, and no unauthorised
//! recovery).

use tutela_law::Country;

/// Where data lie, or with whom.
pub(super) const CARRIERS: &[&str] = &[
    "carrier-paper",
    "carrier-optical",
    "carrier-disk",
    "carrier-flash",
    "carrier-phone",
    "carrier-database",
    "carrier-backup",
    "carrier-cloud",
    "carrier-recipient",
];

/// Every way to destroy.
pub(super) const METHODS: &[&str] = &[
    "shred",
    "burn",
    "pulp",
    "break-up",
    "degauss",
    "overwrite",
    "secure-erase",
    "crypto-erase",
    "factory-reset",
    "erase-rows",
    "erase-copies",
    "overwritten-in-turn",
    "provider-erase",
    "asked-recipient",
];

/// What proves a destruction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Proof {
    /// The commission saw it: the persons who did it.
    Seen,
    /// A certificate of the program or firm that did it, with the number of the medium.
    Certificate,
    /// The result of a job and its log.
    Log,
    /// A written confirmation of somebody else.
    Confirmation,
}

/// A kind of carrier.
#[derive(Debug)]
pub(super) struct Carrier {
    /// Its word.
    pub(super) name: &'static str,
    /// How it may be destroyed, and what proves that.
    pub(super) methods: &'static [(&'static str, Proof)],
    /// Whether it has a number of its own in the register of media.
    pub(super) numbered: bool,
    /// Whether its sheets are counted.
    pub(super) sheets: bool,
}

/// The table.
pub(super) const TABLE: &[Carrier] = &[
    Carrier {
        name: "carrier-paper",
        methods: &[("shred", Proof::Seen), ("burn", Proof::Seen), ("pulp", Proof::Seen)],
        numbered: false,
        sheets: true,
    },
    Carrier {
        name: "carrier-optical",
        methods: &[("shred", Proof::Seen), ("break-up", Proof::Seen)],
        numbered: true,
        sheets: false,
    },
    Carrier {
        name: "carrier-disk",
        methods: &[
            ("overwrite", Proof::Certificate),
            ("degauss", Proof::Seen),
            ("break-up", Proof::Seen),
            ("crypto-erase", Proof::Certificate),
        ],
        numbered: true,
        sheets: false,
    },
    // Cells that are out of use keep what was in them: overwriting and magnetism do not reach them.
    Carrier {
        name: "carrier-flash",
        methods: &[
            ("secure-erase", Proof::Certificate),
            ("crypto-erase", Proof::Certificate),
            ("shred", Proof::Seen),
            ("break-up", Proof::Seen),
        ],
        numbered: true,
        sheets: false,
    },
    Carrier {
        name: "carrier-phone",
        methods: &[
            ("factory-reset", Proof::Certificate),
            ("crypto-erase", Proof::Certificate),
            ("break-up", Proof::Seen),
        ],
        numbered: true,
        sheets: false,
    },
    Carrier {
        name: "carrier-database",
        methods: &[("erase-rows", Proof::Log), ("crypto-erase", Proof::Log)],
        numbered: false,
        sheets: false,
    },
    Carrier {
        name: "carrier-backup",
        methods: &[
            ("erase-copies", Proof::Log),
            ("crypto-erase", Proof::Log),
            ("overwritten-in-turn", Proof::Log),
        ],
        numbered: false,
        sheets: false,
    },
    Carrier {
        name: "carrier-cloud",
        methods: &[("provider-erase", Proof::Confirmation), ("crypto-erase", Proof::Log)],
        numbered: false,
        sheets: false,
    },
    Carrier {
        name: "carrier-recipient",
        methods: &[("asked-recipient", Proof::Confirmation)],
        numbered: false,
        sheets: false,
    },
];

/// A kind of carrier by its word.
pub(super) fn find(name: &str) -> Option<&'static Carrier> {
    TABLE.iter().find(|c| c.name == name)
}

impl Carrier {
    /// What proves a destruction in this way; none if this carrier cannot be destroyed so.
    pub(super) fn proof(&self, method: &str) -> Option<Proof> {
        self.methods.iter().find(|(name, _)| *name == method).map(|(_, p)| *p)
    }
}

/// How many members a commission has at least. A custom of the offices of a country, no norm.
pub(super) fn least_members(country: Country) -> usize {
    match country {
        Country::Ru => 3,
        Country::Vn | Country::Cn => 2,
    }
}

/// Lines of a text that name persons: the name as it is compared, without the post after the comma.
pub(super) fn names(text: &str) -> Vec<String> {
    let name = |line: &str| {
        let name = line.split([',', '，', '、', ';', '—', '–']).next().unwrap_or_default();
        name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
    };
    text.lines().map(name).filter(|n| !n.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_table_names_every_carrier_and_method() {
        let named: BTreeSet<_> = TABLE.iter().map(|c| c.name).collect();
        assert_eq!(named, CARRIERS.iter().copied().collect());
        let methods: BTreeSet<_> = TABLE.iter().flat_map(|c| c.methods).map(|(m, _)| *m).collect();
        assert_eq!(methods, METHODS.iter().copied().collect());
        assert_eq!(find("carrier-flash").unwrap().proof("overwrite"), None);
        assert_eq!(find("carrier-flash").unwrap().proof("degauss"), None);
        assert_eq!(
            find("carrier-disk").unwrap().proof("overwrite"),
            Some(Proof::Certificate)
        );
        assert!(find("carrier-stone").is_none());
    }

    #[test]
    fn a_person_is_the_name_before_the_post() {
        assert_eq!(
            names("Trần  Thử, chuyên viên\n\n ИВАНОВ И. И. — инженер\n李雷，科员"),
            ["trần thử", "иванов и. и.", "李雷"]
        );
    }
}
