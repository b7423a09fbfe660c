//! From the paths that a user gives to the files behind them.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use tutela_extract::Why;

/// One thing found on the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Found {
    /// A regular file, or a link to one.
    File(PathBuf),
    /// Something that cannot be entered or is not a file.
    Not(PathBuf, Why),
}

/// Walks files and folders in the order of their names. Every folder is entered once, however many links lead
/// to it; a link back to a folder on the way is told, not followed.
#[derive(Debug)]
pub(crate) struct Walk {
    todo: Vec<Todo>,
    entered: HashSet<PathBuf>,
    trail: Vec<PathBuf>,
}

#[derive(Debug)]
enum Todo {
    Path(PathBuf),
    Leave,
}

impl Walk {
    /// A walk over these paths.
    pub(crate) fn new(paths: &[PathBuf]) -> Self {
        let todo = paths.iter().rev().map(|p| Todo::Path(p.clone())).collect();
        Self {
            todo,
            entered: HashSet::new(),
            trail: Vec::new(),
        }
    }

    fn enter(&mut self, folder: &Path) -> Option<Found> {
        let real = match fs::canonicalize(folder) {
            Ok(real) => real,
            Err(e) => return Some(Found::Not(folder.to_owned(), Why::from_io(&e))),
        };
        if self.trail.contains(&real) {
            return Some(Found::Not(folder.to_owned(), Why::BadLink));
        }
        if !self.entered.insert(real.clone()) {
            return None;
        }
        let entries = match fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(e) => return Some(Found::Not(folder.to_owned(), Why::from_io(&e))),
        };
        let mut names = Vec::new();
        let mut broken = None;
        for entry in entries {
            match entry {
                Ok(entry) => names.push(entry.path()),
                Err(e) => broken = Some(Found::Not(folder.to_owned(), Why::from_io(&e))),
            }
        }
        names.sort_unstable_by(|a, b| b.cmp(a));
        self.trail.push(real);
        self.todo.push(Todo::Leave);
        self.todo.extend(names.into_iter().map(Todo::Path));
        broken
    }
}

impl Iterator for Walk {
    type Item = Found;

    fn next(&mut self) -> Option<Found> {
        loop {
            let path = match self.todo.pop()? {
                Todo::Leave => {
                    self.trail.pop();
                    continue;
                }
                Todo::Path(path) => path,
            };
            let found = match fs::metadata(&path) {
                Ok(meta) if meta.is_dir() => self.enter(&path),
                Ok(meta) if meta.is_file() => Some(Found::File(path)),
                Ok(_) => Some(Found::Not(path, Why::NotAFile)),
                Err(e) => {
                    let why = if fs::symlink_metadata(&path).is_ok_and(|m| m.file_type().is_symlink()) {
                        Why::BadLink
                    } else {
                        Why::from_io(&e)
                    };
                    Some(Found::Not(path, why))
                }
            };
            if found.is_some() {
                return found;
            }
        }
    }
}

/// The path as text: bytes that are not UTF-8 are shown as `\xNN`, so that two names never look the same.
pub fn shown(path: &Path) -> String {
    let mut text = String::new();
    for chunk in path.as_os_str().as_encoded_bytes().utf8_chunks() {
        text.push_str(chunk.valid());
        for byte in chunk.invalid() {
            text.push_str(&format!("\\x{byte:02x}"));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn links_in_a_circle_end_and_are_told() {
        use std::os::unix::fs::symlink;
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path();
        fs::create_dir(root.join("a")).unwrap();
        fs::write(root.join("a/file.txt"), "x").unwrap();
        symlink(root, root.join("a/up")).unwrap();
        symlink("self", root.join("self")).unwrap();
        symlink("nowhere", root.join("dangling")).unwrap();
        symlink(root.join("a"), root.join("b")).unwrap();
        let found: Vec<_> = Walk::new(&[root.to_owned()]).collect();
        assert_eq!(
            found,
            [
                Found::File(root.join("a/file.txt")),
                Found::Not(root.join("a/up"), Why::BadLink),
                Found::Not(root.join("dangling"), Why::BadLink),
                Found::Not(root.join("self"), Why::BadLink),
            ]
        );
    }

    #[cfg(unix)]
    #[test]
    fn names_in_odd_encodings_stay_distinct() {
        use std::ffi::OsStr;
        use std::os::unix::ffi::OsStrExt;
        let name = |bytes: &'static [u8]| shown(Path::new(OsStr::from_bytes(bytes)));
        assert_eq!(name(b"\xcf\xf0.txt"), "\\xcf\\xf0.txt");
        assert_ne!(name(b"\xcf"), name(b"\xf0"));
        assert_eq!(name("приказ.doc".as_bytes()), "приказ.doc");
    }

    #[test]
    fn a_missing_path_is_told() {
        let path = PathBuf::from("no/such/file");
        assert_eq!(
            Walk::new(std::slice::from_ref(&path)).collect::<Vec<_>>(),
            [Found::Not(path, Why::Missing)]
        );
    }
}
