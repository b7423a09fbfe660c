//! A body key at rest: a text file of a few lines, sealed under a passphrase, a key file or a key in a hardware
//! module.
//!
//! There is one way to write a file: what was read is written again and compared, so that nothing hides between the lines. A
//! checksum tells damage from a wrong passphrase; the seal covers everything above it.

use base64ct::{Base64, Encoding};
use zeroize::Zeroizing;

use crate::error::Error;
use crate::hex;
use crate::key::{BodyKey, KeyId};
use crate::module::Module;
use crate::passphrase::{self, Cost};
use crate::primitives::{self, Key, NONCE, TAG};

const TITLE: &str = "tutela body key ";
const VERSION: u32 = 1;
const FOR_KEY_FILE: &[u8] = b"tutela vault 1 lock by key file";
const FOR_MODULE: &[u8] = b"tutela vault 1 lock by module";
const DOMAIN: &[u8] = b"tutela vault 1 locked key";
const SALT: usize = 16;
const BODY: usize = NONCE + 32 + TAG;

/// The longest file that is looked at.
pub const MAX_LOCK_FILE: usize = 2048;

/// What locks a body key at rest.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub enum Lock<'a> {
    /// A passphrase that a person types.
    Passphrase(&'a str),
    /// The bytes of a [`crate::KeyFile`].
    KeyFile(&'a [u8; 32]),
    /// A key in a hardware module.
    Module(&'a dyn Module),
}

impl std::fmt::Debug for Lock<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Passphrase(_) => "Passphrase(…)",
            Self::KeyFile(_) => "KeyFile(…)",
            Self::Module(_) => "Module(…)",
        })
    }
}

/// How the key that seals is made, as the file says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Means {
    Passphrase(Cost),
    KeyFile,
    Module,
}

impl Means {
    fn key(self, with: &Lock<'_>, salt: &[u8; SALT]) -> Result<Key, Error> {
        match (self, with) {
            (Self::Passphrase(cost), Lock::Passphrase(text)) => passphrase::derive(text, salt, cost),
            (Self::KeyFile, Lock::KeyFile(bytes)) => Ok(primitives::derive(salt, *bytes, &[FOR_KEY_FILE])),
            (Self::Module, Lock::Module(module)) => {
                let mac = module.mac(&[FOR_MODULE, salt].concat())?;
                Ok(primitives::derive(salt, mac.as_ref(), &[FOR_MODULE]))
            }
            _ => Err(Error::OtherLock),
        }
    }
}

/// A locked key, taken apart.
struct Locked {
    id: KeyId,
    means: Means,
    salt: [u8; SALT],
    body: [u8; BODY],
}

impl Locked {
    /// The lines above the seal, which it covers.
    fn head(id: KeyId, means: Means, salt: &[u8; SALT]) -> String {
        let means = match means {
            Means::KeyFile => "key-file hkdf-sha256".to_owned(),
            Means::Module => "module hmac-sha256".to_owned(),
            Means::Passphrase(cost) => {
                let (memory, passes, lanes) = (cost.memory(), cost.passes(), cost.lanes());
                format!("passphrase argon2id v=19 m={memory} t={passes} p={lanes}")
            }
        };
        let salt = Base64::encode_string(salt);
        format!("{TITLE}{VERSION}\nid {id}\nlock {means}\nsalt {salt}\n")
    }

    fn to_text(&self) -> String {
        let mut text = Self::head(self.id, self.means, &self.salt);
        text.push_str("sealed ");
        text.push_str(&Base64::encode_string(&self.body));
        let sum = primitives::hash(DOMAIN, &[text.as_bytes()]);
        text.push_str("\nsum ");
        // Writing to a string does not fail.
        let written = hex::write(&mut text, sum.split_at(8).0);
        debug_assert!(written.is_ok());
        text.push('\n');
        text
    }

    fn parse(text: &str) -> Result<Self, Error> {
        if text.len() > MAX_LOCK_FILE {
            return Err(Error::Damaged);
        }
        let mut lines = text.lines();
        let version = lines
            .next()
            .and_then(|line| line.strip_prefix(TITLE))
            .ok_or(Error::Damaged)?;
        match version.parse() {
            Ok(VERSION) => {}
            Ok(other) => return Err(Error::Version(other)),
            Err(_) => return Err(Error::Damaged),
        }
        let mut field = |name: &str| {
            let line = lines.next()?.strip_prefix(name)?;
            line.strip_prefix(' ')
        };
        let id = field("id").and_then(KeyId::parse).ok_or(Error::Damaged)?;
        let means = field("lock").ok_or(Error::Damaged)?;
        let salt = field("salt").and_then(decode).ok_or(Error::Damaged)?;
        let body = field("sealed").and_then(decode).ok_or(Error::Damaged)?;
        // The checksum comes before the cost is judged: a flipped digit of the cost is damage.
        let (above, sum) = text.rsplit_once("\nsum ").ok_or(Error::Damaged)?;
        let sum = hex::decode::<8>(sum.trim_end_matches('\n')).ok_or(Error::Damaged)?;
        if primitives::hash(DOMAIN, &[above.as_bytes()]).split_at(8).0 != sum {
            return Err(Error::Damaged);
        }
        let means = match means.split_once(' ').ok_or(Error::Damaged)? {
            ("key-file", "hkdf-sha256") => Means::KeyFile,
            ("module", "hmac-sha256") => Means::Module,
            ("passphrase", kdf) => Means::Passphrase(parse_cost(kdf)?),
            _ => return Err(Error::Damaged),
        };
        let this = Self { id, means, salt, body };
        (this.to_text() == text).then_some(this).ok_or(Error::Damaged)
    }
}

fn decode<const N: usize>(text: &str) -> Option<[u8; N]> {
    let mut buffer = [0; BODY];
    let decoded = Base64::decode(text, &mut buffer).ok()?;
    decoded.try_into().ok()
}

fn parse_cost(text: &str) -> Result<Cost, Error> {
    let mut parts = text.strip_prefix("argon2id v=19 ").ok_or(Error::Damaged)?.split(' ');
    let mut number = |name: &str| -> Option<u32> { parts.next()?.strip_prefix(name)?.parse().ok() };
    match (number("m="), number("t="), number("p=")) {
        (Some(memory), Some(passes), Some(lanes)) => Cost::new(memory, passes, lanes),
        _ => Err(Error::Damaged),
    }
}

impl BodyKey {
    /// The text of a file that holds this key locked. It is no secret by itself, but whoever has it can try passphrases.
    pub fn lock(&self, with: &Lock<'_>) -> Result<String, Error> {
        self.lock_at(with, Cost::STANDARD)
    }

    /// Like [`Self::lock`], at another cost of the passphrase; it matters for nothing else.
    pub fn lock_at(&self, with: &Lock<'_>, cost: Cost) -> Result<String, Error> {
        let means = match with {
            Lock::Passphrase(text) => {
                passphrase::check(text)?;
                Means::Passphrase(cost)
            }
            Lock::KeyFile(_) => Means::KeyFile,
            Lock::Module(_) => Means::Module,
        };
        let salt = primitives::random::<SALT>()?;
        let nonce = primitives::random::<NONCE>()?;
        let key = means.key(with, &salt)?;
        let head = Locked::head(self.id(), means, &salt);
        let mut sealed = Zeroizing::new(Vec::with_capacity(32 + TAG));
        sealed.extend_from_slice(self.root());
        primitives::encrypt(&key, &nonce, head.as_bytes(), &mut sealed)?;
        let mut body = [0; BODY];
        let (first, rest) = body.split_at_mut(NONCE);
        first.copy_from_slice(nonce.as_ref());
        rest.copy_from_slice(&sealed);
        let locked = Locked {
            id: self.id(),
            means,
            salt: *salt,
            body,
        };
        Ok(locked.to_text())
    }

    /// Opens a locked key. A wrong passphrase, key file or module, a damaged file and a file of another version are told apart.
    pub fn unlock(text: &str, with: &Lock<'_>) -> Result<Self, Error> {
        let locked = Locked::parse(text)?;
        let key = locked.means.key(with, &locked.salt)?;
        let head = Locked::head(locked.id, locked.means, &locked.salt);
        let wrong = || match locked.means {
            Means::Passphrase(_) => Error::WrongPassphrase,
            Means::KeyFile => Error::WrongKeyFile,
            Means::Module => Error::WrongModule,
        };
        let (nonce, rest) = locked.body.split_first_chunk::<NONCE>().ok_or(Error::Damaged)?;
        let mut rest = Zeroizing::new(rest.to_vec());
        primitives::decrypt(&key, nonce, head.as_bytes(), &mut rest).ok_or_else(wrong)?;
        let mut root = Key::default();
        root.copy_from_slice(rest.get(..32).ok_or(Error::Damaged)?);
        let this = Self::from_root(root);
        // The identifier binds the file to one key: a file made to open under two passphrases does not pass.
        (this.id() == locked.id).then_some(this).ok_or(Error::Damaged)
    }

    /// The identifier of a locked key, without opening it.
    pub fn id_of_locked(text: &str) -> Result<KeyId, Error> {
        Locked::parse(text).map(|locked| locked.id)
    }
}

#[cfg(test)]
mod tests;
