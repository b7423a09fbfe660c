use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Bounds that guard the readers against bombs, loops and giants.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Structured files (office, PDF, archives, images) above this size are not read, in bytes.
    /// Plain text streams and has no such bound.
    pub max_file: u64,
    /// Bytes that one file may expand to in all, archives and attachments included.
    pub max_expanded: u64,
    /// Times that one compressed member may exceed its stored size, beyond its first 10 MB.
    pub max_ratio: u64,
    /// Levels of archives, attachments and embedded files.
    pub max_depth: u32,
    /// Members of one archive, messages of one mailbox.
    pub max_entries: u64,
    /// Processor-independent time for one file.
    pub max_time: Duration,
    /// Memory of an isolated reader, in bytes.
    pub max_memory: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_file: 512 << 20,
            max_expanded: 4 << 30,
            max_ratio: 200,
            max_depth: 8,
            max_entries: 200_000,
            max_time: Duration::from_secs(300),
            max_memory: 2 << 30,
        }
    }
}
