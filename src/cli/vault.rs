//! Drafts that could not be sent, because the terminal went while the server was away: one sealed file of the user's, which
//! the next start hands to the server.

use crate::server::connect::{Caller, Entered};
use crate::service::api::{Draft, Reply, Request};
use crate::service::vault::Vault;
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::PathBuf;

/// Longest file that is read back, in bytes.
const LONGEST: u64 = 1 << 20;

fn file(vault: &Vault) -> Option<PathBuf> {
    let dirs = directories::ProjectDirs::from("", "", "caseload")?;
    let dir = dirs.state_dir().unwrap_or_else(|| dirs.data_local_dir()).join("left");
    let name: String = vault.id.iter().map(|b| format!("{b:02x}")).collect();
    Some(dir.join(name))
}

/// Leaves drafts behind. Fails in silence: there is nobody left to tell.
pub fn leave(vault: &Vault, drafts: &[Draft]) {
    let Some(file) = file(vault).filter(|_| !drafts.is_empty()) else { return };
    let _ = (|| -> Result<(), String> {
        let sealed = vault.seal(drafts)?;
        let failed = |e: std::io::Error| e.to_string();
        if let Some(dir) = file.parent() {
            std::fs::DirBuilder::new().recursive(true).mode(0o700).create(dir).map_err(failed)?;
        }
        let mut out = std::fs::OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .custom_flags(rustix::fs::OFlags::NOFOLLOW.bits() as i32)
            .open(&file)
            .map_err(failed)?;
        out.write_all(&sealed).and_then(|()| out.sync_all()).map_err(failed)
    })();
}

/// Hands what was left behind to the server. What it does not take stays for the next time.
pub fn hand_back(entered: Entered) -> Result<Entered, String> {
    let Some(file) = file(&entered.vault) else { return Ok(entered) };
    let small = std::fs::metadata(&file).is_ok_and(|meta| meta.len() <= LONGEST);
    let Some(sealed) = Some(&file).filter(|_| small).and_then(|file| std::fs::read(file).ok()) else {
        return Ok(entered);
    };
    let (mut caller, entered) = Caller::beside(entered).map_err(|e| e.to_string())?;
    if matches!(caller.ask(Request::Unseal(sealed))?, Reply::Drafted) {
        let _ = std::fs::remove_file(&file);
    }
    Ok(entered)
}
