//! What comes in and what goes out.

use super::layout::Split;
use super::model::{Pane, Target};
use super::outward::{Back, Outside};
use super::terminal::Finding;
use crate::service::api::{Heard, Request, Ticket};
use crossterm::event::KeyEvent;

/// What happened.
#[derive(Debug, Clone)]
pub enum Msg {
    /// A key.
    Key(KeyEvent),
    /// A paste: only ever text.
    Paste(String),
    /// Printable keys that came faster than a person presses them: see the terminal's `gather`.
    Burst {
        /// All of them.
        text: String,
        /// So many bytes of it were handed on as keys.
        given: usize,
        /// It belongs to the one before.
        more: bool,
    },
    /// The terminal has another size.
    Resize(u16, u16),
    /// The mouse.
    Mouse(Mouse),
    /// From the service.
    Heard(Heard),
    /// The moment of `next_wake` has come.
    Wake,
    /// A frame is about to be drawn: what has come may take its place. Nothing changes places between two frames, so
    /// that a key means what the last frame showed.
    Frame,
    /// The terminal is gone.
    Hangup,
    /// The terminal was lent to another program, and is the screen's again.
    Back(Back),
    /// Keys were pressed in the program that the terminal is lent to.
    Elsewhere,
    /// The terminal has the focus.
    FocusGained,
    /// It has lost it.
    FocusLost,
    /// The program goes on after a stop, or somebody else has had the terminal.
    Resumed,
    /// What was found out about the terminal.
    Terminal(Vec<Finding>),
    /// The line to the terminal was found to be slow, or not to be any more.
    Line {
        /// It is.
        slow: bool,
    },
}

/// What the mouse did, after drawing's hit map said on what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mouse {
    /// Pressed; the second press within the terminal's double-click time is `double`.
    Press {
        /// On what.
        target: Target,
        /// For the second time.
        double: bool,
    },
    /// Pressed at a cell, whatever is there: a seam between panes can be dragged from it.
    Grab(u16, u16),
    /// Dragged to a cell.
    Drag(u16, u16),
    /// Let go.
    LetGo,
    /// The wheel, in rows, down is positive, and over which pane it was turned.
    Wheel(i8, Option<Pane>),
}

/// What was chosen on the screen and is kept for the next time, as the theme is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Setting {
    /// The screen is read out.
    Linear(bool),
    /// The mouse is reported.
    Mouse(bool),
    /// Something urgent is told through the terminal.
    Notify(bool),
    /// How the panes share the room on terminals of this class.
    Panes(&'static str, Split),
}

/// What is to be done about it.
#[allow(clippy::large_enum_variant)] // a handful at a time, moved once
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Sends a request.
    Send(Ticket, Request),
    /// Rings the bell once.
    Bell,
    /// Leaves the program.
    Quit,
    /// Suspends to the shell.
    Suspend,
    /// Draws the whole screen anew.
    Redraw,
    /// The screen wears this theme from now on, the next time too.
    Wear(String),
    /// Has the mouse reported, or leaves it to the terminal's own selection.
    Mouse(bool),
    /// It is so the next time too.
    Keep(Setting),
    /// Asks what is known of the terminal.
    Terminal,
    /// Something goes outside: the service has noted it.
    Outside(Outside),
}
