//! A key in a hardware module that speaks PKCS#11.

use std::fmt;
use std::path::Path;

use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::error::{Error as ModuleError, RvError};
use cryptoki::mechanism::Mechanism;
use cryptoki::object::{Attribute, KeyType, ObjectClass, ObjectHandle};
use cryptoki::session::{Session, UserType};
use cryptoki::types::AuthPin;
use zeroize::Zeroizing;

use crate::module::{Module, ModuleFault};

/// A key of a token, with a session in which its owner is logged in.
pub struct HardwareKey {
    session: Session,
    key: ObjectHandle,
}

impl fmt::Debug for HardwareKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HardwareKey(…)")
    }
}

/// Where a key of a module is found.
#[derive(Clone, Copy)]
pub struct Address<'a> {
    /// The library of the module's maker.
    pub library: &'a Path,
    /// The label of the token.
    pub token: &'a str,
    /// The label of the key.
    pub key: &'a str,
}

impl HardwareKey {
    /// Logs in and finds the key. A wrong PIN is tried once only: modules lock themselves after a few.
    pub fn open(address: &Address<'_>, pin: &str) -> Result<Self, ModuleFault> {
        let session = log_in(address, pin, false)?;
        match find(&session, address.key)?[..] {
            [key] => Ok(Self { session, key }),
            _ => Err(ModuleFault::Key),
        }
    }

    /// Makes a new key of 32 bytes in the module, which it will never give out.
    pub fn generate(address: &Address<'_>, pin: &str) -> Result<Self, ModuleFault> {
        let session = log_in(address, pin, true)?;
        if !find(&session, address.key)?.is_empty() {
            return Err(ModuleFault::Exists);
        }
        let mut template = describing(address.key);
        template.extend([
            Attribute::Token(true),
            Attribute::Private(true),
            Attribute::Sensitive(true),
            Attribute::Extractable(false),
            Attribute::Sign(true),
            Attribute::ValueLen(32.into()),
        ]);
        let key = session
            .generate_key(&Mechanism::GenericSecretKeyGen, &template)
            .map_err(|e| fault(&e))?;
        Ok(Self { session, key })
    }
}

impl Module for HardwareKey {
    fn mac(&self, message: &[u8]) -> Result<Zeroizing<[u8; 32]>, ModuleFault> {
        let given = self.session.sign(&Mechanism::Sha256Hmac, self.key, message);
        let given = Zeroizing::new(given.map_err(|e| fault(&e))?);
        let mut out = Zeroizing::new([0; 32]);
        if given.len() != out.len() {
            return Err(ModuleFault::Refused);
        }
        out.copy_from_slice(&given);
        Ok(out)
    }
}

fn log_in(address: &Address<'_>, pin: &str, writing: bool) -> Result<Session, ModuleFault> {
    let module = Pkcs11::new(address.library).map_err(|_| ModuleFault::Library)?;
    match module.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK)) {
        // Another part of this program uses the module too.
        Ok(()) | Err(ModuleError::Pkcs11(RvError::CryptokiAlreadyInitialized, _)) => {}
        Err(_) => return Err(ModuleFault::Library),
    }
    let mut found = None;
    for slot in module.get_slots_with_initialized_token().map_err(|e| fault(&e))? {
        let token = module.get_token_info(slot).map_err(|e| fault(&e))?;
        if token.label() == address.token && found.replace(slot).is_some() {
            return Err(ModuleFault::Token);
        }
    }
    let slot = found.ok_or(ModuleFault::Token)?;
    let session = if writing {
        module.open_rw_session(slot)
    } else {
        module.open_ro_session(slot)
    };
    let session = session.map_err(|e| fault(&e))?;
    match session.login(UserType::User, Some(&AuthPin::new(pin.into()))) {
        Ok(()) | Err(ModuleError::Pkcs11(RvError::UserAlreadyLoggedIn, _)) => Ok(session),
        Err(e) => Err(fault(&e)),
    }
}

fn describing(label: &str) -> Vec<Attribute> {
    vec![
        Attribute::Class(ObjectClass::SECRET_KEY),
        Attribute::KeyType(KeyType::GENERIC_SECRET),
        Attribute::Label(label.as_bytes().to_vec()),
    ]
}

fn find(session: &Session, label: &str) -> Result<Vec<ObjectHandle>, ModuleFault> {
    session.find_objects(&describing(label)).map_err(|e| fault(&e))
}

fn fault(error: &ModuleError) -> ModuleFault {
    match error {
        ModuleError::Pkcs11(RvError::PinIncorrect | RvError::PinInvalid | RvError::PinLenRange, _) => ModuleFault::Pin,
        ModuleError::Pkcs11(RvError::PinLocked, _) => ModuleFault::PinLocked,
        ModuleError::Pkcs11(RvError::TokenNotPresent | RvError::TokenNotRecognized, _) => ModuleFault::Token,
        _ => ModuleFault::Refused,
    }
}
