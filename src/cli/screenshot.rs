//! `caseload screenshot`: the real app drawn to a file without a terminal.

use super::agency::{self, Place};
use super::demo;
use super::{Ended, OK, PROBLEMS, Stop, USAGE};
use crate::app::key::Key;
use crate::app::model::{Capabilities, Start, Thrift};
use crate::app::{Effect, Model, Msg, start, update};
use crate::clock::{Clock, FixedClock};
use crate::demo::{You, build};
use crate::domain::ids::OfficeId;
use crate::domain::time::Moment;
use crate::service::Service;
use crate::service::api::{Heard, Session};
use crate::service::drafts::MemoryDrafts;
use crate::service::ids::CountedIds;
use crate::shot;
use crate::store::Store;
use crate::store::indexes::Indexes;
use crate::store::memory::MemoryEngine;
use crate::ui::Theme;
use crossterm::event::KeyEvent;
use std::path::PathBuf;
use std::sync::Arc;

/// What `screenshot` takes.
#[derive(clap::Args)]
pub struct Args {
    /// The file: .svg, .ansi or .txt.
    file: PathBuf,
    /// Columns and rows.
    #[arg(long, default_value = "120x40")]
    size: String,
    /// Keys to press first, apart by blanks: `j o "some text" enter ctrl-s`.
    #[arg(long, default_value = "")]
    keys: String,
    /// Of the demo: stand in this minute.
    #[arg(long, value_name = "TIME", default_value = "2026-03-02T08:10")]
    at: String,
    /// Of the demo: how many clients.
    #[arg(long, default_value_t = 100)]
    clients: u64,
    /// One of the themes of `caseload theme`, or a file of your own.
    #[arg(long, default_value = "dark")]
    theme: String,
    /// Signs and borders of ASCII only.
    #[arg(long)]
    ascii: bool,
    /// Draw your own agency instead of the demo: nothing is changed in it, but its people are in the picture.
    #[arg(long, conflicts_with_all = ["at", "clients"])]
    real: bool,
}

/// Draws.
pub fn run(place: &Place, args: &Args, screen: &super::open::ScreenArgs) -> Ended {
    let (width, height) =
        shot::size(&args.size).ok_or_else(|| Stop::new(USAGE, format!("{}: write a size as 120x40", args.size)))?;
    let format = shot::Format::of(&args.file.to_string_lossy())
        .ok_or_else(|| Stop::new(USAGE, "the file's name must end in .svg, .ansi or .txt"))?;
    let theme = super::theme::named(if screen.mono { "mono" } else { &args.theme })?;
    let keys = keys(&args.keys)?;
    // A picture is the same on every machine: only a keymap that was asked for is used.
    let keymap = super::open::keymap(screen.keymap.as_deref().or(Some("default")))?.0;
    let (mut service, session, now) = if args.real {
        let clock = Arc::new(FixedClock::at(crate::clock::SystemClock.now_ms()));
        let opened = place.open(clock.clone())?;
        let session = opened.session()?;
        (opened.parts().0, session, Moment(clock.now_ms()))
    } else {
        demo_in_memory(args)?
    };
    let mut model = Model::new(Start {
        size: (width, height),
        now,
        zone: service.cast().zone(OfficeId::default()),
        capabilities: Capabilities { utf8: !args.ascii, ..Capabilities::default() },
        seed: [7; 16],
        read_only: args.real,
        keymap: Arc::new(keymap),
    });
    model.linear = screen.linear;
    if screen.low_bandwidth {
        model.thrift = Thrift::Asked;
    }
    if screen.privacy {
        model.hide_names();
    }
    model.themes = super::theme::shipped_ones(&theme.name);
    press(&mut model, &mut service, &session, now, &keys);
    // Another one may have been chosen on the way.
    let theme = Theme::named(model.theme()).filter(|t| t.name != theme.name).unwrap_or(theme);
    let theme = if args.ascii { theme.with_ascii() } else { theme };
    let text = shot::write(&shot::render(&model, &theme, width, height), &theme, format);
    std::fs::write(&args.file, text).map_err(|e| Stop::new(PROBLEMS, format!("{}: {e}", args.file.display())))?;
    Ok(OK)
}

/// Starts the app, presses the keys one after the other, and lets each be answered before the next.
pub fn press(model: &mut Model, service: &mut Service, session: &Session, mut now: Moment, keys: &[KeyEvent]) {
    let effects = start(model, None);
    answer(model, service, session, now, effects);
    for key in keys {
        // Far enough apart that the second press of an acting key is not taken for a bounce of the first.
        now = now.plus(2_000);
        let effects = update(model, Msg::Key(*key), now);
        answer(model, service, session, now, effects);
        let effects = update(model, Msg::Wake, now.plus(1_500));
        answer(model, service, session, now.plus(1_500), effects);
    }
}

pub(super) fn answer(model: &mut Model, service: &mut Service, session: &Session, now: Moment, effects: Vec<Effect>) {
    let mut queue: std::collections::VecDeque<Effect> = effects.into();
    loop {
        let Some(effect) = queue.pop_front() else {
            queue.extend(update(model, Msg::Frame, now));
            if queue.is_empty() {
                return;
            }
            continue;
        };
        if let Effect::Send(ticket, request) = effect {
            let (reply, change) = service.handle(session, request);
            queue.extend(update(model, Msg::Heard(Heard::Reply(ticket, reply)), now));
            if let Some(change) = change {
                queue.extend(update(model, Msg::Heard(Heard::Change(change)), now));
            }
        }
    }
}

/// The demo built in memory, and the session of who you are in it.
pub fn demo_in_memory(args: &Args) -> Result<(Service, Session, Moment), Stop> {
    let size = demo::size(&demo::Args { clients: args.clients, at: Some(args.at.clone()), ..demo::Args::default() })?;
    memory(&size)
}

/// A demo of this size in memory, ids counted, so that it comes out the same each time.
pub fn memory(size: &crate::demo::Size) -> Result<(Service, Session, Moment), Stop> {
    let clock = Arc::new(FixedClock::at(0));
    let store = Store::over(Arc::new(MemoryEngine::new(Arc::new(Indexes))));
    let ids = Box::new(CountedIds::default());
    let mut service = Service::open(store, clock.clone(), ids, Box::new(MemoryDrafts::default()))
        .map_err(|e| Stop::new(super::CLOSED, e.to_string()))?;
    let founder = agency::founder();
    let mut send = |execute, user| {
        let session = Option::and_then(user, |u| service.session(u, "demo")).unwrap_or_else(|| founder.clone());
        super::desk::answer(service.handle(&session, crate::service::api::Request::Execute(execute)).0)
            .map_err(|stop| stop.text)
    };
    let you = You { login: "jalvarez".to_owned(), uid: 1000 };
    let mut set_now = |now: Moment| clock.set(now.0);
    let built = build(size, &you, &mut set_now, &mut send, &mut |_, _| {})
        .map_err(|e| Stop::new(super::CLOSED, format!("the demo could not be built: {e}")))?;
    clock.set(built.now.0);
    let session = service
        .session(built.you, "picture")
        .ok_or_else(|| Stop::new(super::CLOSED, "the demo has nobody to show it to"))?;
    Ok((service, session, built.now))
}

/// Keys from their words; text in double quotes is typed letter by letter.
pub fn keys(text: &str) -> Result<Vec<KeyEvent>, Stop> {
    let mut out = Vec::new();
    for (i, part) in text.split('"').enumerate() {
        if i % 2 == 1 {
            for c in part.chars() {
                out.push(KeyEvent::new(crossterm::event::KeyCode::Char(c), crossterm::event::KeyModifiers::NONE));
            }
            continue;
        }
        for word in part.split_whitespace() {
            let key = Key::parse(word).map_err(|e| Stop::new(USAGE, format!("--keys: {e}")))?;
            out.push(KeyEvent::new(key.code, key.mods));
        }
    }
    Ok(out)
}
