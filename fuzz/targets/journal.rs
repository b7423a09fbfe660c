//! What a journal is made of, whatever somebody put in its place: checkpoints, notes, proofs, keys, bundles, entries, archives.
#![no_main]

use std::io::{Seek as _, Write as _};
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use tutela_journal::{
    Archive, Checkpoint, Entries, Entry, Note, PrivateKey, ProofFile, PublicKey, Reader, Role, Tile, Trust, verify,
};

static KEY: LazyLock<PublicKey> = LazyLock::new(|| {
    let key = PrivateKey::from_seed("example.org/journal", Role::Journal, &[1; 32]).expect("a good name");
    key.public().clone()
});

fuzz_target!(|data: &[u8]| {
    if let Ok(note) = Note::parse(data) {
        assert_eq!(note.to_text().as_bytes(), data, "a note has one form");
        let _ = note.verdict(&KEY);
    }
    if let Ok(checkpoint) = Checkpoint::parse(data) {
        assert_eq!(checkpoint.to_text().as_bytes(), data, "a checkpoint has one form");
        let _ = checkpoint.check(&KEY);
    }
    if let Ok(proof) = ProofFile::parse(data) {
        assert_eq!(proof.to_text().as_bytes(), data, "a proof has one form");
        let _ = proof.check(&KEY);
    }
    if let Some((sequence, entry)) = Entry::decode(data) {
        assert_eq!(entry.encode(sequence).as_deref(), Ok(data), "an entry has one form");
    }
    let mut length = 0;
    for entry in Entries::new(data).filter_map(Result::ok) {
        length += 2 + entry.len();
        let _ = Entry::decode(entry);
    }
    assert!(length <= data.len());
    if let Ok(text) = std::str::from_utf8(data) {
        if let Ok(key) = PublicKey::parse(text) {
            assert_eq!(key.to_text(), text.trim_end_matches('\n'), "a key has one form");
        }
        let _ = PrivateKey::parse(text);
        if let Some(tile) = Tile::parse(text) {
            assert_eq!(tile.to_string(), text, "a tile has one name");
        }
    }
    if let Ok(mut file) = tempfile::tempfile()
        && file.write_all(data).and_then(|()| file.rewind()).is_ok()
        && let Ok(archive) = Archive::from_file(file, "archive")
    {
        let trust = Trust {
            key: Some(KEY.clone()),
            ..Trust::default()
        };
        let _ = verify(&archive, &trust, 1, &|_| ());
        if let Ok(reader) = Reader::open(&archive) {
            let _ = reader.prove(reader.checkpoint().size / 2);
        }
    }
});
