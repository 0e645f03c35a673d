//! `caseload keyring`: what keys an encrypted agency has, and new ones.

use super::agency::{self, Place};
use super::{CLOSED, Ended, OK, PROBLEMS, Stop, USAGE, encrypt, keyfile, print};
use crate::store::directory;
use crate::store::keyring::{Keyring, KeyringError};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What `keyring` takes.
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    /// Where the master key lies and how many keys it wraps.
    Status,
    /// Wraps all keys anew with a fresh master key, which takes the old one's place.
    Rotate(Rotate),
    /// Opens what `caseload encrypt` sealed of the agency as it was before.
    Unseal {
        /// The sealed directory.
        from: PathBuf,
        /// A new directory for what is in it.
        to: PathBuf,
    },
}

#[derive(clap::Args)]
struct Rotate {
    /// Puts the fresh master key here and leaves the old one where it is (needed when systemd holds it).
    #[arg(long, value_name = "FILE")]
    to: Option<PathBuf>,
    /// New records are sealed with new keys as well; what was sealed before stays readable.
    #[arg(long)]
    data_keys: bool,
}

/// Shows or changes the keys.
pub fn run(place: &Place, args: &Args) -> Ended {
    let dir = place.dir()?;
    if !agency::is_made(dir) {
        return Err(Stop::new(CLOSED, format!("there is no agency at {}", dir.display())));
    }
    // Its own server holds the keys in its memory.
    place.set_free()?;
    match &args.what {
        What::Status => status(dir),
        What::Rotate(how) => {
            // A server that has them open would go on with the old ones.
            place.set_free()?;
            rotate(dir, how)
        }
        What::Unseal { from, to } => encrypt::unseal(dir, from, to),
    }
}

fn ring(dir: &Path) -> Result<Option<Arc<Keyring>>, Stop> {
    keyfile::keys(dir)
}

fn stop(e: KeyringError) -> Stop {
    Stop::new(CLOSED, e.to_string())
}

fn status(dir: &Path) -> Ended {
    let Some(keys) = ring(dir)? else {
        print::out("the agency is not encrypted; `caseload encrypt` moves it over\n")?;
        return Ok(PROBLEMS);
    };
    let status = keys.status();
    let text = format!(
        "master key                    {}\nit lies at                    {}\nkeys in use                   {}\nolder keys, for reading       {}\nclients erased                {}\n",
        status.master,
        keyfile::place(dir).path().display(),
        status.live,
        status.retired,
        status.erased
    );
    print::out(&text)?;
    Ok(OK)
}

fn rotate(dir: &Path, how: &Rotate) -> Ended {
    let held = directory::hold(dir).map_err(agency::stop_of)?;
    let Some(keys) = ring(dir)? else {
        return Err(Stop::new(PROBLEMS, "the agency is not encrypted; `caseload encrypt` moves it over"));
    };
    let old = keys.status().master;
    let now = match (&how.to, keyfile::place(dir)) {
        (Some(to), _) => {
            if to.starts_with(dir) {
                return Err(Stop::new(USAGE, "the key must not lie in the agency's own directory"));
            }
            keys.rewrap(keyfile::make(to)?).map_err(stop)?;
            to.clone()
        }
        (None, keyfile::Place::File(path)) => {
            let next = keyfile::coming(&path);
            let fresh = keyfile::make(&next)?;
            let failed = |e: std::io::Error| Stop::new(CLOSED, format!("{}: {e}", path.display()));
            keyfile::put_by(&path, &old).map_err(failed)?;
            keys.rewrap(fresh).map_err(stop)?;
            keyfile::take_over(&next, &path).map_err(failed)?;
            path
        }
        (None, keyfile::Place::Credential(_)) => {
            return Err(Stop::new(
                USAGE,
                "systemd holds the master key; say with --to FILE where the fresh one goes, and make a credential of it",
            ));
        }
    };
    if how.data_keys {
        keys.renew().map_err(stop)?;
    }
    drop(held);
    let mut text = format!(
        "the keys are wrapped with a fresh master key, {}, at {}\nkeep a copy of it off this machine\n",
        keys.status().master,
        now.display()
    );
    if how.data_keys {
        text.push_str("new records are sealed with new keys; what was sealed before stays readable\n");
    }
    text.push_str(&format!("backups made before want the old one, {old}"));
    match how.to {
        Some(_) => text.push_str(": keep it with them\n"),
        None => text.push_str(&format!(
            ": it is at {}; move it to where they are\n",
            keyfile::put_by_path(&now, &old).display()
        )),
    }
    print::out(&text)?;
    Ok(OK)
}
