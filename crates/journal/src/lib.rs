//! The journal nobody can rewrite: an append-only log in the open C2SP formats.
//!
//! Entries lie in bundles, their hashes in tiles of an RFC 6962 Merkle tree (C2SP tlog-tiles), and a signed checkpoint
//! (C2SP tlog-checkpoint, signed-note) fixes all of them. Witnesses cosign checkpoints (C2SP tlog-cosignature). Anybody
//! with a copy of the folder can check it offline, and an entry can be proven by itself (C2SP tlog-proof). An authority can
//! stamp a checkpoint with the time (RFC 3161).
//!
//! Entries never hold personal data: see [`entry`].

mod bundle;
mod checkpoint;
pub mod entry;
mod error;
mod export;
mod hash;
mod inspection;
mod journal;
mod key;
mod note;
mod proof;
mod publish;
mod reader;
mod stamp;
mod store;
mod tile;
mod tree;
mod verify;
mod wal;

pub use bundle::{Cut, Entries, MAX_BUNDLE};
pub use checkpoint::Checkpoint;
pub use entry::{Commitment, Entry, Salt};
pub use error::{BadEntry, Error, Fault, KeyFault};
pub use export::{Exported, export};
pub use hash::Hash;
pub use inspection::{LIST, SEAL, Sealed, WITHIN, verify_at};
pub use journal::{Journal, KEY_FILE, Recovery, WITNESS_FILE};
pub use key::{PrivateKey, PublicKey, Role, read_passphrase};
pub use note::{Line, MAX_NOTE, Note, Verdict};
pub use proof::{MAX_PROOF, ProofFault, ProofFile};
pub use publish::{FeedError, Publisher};
pub use reader::{Proven, Reader};
pub use stamp::{
    Asked, Certificate, MAX_STAMP, Stamp, StampFault, StampRequest, accept_stamp, ask_for_stamp, check_stamp,
};
pub use store::{Archive, Folder, Store, Writable, WriteLock, open};
pub use tile::{HEIGHT, Kind, LEVELS, Tile, WIDTH};
pub use tree::{
    Edge, Filled, Hashes, MAX_SIZE, consistency_proof, consistent, inclusion_proof, range_root, root_from_inclusion,
};
pub use verify::{Damage, Report, Stamped, Trust, verify};
