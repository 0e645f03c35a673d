//! The only place that writes to standard output and standard error. What comes from outside is made safe before it.

use crate::domain::safe::safe_line;
use std::io::{self, IsTerminal, Write};

/// Writes text to standard output.
pub fn out(text: &str) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(text.as_bytes())?;
    stdout.flush()
}

/// Writes lines of text from outside to standard output, made safe when a terminal shows them.
pub fn lines(text: &str) -> io::Result<()> {
    if !io::stdout().is_terminal() {
        return out(text);
    }
    let mut safe: String = text.lines().map(|l| format!("{}\n", safe_line(l))).collect();
    if !text.ends_with('\n') && !safe.is_empty() {
        safe.pop();
        safe.push('\n');
    }
    out(&safe)
}

/// Says what is wrong, on standard error.
pub fn complain(text: &str) {
    let mut stderr = io::stderr().lock();
    for line in text.lines() {
        let _ = writeln!(stderr, "caseload: {}", safe_line(line));
    }
}

/// Says how far something is, on one line of standard error that the next call overwrites; nothing where nobody looks.
pub fn progress(text: &str) {
    if io::stderr().is_terminal() {
        let _ = write!(io::stderr().lock(), "\r\x1b[K{}", safe_line(text));
        let _ = io::stderr().flush();
    }
}

/// Ends a progress line.
pub fn progress_done() {
    if io::stderr().is_terminal() {
        let _ = write!(io::stderr().lock(), "\r\x1b[K");
    }
}

/// Asks a question on the terminal; nothing where nobody can be asked.
pub fn ask(question: &str) -> Option<String> {
    if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
        return None;
    }
    let _ = write!(io::stderr().lock(), "{question} ");
    let _ = io::stderr().flush();
    let mut answer = String::new();
    io::stdin().read_line(&mut answer).ok()?;
    Some(answer.trim().to_owned())
}

/// Asks for what nobody else may read: the terminal does not show what is typed. Nothing where nobody can be asked.
pub fn ask_hidden(question: &str) -> Option<String> {
    use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};
    let shown = tcgetattr(io::stdin()).ok()?;
    let mut hidden = shown.clone();
    hidden.local_modes.remove(LocalModes::ECHO);
    tcsetattr(io::stdin(), OptionalActions::Flush, &hidden).ok()?;
    let answer = ask(question);
    let _ = tcsetattr(io::stdin(), OptionalActions::Flush, &shown);
    let _ = writeln!(io::stderr().lock());
    answer
}

/// Whether somebody is there to be asked.
pub fn can_ask() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}
