//! Keys of journals and of witnesses in the text form of C2SP signed notes.
//!
//! A public key is `name+id+base64`, a private key `PRIVATE+KEY+name+id+base64`; the decoded part is one byte for the
//! type of signature and 32 bytes of key. The identifier is the beginning of the hash of name, type and public key.
//! A private key may be locked by a passphrase: then the file begins with `LOCKED+KEY`.

mod locked;

use std::fs;
use std::io::{self, Read as _, Write as _};
use std::path::Path;

use base64ct::{Base64, Encoding};
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::error::{Error, KeyFault};

/// The longest file with a key or a passphrase that is read, in bytes.
const MAX_SECRET: usize = 4096;

/// What a key signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// Checkpoints of its own journal: Ed25519 over the text of the note.
    Journal,
    /// Checkpoints of another journal, with the time: `cosignature/v1`.
    Witness,
}

impl Role {
    fn byte(self) -> u8 {
        match self {
            Self::Journal => 0x01,
            Self::Witness => 0x04,
        }
    }

    fn from_byte(byte: u8) -> Option<Self> {
        match byte {
            0x01 => Some(Self::Journal),
            0x04 => Some(Self::Witness),
            _ => None,
        }
    }
}

/// Whether a name may stand in a signature line.
pub(crate) fn good_name(name: &str) -> bool {
    !name.is_empty() && !name.chars().any(|c| c.is_whitespace() || c.is_control() || c == '+')
}

fn id_of(name: &str, role: Role, public: &[u8; 32]) -> u32 {
    let mut hasher = Sha256::new();
    hasher.update(name.as_bytes());
    hasher.update([b'\n', role.byte()]);
    hasher.update(public);
    let [a, b, c, d, ..]: [u8; 32] = hasher.finalize().into();
    u32::from_be_bytes([a, b, c, d])
}

/// A public key with its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey {
    name: String,
    role: Role,
    id: u32,
    key: VerifyingKey,
}

impl PublicKey {
    fn new(name: &str, role: Role, key: VerifyingKey) -> Result<Self, KeyFault> {
        if !good_name(name) {
            return Err(KeyFault::Name);
        }
        Ok(Self {
            name: name.to_owned(),
            role,
            id: id_of(name, role, key.as_bytes()),
            key,
        })
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it signs.
    pub fn role(&self) -> Role {
        self.role
    }

    /// Its identifier.
    pub fn id(&self) -> u32 {
        self.id
    }

    /// Reads `name+id+base64`.
    pub fn parse(text: &str) -> Result<Self, KeyFault> {
        let parts = parse_parts(text.trim_end_matches('\n'))?;
        let key = VerifyingKey::from_bytes(&parts.key).map_err(|_| KeyFault::Format)?;
        let this = Self::new(parts.name, parts.role, key)?;
        (this.id == parts.id).then_some(this).ok_or(KeyFault::Format)
    }

    /// Reads a file with one public key.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let text = fs::read_to_string(path).map_err(|e| Error::io(&path.display(), e))?;
        Self::parse(&text).map_err(|what| Error::Key {
            path: path.display().to_string(),
            what,
        })
    }

    /// The text form.
    pub fn to_text(&self) -> String {
        encode("", &self.name, self.role, self.id, self.key.as_bytes()).to_string()
    }

    /// Whether a signature by this key fits the message.
    pub(crate) fn verify(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        self.key
            .verify_strict(message, &Signature::from_bytes(signature))
            .is_ok()
    }
}

/// A private key with its name. It does not print itself.
pub struct PrivateKey {
    public: PublicKey,
    key: SigningKey,
}

impl std::fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PrivateKey")
            .field("public", &self.public)
            .finish_non_exhaustive()
    }
}

impl PrivateKey {
    /// Makes a new key from the random numbers of the system.
    pub fn generate(name: &str, role: Role) -> Result<Self, Error> {
        let mut seed = Zeroizing::new([0; 32]);
        getrandom::fill(seed.as_mut()).map_err(|_| Error::NoRandom)?;
        Self::from_seed(name, role, &seed).map_err(|what| Error::Key {
            path: name.to_owned(),
            what,
        })
    }

    /// The key of this seed.
    pub fn from_seed(name: &str, role: Role, seed: &[u8; 32]) -> Result<Self, KeyFault> {
        let key = SigningKey::from_bytes(seed);
        Ok(Self {
            public: PublicKey::new(name, role, key.verifying_key())?,
            key,
        })
    }

    /// Its public half.
    pub fn public(&self) -> &PublicKey {
        &self.public
    }

    /// Reads `PRIVATE+KEY+name+id+base64`.
    pub fn parse(text: &str) -> Result<Self, KeyFault> {
        let rest = text
            .trim_end_matches('\n')
            .strip_prefix("PRIVATE+KEY+")
            .ok_or(KeyFault::Format)?;
        let parts = parse_parts(rest)?;
        let this = Self::from_seed(parts.name, parts.role, &parts.key)?;
        (this.public.id == parts.id).then_some(this).ok_or(KeyFault::Format)
    }

    /// Reads a key file, which nobody but its owner may read. One that is locked is told as such.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let text = read_closed(path)?;
        let read = if text.starts_with(locked::PREFIX) {
            Err(KeyFault::Locked)
        } else {
            Self::parse(&text)
        };
        read.map_err(|what| fault(path, what))
    }

    /// Reads a key file with the passphrase that opens it. A file that is not locked needs none.
    pub fn read_locked(path: &Path, passphrase: &str) -> Result<Self, Error> {
        let text = read_closed(path)?;
        let read = if text.starts_with(locked::PREFIX) {
            locked::unlock(&text, passphrase)
        } else {
            Self::parse(&text)
        };
        read.map_err(|what| fault(path, what))
    }

    /// Writes a key file that only its owner may read. An existing file is never overwritten.
    pub fn write(&self, path: &Path) -> Result<(), Error> {
        let text = encode(
            "PRIVATE+KEY+",
            &self.public.name,
            self.public.role,
            self.public.id,
            self.key.as_bytes(),
        );
        write_closed(path, &[text.as_bytes(), b"\n"])
    }

    /// Writes a key file as [`write`](Self::write) does, locked by a passphrase.
    pub fn write_locked(&self, path: &Path, passphrase: &str) -> Result<(), Error> {
        let text = locked::lock(self, passphrase, locked::Cost::STANDARD)?;
        write_closed(path, &[text.as_bytes()])
    }

    pub(crate) fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.key.sign(message).to_bytes()
    }
}

/// Reads the passphrase in a file, which nobody but its owner may read: the first line, without the line break.
pub fn read_passphrase(path: &Path) -> Result<Zeroizing<String>, Error> {
    let text = read_closed(path)?;
    let line = text.split('\n').next().unwrap_or_default();
    Ok(Zeroizing::new(line.strip_suffix('\r').unwrap_or(line).to_owned()))
}

fn fault(path: &Path, what: KeyFault) -> Error {
    Error::Key {
        path: path.display().to_string(),
        what,
    }
}

/// Reads a short secret file that only its owner may read.
fn read_closed(path: &Path) -> Result<Zeroizing<String>, Error> {
    let file = fs::File::open(path).map_err(|e| Error::io(&path.display(), e))?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let meta = file.metadata().map_err(|e| Error::io(&path.display(), e))?;
        if meta.permissions().mode() & 0o077 != 0 {
            return Err(fault(path, KeyFault::Open));
        }
    }
    // The room is there before the first byte comes, so that nothing of it stays behind where the text once was.
    let mut bytes = Zeroizing::new(Vec::with_capacity(MAX_SECRET + 1));
    file.take(MAX_SECRET as u64)
        .read_to_end(&mut bytes)
        .map_err(|e| Error::io(&path.display(), e))?;
    match std::str::from_utf8(&bytes) {
        Ok(text) => Ok(Zeroizing::new(text.to_owned())),
        Err(_) => Err(fault(path, KeyFault::Format)),
    }
}

/// Writes a new file that only its owner may read.
fn write_closed(path: &Path, parts: &[&[u8]]) -> Result<(), Error> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    let written = || -> io::Result<()> {
        let mut file = options.open(path)?;
        parts.iter().try_for_each(|part| file.write_all(part))?;
        file.sync_all()
    };
    written().map_err(|e| Error::io(&path.display(), e))
}

fn encode(prefix: &str, name: &str, role: Role, id: u32, key: &[u8; 32]) -> Zeroizing<String> {
    let mut bytes = Zeroizing::new([role.byte(); 33]);
    let (_, rest) = bytes.split_at_mut(1);
    rest.copy_from_slice(key);
    let body = Zeroizing::new(Base64::encode_string(bytes.as_ref()));
    Zeroizing::new(format!("{prefix}{name}+{id:08x}+{}", body.as_str()))
}

/// The parts of a key in text form.
struct Parts<'a> {
    name: &'a str,
    role: Role,
    id: u32,
    key: Zeroizing<[u8; 32]>,
}

/// Takes a key in text form apart. Only the one right way to write them is accepted.
fn parse_parts(text: &str) -> Result<Parts<'_>, KeyFault> {
    let mut parts = text.splitn(3, '+');
    let (Some(name), Some(id), Some(body)) = (parts.next(), parts.next(), parts.next()) else {
        return Err(KeyFault::Format);
    };
    let lower_hex = id.len() == 8 && id.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    let number = u32::from_str_radix(id, 16).map_err(|_| KeyFault::Format)?;
    let mut buffer = Zeroizing::new([0; 64]);
    let decoded = Base64::decode(body, buffer.as_mut()).map_err(|_| KeyFault::Format)?;
    let (&role, key) = decoded.split_first().ok_or(KeyFault::Format)?;
    let role = Role::from_byte(role).ok_or(KeyFault::Type)?;
    let key: [u8; 32] = key.try_into().map_err(|_| KeyFault::Format)?;
    if !lower_hex || !good_name(name) {
        return Err(KeyFault::Format);
    }
    Ok(Parts {
        name,
        role,
        id: number,
        key: Zeroizing::new(key),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the C2SP signed-note specification.
    const PUBLISHED: &str = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";

    #[test]
    fn the_published_key_is_read_and_written() {
        let key = PublicKey::parse(PUBLISHED).unwrap();
        assert_eq!(
            (key.name(), key.role(), key.id()),
            ("example.com/foo", Role::Journal, 0x530d_903a)
        );
        assert_eq!(key.to_text(), PUBLISHED);
    }

    #[test]
    fn every_changed_letter_of_a_key_is_noticed() {
        for i in 0..PUBLISHED.len() {
            for bit in 0..7 {
                let mut bytes = PUBLISHED.as_bytes().to_vec();
                bytes[i] ^= 1 << bit;
                let text = String::from_utf8(bytes).unwrap();
                assert!(PublicKey::parse(&text).is_err(), "{text}");
            }
        }
    }

    #[test]
    fn private_keys_come_back_and_are_closed_to_others() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("journal.key");
        let key = PrivateKey::generate("example.org/journal", Role::Journal).unwrap();
        key.write(&path).unwrap();
        assert!(
            matches!(key.write(&path), Err(Error::Io { .. })),
            "a key is never overwritten"
        );
        let again = PrivateKey::read(&path).unwrap();
        assert_eq!(again.public(), key.public());
        assert!(key.public().verify(b"text", &again.sign(b"text")));
        assert!(!key.public().verify(b"texT", &again.sign(b"text")));
        assert!(!format!("{key:?}").contains("PRIVATE"));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
            fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
            assert!(matches!(
                PrivateKey::read(&path),
                Err(Error::Key {
                    what: KeyFault::Open,
                    ..
                })
            ));
        }
    }

    #[test]
    fn locked_keys_come_back_with_their_passphrase_alone() {
        let dir = tempfile::tempdir().unwrap();
        let (path, plain, words) = (
            dir.path().join("a.key"),
            dir.path().join("b.key"),
            dir.path().join("words"),
        );
        let key = PrivateKey::generate("example.org/journal", Role::Journal).unwrap();
        key.write_locked(&path, "one two three four").unwrap();
        key.write(&plain).unwrap();
        assert!(!fs::read_to_string(&path).unwrap().contains("PRIVATE"));
        let fault = |read: Result<PrivateKey, Error>| match read {
            Err(Error::Key { what, .. }) => Some(what),
            _ => None,
        };
        assert_eq!(fault(PrivateKey::read(&path)), Some(KeyFault::Locked));
        assert_eq!(
            fault(PrivateKey::read_locked(&path, "one two three")),
            Some(KeyFault::Passphrase)
        );
        write_closed(&words, &["one two three four\r\nanother line".as_bytes()]).unwrap();
        let words = read_passphrase(&words).unwrap();
        for path in [path, plain] {
            assert_eq!(PrivateKey::read_locked(&path, &words).unwrap().public(), key.public());
        }
    }

    #[test]
    fn names_that_break_a_line_are_refused() {
        for name in ["", "a b", "a+b", "a\nb", "a\u{a0}b"] {
            assert!(
                PrivateKey::from_seed(name, Role::Journal, &[1; 32]).is_err(),
                "{name:?}"
            );
        }
        assert!(PublicKey::parse("example.com/foo+530d903a+AukyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k").is_err());
    }
}
