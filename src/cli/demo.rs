//! `caseload demo`: a believable agency, built once a day, seed and size, and opened again with what was done in it.

use super::agency::{self, Opened};
use super::open::{self, ScreenArgs};
use super::{CLOSED, Ended, PROBLEMS, Stop, USAGE, print};
use crate::app::tour::Tour;
use crate::clock::{Clock, FixedClock, ShiftedClock, SystemClock};
use crate::demo::{Size, You, build};
use crate::domain::ids::UserId;
use crate::domain::time::{Day, MINUTE, Moment};
use crate::service::api::{Execute, Request, Session};
use crate::service::ids::{CountedIds, RandomIds};
use crate::service::lock::LockRule;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What `demo` takes.
#[derive(clap::Args, Clone)]
pub struct Args {
    /// How many clients, up to 10,000.
    #[arg(long, default_value_t = 100)]
    pub clients: u64,
    /// How many caregivers (otherwise as many as that many clients have).
    #[arg(long)]
    pub staff: Option<u64>,
    /// How many visits in all, up to 1,000,000 (otherwise those of four weeks).
    #[arg(long)]
    pub visits: Option<u64>,
    /// Another seed makes other people.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Stand in this minute, agency time: 2026-03-02T08:10 (otherwise this morning, 08:10).
    #[arg(long, value_name = "TIME")]
    pub at: Option<String>,
    /// The clock stands still (for pictures).
    #[arg(long)]
    pub freeze: bool,
    /// Begin anew, without what was done in it.
    #[arg(long)]
    pub fresh: bool,
    /// Lock the screen after so many minutes without a key (20s: seconds), as in an agency of your own. Otherwise it
    /// never locks by itself: nobody in it is real.
    #[arg(long, value_name = "MIN", value_parser = lock_after)]
    pub lock_after: Option<i64>,
    /// With a tour of three minutes, key by key. It is offered when the demo is opened for the first time.
    #[arg(long)]
    pub tour: bool,
    /// Only build it, and say where it lies.
    #[arg(long)]
    pub build_only: bool,
}

impl Default for Args {
    fn default() -> Self {
        Self {
            clients: 100,
            staff: None,
            visits: None,
            seed: 1,
            at: None,
            freeze: false,
            fresh: false,
            lock_after: None,
            tour: false,
            build_only: false,
        }
    }
}

/// Opens the demo on the screen.
pub fn run(args: &Args, screen: &ScreenArgs) -> Ended {
    let size = size(args)?;
    let dir = directory(&size)?;
    if args.fresh {
        crate::store::directory::remove(&dir).map_err(agency::stop_of)?;
    }
    let first = !agency::is_made(&dir);
    if first {
        offer_fresh(args, &dir)?;
        make(&size, &dir)?;
    }
    if args.build_only {
        print::out(&format!("{}\n", dir.display()))?;
        return Ok(super::OK);
    }
    let (opened, clock) = open_at(args, &size, &dir)?;
    if let Some(after) = args.lock_after {
        opened.service.lock_by(LockRule::After(after));
    }
    let session = opened.screen_session()?;
    let tour = match (args.tour, first) {
        (true, _) => Tour::At(0),
        (false, true) => Tour::Offered,
        (false, false) => Tour::None,
    };
    let mut screen = screen.clone();
    screen.tour = tour;
    open::show(opened, session, clock, &screen)
}

/// The demo's size and day.
pub fn size(args: &Args) -> Result<Size, Stop> {
    if !(20..=10_000).contains(&args.clients) {
        return Err(Stop::new(USAGE, "--clients takes a number from 20 to 10000"));
    }
    if args.visits.is_some_and(|v| v > 1_000_000) {
        return Err(Stop::new(USAGE, "--visits takes a number up to 1000000"));
    }
    let zone = Size::usual(Day(0)).zone;
    let (day, minute) = match &args.at {
        Some(text) => at(text)?,
        None => (zone.day(Moment(SystemClock.now_ms())), Size::usual(Day(0)).minute),
    };
    Ok(Size {
        clients: args.clients,
        staff: args.staff.unwrap_or_else(|| Size::staff_for(args.clients)),
        visits: args.visits,
        seed: args.seed,
        minute,
        ..Size::usual(day)
    })
}

/// Minutes, or seconds with an `s` behind them; an agency of one's own chooses within the same bounds by its policy.
fn lock_after(text: &str) -> Result<i64, String> {
    let (number, unit) = text.strip_suffix('s').map_or((text, MINUTE), |seconds| (seconds, 1_000));
    let ms = number.parse::<i64>().ok().and_then(|n| n.checked_mul(unit));
    ms.filter(|ms| (5_000..=15 * MINUTE).contains(ms)).ok_or_else(|| "say 1 to 15 minutes, or 5s to 900s".to_owned())
}

/// A minute of a day, as it is said on the command line.
pub(super) fn at(text: &str) -> Result<(Day, u16), Stop> {
    let bad = || Stop::new(USAGE, format!("{text} is not a time; write it as 2026-03-02T08:10"));
    let (day, time) = text.split_once(['T', ' ']).ok_or_else(bad)?;
    let (hour, minute) = time.split_once(':').ok_or_else(bad)?;
    let (hour, minute): (u16, u16) = (hour.parse().map_err(|_| bad())?, minute.parse().map_err(|_| bad())?);
    if hour > 23 || minute > 59 {
        return Err(bad());
    }
    Ok((Day::parse_iso(day).ok_or_else(bad)?, hour * 60 + minute))
}

/// The story's instant.
fn now(size: &Size) -> Moment {
    size.zone.moment(size.day, size.minute)
}

/// Where this demo lies: one directory for each seed, size and day.
pub fn directory(size: &Size) -> Result<PathBuf, Stop> {
    let data = agency::data_dir().ok_or_else(|| Stop::new(CLOSED, "no home directory is known; set $XDG_DATA_HOME"))?;
    let visits = size.visits.map_or_else(|| "usual".to_owned(), |v| v.to_string());
    Ok(data.join("demo").join(format!("seed{}-{}-{}-{visits}-{}", size.seed, size.clients, size.staff, size.day.iso())))
}

/// Another day's demo lies there: says that today's begins anew, because yesterday's morning is no longer this one.
fn offer_fresh(args: &Args, dir: &Path) -> Result<(), Stop> {
    let (Some(parent), Some(name)) = (dir.parent(), dir.file_name().and_then(|n| n.to_str())) else { return Ok(()) };
    if args.at.is_some() || name.len() < 10 {
        return Ok(());
    }
    let same = &name[..name.len() - 10];
    let older =
        std::fs::read_dir(parent).into_iter().flatten().filter_map(Result::ok).find(|e| {
            e.file_name().to_str().is_some_and(|n| n != name && n.len() == name.len() && n.starts_with(same))
        });
    if let Some(older) = older {
        let day = older.file_name().to_string_lossy()[same.len()..].to_owned();
        let answer = print::ask(&format!("There is a demo of {day}. Begin anew with this morning? [Y/n]"));
        if answer.is_some_and(|a| a.eq_ignore_ascii_case("n")) {
            return Err(Stop::new(PROBLEMS, format!("open the one of {day} with: caseload demo --at {day}T08:10")));
        }
    }
    Ok(())
}

/// Builds a demo in a directory: beside it first, so that one that was interrupted is never taken for whole.
pub fn make(size: &Size, dir: &Path) -> Result<(), Stop> {
    let building = dir.with_extension("building");
    crate::store::directory::remove(&building).map_err(agency::stop_of)?;
    if let Some(parent) = dir.parent() {
        std::fs::create_dir_all(parent).map_err(|e| Stop::new(CLOSED, format!("{}: {e}", parent.display())))?;
    }
    let clock = Arc::new(FixedClock::at(now(size).0));
    let mut opened = agency::open(&building, clock.clone(), Box::new(CountedIds::default()))?;
    let (login, uid) = super::login::me();
    let founder = agency::founder();
    let service = &mut opened.service;
    let mut send = |execute: Execute, user: Option<UserId>| {
        let session: Session = user.and_then(|u| service.session(u, "demo")).unwrap_or_else(|| founder.clone());
        let (reply, _) = service.handle(&session, Request::Execute(execute));
        super::desk::answer(reply).map_err(|stop| stop.text)
    };
    let mut told = 0;
    let mut progress = |done: u64, total: u64| {
        if done * 50 / total.max(1) != told {
            told = done * 50 / total.max(1);
            print::progress(&format!("building the demo agency: {done} of {total} records"));
        }
    };
    let mut set_now = |now: Moment| clock.set(now.0);
    build(size, &You { login, uid }, &mut set_now, &mut send, &mut progress)
        .map_err(|e| Stop::new(CLOSED, format!("the demo could not be built: {e}")))?;
    // So that the first real open is quick.
    opened.compact()?;
    opened.close()?;
    print::progress_done();
    std::fs::rename(&building, dir).map_err(|e| Stop::new(CLOSED, format!("{}: {e}", dir.display())))
}

/// Opens the demo with its clock, which begins in the demo's minute, or right behind what was done last, and runs.
fn open_at(args: &Args, size: &Size, dir: &Path) -> Result<(Opened, Arc<dyn Clock>), Stop> {
    let start = now(size);
    let still = Arc::new(FixedClock::at(start.0));
    let runs = Arc::new(ShiftedClock::starting_at(start.0));
    let clock: Arc<dyn Clock> = if args.freeze { still.clone() } else { runs.clone() };
    let opened = agency::open(dir, clock.clone(), Box::new(RandomIds))?;
    if args.at.is_none()
        && let Some(last) = opened.last_act()?.filter(|last| *last > start)
    {
        still.set(last.0);
        runs.set(last.0);
    }
    Ok((opened, clock))
}
