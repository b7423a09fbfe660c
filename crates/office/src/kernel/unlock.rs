//! Keys of bodies that no key file opens: a person types the passphrase, or a hardware module opens them. Until then people may sign
//! in and lists may be read, and everything personal is refused.

#[cfg(unix)]
pub mod socket;
#[cfg(test)]
mod tests;

use jiff::Timestamp;
use tutela_vault::{BodyKey, Lock};
use zeroize::Zeroizing;

use crate::config;
use crate::error::{Error, Refusal};
use crate::kernel::body::Body;
use crate::kernel::field::Values;
use crate::kernel::people::password::blocking;
use crate::kernel::people::{account_event, attempts};
use crate::kernel::record::Actor;
use crate::kernel::rights::{Right, Role, any_allows};
use crate::office::Office;

/// The longest PIN of a module, in bytes.
#[cfg(feature = "pkcs11")]
const MAX_PIN: u64 = 256;

/// Whether somebody with these roles may unlock a body: whoever keeps the program running, and whoever answers for the data.
pub fn may_unlock(roles: &[Role]) -> bool {
    any_allows(roles, Right::ManageInstallation) || any_allows(roles, Right::ConfirmAccounts)
}

/// What opens the key of a body. It may hold a passphrase, so it does not print itself.
pub enum Means {
    /// A passphrase.
    Passphrase(Zeroizing<String>),
    /// The key file in the data folder.
    KeyFile,
    /// The hardware module of the configuration.
    Module(config::Module),
}

impl std::fmt::Debug for Means {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Passphrase(_) => "Passphrase(…)",
            Self::KeyFile => "KeyFile",
            Self::Module(_) => "Module(…)",
        })
    }
}

impl Office {
    /// All bodies, those above before those below.
    pub async fn bodies(&self) -> Result<Vec<Body>, Error> {
        let mut connection = self.db.read().acquire().await?;
        Body::all(&mut connection).await
    }

    /// The bodies that are locked, those above before those below.
    pub async fn locked_bodies(&self) -> Result<Vec<Body>, Error> {
        let bodies = self.bodies().await?;
        Ok(bodies.into_iter().filter(|b| self.keys.of(&b.id).is_err()).collect())
    }

    /// The bodies that are locked and that somebody may unlock.
    pub async fn unlockable(&self, actor: &Actor) -> Result<Vec<Body>, Error> {
        if !may_unlock(&actor.roles) {
            return Ok(Vec::new());
        }
        let mut connection = self.db.read().acquire().await?;
        let within = Body::within(&mut connection, &actor.body).await?;
        Ok(within.into_iter().filter(|b| self.keys.of(&b.id).is_err()).collect())
    }

    /// Unlocks what opens without a person: by the key file of the data folder, and by the module of the configuration. Gives what
    /// stays locked; the log says why.
    pub async fn unlock_at_start(&self, module: Option<&config::Module>) -> Result<Vec<Body>, Error> {
        let locked = self.unlock_by_key_file().await?;
        let Some(module) = module else { return Ok(locked) };
        let mut left = Vec::new();
        for body in locked {
            if let Err(why) = self.unlock_by_module(&body, module) {
                self.report(&why);
                left.push(body);
            }
        }
        Ok(left)
    }

    /// Unlocks a body with its passphrase, recorded as done by this person. Wrong ones are counted.
    pub async fn unlock_by_passphrase(
        &self,
        actor: &Actor,
        now: Timestamp,
        body: &str,
        passphrase: &str,
    ) -> Result<(), Error> {
        let bodies = self.unlockable(actor).await?;
        let body = bodies.into_iter().find(|b| b.id == body);
        let body = body.ok_or_else(|| Refusal::new("refusal-right"))?;
        let limits = attempts::code_limit(&format!("unlock/{}", body.id));
        let mut connection = self.db.read().acquire().await?;
        if attempts::locked(&mut connection, &limits, now).await? {
            return Err(Refusal::new("refusal-sign-in-locked").into());
        }
        drop(connection);
        let opened = self.open_with_passphrase(&body, passphrase).await;
        let mut tx = self.db.write().await?;
        match opened {
            Ok(()) => {
                attempts::forget(&mut tx, &limits).await?;
                account_event(&mut tx, actor, &body.id, now, "body.unlock", &body.id, &Values::new()).await?;
                tx.commit().await?;
                self.wake.notify_one();
                Ok(())
            }
            Err(Error::Vault(tutela_vault::Error::WrongPassphrase)) => {
                attempts::failed(&mut tx, &limits, now).await?;
                tx.commit().await?;
                Err(Refusal::new("refusal-passphrase").field("vault_password").into())
            }
            Err(Error::Vault(tutela_vault::Error::OtherLock)) => {
                Err(Refusal::new("refusal-passphrase-other").field("vault_password").into())
            }
            Err(error) => Err(error),
        }
    }

    /// Opens the key of a body with its passphrase. That is slow and takes much memory, so few do it at a time.
    pub async fn open_with_passphrase(&self, body: &Body, passphrase: &str) -> Result<(), Error> {
        let locked = self.locked_key(body)?;
        let opened = blocking(passphrase, move |p| BodyKey::unlock(&locked, &Lock::Passphrase(p))).await?;
        self.take_key(body, opened?)
    }

    /// Opens the key of a body with the module of the configuration.
    #[cfg(feature = "pkcs11")]
    fn unlock_by_module(&self, body: &Body, module: &config::Module) -> Result<(), Error> {
        let module = hardware(module)?;
        self.unlock(body, &Lock::Module(&module))
    }

    #[cfg(not(feature = "pkcs11"))]
    fn unlock_by_module(&self, _: &Body, _: &config::Module) -> Result<(), Error> {
        Err(Error::Installation(
            "[module]: this program was built without the feature pkcs11".to_owned(),
        ))
    }

    /// Locks the key of an unlocked body at rest by another means. Older copies of its file still open as before: whoever fears that
    /// one was copied makes a new key.
    pub fn relock(&self, body: &Body, means: &Means) -> Result<(), Error> {
        let key = self.keys.of(&body.id)?;
        let locked = match means {
            Means::Passphrase(passphrase) => key.lock(&Lock::Passphrase(passphrase))?,
            Means::KeyFile => key.lock(&Lock::KeyFile(self.key_file(true)?.bytes()))?,
            #[cfg(feature = "pkcs11")]
            Means::Module(module) => {
                let module = hardware(module)?;
                key.lock(&Lock::Module(&module))?
            }
            #[cfg(not(feature = "pkcs11"))]
            Means::Module(_) => {
                return Err(Error::Installation(
                    "[module]: this program was built without the feature pkcs11".to_owned(),
                ));
            }
        };
        self.keep_locked_key(body, &locked)
    }
}

/// The key in the module of the configuration.
#[cfg(feature = "pkcs11")]
fn hardware(module: &config::Module) -> Result<tutela_vault::pkcs11::HardwareKey, Error> {
    use tutela_vault::pkcs11::{Address, HardwareKey};
    let path = &module.pin_file;
    let length = std::fs::metadata(path).map_err(|e| Error::file(path, e))?.len();
    if length > MAX_PIN {
        return Err(Error::Installation(format!("{} is too long for a PIN", path.display())));
    }
    let pin = Zeroizing::new(std::fs::read_to_string(path).map_err(|e| Error::file(path, e))?);
    let address = Address {
        library: &module.library,
        token: &module.token,
        key: &module.key,
    };
    HardwareKey::open(&address, pin.trim_end_matches(['\r', '\n']))
        .map_err(|fault| Error::Installation(format!("the hardware module {}: {fault}", module.library.display())))
}
