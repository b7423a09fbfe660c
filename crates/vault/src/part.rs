//! Long things that belong to a record, such as files: cut into parts, each sealed by itself under a key of the thing.
//!
//! That key is wrapped under the key of the body while the thing waits for its record, and under the key of the record from
//! then on. So whoever deletes the wrapped key of the record has destroyed its files with it.

use std::fmt;

use crate::error::Error;
use crate::key::{BodyKey, Place, seal, unseal};
use crate::primitives::Key;
use crate::secret::Secret;

/// The longest part in bytes: with its length it fills a bucket of padding to the last byte.
pub const MAX_PART: usize = (1 << 20) - 4;

const PART: &[u8] = b"tutela vault part";
const PART_KEY: &[u8] = b"tutela vault part key";
const PART_NAME: &[u8] = b"tutela vault part name";

/// The key of one long thing, opened. It is wiped when dropped and does not print itself.
pub struct PartKey {
    key: Key,
    body: String,
    thing: String,
}

impl fmt::Debug for PartKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PartKey")
            .field("thing", &self.thing)
            .finish_non_exhaustive()
    }
}

impl BodyKey {
    /// The key of a new thing, and as it is stored while the thing waits for its record.
    pub fn create_thing(&self, thing: &Place<'_>) -> Result<(PartKey, Vec<u8>), Error> {
        let waiting = self.create(thing, &[])?.wrapped_key;
        Ok((self.waiting_thing(thing, &waiting)?, waiting))
    }

    /// The key of a thing that waits for its record.
    pub fn waiting_thing(&self, thing: &Place<'_>, waiting: &[u8]) -> Result<PartKey, Error> {
        Ok(PartKey::new(thing, self.unwrap(thing, waiting)?))
    }

    /// Gives a thing to a record: its key is wrapped under the key of the record, and nothing else opens it any more.
    pub fn attach_thing(
        &self,
        (record, wrapped_key): (&Place<'_>, &[u8]),
        (thing, waiting): (&Place<'_>, &[u8]),
    ) -> Result<Vec<u8>, Error> {
        let record_key = self.unwrap(record, wrapped_key)?;
        let key = self.unwrap(thing, waiting)?;
        seal(thing, PART_KEY, &record_key, key.as_slice())
    }

    /// The key of a thing that belongs to a record.
    pub fn attached_thing(
        &self,
        (record, wrapped_key): (&Place<'_>, &[u8]),
        (thing, attached): (&Place<'_>, &[u8]),
    ) -> Result<PartKey, Error> {
        let record_key = self.unwrap(record, wrapped_key)?;
        let opened = unseal(thing, PART_KEY, &record_key, attached)?;
        if opened.expose().len() != 32 {
            return Err(Error::Tampered);
        }
        let mut key = Key::default();
        key.copy_from_slice(opened.expose());
        Ok(PartKey::new(thing, key))
    }
}

impl PartKey {
    fn new(thing: &Place<'_>, key: Key) -> Self {
        Self {
            key,
            body: thing.body.to_owned(),
            thing: thing.record.to_owned(),
        }
    }

    fn place(&self) -> Place<'_> {
        Place {
            body: &self.body,
            record: &self.thing,
        }
    }

    /// What a part is: its number, and whether it is the last, so that none is moved, left out or put behind.
    fn what(number: u64, last: bool) -> Vec<u8> {
        let mut what = PART.to_vec();
        what.extend_from_slice(&number.to_be_bytes());
        what.push(u8::from(last));
        what
    }

    /// Seals a part; they count from 0.
    pub fn seal(&self, number: u64, last: bool, plain: &[u8]) -> Result<Vec<u8>, Error> {
        if plain.len() > MAX_PART {
            return Err(Error::TooLong);
        }
        seal(&self.place(), &Self::what(number, last), &self.key, plain)
    }

    /// Opens a part at its place.
    pub fn open(&self, number: u64, last: bool, sealed: &[u8]) -> Result<Secret, Error> {
        unseal(&self.place(), &Self::what(number, last), &self.key, sealed)
    }

    /// Seals what the thing is called.
    pub fn seal_name(&self, name: &str) -> Result<Vec<u8>, Error> {
        if name.len() > MAX_PART {
            return Err(Error::TooLong);
        }
        seal(&self.place(), PART_NAME, &self.key, name.as_bytes())
    }

    /// Opens what the thing is called.
    pub fn open_name(&self, sealed: &[u8]) -> Result<Secret, Error> {
        unseal(&self.place(), PART_NAME, &self.key, sealed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CARD: Place<'static> = Place {
        body: "b",
        record: "card",
    };
    const FILE: Place<'static> = Place {
        body: "b",
        record: "file/1",
    };

    #[test]
    fn a_thing_opens_with_its_record_and_with_nothing_else() {
        let key = BodyKey::generate().unwrap();
        let record = key.create(&CARD, b"values").unwrap().wrapped_key;
        let (part, waiting) = key.create_thing(&FILE).unwrap();
        let sealed = part.seal(0, true, b"a long file").unwrap();
        let name = part.seal_name("photo.jpg").unwrap();
        let waits = key.waiting_thing(&FILE, &waiting).unwrap();
        assert_eq!(waits.open(0, true, &sealed).unwrap().expose(), b"a long file");
        let attached = key.attach_thing((&CARD, &record), (&FILE, &waiting)).unwrap();
        let opened = key.attached_thing((&CARD, &record), (&FILE, &attached)).unwrap();
        assert_eq!(opened.open(0, true, &sealed).unwrap().expose(), b"a long file");
        assert_eq!(opened.open_name(&name).unwrap().expose_str(), Some("photo.jpg"));
        assert!(opened.open(0, true, &name).is_err(), "a name is no part");

        let other = key.create(&CARD, b"values").unwrap().wrapped_key;
        assert!(key.attached_thing((&CARD, &other), (&FILE, &attached)).is_err());
        let elsewhere = Place {
            body: "b",
            record: "file/2",
        };
        assert!(key.attached_thing((&CARD, &record), (&elsewhere, &attached)).is_err());
        assert!(key.waiting_thing(&FILE, &attached).is_err());
        assert!(matches!(
            key.attached_thing((&CARD, &[]), (&FILE, &attached)),
            Err(Error::Destroyed)
        ));
        // The wrapped key of the record moves to another key of the body; its things stay.
        let new = BodyKey::generate().unwrap();
        let moved = key.rewrap(&new, &CARD, &record).unwrap();
        assert!(new.attached_thing((&CARD, &moved), (&FILE, &attached)).is_ok());
    }

    #[test]
    fn parts_stay_in_their_order_and_none_is_left_out() {
        let key = BodyKey::generate().unwrap();
        let (part, _) = key.create_thing(&FILE).unwrap();
        let whole = vec![7; MAX_PART];
        let first = part.seal(0, false, &whole).unwrap();
        let last = part.seal(1, true, b"end").unwrap();
        assert_eq!(part.open(0, false, &first).unwrap().expose(), whole.as_slice());
        assert!(part.open(1, true, &last).is_ok());
        assert!(part.open(0, true, &first).is_err(), "a file cut short is told");
        assert!(part.open(0, true, &last).is_err());
        assert!(part.open(1, false, &last).is_err());
        assert!(matches!(
            part.seal(0, true, &vec![0; MAX_PART + 1]),
            Err(Error::TooLong)
        ));
        let mut bent = last;
        let end = bent.len() - 1;
        bent[end] ^= 1;
        assert!(part.open(1, true, &bent).is_err());
    }
}
