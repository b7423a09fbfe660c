//! A report that comes piece by piece, read where it may block while the rest is still on its way.

use std::io::Read;

use axum::body::Bytes;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::task::JoinHandle;

use super::report::{Found, read};
use crate::error::{Error, Refusal};

/// Pieces that wait to be read at most.
const WAITING: usize = 8;

/// A report on its way.
pub(crate) struct Incoming {
    pieces: Sender<Bytes>,
    reader: JoinHandle<Result<Found, Refusal>>,
}

impl Incoming {
    pub(crate) fn begin() -> Self {
        let (pieces, waiting) = channel(WAITING);
        let pipe = Pipe {
            waiting,
            piece: Bytes::new(),
        };
        Self {
            pieces,
            reader: tokio::task::spawn_blocking(move || read(pipe)),
        }
    }

    /// Takes a piece. False: nobody reads any more, since something before it was wrong.
    pub(crate) async fn piece(&self, piece: Bytes) -> bool {
        self.pieces.send(piece).await.is_ok()
    }

    /// What it came to. A report that broke off lacks its totals, and is refused by that.
    pub(crate) async fn end(self) -> Result<Found, Error> {
        drop(self.pieces);
        let found = self.reader.await;
        Ok(found.map_err(|_| Error::Installation("the reading of a report was broken off".to_owned()))??)
    }
}

struct Pipe {
    waiting: Receiver<Bytes>,
    piece: Bytes,
}

impl Read for Pipe {
    fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
        while self.piece.is_empty() {
            match self.waiting.blocking_recv() {
                Some(piece) => self.piece = piece,
                None => return Ok(0),
            }
        }
        let n = buf.len().min(self.piece.len());
        let read = self.piece.split_to(n);
        if let Some(place) = buf.get_mut(..n) {
            place.copy_from_slice(&read);
        }
        Ok(n)
    }
}
