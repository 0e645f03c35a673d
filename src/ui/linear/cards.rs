//! Cards, forms, menus and questions read out.

use super::pages::{candidate, card_line};
use super::words::{list, tier, when};
use super::{Of, Reading, Said};
use crate::app::Model;
use crate::app::form::{Button, Choice, Field, Form, FormKind, PersonPick, Value};
use crate::app::layers::{
    Acts, Confirm, DraftList, Find, History, Lifted, Looked, Menu, MenuKind, TerminalLayer, ThemeMenu, UndoCard, Way,
    WhyLayer, Writing,
};
use crate::app::line::Line;
use crate::app::lock::{LockScreen, LockStep};
use crate::domain::time::clock;
use crate::service::api::{HitKind, LockState, Person};

const WAITS: &str = "not come yet";
/// Before what Enter opens, and what it takes.
pub(super) const OPENS: &str = "Enter opens: ";
pub(super) const TAKES: &str = "Enter takes: ";

/// A line being typed, with its cursor.
fn typed(lead: &str, line: &Line) -> Said {
    let cursor = lead.chars().count() + line.before_cursor().chars().count();
    Said { cursor: Some(cursor), ..Said::plain(format!("{lead}{}", line.text())).at(true) }
}

/// The info card, behind what is read out.
pub(super) fn info(model: &Model, out: &mut Reading) {
    let Some(card) = &model.card.card else {
        out.say(if model.card.person.is_some() { "Info card: not come yet" } else { "Info card: about nobody" });
        return;
    };
    out.say(format!("Info card: {}, {}", card.title, card.identifiers));
    if let Some(codes) = model.card.codes.as_ref().filter(|c| Some(c.person) == model.card.person) {
        let text: Vec<String> = codes.list.iter().map(|(kind, code)| format!("{kind} {code}")).collect();
        out.say(format!("Codes: {}", if text.is_empty() { "none kept".to_owned() } else { text.join(", ") }));
    }
    for warning in &card.warnings {
        match warning.strip_prefix("⚠ ") {
            Some(what) => out.say(format!("warning: {what}")),
            None => out.say(warning.clone()),
        }
    }
    for other in &card.alike {
        out.say(format!("not {other}"));
    }
    for line in &card.lines {
        out.say(card_line(line));
    }
}

/// A card or form: `Field name: value`, problems in words.
pub(super) fn form(form: &Form) -> Reading {
    // Whom it is about stands in the title, which never scrolls away.
    let saving = if form.saving.is_some() { "being saved" } else { "" };
    let title = list(&[&form.title, saving]);
    let mut out = Reading::new(if form.who.is_empty() { title } else { format!("{title}: {}", form.who) });
    for other in &form.alike {
        out.say(format!("not {other}"));
    }
    for news in &form.news {
        out.say(format!("news: {news}"));
    }
    if let FormKind::NewIssue(report) = &form.kind
        && let Some(stands) = report.stands()
    {
        out.say(format!("{} now: {}", tier(stands.tier), stands.headline));
        if !stands.first.is_empty() {
            out.say(format!("first: {}", stands.first));
        }
    }
    for note in &form.notes {
        out.say(note.clone());
    }
    if let Some(error) = &form.error {
        out.say(format!("problem: {error}"));
    }
    for (n, field) in form.fields.iter().enumerate().filter(|(_, f)| f.shown) {
        self::field(&mut out, field, n == form.focus && form.saving.is_none());
    }
    out
}

fn field(out: &mut Reading, field: &Field, here: bool) {
    let lead = format!("{}: ", field.label);
    if let Some(why) = &field.fixed {
        let text = field.value.text();
        let text = if text.trim().is_empty() { "nothing".to_owned() } else { text };
        out.lines.push(Said::plain(format!("{lead}{text}, {why}")).at(here));
        return;
    }
    match &field.value {
        Value::Line(line) | Value::When(line) => {
            let said = if here { typed(&lead, line) } else { Said::plain(format!("{lead}{}", line.text())) };
            out.lines.push(said);
        }
        Value::Long(area) => {
            let (row, column) = {
                let cursor = area.cursor();
                (cursor.0, cursor.1)
            };
            for (n, text) in area.lines().iter().enumerate() {
                let lead = if n == 0 { lead.as_str() } else { "" };
                let on = here && n == row;
                let cursor = on.then(|| lead.chars().count() + column);
                out.lines.push(Said { cursor, ..Said::plain(format!("{lead}{text}")).at(on) });
            }
        }
        Value::Choice(choice) => out.lines.push(Said::plain(format!("{lead}{}", options(choice, here))).at(here)),
        Value::Both(both) => {
            let text = format!("{lead}{}; mine: {}; theirs: {}; ", both.who, both.mine, both.theirs);
            out.lines.push(Said::plain(format!("{text}{}", options(&both.choice, here))).at(here));
        }
        Value::Person(pick) => person(out, &lead, pick, here),
        Value::Button(button) => {
            let word = match button {
                Button::Save => "Save",
                Button::Discard => "Discard",
                Button::Copy => "Copy into a note",
            };
            out.lines.push(Said::plain(format!("{word}, a button")).at(here));
        }
    }
    if let Some(echo) = field.echo.as_ref().filter(|e| !e.is_empty()) {
        out.say(format!("that is {echo}"));
    }
    if let Some(theirs) = &field.beside {
        out.say(format!("beside it: {theirs}"));
    }
    if let Some(error) = &field.error {
        out.say(format!("problem with {}: {error}", field.label));
    }
    if here && !field.help.is_empty() {
        out.say(format!("help: {}", field.help));
    }
}

fn options(choice: &Choice, here: bool) -> String {
    let chosen = choice.chosen.and_then(|n| choice.options.get(n)).map_or("nothing chosen", |o| o.label.as_str());
    let all: Vec<String> = choice
        .options
        .iter()
        .enumerate()
        .map(|(n, o)| {
            let at = if here && n == choice.cursor && choice.chosen != Some(n) { ", the marker is here" } else { "" };
            format!("{} {}{at}", n + 1, list(&[&o.label, &o.number, &o.detail]))
        })
        .collect();
    if all.is_empty() { chosen.to_owned() } else { format!("{chosen}; {}", all.join("; ")) }
}

fn person(out: &mut Reading, lead: &str, pick: &PersonPick, here: bool) {
    if let (Some((_, name)), true) = (&pick.taken, pick.line.is_empty()) {
        out.lines.push(Said::plain(format!("{lead}{name}")).at(here));
        return;
    }
    if let (true, Some((_, name))) = (pick.line.is_empty(), &pick.offered) {
        out.lines.push(Said::plain(format!("{lead}for {name}? Enter is yes, or type a name")).at(here));
        return;
    }
    let found = here && !pick.hits.is_empty();
    let said = if here { typed(lead, &pick.line) } else { Said::plain(format!("{lead}{}", pick.line.text())) };
    out.lines.push(said);
    if found {
        for (n, hit) in pick.hits.iter().enumerate() {
            let mark = if n == pick.cursor { TAKES } else { "found: " };
            out.say(list(&[&format!("{mark}{}", hit.name), &hit.detail, &hit.number]));
        }
    }
}

/// Why an alert stands where it stands.
pub(super) fn why(why: &WhyLayer) -> Reading {
    let mut out = Reading::new(format!("Why: {}", why.name));
    match (&why.why, why.gone) {
        (_, true) => out.say("It is not on the list any more."),
        (None, _) => out.say(WAITS),
        (Some(found), _) => {
            out.title = format!("Why {}: {}", tier(found.tier), found.person);
            let floor = if found.floor { ", the floor" } else { "" };
            out.say(format!("{} now: {}{floor}", tier(found.tier), found.headline));
            for (label, text) in &found.lines {
                out.say(if label.is_empty() { text.clone() } else { format!("{label}: {text}") });
            }
        }
    }
    let count = out.lines.len();
    let top = why.top.min(count.saturating_sub(1));
    if let Some(line) = out.lines.get_mut(top) {
        line.here = true;
    }
    out
}

/// Find.
pub(super) fn find(find: &Find) -> Reading {
    let mut out = Reading::new("Find");
    out.lines.push(typed("Name: ", &find.line));
    for (n, hit) in find.hits.iter().enumerate() {
        let kind = match hit.kind {
            HitKind::Client => "client",
            HitKind::Staff => "caregiver",
            HitKind::Contact => "family or other contact",
            HitKind::Physician => "physician",
            HitKind::Issue => "issue",
            HitKind::Visit => "visit",
        };
        let text = list(&[&hit.name, kind, &hit.detail, &hit.number]);
        // The cursor stays in what is typed; which one Enter opens is said.
        let text = if n == find.cursor { format!("{OPENS}{text}") } else { text };
        let of = hit.key.map_or(Of::Person(hit.person), Of::Alert);
        out.lines.push(Said::plain(text).of(of));
    }
    if find.hits.is_empty() && !find.line.is_empty() {
        out.say(if find.of == find.line.text() { "Nobody found." } else { WAITS });
    }
    out
}

/// Palette, help, and all that can be done here.
pub(super) fn menu(menu: &Menu) -> Reading {
    let mut out = Reading::new(match menu.kind {
        MenuKind::Palette => "Everything",
        MenuKind::Help => "Keys of this screen",
        MenuKind::Here => "What can be done here",
        MenuKind::New => "New",
        MenuKind::Only => "Show only",
    });
    if !menu.line.is_empty() {
        out.say(format!("narrowed by {}", menu.line.text()));
    }
    for (n, item) in menu.items.iter().enumerate() {
        let keys =
            if item.keys.is_empty() { String::new() } else { format!("key {}", item.keys.replace("  ", " or ")) };
        let why = item.reason.as_ref().map(|why| format!("not now: {why}")).unwrap_or_default();
        out.lines.push(Said::plain(list(&[&item.text, &keys, &why])).at(n == menu.cursor));
    }
    if menu.items.is_empty() {
        out.say("Nothing of that name.");
    }
    out
}

/// Colours to choose from.
pub(super) fn themes(model: &Model, menu: &ThemeMenu) -> Reading {
    let mut out = Reading::new("Colours");
    for (n, choice) in model.themes.list.iter().enumerate() {
        let why = choice.reason.as_ref().map(|why| format!("not now: {why}")).unwrap_or_default();
        out.lines.push(Said::plain(list(&[&choice.name, &choice.about, &why])).at(n == menu.cursor));
    }
    out
}

/// What undo or redo would do.
pub(super) fn undo(card: &UndoCard) -> Reading {
    let verb = if card.redo { "Redo" } else { "Undo" };
    let mut out = Reading::new(verb);
    match &card.act {
        None if card.answered => out.say(format!("There is nothing to {}.", verb.to_lowercase())),
        None => out.say(WAITS),
        Some(act) => {
            out.say(act.what.clone());
            for line in &act.tells {
                out.say(line.clone());
            }
            if let Some(why) = &act.refused {
                out.say(format!("It can't be: {why}."));
            }
        }
    }
    last(out)
}

/// A question.
pub(super) fn confirm(card: &Confirm) -> Reading {
    let mut out = Reading::new(card.title.clone());
    out.say(card.who.clone());
    for line in &card.lines {
        out.say(line.clone());
    }
    last(out)
}

/// The last line is where the cursor is.
fn last(mut out: Reading) -> Reading {
    if let Some(line) = out.lines.last_mut() {
        line.here = true;
    }
    out
}

/// My drafts.
pub(super) fn drafts(model: &Model, drafts: &DraftList) -> Reading {
    let mut out = Reading::new("My drafts");
    match drafts.drafts.as_deref() {
        None => out.say(WAITS),
        Some([]) => out.say("Nothing is waiting to be finished."),
        Some(found) => {
            for (n, draft) in found.iter().enumerate() {
                let told = draft.fields.iter().filter(|(name, _)| !matches!(name.as_str(), "focus" | "person.id"));
                let texts: Vec<&str> = told.map(|(_, text)| text.trim()).filter(|t| !t.is_empty()).collect();
                let text = list(&[&draft.form, &when(model, draft.at), &texts.join(", ")]);
                out.lines.push(Said::plain(text).at(n == drafts.cursor));
            }
        }
    }
    out
}

/// A record's revisions.
pub(super) fn history(model: &Model, history: &History) -> Reading {
    let mut out = Reading::new(format!("History: {}", history.title));
    match history.lines.as_deref() {
        None => out.say(WAITS),
        Some([]) => out.say("Nothing has changed since it was made."),
        Some(found) => {
            for (n, line) in found.iter().enumerate() {
                let changes: Vec<String> = line
                    .fields
                    .iter()
                    .map(|(field, before, after)| match before.as_str() {
                        "" => format!("{field}: {after}"),
                        before => format!("{field}: from {before} to {after}"),
                    })
                    .collect();
                let who = format!("{} {}", line.who, line.what);
                let text = list(&[&when(model, line.at), &who, &changes.join("; ")]);
                out.lines.push(Said::plain(text).at(n == history.top));
            }
        }
    }
    out
}

/// What I did.
pub(super) fn acts(model: &Model, acts: &Acts) -> Reading {
    let mut out = Reading::new("What I did, newest first");
    match acts.acts.as_deref() {
        None => out.say(WAITS),
        Some([]) => out.say("Nothing yet."),
        Some(found) => {
            for (n, act) in found.iter().enumerate() {
                let tail = match (act.undone, &act.refused) {
                    (true, _) => "taken back".to_owned(),
                    (false, Some(why)) => format!("can't be undone: {why}"),
                    (false, None) => String::new(),
                };
                out.lines.push(Said::plain(list(&[&when(model, act.at), &act.what, &tail])).at(n == acts.cursor));
            }
        }
    }
    out
}

/// Who looked at somebody's chart.
pub(super) fn looked(model: &Model, looked: &Looked) -> Reading {
    let mut out = Reading::new(format!("Who looked: {}", looked.name));
    if let Some(why) = &looked.denied {
        out.say(format!("Not shown: {why}."));
        return out;
    }
    for (n, line) in looked.lines.iter().enumerate() {
        let who = if line.role.is_empty() { line.user.clone() } else { format!("{} ({})", line.user, line.role) };
        let ending = if line.ending == "done" { "" } else { line.ending.as_str() };
        let what = format!("{} {}", line.action, line.category);
        let text = list(&[&when(model, line.at), &who, &what, &line.detail, ending, &line.origin]);
        out.lines.push(Said::plain(text).at(n == looked.cursor));
    }
    if looked.lines.is_empty() {
        out.say(match (looked.come, looked.more) {
            (false, _) => WAITS,
            (true, true) => "Nobody lately. Down looks further back.",
            (true, false) => "Nobody has looked yet.",
        });
    }
    out
}

/// What was found out about the terminal.
pub(super) fn terminal(shown: &TerminalLayer) -> Reading {
    let mut out = Reading::new("This terminal");
    for (n, one) in shown.findings.iter().enumerate() {
        let text = format!("{}: {}", one.what, list(&[&one.value, &one.why]));
        out.lines.push(Said::plain(text).at(n == shown.top));
    }
    out
}

/// A visit in the hand.
pub(super) fn lifted(model: &Model, lifted: &Lifted) -> Reading {
    let word = match lifted.way {
        Way::Move => "Move",
        Way::Assign => "Assign",
        Way::Swap => "Swap",
        Way::Split => "Split",
        Way::Shorten => "Length",
    };
    let Some(row) = &lifted.row else {
        let mut out = Reading::new(word);
        out.say(WAITS);
        return out;
    };
    let mut out =
        Reading::new(list(&[&format!("{word}: {}", row.client_name), if lifted.agreed { "agreed" } else { "" }]));
    out.say(format!("is: {}", super::words::visit(row, model.now)));
    let goes = if lifted.staff.is_some() { lifted.staff_name.as_str() } else { "nobody" };
    let held = match lifted.way {
        Way::Move | Way::Assign => format!("{} {}, {goes}", lifted.day.short(), clock(lifted.minute)),
        Way::Split => format!("the first {} minutes, {goes} to the other", lifted.minutes),
        Way::Shorten => format!("{} minutes", lifted.minutes),
        Way::Swap => match &lifted.with {
            Some(with) => format!("with {}", super::words::visit(with, model.now)),
            None => "with which visit? the arrows go to it".to_owned(),
        },
    };
    let typed_now = if lifted.typed.is_empty() { String::new() } else { format!(", typed {}", lifted.typed) };
    out.lines.push(Said::plain(format!("would be: {held}{typed_now}")).at(lifted.writing.is_none()));
    if let Some(tried) = lifted.known() {
        for conflict in &tried.conflicts {
            out.say(format!("against it: {}", conflict.text));
        }
        for tell in &tried.tells {
            out.say(format!("to be told: {tell}"));
        }
        if tried.conflicts.is_empty() {
            out.say("nothing against it");
        }
    }
    if let Some(error) = &lifted.error {
        out.say(format!("problem: {error}"));
    }
    for row in lifted.carers.iter().flatten() {
        let of = Of::Person(Person::Staff(row.staff));
        out.lines.push(Said::plain(format!("could go: {}", candidate(row))).of(of));
    }
    match &lifted.writing {
        Some(Writing::Reason(line)) => out.lines.push(typed("Why all the same: ", line)),
        Some(Writing::Name(pick)) => person(&mut out, "Who goes: ", pick, true),
        None => {}
    }
    out
}

/// The locked screen: nothing of a client.
pub(super) fn locked(model: &Model, lock: &LockScreen) -> Reading {
    let (day, minute) = model.zone.civil(model.now);
    let mut out = Reading::new(match (lock.view.state, lock.wished) {
        (_, true) | (LockState::Choose, _) => "Choose a PIN".to_owned(),
        _ => format!("Locked, {} {}", clock(minute), day.short()),
    });
    let [one, two, ..] = lock.view.tiers;
    if !lock.wished {
        out.say(format!("{one} P1 and {two} P2 are open."));
    }
    if let Some(said) = &lock.said {
        out.say(said.clone());
    }
    let asks = !matches!(lock.view.state, LockState::Shut(_) | LockState::Broken) || lock.wished;
    if asks {
        let label = match lock.step {
            LockStep::Pin => "PIN",
            LockStep::Old => "PIN until now",
            LockStep::New => "New PIN, 4 to 8 digits",
            LockStep::Again => "Once more",
        };
        let text = format!("{label}: {} digits typed", lock.digits());
        out.lines.push(Said::plain(text).at(true));
    } else {
        out.say(match lock.view.state {
            LockState::Shut(until) => format!("Too many wrong ones. It asks again at {}.", when(model, until)),
            _ => "The PIN can't be read: caseload pin reset LOGIN".to_owned(),
        });
    }
    out
}
