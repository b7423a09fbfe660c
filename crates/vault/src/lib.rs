//! The vault: the cryptography of personal data.
//!
//! Every record has a key of its own, which is wrapped under the key of the body ([`BodyKey`]). Whoever deletes the wrapped
//! key has destroyed the record, in every copy that does not hold that key. A blind index ([`Token`]) lets a record be found
//! by a word without storing the word.
//!
//! The vault stores nothing: it turns plain bytes into sealed bytes and back, and its caller writes them in the transaction
//! that the act belongs to. The formats stand byte by byte in `docs/vault.md`.
//!
//! ```
//! use tutela_vault::{BodyKey, Error, Place, index};
//!
//! let key = BodyKey::generate()?;
//! let place = Place { body: "ward-7", record: "card-000017" };
//! let sealed = key.create(&place, "Trần Thị Lan".as_bytes())?;
//! assert_eq!(key.open(&place, &sealed)?.expose_str(), Some("Trần Thị Lan"));
//!
//! let field = key.field("subject.name");
//! let stored: Vec<_> = index::words(index::Kind::Name, "Trần Thị Lan").iter().map(|w| field.token(w)).collect();
//! let asked: Vec<_> = index::words(index::Kind::Name, "lan tran").iter().map(|w| field.token(w)).collect();
//! assert!(asked.iter().all(|token| stored.contains(token)));
//! # Ok::<(), Error>(())
//! ```

mod error;
mod hex;
pub mod index;
mod key;
mod key_file;
mod lock;
mod module;
mod pad;
mod part;
mod passphrase;
#[cfg(feature = "pkcs11")]
pub mod pkcs11;
mod primitives;
mod recovery;
mod secret;
mod token;

pub use error::Error;
pub use key::{BodyKey, KeyId, MAX_CONTENT, Place, Sealed};
pub use key_file::KeyFile;
pub use lock::{Lock, MAX_LOCK_FILE};
pub use module::{Module, ModuleFault};
pub use part::{MAX_PART, PartKey};
pub use passphrase::{Cost, MAX_PASSPHRASE, MIN_PASSPHRASE};
pub use secret::Secret;
pub use token::{Field, Token};
