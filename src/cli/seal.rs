//! Backups for a key that does not lie on this machine: enciphered on the way out with `age`, so that whoever can make
//! one can't read it, and any other program that knows age opens it.

use super::{PROBLEMS, Stop, USAGE};
use crate::store::backup::ReadAt;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

/// Enciphers what is written to it.
pub fn to<W: Write>(recipient: &str, out: W) -> Result<age::stream::StreamWriter<W>, Stop> {
    let wrong = |why: &str| Stop::new(USAGE, format!("--recipient {recipient}: {why}; it begins with age1"));
    let recipient: age::x25519::Recipient = recipient.parse().map_err(wrong)?;
    let fail = |why: String| Stop::new(PROBLEMS, format!("the backup could not be enciphered: {why}"));
    let encryptor = age::Encryptor::with_recipients(std::iter::once(&recipient as &dyn age::Recipient))
        .map_err(|e| fail(e.to_string()))?;
    encryptor.wrap_output(out).map_err(|e| fail(e.to_string()))
}

/// Reads an enciphered file anywhere in it.
pub fn open(file: File, identity: &Path) -> Result<ReadAt, Stop> {
    let named = |why: String| Stop::new(USAGE, format!("{}: {why}", identity.display()));
    let keys = age::IdentityFile::from_buffer(BufReader::new(File::open(identity).map_err(|e| named(e.to_string()))?));
    let keys = keys.map_err(|e| named(e.to_string()))?.into_identities().map_err(|e| named(e.to_string()))?;
    let decryptor = age::Decryptor::new(file).map_err(|e| Stop::new(PROBLEMS, e.to_string()))?;
    let reader =
        decryptor.decrypt(keys.iter().map(|key| &**key as &dyn age::Identity)).map_err(|e| named(e.to_string()))?;
    let reader = Mutex::new(reader);
    Ok(Box::new(move |offset, most| {
        let mut reader = reader.lock().unwrap_or_else(PoisonError::into_inner);
        reader.seek(SeekFrom::Start(offset))?;
        let mut bytes = Vec::new();
        (&mut *reader).take(most as u64).read_to_end(&mut bytes)?;
        Ok::<_, io::Error>(bytes)
    }))
}
