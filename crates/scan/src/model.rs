//! What a scan says of a file and of all files.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use tutela_detect::{Entity, Reason};
use tutela_extract::{Kind, Place, ReadState, Unread};
use tutela_law::{Class, Country};

/// One finding in a file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Hit {
    /// What it is.
    pub entity: Entity,
    /// The country whose law decides its class.
    pub law: Country,
    /// Its class under that law.
    pub class: Class,
    /// How sure, 0 to 1.
    pub score: f32,
    /// Whether a checksum or an equally strong rule was passed.
    pub validated: bool,
    /// Where in the file.
    pub place: Place,
    /// First byte in the file, where the text stands there byte for byte.
    pub offset: Option<u64>,
    /// The shape of the value, never the value.
    pub masked: String,
    /// Why, strongest first.
    pub why: Vec<Reason>,
    /// The value itself, only when the user asked to see it; never stored in the cache.
    #[serde(skip)]
    pub value: Option<String>,
}

/// What a scan says of one file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FileReport {
    /// Path as given or found; bytes that are not UTF-8 are replaced.
    pub path: String,
    /// Type of the file.
    pub kind: Kind,
    /// Size in bytes.
    pub bytes: u64,
    /// How much was read.
    pub read: ReadState,
    /// What could not be read.
    pub unread: Vec<Unread>,
    /// Findings in reading order.
    pub hits: Vec<Hit>,
    /// Findings beyond the limit per file: counted in `counts`, not listed in `hits`.
    pub omitted: u64,
    /// Findings by type, all of them.
    pub counts: BTreeMap<Entity, u64>,
    /// Estimate of the distinct persons that the file speaks of.
    pub subjects: u64,
    /// The highest class found; none for a file without findings.
    pub class: Option<Class>,
    /// Risk of a leak, 0 to 1.
    pub risk: f32,
}

/// A scan of all files.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Totals {
    /// Files seen.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Files read in full, in part, not at all.
    pub read: BTreeMap<ReadState, u64>,
    /// Files that could not be read at all or in part, by path.
    pub not_read: Vec<NotRead>,
    /// Findings.
    pub findings: u64,
    /// Findings by type.
    pub counts: BTreeMap<Entity, u64>,
    /// The countries whose law decided the class of each type.
    pub laws: BTreeMap<Entity, BTreeSet<Country>>,
    /// Files by their class; files without findings do not count.
    pub classes: BTreeMap<Class, u64>,
    /// Sum of the estimates of subjects per file.
    pub subjects: u64,
    /// Files taken from the cache of an earlier scan.
    pub cached: u64,
    /// Wall-clock seconds.
    pub seconds: f64,
}

/// A file or a part of one that could not be read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NotRead {
    /// Path of the file.
    pub path: String,
    /// What and why.
    #[serde(flatten)]
    pub unread: Unread,
}

/// What the scan was asked to do, for the head of a report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct About {
    /// Paths given by the user.
    pub paths: Vec<String>,
    /// Name of the law pack, as [`tutela_law`] has it.
    pub pack: String,
    /// The day for which the law was applied, ISO 8601.
    pub on: String,
    /// The norm by which each type found has its class: pack and article; what is open is said to be so.
    pub norms: BTreeMap<Entity, String>,
    /// Instant of the scan, ISO 8601 with offset.
    pub at: String,
    /// Version of the program.
    pub version: String,
}
