//! The loop: one channel in, one frame out. It waits for a message, takes all that are there, draws once, and waits
//! again; between two messages it wakes only at the time that the program itself has named.

use super::answers;
use super::backend::{Outlet, Screen, repaint};
use super::decode::{Input, Reply};
use super::errand::{End, Errand, Running};
use super::gather::Heed;
use super::guard::{Guard, Options};
use super::line::{Line, Owed};
use super::patience::Patience;
use super::profile::Profile;
use super::{input, tty};
use crate::app::terminal::Finding;
use crossterm::event::Event;
use ratatui::{Frame, Terminal};
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};

/// After a hang-up or a request to end, the program has this long to keep what was typed.
pub const GRACE: Duration = Duration::from_millis(700);
/// Whoever is still running then is ended from outside the loop.
const LAST_CALL: Duration = Duration::from_millis(950);
/// So many messages are taken before a frame is drawn: a flood must not freeze the screen.
const AT_ONCE: usize = 4096;
/// The signal of a continuation that the loop itself has brought about comes within this time.
const OWN_STOP: Duration = Duration::from_secs(1);
/// A frame waits so long for what belongs on it: a blink, so that a key is still answered at once by what is there.
const BLINK: Duration = Duration::from_millis(40);
/// The first one waits longer: there is nothing yet that it could change.
const FIRST_BLINK: Duration = Duration::from_millis(150);
/// Before the terminal is left, what it was asked is waited for so long.
const LAST_ANSWERS: Duration = Duration::from_millis(300);
/// How often it is looked whether a program that has the terminal has ended.
const ERRAND_LOOKS: Duration = Duration::from_millis(40);
/// A program that wants to be woken in the past is woken this often and no more.
const SLOWEST_SPIN: Duration = Duration::from_millis(10);

/// What comes through the one channel.
#[derive(Debug)]
pub enum Wire<M> {
    /// From the terminal.
    Input(Input),
    /// From the rest of the program: replies, changes.
    App(M),
}

/// What the loop runs. Times are milliseconds of the caller's clock.
pub trait Program {
    /// Its own messages.
    type Msg: Send;
    /// Something came from the terminal. `Hangup` and `Terminate` come once: keep drafts now, then be `done`.
    fn input(&mut self, input: Input, now_ms: i64);
    /// A message of its own came.
    fn message(&mut self, message: Self::Msg, now_ms: i64);
    /// Draws what is true now.
    fn draw(&mut self, frame: &mut Frame<'_>);
    /// Whether something that belongs on the screen is on its way: a frame may wait for it a moment.
    fn awaits(&self) -> bool {
        false
    }
    /// When it wants to be woken if nothing comes; `None` for never.
    fn next_wake(&self) -> Option<i64>;
    /// That time has come.
    fn wake(&mut self, now_ms: i64);
    /// The exit code, once it has finished.
    fn done(&self) -> Option<i32>;
    /// Whether it wants to be stopped (ctrl-z); asking takes the wish back.
    fn suspend_requested(&mut self) -> bool {
        false
    }
    /// The program that it wants to lend the terminal to; asking takes the wish back.
    fn errand(&mut self) -> Option<Errand> {
        None
    }
    /// Keys were pressed in the program that has the terminal now.
    fn elsewhere(&mut self, _now_ms: i64) {}
    /// Whether whoever has the terminal must give it back now.
    fn calls_back(&self) -> bool {
        false
    }
    /// The terminal is its own again.
    fn errand_over(&mut self, _end: End, _now_ms: i64) {}
    /// What printable keys mean as things stand.
    fn heed(&self) -> Heed {
        Heed::All
    }
    /// Whether the mouse is to be reported from now on, or not any more; asking takes the wish back.
    fn mouse_wished(&mut self) -> Option<bool> {
        None
    }
    /// Whether the whole screen is to be drawn anew (ctrl-l); asking takes the wish back.
    fn repaint_requested(&mut self) -> bool {
        false
    }
    /// What the window is to be called, where that can be set. Never a person's name: titles are kept and shown
    /// elsewhere.
    fn title(&self) -> Option<String> {
        None
    }
    /// Whether it wants to be told what was found out about the terminal; asking takes the wish back.
    fn asks_for_findings(&mut self) -> bool {
        false
    }
    /// What was found out about the terminal and the line.
    fn findings(&mut self, _findings: Vec<Finding>, _now_ms: i64) {}
    /// It takes its time until a frame is there, or does not any more. Said when it changes.
    fn line(&mut self, _slow: bool, _now_ms: i64) {}
    /// Whether a click on a telephone number may hand it on to whatever dials it.
    fn dials(&self) -> bool {
        false
    }
    /// The terminal has said what its background is.
    fn background(&mut self, _rgb: (u8, u8, u8)) {}
}

/// Who holds the screen, as far as the loop must know.
pub trait Console {
    /// Whether there is a shell that could continue the process after a stop.
    fn can_suspend(&self) -> bool;
    /// Nobody reads the terminal from here on, until it is taken back. The end of all that was read before is in the
    /// channel.
    fn stop_reading(&mut self);
    /// What was asked and is still owed is waited for so long, and dropped.
    fn hear_out(&mut self, owed: Owed, limit: Duration);
    /// Stops the process until a shell continues it. `false` where there is no shell to do so.
    fn suspend(&mut self) -> io::Result<bool>;
    /// The process was continued, perhaps by someone who did not ask the loop before stopping it.
    fn resume(&mut self) -> io::Result<()>;
    /// Gives the terminal to another program.
    fn lend(&mut self) -> io::Result<()>;
    /// Whether keys were read by whoever has it, since this was asked last.
    fn typed(&mut self) -> bool;
    /// Takes it back.
    fn take_back(&mut self) -> io::Result<()>;
    /// Tells whoever reads the keys what they mean from now on.
    fn heed(&mut self, _heed: Heed) {}
    /// Has the mouse reported, or not any more.
    fn mouse(&mut self, _on: bool) {}
    /// The terminal sends each key as itself from now on (kitty's protocol).
    fn keys(&mut self) {}
}

/// The terminal of this process: the guard of its modes, and the only reader of its keys.
struct Own<'a> {
    guard: &'a mut Guard,
    reader: &'a input::Reader,
    ear: input::Ear,
    /// The modes that a borrower found, and when it was seen to read last.
    lent: Option<(rustix::termios::Termios, i64)>,
}

impl Console for Own<'_> {
    fn can_suspend(&self) -> bool {
        Guard::has_shell()
    }

    fn stop_reading(&mut self) {
        self.reader.pause();
    }

    fn hear_out(&mut self, mut owed: Owed, limit: Duration) {
        if owed.is_nothing() {
            return;
        }
        answers::hear(limit, |reply| {
            owed.heard(reply);
            owed.is_nothing()
        });
    }

    fn suspend(&mut self) -> io::Result<bool> {
        let stopped = self.guard.suspend();
        self.reader.go_on();
        stopped
    }

    fn resume(&mut self) -> io::Result<()> {
        self.guard.reenter()
    }

    fn lend(&mut self) -> io::Result<()> {
        match Guard::lend() {
            Ok(modes) => {
                self.lent = Some((modes, tty::keyboard().map_or(0, tty::last_read)));
                Ok(())
            }
            Err(e) => {
                let _ = self.guard.reenter();
                self.reader.go_on();
                Err(e)
            }
        }
    }

    fn typed(&mut self) -> bool {
        let now = tty::keyboard().map_or(0, tty::last_read);
        self.lent.as_mut().is_some_and(|(_, seen)| std::mem::replace(seen, now) != now)
    }

    fn take_back(&mut self) -> io::Result<()> {
        let taken = match self.lent.take() {
            Some((modes, _)) => self.guard.take_back(&modes),
            None => Ok(()),
        };
        self.reader.go_on();
        taken
    }

    fn heed(&mut self, heed: Heed) {
        self.ear.heed(heed);
    }

    fn mouse(&mut self, on: bool) {
        self.guard.mouse(on);
    }

    fn keys(&mut self) {
        self.guard.keys();
    }
}

/// Takes the screen, runs the program and gives the screen back, in the order in which a signal or a panic at any
/// moment finds something to undo it. Returns the exit code and what is known of the terminal by then.
/// `sender` is the other end of `inbox`; what the caller still
/// does after a hang-up or a request to end is no longer watched.
pub fn session<P: Program>(
    program: &mut P,
    options: Options,
    sender: Sender<Wire<P::Msg>>,
    inbox: &Receiver<Wire<P::Msg>>,
    now: &dyn Fn() -> i64,
) -> io::Result<(i32, Profile)>
where
    P::Msg: 'static,
{
    super::guard::install_panic_hook();
    let over = Arc::new(AtomicBool::new(false));
    // Signals are caught before the screen is taken, and the screen is given back before they are let go.
    let mut line = Line::new(options.profile.clone());
    let ear = input::Ear::new(Patience::new(options.profile.is_far(), line.round_trip()));
    ear.heed(program.heed());
    let reader = input::spawn(ear.clone(), watched(sender, Arc::clone(&over)))?;
    let mut guard = Guard::enter(&options)?;
    let mut terminal = Terminal::new(Screen::new(line.abilities())?)?;
    // All of it goes out with the first frame: the screen is taken, then asked, and what an old terminal prints of the
    // questions is wiped by the frame.
    terminal.backend_mut().before(guard.opening().as_bytes());
    terminal.backend_mut().before(line.asks().as_bytes());
    let mut own = Own { guard: &mut guard, reader: &reader, ear, lent: None };
    let code = run(program, &mut terminal, &mut own, &mut line, inbox, now);
    over.store(true, Ordering::SeqCst);
    drop(guard);
    drop(reader);
    Ok((code, line.profile().clone()))
}

/// Sends what the input thread reads into the channel, and makes sure that a program that is asked to end does: the
/// loop may stand in a write to a terminal that reads no more, or in a call that does not return.
fn watched<M: Send + 'static>(sender: Sender<Wire<M>>, over: Arc<AtomicBool>) -> impl Fn(Input) + Send + 'static {
    move |input| {
        if let Some(code) = ending(&input) {
            let over = Arc::clone(&over);
            let watchdog = std::thread::Builder::new().name("watchdog".into());
            let _ = watchdog.spawn(move || {
                std::thread::sleep(LAST_CALL);
                if !over.load(Ordering::SeqCst) {
                    Guard::restore();
                    std::process::exit(code);
                }
            });
        }
        // The loop is gone: nobody is left to tell.
        let _ = sender.send(Wire::Input(input));
    }
}

/// The exit code of an input that ends the program: that of the signal which means it.
fn ending(input: &Input) -> Option<i32> {
    match input {
        Input::Hangup => Some(128 + 1),
        Input::Terminate => Some(128 + 15),
        _ => None,
    }
}

/// Runs the program until it is done and returns its exit code.
pub fn run<P: Program, B: Outlet>(
    program: &mut P,
    terminal: &mut Terminal<B>,
    console: &mut dyn Console,
    line: &mut Line,
    inbox: &Receiver<Wire<P::Msg>>,
    now: &dyn Fn() -> i64,
) -> i32 {
    let mut state = Loop {
        program,
        terminal,
        console,
        line,
        inbox,
        now,
        ending: None,
        changed: true,
        fresh: true,
        due: Some(Instant::now()),
        begun: false,
        slow: false,
        title: None,
        keyed: false,
        woken: false,
        back: None,
    };
    let code = state.run();
    // The last thing before the terminal is given back.
    drop(state.hush());
    code
}

struct Loop<'a, P: Program, B: Outlet> {
    program: &'a mut P,
    terminal: &'a mut Terminal<B>,
    console: &'a mut dyn Console,
    line: &'a mut Line,
    inbox: &'a Receiver<Wire<P::Msg>>,
    now: &'a dyn Fn() -> i64,
    /// Until when it may go on, and the exit code if it has none of its own by then.
    ending: Option<(Instant, i32)>,
    /// Something has happened since the last frame.
    changed: bool,
    /// And since it was looked last whether a frame may be drawn.
    fresh: bool,
    /// Since when there is something to draw.
    due: Option<Instant>,
    /// A frame has been drawn.
    begun: bool,
    /// What the program knows of the line.
    slow: bool,
    /// What the window is called.
    title: Option<String>,
    /// Each key comes as itself.
    keyed: bool,
    /// It was woken, and nothing has come since.
    woken: bool,
    /// When it came back from a stop of its own.
    back: Option<Instant>,
}

impl<P: Program, B: Outlet> Loop<'_, P, B> {
    fn run(&mut self) -> i32 {
        loop {
            if let Some(code) = self.over() {
                return code;
            }
            self.show();
            if let Some(code) = self.over() {
                return code;
            }
            match self.wait() {
                Ok(wire) => {
                    self.take(wire);
                    for wire in self.inbox.try_iter().take(AT_ONCE) {
                        self.take(wire);
                    }
                    self.woken = false;
                }
                Err(RecvTimeoutError::Timeout) => {}
                // Nobody will ever say anything again.
                Err(RecvTimeoutError::Disconnected) if self.ending.is_none() => self.end(Input::Hangup),
                Err(RecvTimeoutError::Disconnected) => std::thread::sleep(SLOWEST_SPIN),
            }
            self.tick();
            self.console.heed(self.program.heed());
            if !self.keyed && self.ending.is_none() && self.line.profile().has_keyboard() {
                self.keyed = true;
                self.console.keys();
            }
            if let Some(on) = self.program.mouse_wished() {
                self.console.mouse(on);
            }
            if self.program.suspend_requested() {
                self.suspend();
            }
            if let Some(errand) = self.program.errand() {
                self.lend(errand);
            }
            if self.program.repaint_requested() {
                self.repaint();
                self.line.measure_anew();
            }
            if self.program.asks_for_findings() {
                let findings = self.line.findings(self.terminal.backend().sent());
                self.program.findings(findings, (self.now)());
                self.mark();
            }
        }
    }

    fn over(&self) -> Option<i32> {
        let late = self.ending.filter(|(until, _)| *until <= Instant::now()).map(|(_, code)| code);
        self.program.done().or(late)
    }

    /// There is something to draw.
    fn mark(&mut self) {
        (self.changed, self.fresh) = (true, true);
        self.due.get_or_insert_with(Instant::now);
    }

    /// How long a frame still waits for what belongs on it.
    fn blink(&self) -> Option<Duration> {
        let limit = if self.begun { BLINK } else { FIRST_BLINK };
        let since = self.due.filter(|_| self.program.awaits())?;
        limit.checked_sub(since.elapsed()).filter(|left| !left.is_zero())
    }

    /// Nobody knows what stands on the screen.
    fn repaint(&mut self) {
        let _ = repaint(self.terminal);
        self.title = None;
        self.mark();
    }

    fn show(&mut self) {
        if !self.changed || self.ending.is_some() || self.blink().is_some() {
            return;
        }
        // A window folded to nothing; the next resize draws.
        if self.terminal.size().is_ok_and(|size| size.width == 0 || size.height == 0) {
            (self.changed, self.due) = (false, None);
            return;
        }
        let fresh = std::mem::take(&mut self.fresh);
        let Some(ask) = self.line.turn() else {
            if fresh {
                self.line.put_off();
            }
            return;
        };
        (self.changed, self.due, self.begun) = (false, None, true);
        self.entitle();
        let backend = self.terminal.backend_mut();
        backend.ask(ask);
        backend.dials(self.program.dials());
        let before = backend.sent().frames;
        if self.terminal.draw(|frame| self.program.draw(frame)).is_err() {
            self.end(Input::Hangup);
        }
        if self.terminal.backend().sent().frames > before {
            self.line.drawn(ask);
        }
    }

    /// The window is called what the program says.
    fn entitle(&mut self) {
        let title = self.program.title().filter(|_| self.line.profile().has_title());
        if title.is_some() && title != self.title {
            let text = title.as_deref().unwrap_or_default();
            let text: String = text.chars().filter(|c| !c.is_control()).collect();
            self.terminal.backend_mut().before(format!("\x1b]2;{text}\x1b\\").as_bytes());
            self.title = title;
        }
    }

    /// Waits for a message, for the program's own time, for a frame that was put off, or for the end.
    fn wait(&mut self) -> Result<Wire<P::Msg>, RecvTimeoutError> {
        let wake = self.program.next_wake().map(|due| {
            let wait = Duration::from_millis(due.saturating_sub((self.now)()).max(0) as u64);
            if self.woken { wait.max(SLOWEST_SPIN) } else { wait }
        });
        let end = self.ending.map(|(until, _)| until.saturating_duration_since(Instant::now()));
        let frame = (self.changed && self.ending.is_none()).then(|| self.blink().unwrap_or_else(|| self.line.wait()));
        match wake.into_iter().chain(end).chain(frame).min() {
            Some(wait) => self.inbox.recv_timeout(wait),
            None => self.inbox.recv().map_err(|_| RecvTimeoutError::Disconnected),
        }
    }

    fn take(&mut self, wire: Wire<P::Msg>) {
        if let Wire::Input(Input::Reply(reply)) = &wire {
            // It changes nothing on the screen, but a frame may have waited for it.
            self.line.heard(reply);
            let slow = self.line.is_slow();
            if std::mem::replace(&mut self.slow, slow) != slow {
                // Nothing is drawn for it alone: the next frame is the first that knows.
                self.program.line(slow, (self.now)());
            }
            if *reply != Reply::StatusOk {
                self.terminal.backend_mut().learn(self.line.abilities());
                if let Some(rgb) = self.line.profile().answered_background() {
                    self.program.background(rgb);
                }
            }
        } else {
            self.mark();
        }
        match wire {
            Wire::App(message) => self.program.message(message, (self.now)()),
            Wire::Input(input @ (Input::Hangup | Input::Terminate)) => self.end(input),
            Wire::Input(Input::Suspend) => self.suspend(),
            Wire::Input(Input::Resume) => {
                let own = self.back.take().is_some_and(|back| back.elapsed() < OWN_STOP);
                if self.ending.is_none() && !own {
                    // An error here is one of a terminal that is gone, and the input thread says so.
                    let _ = self.console.resume();
                    self.line.forget();
                    self.repaint();
                    self.line.measure_anew();
                }
                if !own {
                    self.program.input(Input::Resume, (self.now)());
                }
            }
            Wire::Input(input) => {
                if matches!(input, Input::Event(Event::Key(_) | Event::Mouse(_))) {
                    self.line.key();
                }
                self.program.input(input, (self.now)());
            }
        }
    }

    fn end(&mut self, input: Input) {
        if self.ending.is_none() {
            self.ending = ending(&input).map(|code| (Instant::now() + GRACE, code));
            self.program.input(input, (self.now)());
        }
    }

    fn tick(&mut self) {
        let now = (self.now)();
        if self.program.next_wake().is_some_and(|due| due <= now) {
            self.program.wake(now);
            self.mark();
            self.woken = true;
        }
    }

    /// Nobody reads the terminal any more, and what it was asked has been answered, or will not be. Hands back what had
    /// come from it until then.
    fn hush(&mut self) -> Vec<Wire<P::Msg>> {
        self.console.stop_reading();
        let mut held = Vec::new();
        for wire in self.inbox.try_iter().take(AT_ONCE) {
            match wire {
                Wire::Input(Input::Reply(reply)) => self.line.heard(&reply),
                Wire::Input(_) => held.push(wire),
                Wire::App(_) => self.take(wire),
            }
        }
        let left = self.ending.map_or(LAST_ANSWERS, |(until, _)| until.saturating_duration_since(Instant::now()));
        self.console.hear_out(self.line.owed(), left.min(LAST_ANSWERS));
        self.line.forget();
        held
    }

    /// Lends the terminal to another program until that ends. Whatever is heard meanwhile is taken in; a hang-up, a
    /// request to end and the program's own word end it, and what it has written by then comes back first.
    fn lend(&mut self, errand: Errand) {
        let mut held = Vec::new();
        let end = if self.ending.is_some() {
            End::Cut
        } else {
            // What was typed behind the key that lends it is not the editor's: it comes after.
            held = self.hush();
            let ends = held.iter().any(|wire| matches!(wire, Wire::Input(Input::Hangup | Input::Terminate)));
            if let Err(e) = self.console.lend() {
                End::NotBegun(e.to_string())
            } else {
                let end = match Running::start(errand) {
                    Ok(mut running) => {
                        if ends {
                            running.call_back();
                        }
                        self.wait_for(&mut running, &mut held)
                    }
                    Err(e) => End::NotBegun(e.to_string()),
                };
                // An error here is one of a terminal that is gone, and the input thread says so.
                let _ = self.console.take_back();
                end
            }
        };
        self.program.errand_over(end, (self.now)());
        self.repaint();
        for wire in held {
            self.take(wire);
        }
    }

    fn wait_for(&mut self, running: &mut Running, held: &mut Vec<Wire<P::Msg>>) -> End {
        loop {
            if let Some(end) = running.look() {
                return end;
            }
            match self.inbox.recv_timeout(ERRAND_LOOKS) {
                Ok(wire @ Wire::Input(Input::Hangup | Input::Terminate)) => {
                    held.push(wire);
                    running.call_back();
                }
                Ok(wire) => self.take(wire),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => {
                    running.call_back();
                    std::thread::sleep(SLOWEST_SPIN);
                }
            }
            if self.console.typed() {
                self.program.elsewhere((self.now)());
            }
            self.tick();
            if self.program.calls_back() || self.program.done().is_some() {
                running.call_back();
            }
        }
    }

    fn suspend(&mut self) {
        if self.ending.is_some() || !self.console.can_suspend() {
            return;
        }
        let held = self.hush();
        if self.console.suspend().unwrap_or(false) {
            self.repaint();
            self.line.measure_anew();
            self.back = Some(Instant::now());
            self.program.input(Input::Resume, (self.now)());
        }
        for wire in held {
            self.take(wire);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::terminal::backend::Sent;
    use crate::terminal::paint::Abilities;
    use crossterm::event::KeyCode;
    use ratatui::backend::TestBackend;
    use std::cell::Cell;
    use std::sync::mpsc::channel;

    #[derive(Default)]
    struct Shell {
        suspended: u32,
        resumed: u32,
        lent: u32,
    }

    impl Outlet for TestBackend {
        fn ask(&mut self, _: bool) {}
        fn before(&mut self, _: &[u8]) {}
        fn learn(&mut self, _: Abilities) {}
        fn dials(&mut self, _: bool) {}
        fn sent(&self) -> Sent {
            Sent::default()
        }
    }

    impl Console for Shell {
        fn can_suspend(&self) -> bool {
            true
        }

        fn stop_reading(&mut self) {}

        fn hear_out(&mut self, _: Owed, _: Duration) {}

        fn suspend(&mut self) -> io::Result<bool> {
            self.suspended += 1;
            Ok(true)
        }

        fn resume(&mut self) -> io::Result<()> {
            self.resumed += 1;
            Ok(())
        }

        fn lend(&mut self) -> io::Result<()> {
            self.lent += 1;
            Ok(())
        }

        fn typed(&mut self) -> bool {
            false
        }

        fn take_back(&mut self) -> io::Result<()> {
            self.lent -= 1;
            Ok(())
        }
    }

    /// Counts what it is told; `q` quits, `z` asks to be stopped.
    #[derive(Default)]
    struct Probe {
        heard: Vec<Input>,
        messages: u32,
        frames: u32,
        wakes: u32,
        wake_at: Option<i64>,
        code: Option<i32>,
        quit_after_wakes: u32,
        stop: bool,
        stubborn: bool,
        /// Something for the screen is on its way, until a message comes.
        owed: bool,
    }

    impl Program for Probe {
        type Msg = ();

        fn input(&mut self, input: Input, _: i64) {
            match &input {
                Input::Event(Event::Key(key)) if key.code == KeyCode::Char('q') => self.code = Some(7),
                Input::Event(Event::Key(key)) if key.code == KeyCode::Char('z') => self.stop = true,
                Input::Hangup | Input::Terminate if !self.stubborn => self.code = Some(3),
                _ => {}
            }
            self.heard.push(input);
        }

        fn message(&mut self, (): (), _: i64) {
            self.messages += 1;
            self.owed = false;
        }

        fn draw(&mut self, frame: &mut Frame<'_>) {
            self.frames += 1;
            frame.render_widget("x", frame.area());
        }

        fn awaits(&self) -> bool {
            self.owed
        }

        fn next_wake(&self) -> Option<i64> {
            self.wake_at
        }

        fn wake(&mut self, _: i64) {
            self.wakes += 1;
            if self.wakes == self.quit_after_wakes {
                self.code = Some(0);
            }
        }

        fn done(&self) -> Option<i32> {
            self.code
        }

        fn suspend_requested(&mut self) -> bool {
            std::mem::take(&mut self.stop)
        }
    }

    fn key(letter: char) -> Wire<()> {
        Wire::Input(Input::Event(Event::Key(KeyCode::Char(letter).into())))
    }

    fn play(probe: &mut Probe, wires: Vec<Wire<()>>, keep_open: bool) -> (i32, Shell, Duration) {
        let (sender, inbox) = channel();
        for wire in wires {
            sender.send(wire).unwrap();
        }
        let kept = keep_open.then_some(sender);
        let mut shell = Shell::default();
        let mut terminal = Terminal::new(TestBackend::new(20, 5)).unwrap();
        let (start, at) = (Instant::now(), Cell::new(0));
        let now = || {
            at.set(at.get().max(i64::try_from(start.elapsed().as_millis()).unwrap()));
            at.get()
        };
        let mut line = Line::new(Profile::default());
        let code = run(probe, &mut terminal, &mut shell, &mut line, &inbox, &now);
        drop(kept);
        (code, shell, start.elapsed())
    }

    #[test]
    fn drains_the_channel_and_draws_once() {
        let mut probe = Probe::default();
        let mut wires: Vec<_> = (0..500).map(|_| key('j')).collect();
        wires.extend([Wire::App(()), Wire::App(()), key('q')]);
        let (code, ..) = play(&mut probe, wires, true);
        assert_eq!((code, probe.heard.len(), probe.messages, probe.frames), (7, 501, 2, 1));
    }

    #[test]
    fn hang_up_is_told_once_and_ends_the_stubborn() {
        let mut probe = Probe { stubborn: true, ..Probe::default() };
        let hangups = vec![Wire::Input(Input::Hangup), Wire::Input(Input::Hangup), Wire::Input(Input::Terminate)];
        let (code, _, took) = play(&mut probe, hangups, true);
        assert_eq!((code, probe.heard), (129, vec![Input::Hangup]));
        assert!(took >= GRACE && took < Duration::from_secs(5), "{took:?}");
        // A dead channel is a hang-up as well, and a willing program ends at once.
        let mut probe = Probe::default();
        let (code, _, took) = play(&mut probe, vec![Wire::Input(Input::Terminate)], false);
        assert_eq!((code, probe.heard), (3, vec![Input::Terminate]));
        assert!(took < GRACE, "{took:?}");
        let mut probe = Probe::default();
        assert_eq!(play(&mut probe, vec![], false).0, 3);
        assert_eq!(probe.heard, [Input::Hangup]);
    }

    #[test]
    fn wakes_when_asked_and_never_spins() {
        let mut probe = Probe { wake_at: Some(0), quit_after_wakes: 5, ..Probe::default() };
        let (code, _, took) = play(&mut probe, vec![], true);
        assert_eq!((code, probe.wakes), (0, 5));
        assert!(took >= 4 * SLOWEST_SPIN, "{took:?}");
        let mut probe = Probe { wake_at: Some(60), quit_after_wakes: 1, ..Probe::default() };
        let (_, _, took) = play(&mut probe, vec![], true);
        assert!(took >= Duration::from_millis(60), "{took:?}");
        assert_eq!((probe.wakes, probe.frames), (1, 1));
    }

    #[test]
    fn stops_and_goes_on() {
        let mut probe = Probe::default();
        let resume = || Wire::Input(Input::Resume);
        let wires = vec![key('z'), resume(), Wire::Input(Input::Suspend), resume(), resume()];
        let (_, shell, _) = play(&mut probe, wires, false);
        // The stop of its own is followed by a signal that needs no answer; the others do.
        assert_eq!((shell.suspended, shell.resumed), (2, 2));
        assert!(probe.heard.contains(&Input::Resume));
    }

    #[test]
    fn windows_of_no_size_and_of_one_cell() {
        for (width, height) in [(0, 0), (0, 5), (5, 0), (1, 1)] {
            let (sender, inbox) = channel();
            sender.send(key('j')).unwrap();
            drop(sender);
            let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
            let mut probe = Probe::default();
            let mut line = Line::new(Profile::default());
            assert_eq!(run(&mut probe, &mut terminal, &mut Shell::default(), &mut line, &inbox, &|| 0), 3);
        }
    }

    #[test]
    fn a_frame_waits_for_what_belongs_on_it_and_not_for_ever() {
        let owing = || Probe { owed: true, wake_at: Some(1_000), quit_after_wakes: 1, ..Probe::default() };
        // What it waits for is there: one frame, and not one before it.
        let mut probe = owing();
        play(&mut probe, vec![Wire::App(())], true);
        assert_eq!((probe.messages, probe.frames), (1, 1));
        // It never comes: the frame does all the same.
        let mut probe = owing();
        play(&mut probe, Vec::new(), true);
        assert_eq!((probe.messages, probe.frames), (0, 1));
        // Nothing is owed: at once, and again with the message.
        let mut probe = Probe { owed: false, ..owing() };
        play(&mut probe, vec![Wire::App(())], true);
        assert_eq!((probe.messages, probe.frames), (1, 2));
    }
}
