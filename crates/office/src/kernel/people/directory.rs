//! Signing in with the password of a directory (LDAP): for accounts without a password of their own, where the data folder holds
//! the file `directory.toml`. Accounts, roles and second factors stay here; the directory says only whether a password is right.

use std::path::Path;

use serde::Deserialize;

use crate::error::Error;

/// The file in the data folder.
pub const FILE: &str = "directory.toml";

/// How the directory is asked.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    /// Where it is: `ldaps://host`, or `ldap://host` with `start_tls`; in the clear on this machine only.
    url: String,
    /// The name of a person there, with `{login}` in it: `uid={login},ou=people,dc=office` or `{login}@office`.
    name: String,
    /// Whether TLS begins after the connection.
    #[serde(default)]
    start_tls: bool,
}

/// The settings, if there are any. A password never goes over a network in the clear.
fn settings(folder: &Path) -> Result<Option<Settings>, Error> {
    let path = folder.join(FILE);
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(Error::file(&path, error)),
    };
    let wrong = |what: &str| Error::Installation(format!("{FILE} in the data folder: {what}"));
    let settings: Settings = toml::from_str(&text).map_err(|e| wrong(e.message()))?;
    if settings.name.matches("{login}").count() != 1 {
        return Err(wrong("name must hold {login} once"));
    }
    let here = ["ldap://127.0.0.1", "ldap://[::1]", "ldap://localhost"];
    let on_this_machine = here.iter().any(|h| {
        settings
            .url
            .strip_prefix(h)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(':') || rest == "/")
    });
    let sealed = settings.url.starts_with("ldaps://") || (settings.url.starts_with("ldap://") && settings.start_tls);
    if !sealed && !on_this_machine {
        return Err(wrong(
            "url must begin with ldaps://, or with ldap:// and start_tls = true",
        ));
    }
    Ok(Some(settings))
}

/// Whether there is a directory.
pub(crate) fn is_set(folder: &Path) -> Result<bool, Error> {
    Ok(settings(folder)?.is_some())
}

/// Whether the directory takes a password. Nothing where there is no directory.
#[cfg(not(feature = "ldap"))]
pub(crate) async fn fits(folder: &Path, _login: &str, _password: &str) -> Result<Option<bool>, Error> {
    match settings(folder)? {
        None => Ok(None),
        Some(_) => Err(Error::Installation(format!(
            "{FILE} is in the data folder, but this program was built without the feature ldap: build it with the feature, \
             or take the file away"
        ))),
    }
}

/// Whether the directory takes a password. Nothing where there is no directory.
#[cfg(feature = "ldap")]
pub(crate) async fn fits(folder: &Path, login: &str, password: &str) -> Result<Option<bool>, Error> {
    match settings(folder)? {
        None => Ok(None),
        Some(settings) => ldap::ask(&settings, login, password).await.map(Some),
    }
}

#[cfg(feature = "ldap")]
mod ldap {
    use std::time::Duration;

    use ldap3::{LdapConnAsync, LdapConnSettings, dn_escape};

    use super::Settings;
    use crate::error::{Error, Refusal};
    use crate::kernel::people::read_login;

    /// How long the directory may take.
    const PATIENCE: Duration = Duration::from_secs(5);
    /// The results of LDAP that stand for a wrong name or password: no such object, bad name, bad credentials, and a person
    /// whom the directory does not let in.
    const WRONG: [u32; 4] = [32, 34, 49, 53];

    /// The name of a person in the directory.
    pub(super) fn name(settings: &Settings, login: &str) -> String {
        // With an equals sign it is a distinguished name, where some signs mean something.
        let login = if settings.name.contains('=') {
            dn_escape(login)
        } else {
            login.into()
        };
        settings.name.replace("{login}", &login)
    }

    /// What went wrong is told to the log without names; whoever signs in reads that the directory does not answer.
    fn failed(why: &impl std::fmt::Display) -> Error {
        tracing::error!("the directory: {why}");
        Refusal::new("refusal-directory").into()
    }

    pub(super) async fn ask(settings: &Settings, login: &str, password: &str) -> Result<bool, Error> {
        // An empty password is taken by directories as a visit without a name, and answered with success.
        if password.is_empty() || read_login(login).is_err() {
            return Ok(false);
        }
        let connecting = LdapConnSettings::new()
            .set_conn_timeout(PATIENCE)
            .set_starttls(settings.start_tls);
        let (connection, mut directory) = LdapConnAsync::with_settings(connecting, &settings.url)
            .await
            .map_err(|e| failed(&e))?;
        let driving = tokio::spawn(async move { connection.drive().await });
        let asked = directory
            .with_timeout(PATIENCE)
            .simple_bind(&name(settings, login), password)
            .await;
        // The answer is here; how the connection ends changes nothing.
        drop(directory);
        driving.abort();
        match asked.map_err(|e| failed(&e))?.rc {
            0 => Ok(true),
            rc if WRONG.contains(&rc) => Ok(false),
            rc => Err(failed(&format!("result {rc}"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(text: &str) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(FILE), text).unwrap();
        folder
    }

    #[tokio::test]
    async fn without_the_file_there_is_no_directory() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(fits(folder.path(), "anna", "x").await.unwrap(), None);
    }

    #[test]
    fn no_password_goes_over_a_network_in_the_clear() {
        let name = "name = \"uid={login},dc=office\"";
        for (url, sound) in [
            ("url = \"ldaps://directory.example\"", true),
            ("url = \"ldap://directory.example\"\nstart_tls = true", true),
            ("url = \"ldap://127.0.0.1:389\"", true),
            ("url = \"ldap://directory.example\"", false),
            ("url = \"ldap://localhost.example\"", false),
            ("url = \"http://directory.example\"\nstart_tls = true", false),
        ] {
            let folder = folder(&format!("{url}\n{name}"));
            assert_eq!(settings(folder.path()).is_ok(), sound, "{url}");
        }
        for name in ["name = \"uid=anna\"", "name = \"{login}{login}\"", "nam = 1"] {
            let folder = folder(&format!("url = \"ldaps://directory.example\"\n{name}"));
            assert!(settings(folder.path()).is_err(), "{name}");
        }
    }

    #[cfg(not(feature = "ldap"))]
    #[tokio::test]
    async fn a_directory_that_cannot_be_asked_is_told() {
        let folder = folder("url = \"ldaps://directory.example\"\nname = \"{login}\"");
        assert!(matches!(
            fits(folder.path(), "anna", "x").await,
            Err(Error::Installation(_))
        ));
    }

    #[cfg(feature = "ldap")]
    mod with_a_directory {
        use tokio::io::{AsyncReadExt, AsyncWriteExt};
        use tokio::net::TcpListener;
        use tutela_law::Country;

        use super::super::*;
        use crate::error::Refusal;
        use crate::kernel::people::sign_in::From;
        use crate::kernel::rights::Role;
        use crate::world::World;

        /// A directory of one person: it takes a bind with this name and password and no other.
        async fn directory(name: &'static str, password: &'static str, other: u8) -> String {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let url = format!("ldap://{}", listener.local_addr().unwrap());
            tokio::spawn(async move {
                while let Ok((mut socket, _)) = listener.accept().await {
                    let mut asked = vec![0; 1024];
                    let n = socket.read(&mut asked).await.unwrap();
                    asked.truncate(n);
                    // A bind of version 3: its name, then the password in the clear, both with their lengths.
                    let mut expected = vec![2, 1, 3, 4, u8::try_from(name.len()).unwrap()];
                    expected.extend(name.as_bytes());
                    expected.extend([0x80, u8::try_from(password.len()).unwrap()]);
                    expected.extend(password.as_bytes());
                    let right = asked.windows(expected.len()).any(|w| w == expected);
                    let result = if right { 0 } else { other };
                    let answer = [0x30, 0x0c, 2, 1, asked[4], 0x61, 7, 0x0a, 1, result, 4, 0, 4, 0];
                    socket.write_all(&answer).await.unwrap();
                    // Whatever comes after that is the end.
                    let _ = socket.read(&mut [0; 64]).await;
                }
            });
            url
        }

        async fn world(url: &str) -> World {
            let world = World::new(Country::Vn).await;
            let text = format!("url = \"{url}\"\nname = \"uid={{login}},ou=people,dc=office\"");
            std::fs::write(world.office.folder().join(FILE), text).unwrap();
            world
        }

        async fn sign_in(world: &World, login: &str, password: &str) -> Result<String, &'static str> {
            match world
                .office
                .sign_in_from(login, password, From::default(), world.now)
                .await
            {
                Ok(token) => Ok(token),
                Err(Error::Refused(Refusal { key, .. })) => Err(key),
                Err(other) => panic!("{other}"),
            }
        }

        #[tokio::test]
        async fn the_directory_says_whether_a_password_is_right() {
            let url = directory("uid=anna\\2bk,ou=people,dc=office", "from the directory", 49).await;
            let world = world(&url).await;
            let new = crate::kernel::people::NewAccount {
                body: &world.body.id,
                login: "anna+k",
                display: "Anna",
                roles: &[Role::Inspector],
                locale: world.body.locale,
                password: None,
            };
            let (anna, _) = world
                .office
                .new_account(&world.actor(Role::Administrator), world.now, new)
                .await
                .unwrap();
            for wrong in ["", "something else"] {
                assert_eq!(sign_in(&world, "anna+k", wrong).await, Err("refusal-sign-in"));
            }
            let token = sign_in(&world, "anna+k", "from the directory").await.unwrap();
            let session = world.office.session(&token, world.now).await.unwrap().unwrap();
            assert_eq!(session.account.id, anna.id);
            assert!(!session.must_change);
            // Whom the directory knows and the office does not is nobody here.
            assert_eq!(
                sign_in(&world, "stranger", "from the directory").await,
                Err("refusal-sign-in")
            );
        }

        #[tokio::test]
        async fn a_directory_that_fails_lets_nobody_in() {
            // 51: busy.
            let world = world(&directory("nobody", "nothing", 51).await).await;
            assert_eq!(sign_in(&world, "anna", "x").await, Err("refusal-directory"));
            let world = self::world("ldap://127.0.0.1:1").await;
            assert_eq!(sign_in(&world, "anna", "x").await, Err("refusal-directory"));
        }
    }
}
