//! Holes of sparse files: stretches that were never written, which the system gives as zeros. It knows where they are, so nobody has to read them.

use std::fs::File;
use std::ops::Range;

/// Where the next stretch of the file begins that was written, looked for from this byte on, and where it ends; nothing where only a hole
/// follows. Where the system does not tell, all of the file counts as written.
pub fn written(file: &File, from: u64, len: u64) -> Option<Range<u64>> {
    if from >= len {
        return None;
    }
    #[cfg(target_os = "linux")]
    {
        use rustix::fs::{SeekFrom, seek};
        use rustix::io::Errno;
        match seek(file, SeekFrom::Data(from)) {
            // The file may have changed since its length was taken.
            Ok(start) if start >= len => return None,
            Ok(start) => {
                let end = seek(file, SeekFrom::Hole(start)).ok().filter(|&end| end > start);
                return Some(start..end.map_or(len, |end| end.min(len)));
            }
            Err(Errno::NXIO) => return None,
            // A file system that knows no holes.
            Err(_) => {}
        }
    }
    #[cfg(not(target_os = "linux"))]
    let _ = file;
    Some(from..len)
}

#[cfg(test)]
mod tests {
    use std::io::{Seek, SeekFrom, Write};

    use super::*;

    #[test]
    fn stretches_follow_each_other_to_the_end() {
        let mut file = tempfile::tempfile().unwrap();
        let len = 64 << 20;
        file.set_len(len).unwrap();
        file.seek(SeekFrom::Start(40 << 20)).unwrap();
        file.write_all(b"written").unwrap();
        let mut stretches = Vec::new();
        let mut at = 0;
        while let Some(stretch) = written(&file, at, len) {
            assert!(stretch.start >= at && stretch.end > stretch.start && stretch.end <= len);
            at = stretch.end;
            stretches.push(stretch);
        }
        assert!(
            stretches
                .iter()
                .any(|s| s.contains(&(40 << 20)) && s.contains(&((40 << 20) + 6)))
        );
        assert_eq!(written(&file, len, len), None);
        assert_eq!(written(&file, len + 1, len), None);
    }
}
