//! 7-Zip archives, block by block: one that is encrypted or damaged costs its own members only.

use std::collections::HashSet;

use sevenz_rust2::{Archive, BlockDecoder, EncoderMethod, Error, Password};

use super::member::{self, Stored};
use super::names::Names;
use crate::context::{Ctx, Source};
use crate::expand::broken;
use crate::{Step, Why};

/// Memory for headers, and for each decoder, in KiB: the largest preset of the program needs 256 MB.
const MEMORY: usize = 400 << 10;

pub(super) fn read(source: &Source<'_>, ctx: &mut Ctx<'_>) -> Result<(), Why> {
    let mut file = source.open()?;
    let password = Password::empty();
    let archive = Archive::read_with_memory_limit(&mut file, &password, MEMORY).map_err(|e| refused(&e))?;
    if archive.files.len() as u64 > ctx.limits.max_entries {
        return Err(Why::TooMany(ctx.limits.max_entries));
    }
    let mut names = Names::new();
    for entry in &archive.files {
        names.add(&entry.name, ctx);
    }
    names.give(ctx);
    for block in 0..archive.blocks.len() {
        ctx.tick()?;
        let decoder = BlockDecoder::new_with_memory_limit(1, MEMORY, block, &archive, &password, &mut file);
        let members: Vec<String> = decoder
            .entries()
            .iter()
            .filter(|e| e.has_stream)
            .map(|e| e.name.clone())
            .collect();
        let encrypted = archive.blocks[block]
            .coders
            .iter()
            .any(|c| c.encoder_method_id() == EncoderMethod::ID_AES256_SHA256);
        if encrypted {
            for name in members {
                ctx.unread(&[Step::Member(name)], Why::Encrypted);
            }
            continue;
        }
        let mut done = HashSet::new();
        let mut over = None;
        let mut at = 0_usize;
        let result = decoder.for_each_entries(&mut |entry, stream| {
            if !entry.has_stream || entry.is_directory {
                return Ok(true);
            }
            done.insert(at);
            at += 1;
            let step = Step::Member(entry.name.clone());
            // A block is compressed as one, so a ratio of one member says nothing; the budget of the file holds.
            over = member::read(&step, &entry.name, Stored::Solid, stream, ctx).err();
            Ok(over.is_none())
        });
        if let Some(why) = over {
            return Err(why);
        }
        if let Err(error) = result {
            // The member at which the block broke has told it; those after it have not been seen.
            let why = refused(&error);
            let (_, problems) = ctx.tally();
            for (i, name) in members.into_iter().enumerate() {
                if !done.contains(&i) || problems == 0 {
                    ctx.unread(&[Step::Member(name)], why.clone());
                }
            }
        }
    }
    Ok(())
}

fn refused(error: &Error) -> Why {
    match error {
        Error::PasswordRequired | Error::MaybeBadPassword(_) => Why::Encrypted,
        Error::UnsupportedCompressionMethod(method) => match method.as_str() {
            // The build has no AES, so an encrypted header is a method it does not know.
            m if m.contains("AES") => Why::Encrypted,
            m => Why::Unsupported(format!("7z method {m}")),
        },
        Error::ExternalUnsupported | Error::Unsupported(_) => Why::Unsupported("7z feature".into()),
        Error::MaxMemLimited { max_kb, .. } => Why::TooLarge((*max_kb as u64) << 10),
        Error::Io(e, _) => broken(e),
        _ => Why::Damaged("7z archive".into()),
    }
}
