//! The locked screen: what it shows, and when it falls by itself. The service alone decides whether she is locked; the
//! screen only makes sure that nothing of a client stays on it until the answer has come.
//!
//! Behind it everything stays as it was: layers, forms, markers. What could not be answered meanwhile is asked again when
//! it opens, with the same request ids, so that nothing is done twice and nothing is lost.

use super::effect::Effect;
use super::form::FormKind;
use super::key::Key;
use super::keymap::{Context, Step};
use super::layers::Layer;
use super::model::{Connection, Model, Pane, Tone};
use super::screens::confirm;
use super::wire::Asked;
use super::{action, wake};
use crate::domain::pin::{LONGEST, Pin, SHORTEST};
use crate::domain::time::{MINUTE, Moment};
use crate::domain::words::opaque;
use crate::service::api::{LockState, LockTerms, LockView, Reply, Request, TRIES};
use crossterm::event::KeyCode;

/// Keys are reported this often and no more.
const REPORTED: i64 = 30_000;
/// A call keeps the lock off for so long, and no longer.
const LONGEST_CALL: i64 = 30 * MINUTE;

/// Which of the lock's requests an answer is to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LockAsk {
    /// Keys were pressed.
    Active,
    /// How the lock stands.
    State,
    /// Lock now.
    Now,
    /// The PIN.
    Unlock,
    /// A PIN to be.
    Choose,
}

/// Which digits are being typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LockStep {
    /// The PIN.
    Pin,
    /// The PIN that stands, before another is chosen.
    Old,
    /// The one to be.
    New,
    /// The same once more.
    Again,
}

/// The lock of this screen.
pub struct Lock {
    /// When it falls.
    pub terms: LockTerms,
    /// It is on the screen, and nothing else is.
    pub screen: Option<LockScreen>,
    /// When keys were last reported.
    reported: Option<Moment>,
    /// The last key.
    pressed: Moment,
    /// A key came since they were last reported, or a call began or ended.
    unsaid: bool,
    /// A call is being made since.
    call: Option<Moment>,
}

/// What a locked screen shows.
pub struct LockScreen {
    /// What the service says.
    pub view: LockView,
    /// Which digits are being typed.
    pub step: LockStep,
    /// The service is comparing what was typed.
    pub checking: bool,
    /// A word about what was typed.
    pub said: Option<String>,
    /// Nothing is locked: she asked to choose a PIN.
    pub wished: bool,
    typed: String,
    old: Option<Pin>,
    new: Option<Pin>,
    /// The service was last asked how it stands.
    asked: Moment,
}
opaque!(LockScreen);

impl LockScreen {
    /// How many digits are typed; which ones is nobody's business.
    pub fn digits(&self) -> usize {
        self.typed.chars().count()
    }

    fn new(view: LockView, now: Moment) -> Self {
        let step = if view.state == LockState::Choose { LockStep::New } else { LockStep::Pin };
        Self {
            view,
            step,
            checking: false,
            said: None,
            wished: false,
            typed: String::new(),
            old: None,
            new: None,
            asked: now,
        }
    }

    fn again(&mut self, step: LockStep, said: &str) {
        self.step = step;
        self.typed.clear();
        self.checking = false;
        self.said = Some(said.to_owned()).filter(|s| !s.is_empty());
    }
}

impl Lock {
    pub(crate) fn new(now: Moment) -> Self {
        let terms = LockTerms { after: 0, pin: false };
        Self { terms, screen: None, reported: None, pressed: now, unsaid: false, call: None }
    }

    /// Nothing but the lock is on the screen.
    pub fn is_shut(&self) -> bool {
        self.screen.is_some()
    }

    /// It is on the screen because it has fallen, not because she chooses a PIN.
    pub fn has_fallen(&self) -> bool {
        self.screen.as_ref().is_some_and(|s| !s.wished)
    }

    /// When it falls by itself, if it does.
    fn falls_at(&self) -> Option<Moment> {
        if self.terms.after <= 0 || self.has_fallen() {
            return None;
        }
        let idle = self.pressed.plus(self.terms.after);
        Some(self.call.map_or(idle, |since| idle.max(since.plus(LONGEST_CALL))))
    }
}

/// The next moment at which the lock does something by itself.
pub(crate) fn next_wake(model: &Model) -> Option<Moment> {
    let lock = &model.lock;
    let report = lock.reported.filter(|_| lock.unsaid && lock.terms.after > 0 && !lock.has_fallen());
    let shut = lock.screen.as_ref().and_then(|s| match s.view.state {
        LockState::Shut(until) if until > model.now => Some(until),
        _ => None,
    });
    [lock.falls_at(), report.map(|at| at.plus(REPORTED)), shut].into_iter().flatten().min()
}

/// The start: whoever opens caseload is at her keys.
pub(crate) fn start(model: &mut Model, out: &mut Vec<Effect>) {
    model.lock.unsaid = true;
    model.lock.pressed = model.now;
    report(model, out);
}

/// A key, a paste or the mouse came.
pub(crate) fn touched(model: &mut Model, out: &mut Vec<Effect>) {
    model.lock.pressed = model.now;
    model.lock.unsaid = true;
    if model.lock.terms.after > 0 {
        report(model, out);
    }
}

fn report(model: &mut Model, out: &mut Vec<Effect>) {
    let soon = model.lock.reported.is_some_and(|at| (0..REPORTED).contains(&model.now.since(at)));
    if !model.lock.unsaid || soon || model.lock.has_fallen() || matches!(model.connection, Connection::Offline { .. }) {
        return;
    }
    model.lock.unsaid = false;
    model.lock.reported = Some(model.now);
    let call = model.lock.call.is_some();
    model.send(out, Asked::Lock(LockAsk::Active), Request::Active { call });
}

/// What time does to the lock. Comes before whatever else a message means: a key that was pressed behind a lock that
/// should have fallen must not reach what lies under it.
pub(crate) fn passed(model: &mut Model, out: &mut Vec<Effect>) {
    if model.lock.falls_at().is_some_and(|at| at <= model.now) {
        fall(model, out, None);
        ask(model, out, LockAsk::State, Request::LockState);
        return;
    }
    let now = model.now;
    if let Some(screen) = model.lock.screen.as_ref().filter(|s| !s.wished) {
        let due = match screen.view.state {
            LockState::Shut(until) => until <= now && screen.asked < until,
            _ => false,
        };
        if (due || now.since(screen.asked) >= MINUTE) && !screen.checking {
            ask(model, out, LockAsk::State, Request::LockState);
        }
    } else if model.lock.terms.after > 0 {
        report(model, out);
    }
}

/// Whether a call is being made, as of now; and on a lock that fell before anything was known, whose it is.
pub(crate) fn settle(model: &mut Model) {
    if model.lock.has_fallen() {
        if model.header.is_some() && model.lock.screen.as_ref().is_some_and(|s| s.view.user.is_empty()) {
            let known = here(model);
            if let Some(screen) = &mut model.lock.screen {
                screen.view = LockView { state: screen.view.state, ..known };
            }
        }
        return;
    }
    let calls =
        |l: &Layer| matches!(l, Layer::Form(f) if matches!(f.kind, FormKind::Call { .. } | FormKind::Tell { .. }));
    let calling = model.layers.iter().any(calls);
    if calling != model.lock.call.is_some() {
        model.lock.call = calling.then_some(model.now);
        model.lock.unsaid = true;
    }
}

fn ask(model: &mut Model, out: &mut Vec<Effect>, about: LockAsk, request: Request) {
    let now = model.now;
    if let Some(screen) = &mut model.lock.screen {
        screen.asked = now;
    }
    let asked = Asked::Lock(about);
    if matches!(model.connection, Connection::Offline { .. }) || model.wire.waits_for(&asked) {
        return;
    }
    model.send(out, asked, request);
}

/// Nothing of a client stays on the screen. What was typed is kept first.
fn fall(model: &mut Model, out: &mut Vec<Effect>, view: Option<LockView>) {
    wake::keep_texts(model, out, true);
    model.pending = None;
    model.wire.count = None;
    model.wire.acted = None;
    model.wire.leaving = None;
    model.card.codes = None;
    model.toasts.clear();
    model.lock.call = None;
    model.lock.unsaid = false;
    let view = view.unwrap_or_else(|| here(model));
    let now = model.now;
    match &mut model.lock.screen {
        Some(screen) if !screen.wished => screen.view = view,
        screen => {
            *screen = Some(LockScreen::new(view, now));
            // What the terminal holds of the screen before goes as well.
            out.push(Effect::Redraw);
        }
    }
}

/// What is known without asking.
fn here(model: &Model) -> LockView {
    let header = model.header.as_ref();
    LockView {
        state: LockState::Ask(TRIES),
        wrong: false,
        after: model.lock.terms.after,
        agency: header.map(|h| h.agency.clone()).unwrap_or_default(),
        zone: model.zone,
        user: header.map(|h| h.user.clone()).unwrap_or_default(),
        tiers: header.map(|h| h.tiers).unwrap_or_default(),
    }
}

/// The service says, without being asked, that she is locked.
pub(crate) fn told(model: &mut Model, out: &mut Vec<Effect>) {
    if !model.lock.has_fallen() {
        fall(model, out, None);
        ask(model, out, LockAsk::State, Request::LockState);
    }
}

/// The service says that she is locked: to a request of hers, or because another window of hers was.
pub(crate) fn locked(model: &mut Model, view: LockView, out: &mut Vec<Effect>) {
    model.zone = view.zone;
    let fresh = model.lock.screen.as_ref().is_none_or(|s| s.wished);
    fall(model, out, Some(view.clone()));
    let Some(screen) = &mut model.lock.screen else { return };
    let chooses = matches!(screen.step, LockStep::New | LockStep::Again);
    if screen.checking || fresh || chooses != (view.state == LockState::Choose) {
        let step = if view.state == LockState::Choose { LockStep::New } else { LockStep::Pin };
        let said = match view.state {
            LockState::Ask(1) if view.wrong => "that was not it; one try is left".to_owned(),
            LockState::Ask(left) if view.wrong => format!("that was not it; {left} tries are left"),
            _ => String::new(),
        };
        screen.again(step, &said);
    }
}

/// An answer to one of the lock's own requests.
pub(crate) fn replied(model: &mut Model, about: LockAsk, reply: Reply, out: &mut Vec<Effect>) {
    let why = match reply {
        Reply::Open(terms) => {
            model.lock.terms = terms;
            if terms.after > 0 && !terms.pin {
                must_choose(model, out);
            } else if matches!(about, LockAsk::Unlock | LockAsk::Choose) {
                open(model, about, out);
            }
            return;
        }
        Reply::Problems(problems) => problems.into_iter().map(|p| p.text).collect::<Vec<_>>().join("; "),
        Reply::Denied(why) | Reply::Failed(why) => why,
        _ => return,
    };
    match &mut model.lock.screen {
        Some(screen) => {
            let first = if screen.wished && model.lock.terms.pin { LockStep::Old } else { LockStep::New };
            let step = if matches!(screen.step, LockStep::Pin) { LockStep::Pin } else { first };
            screen.again(step, &why);
        }
        None => model.toast(Tone::Bad, why),
    }
}

/// Here screens lock, and she has nothing to open hers with: nothing is shown before she has chosen a PIN.
fn must_choose(model: &mut Model, out: &mut Vec<Effect>) {
    let chooses = model.lock.screen.as_ref().is_some_and(|s| !s.wished && s.view.state == LockState::Choose);
    if !chooses {
        let view = LockView { state: LockState::Choose, ..here(model) };
        model.lock.screen = None;
        fall(model, out, Some(view));
    }
}

/// Everything is as it was, and asked anew.
fn open(model: &mut Model, about: LockAsk, out: &mut Vec<Effect>) {
    let Some(screen) = model.lock.screen.take() else { return };
    model.lock.pressed = model.now;
    model.lock.reported = Some(model.now);
    if about == LockAsk::Choose {
        let minutes = model.lock.terms.after / MINUTE;
        let text = match minutes {
            0 => "PIN chosen".to_owned(),
            1 => "PIN chosen: this screen locks after a minute without a key".to_owned(),
            n => format!("PIN chosen: this screen locks after {n} minutes without a key"),
        };
        model.toast(Tone::Good, text);
    }
    if screen.wished {
        return;
    }
    // Who was renamed or entered behind the lock was not told of, nor who came to where this screen is.
    (model.wire.looked, model.present) = (None, None);
    super::privacy::ask(model, out);
    for (asked, request) in std::mem::take(&mut model.wire.behind) {
        model.send(out, asked, request);
    }
    for pane in [Pane::Alerts, Pane::Caseload, Pane::Team] {
        let list = [model.alerts.list, None, model.clients.list, model.staff.list][pane.index()];
        if list.is_none() && !model.wire.waits_for(&Asked::Open(pane)) {
            model.open_list(out, pane);
        }
    }
    model.refresh(out);
}

/// Locks now, because she leaves her desk.
pub(crate) fn now(model: &mut Model, out: &mut Vec<Effect>) {
    if model.lock.terms.pin {
        fall(model, out, None);
        ask(model, out, LockAsk::Now, Request::LockNow);
    } else {
        choose(model, out);
        if let Some(screen) = &mut model.lock.screen {
            screen.said = Some("to lock, choose the PIN that opens it again".to_owned());
        }
    }
}

/// Chooses a PIN, or another one.
pub(crate) fn choose(model: &mut Model, _: &mut Vec<Effect>) {
    let mut screen = LockScreen::new(here(model), model.now);
    screen.step = if model.lock.terms.pin { LockStep::Old } else { LockStep::New };
    screen.wished = true;
    model.lock.screen = Some(screen);
}

/// Esc: what is typed goes; where she asked for it herself, the lock too.
pub(crate) fn back(model: &mut Model) {
    let Some(screen) = &mut model.lock.screen else { return };
    if screen.wished && !screen.checking {
        model.lock.screen = None;
        return;
    }
    screen.typed.clear();
    screen.said = None;
    if screen.step == LockStep::Again {
        screen.step = LockStep::New;
    }
}

/// Leaves caseload. From the lock at once: what was typed is kept already, and whoever stands there is asked nothing.
pub(crate) fn or_leave(model: &mut Model, out: &mut Vec<Effect>) {
    if !model.lock.is_shut() {
        confirm::leave(model, out);
        return;
    }
    wake::keep_texts(model, out, true);
    model.quitting = true;
    out.push(Effect::Quit);
}

/// A key on the locked screen. It reaches nothing that lies under it.
pub(crate) fn key(model: &mut Model, key: Key, out: &mut Vec<Effect>) {
    match model.keymap.look(&[Context::Lock], &[key]) {
        Step::Action(id) => {
            if let Some(action) = action::find(id) {
                (action.run)(model, out);
            }
        }
        // However a keymap of her own has it, Enter opens.
        _ if key.code == KeyCode::Enter => enter(model, out),
        _ => {
            let Some(screen) = model.lock.screen.as_mut().filter(|s| takes_digits(s)) else { return };
            if key.code == KeyCode::Backspace {
                screen.typed.pop();
            } else if let Some(digit) = key.typed().filter(char::is_ascii_digit)
                && screen.typed.len() < LONGEST
            {
                screen.typed.push(digit);
                screen.said = None;
            }
        }
    }
}

/// A paste: the PIN, or nothing.
pub(crate) fn paste(model: &mut Model, text: &str) {
    let text = text.trim();
    if let Some(screen) = model.lock.screen.as_mut().filter(|s| takes_digits(s))
        && text.bytes().all(|b| b.is_ascii_digit())
        && (1..=LONGEST).contains(&text.len())
    {
        text.clone_into(&mut screen.typed);
        screen.said = None;
    }
}

fn takes_digits(screen: &LockScreen) -> bool {
    !screen.checking && !matches!(screen.view.state, LockState::Shut(_) | LockState::Broken)
}

/// Enter: what is typed goes to the service, or to the next step.
pub(crate) fn enter(model: &mut Model, out: &mut Vec<Effect>) {
    let offline = matches!(model.connection, Connection::Offline { .. });
    let Some(screen) = model.lock.screen.as_mut().filter(|s| takes_digits(s)) else { return };
    if screen.typed.len() < SHORTEST {
        let step = screen.step;
        screen.again(step, "a PIN has 4 to 8 digits");
        return;
    }
    if offline {
        screen.said = Some("caseload does not answer: try again in a moment".to_owned());
        return;
    }
    let typed = Pin::typed(&std::mem::take(&mut screen.typed));
    screen.said = None;
    let (about, request) = match screen.step {
        LockStep::Pin => (LockAsk::Unlock, Request::Unlock(typed)),
        LockStep::Old => {
            screen.old = Some(typed);
            screen.step = LockStep::New;
            return;
        }
        LockStep::New => {
            match typed.may_be_chosen() {
                Ok(()) => {
                    screen.new = Some(typed);
                    screen.step = LockStep::Again;
                }
                Err(why) => screen.said = Some(why.to_owned()),
            }
            return;
        }
        LockStep::Again if screen.new.as_ref() != Some(&typed) => {
            screen.again(LockStep::New, "these were two different ones: choose again");
            return;
        }
        LockStep::Again => (LockAsk::Choose, Request::ChoosePin { old: screen.old.take(), new: typed }),
    };
    screen.checking = true;
    ask(model, out, about, request);
}
