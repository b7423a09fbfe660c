//! Names of the properties that people see.

const NAMES: &[(u16, &str)] = &[
    (0x001a, "messageClass"),
    (0x0040, "receivedByName"),
    (0x0044, "receivedRepresentingName"),
    (0x0070, "conversationTopic"),
    (0x0076, "receivedByAddress"),
    (0x0078, "receivedRepresentingAddress"),
    (0x0e1d, "normalizedSubject"),
    (0x1035, "Message-ID"),
    (0x1039, "References"),
    (0x1042, "In-Reply-To"),
    (0x3001, "displayName"),
    (0x3a00, "account"),
    (0x3a02, "callbackTelephone"),
    (0x3a05, "generation"),
    (0x3a06, "givenName"),
    (0x3a08, "businessTelephone"),
    (0x3a09, "homeTelephone"),
    (0x3a0a, "initials"),
    (0x3a11, "surname"),
    (0x3a15, "postalAddress"),
    (0x3a16, "company"),
    (0x3a17, "title"),
    (0x3a18, "department"),
    (0x3a19, "officeLocation"),
    (0x3a1a, "primaryTelephone"),
    (0x3a1b, "businessTelephone2"),
    (0x3a1c, "mobileTelephone"),
    (0x3a1f, "otherTelephone"),
    (0x3a23, "primaryFax"),
    (0x3a24, "businessFax"),
    (0x3a25, "homeFax"),
    (0x3a26, "country"),
    (0x3a27, "locality"),
    (0x3a28, "state"),
    (0x3a29, "streetAddress"),
    (0x3a2a, "postalCode"),
    (0x3a2f, "homeTelephone2"),
    (0x3a30, "assistant"),
    (0x3a44, "middleName"),
    (0x3a45, "displayNamePrefix"),
    (0x3a46, "profession"),
    (0x3a48, "spouse"),
    (0x3a4e, "manager"),
    (0x3a4f, "nickname"),
    (0x3a50, "personalHomePage"),
    (0x3a58, "children"),
    (0x3ff8, "creator"),
    (0x3ffa, "lastModifiedBy"),
];

/// The name of a property.
pub(super) fn name(id: u16) -> Option<&'static str> {
    NAMES.iter().find(|n| n.0 == id).map(|n| n.1)
}

/// Properties that are headers or the body, or say nothing about people.
pub(super) fn is_read_elsewhere(id: u16) -> bool {
    matches!(
        id,
        0x001a
            | 0x0037
            | 0x0042
            | 0x0064
            | 0x0065
            | 0x0070
            | 0x0075
            | 0x0077
            | 0x007d
            | 0x0c1a
            | 0x0c1e
            | 0x0c1f
            | 0x0e02
            | 0x0e03
            | 0x0e04
            | 0x0e1d
            | 0x1000
            | 0x1013
            | 0x3002
            | 0x5d01
            | 0x5d02
    )
}
