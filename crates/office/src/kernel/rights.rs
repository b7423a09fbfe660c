//! Who may do what: roles and rights, as one table that a lawyer can read. What is not allowed here is refused.

/// What a person is in the office.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// Head of the body.
    Head,
    /// Responsible for organising the processing.
    ProtectionOfficer,
    /// Responsible for security.
    SecurityOfficer,
    /// Admitted to personal data for the day's work.
    Officer,
    /// Makes what may be published.
    PressOfficer,
    /// Keeps the program running; sees no personal data.
    Administrator,
    /// From outside: reads registers and journal, changes nothing, sees no personal data.
    Inspector,
}

impl Role {
    /// All roles.
    pub const ALL: [Self; 7] = [
        Self::Head,
        Self::ProtectionOfficer,
        Self::SecurityOfficer,
        Self::Officer,
        Self::PressOfficer,
        Self::Administrator,
        Self::Inspector,
    ];

    /// The word in the store and in texts: `role-…`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Head => "head",
            Self::ProtectionOfficer => "protection-officer",
            Self::SecurityOfficer => "security-officer",
            Self::Officer => "officer",
            Self::PressOfficer => "press-officer",
            Self::Administrator => "administrator",
            Self::Inspector => "inspector",
        }
    }

    /// Reads a word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|r| r.as_str() == word)
    }
}

/// What may be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Right {
    /// See registers without personal data.
    SeeRegisters,
    /// See what is due.
    SeeDuties,
    /// Search for a person by name or number.
    SearchPersons,
    /// Open personal data for a stated purpose.
    OpenPersonal,
    /// Hide an identity, and grant the opening of a hidden one that somebody else asks for.
    OpenIdentity,
    /// Keep the list of posts and persons: admissions, obligations, training, permits, leaving.
    KeepStaff,
    /// Keep processing activities, purposes, systems, recipients, notices.
    KeepProcessing,
    /// Register consents, explanations of refusal, withdrawals.
    KeepConsents,
    /// Take in requests of citizens.
    TakeRequests,
    /// Work on requests: search, answer, refuse, rectify, block.
    AnswerRequests,
    /// Prepare orders and other acts.
    PrepareActs,
    /// Sign orders, approve lists, answers and destruction.
    Approve,
    /// Carry out a destruction that was decided.
    Destroy,
    /// Report a violation or an attempt.
    Report,
    /// Handle violations.
    HandleViolations,
    /// Plan and make internal checks, draw up and sign their protocols, follow measures up.
    Control,
    /// Import registers.
    Import,
    /// Export registers.
    Export,
    /// Read and export the journal.
    ReadJournal,
    /// Create accounts, give roles, end sessions.
    ManageAccounts,
    /// Confirm accounts and roles that an administrator gave.
    ConfirmAccounts,
    /// Settings, keys, backups of the installation.
    ManageInstallation,
}

impl Right {
    /// All rights.
    pub const ALL: [Self; 22] = [
        Self::SeeRegisters,
        Self::SeeDuties,
        Self::SearchPersons,
        Self::OpenPersonal,
        Self::OpenIdentity,
        Self::KeepStaff,
        Self::KeepProcessing,
        Self::KeepConsents,
        Self::TakeRequests,
        Self::AnswerRequests,
        Self::PrepareActs,
        Self::Approve,
        Self::Destroy,
        Self::Report,
        Self::HandleViolations,
        Self::Control,
        Self::Import,
        Self::Export,
        Self::ReadJournal,
        Self::ManageAccounts,
        Self::ConfirmAccounts,
        Self::ManageInstallation,
    ];
}

/// Whether a role has a right. Every cell is written out: a new role or right does not compile until it is decided.
pub fn allows(role: Role, right: Right) -> bool {
    use Role::{Administrator, Head, Inspector, Officer, PressOfficer, ProtectionOfficer, SecurityOfficer};
    match right {
        Right::SeeRegisters | Right::SeeDuties => match role {
            Head | ProtectionOfficer | SecurityOfficer | Officer | Inspector => true,
            PressOfficer | Administrator => false,
        },
        Right::SearchPersons | Right::OpenPersonal => match role {
            Head | ProtectionOfficer | Officer => true,
            SecurityOfficer | PressOfficer | Administrator | Inspector => false,
        },
        Right::OpenIdentity => match role {
            Head | ProtectionOfficer | SecurityOfficer => true,
            Officer | PressOfficer | Administrator | Inspector => false,
        },
        Right::KeepStaff | Right::KeepProcessing | Right::PrepareActs | Right::Import => match role {
            ProtectionOfficer => true,
            Head | SecurityOfficer | Officer | PressOfficer | Administrator | Inspector => false,
        },
        Right::KeepConsents | Right::TakeRequests => match role {
            ProtectionOfficer | Officer => true,
            Head | SecurityOfficer | PressOfficer | Administrator | Inspector => false,
        },
        Right::AnswerRequests => match role {
            ProtectionOfficer => true,
            Head | SecurityOfficer | Officer | PressOfficer | Administrator | Inspector => false,
        },
        Right::Approve => match role {
            Head => true,
            ProtectionOfficer | SecurityOfficer | Officer | PressOfficer | Administrator | Inspector => false,
        },
        Right::Destroy | Right::Control => match role {
            ProtectionOfficer | SecurityOfficer => true,
            Head | Officer | PressOfficer | Administrator | Inspector => false,
        },
        Right::Report => match role {
            Head | ProtectionOfficer | SecurityOfficer | Officer | PressOfficer | Administrator => true,
            Inspector => false,
        },
        Right::HandleViolations => match role {
            Head | ProtectionOfficer | SecurityOfficer => true,
            Officer | PressOfficer | Administrator | Inspector => false,
        },
        Right::Export => match role {
            Head | ProtectionOfficer | Inspector => true,
            SecurityOfficer | Officer | PressOfficer | Administrator => false,
        },
        Right::ReadJournal => match role {
            Head | ProtectionOfficer | SecurityOfficer | Inspector => true,
            Officer | PressOfficer | Administrator => false,
        },
        Right::ConfirmAccounts => match role {
            Head | ProtectionOfficer => true,
            SecurityOfficer | Officer | PressOfficer | Administrator | Inspector => false,
        },
        Right::ManageAccounts | Right::ManageInstallation => match role {
            Administrator => true,
            Head | ProtectionOfficer | SecurityOfficer | Officer | PressOfficer | Inspector => false,
        },
    }
}

/// Whether one of these roles has a right.
pub fn any_allows(roles: &[Role], right: Right) -> bool {
    roles.iter().any(|&role| allows(role, right))
}

/// How high a role stands where one person decides on what another asks for.
fn rank_of(role: Role) -> u8 {
    match role {
        Role::Head => 3,
        Role::ProtectionOfficer | Role::SecurityOfficer => 2,
        Role::Officer | Role::PressOfficer => 1,
        Role::Administrator | Role::Inspector => 0,
    }
}

/// How high the highest of these roles stands.
pub fn rank(roles: &[Role]) -> u8 {
    roles.iter().map(|&role| rank_of(role)).max().unwrap_or(0)
}
