use serde::{Deserialize, Serialize};

macro_rules! events {
    ($($(#[doc = $doc:literal])+ $name:ident = $word:literal,)+) => {
        /// What starts a clock, or decides which rule is in force.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum Event {
            $($(#[doc = $doc])+ #[serde(rename = $word)] $name,)+
        }

        impl Event {
            /// All events.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// The word in files and on the command line.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)+
                }
            }
        }
    };
}

events! {
    /// A request, letter or demand came in.
    Received = "received",
    /// It was entered in the register.
    Registered = "registered",
    /// The violation or incident happened.
    Occurred = "occurred",
    /// It was found.
    Detected = "detected",
    /// It was put right.
    Resolved = "resolved",
    /// Processing of the kind began.
    ProcessingStarted = "processing-started",
    /// The first transfer abroad was made.
    TransferStarted = "transfer-started",
    /// Consent was withdrawn.
    Withdrawn = "withdrawn",
    /// The purpose was reached.
    PurposeReached = "purpose-reached",
    /// Evidence was handed in.
    ProofReceived = "proof-received",
    /// Inaccuracy was confirmed.
    Confirmed = "confirmed",
    /// Something filed or declared has changed.
    Changed = "changed",
    /// Processing, a response or a contract ended.
    Ended = "ended",
    /// A document was approved.
    Approved = "approved",
    /// The thing was done the last time, or put into use.
    LastDone = "last-done",
    /// A number of persons was reached.
    ThresholdReached = "threshold-reached",
    /// A document was filed.
    Filed = "filed",
    /// The authority asked for something.
    AuthorityAsked = "authority-asked",
    /// The first request of the same person came in.
    FirstRequest = "first-request",
    /// Data were destroyed.
    Destroyed = "destroyed",
    /// A record was made, or a file closed.
    Recorded = "recorded",
}

impl Event {
    /// Reads a word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|e| e.as_str() == word)
    }
}
