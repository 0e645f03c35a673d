//! What goes outside from the screen: a field to the editor that the user has named, a page to their pager. Which ones
//! these are is the environment's to say; what they may do is the policy's.

use super::scratch::Scratch;
use crate::app::outward::{Back, Reading, Writing};
use crate::terminal::errand::{End, Errand};
use std::process::Command;

/// Where nobody may leave through a pager, this one reads: it can be told to open nothing else.
const SAFE_PAGER: &str = "less";
/// What would make a pager run something, keep what was searched, or leave before anything was read.
const PAGER_LEAVES_OUT: &[&str] =
    &["LESS", "LESSOPEN", "LESSCLOSE", "LESSKEY", "LESSKEYIN", "LESS_TERMCAP_DEBUG", "MORE"];

/// A program that has the terminal, and what is to come back from it.
pub enum Out {
    /// An editor on a private file.
    Editor(Scratch, Writing),
    /// A pager; nothing comes back.
    Pager,
}

/// The editor for a field.
pub fn editor(writing: Writing) -> Result<(Errand, Out), String> {
    let named = named(&["VISUAL", "EDITOR"]).ok_or("set $VISUAL or $EDITOR to your editor first")?;
    let scratch = Scratch::new(&writing.text).map_err(|e| format!("no private file could be made for it: {e}"))?;
    let mut command = program(&named).ok_or("$VISUAL or $EDITOR names no program")?;
    command.arg(scratch.file()).current_dir(scratch.dir()).env("TMPDIR", scratch.dir());
    Ok((Errand { command, feed: None }, Out::Editor(scratch, writing)))
}

/// The pager for a page.
pub fn pager(reading: Reading) -> Result<(Errand, Out), String> {
    let named = named(&["PAGER"]).filter(|_| !reading.only).unwrap_or_else(|| SAFE_PAGER.to_owned());
    let mut command = program(&named).ok_or("$PAGER names no program")?;
    for name in PAGER_LEAVES_OUT {
        command.env_remove(name);
    }
    command.env("LESSHISTFILE", "-");
    if reading.only {
        command.env("LESSSECURE", "1");
        for name in ["VISUAL", "EDITOR", "SHELL"] {
            command.env(name, "/bin/false");
        }
    }
    Ok((Errand { command, feed: Some(reading.text.into_bytes()) }, Out::Pager))
}

/// What one of these variables says.
fn named(names: &[&str]) -> Option<String> {
    names.iter().find_map(|name| std::env::var(name).ok().filter(|v| !v.trim().is_empty()))
}

/// A program and its arguments, parted by blanks; no shell reads it.
fn program(text: &str) -> Option<Command> {
    let mut words = text.split_whitespace();
    let mut command = Command::new(words.next()?);
    command.args(words);
    Some(command)
}

/// What comes back when it has ended. The private file is gone then.
pub fn back(out: Out, end: End) -> Back {
    let (scratch, writing) = match (out, end) {
        (Out::Pager, End::NotBegun(why)) => return said(format!("the pager could not be started: {why}")),
        (Out::Pager, _) => return Back::default(),
        (Out::Editor(..), End::NotBegun(why)) => return said(format!("the editor could not be started: {why}")),
        (Out::Editor(..), End::Code(code)) => {
            return said(format!("the editor ended with {code}: the field is as it was"));
        }
        (Out::Editor(scratch, writing), End::Well | End::Cut) => (scratch, writing),
    };
    match scratch.text() {
        Ok(text) => Back { written: Some(Writing { text, ..writing }), said: None },
        Err(e) => said(format!("what was written can't be read back: {e}; the field is as it was")),
    }
}

fn said(text: String) -> Back {
    Back { written: None, said: Some(text) }
}
