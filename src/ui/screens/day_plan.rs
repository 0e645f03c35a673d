//! The plan of a day or a week: its figures beside those of now, how far the search has come, and the lines.

use crate::app::day_plan_words;
use crate::app::keymap::Context;
use crate::app::layers::{DayPlanLayer, Layer};
use crate::app::model::Target;
use crate::domain::time::{clock, hours};
use crate::service::api::Person;
use crate::service::api::day_plan::{DayFigures, DayPlan, PlanLine};
use crate::ui::draw::{Canvas, area};
use crate::ui::screens::list::put_person;
use crate::ui::text::{clean, width, wrap};
use crate::ui::widgets::popup;
use crate::ui::widgets::rows::{Standing, marker, name_style, window};
use ratatui::layout::Rect;
use ratatui::style::Style;

/// From this width on a line has all of its columns, and the figures a table.
const WIDE: u16 = 66;
/// Columns of the table of figures.
const COLUMN: u16 = 17;

/// Draws the plan.
pub fn draw(canvas: &mut Canvas, layer: &Layer, page: &DayPlanLayer) {
    let place = area(canvas.layout.layer(layer));
    canvas.hits.cover(place);
    let right = count(page);
    let room = place.width.saturating_sub(width(&right) + 8);
    let title = title(page, canvas.model.calendar.team(), room);
    let mut inner = popup::page(&mut canvas.pen, place, &title, &right);
    let Some(plan) = &page.plan else {
        let dim = canvas.pen.theme.dim;
        canvas.pen.text(inner.x, inner.y, inner.width, "…", dim);
        return;
    };
    let low = inner.height < 12;
    // Where nothing can be planned there is nothing to count.
    let counted = if plan.search.is_some() { figures(canvas, plan, inner.width, low) } else { Vec::new() };
    for (text, style) in counted {
        put(canvas, &mut inner, &text, style);
    }
    let (text, style) = standing(canvas, page, plan);
    // A note that is longer than a line is one that matters.
    for line in wrap(&clean(&text), inner.width).iter().take(if low { 1 } else { 2 }) {
        put(canvas, &mut inner, line, style);
    }
    if plan.lines.is_empty() {
        return nothing(canvas, inner, plan);
    }
    let below = about_height(page, inner);
    let list = Rect { height: inner.height - below, ..inner };
    lines(canvas, list, page, plan);
    if let Some(line) = page.selected().filter(|_| below > 0) {
        about(canvas, Rect { y: list.bottom(), height: below, ..inner }, page, plan, line);
    }
}

fn put(canvas: &mut Canvas, inner: &mut Rect, text: &str, style: Style) {
    if inner.height > 0 {
        canvas.pen.text(inner.x, inner.y, inner.width, text, style);
        (inner.y, inner.height) = (inner.y + 1, inner.height - 1);
    }
}

/// `3 of 12 marked`.
fn count(page: &DayPlanLayer) -> String {
    match (page.marks.len(), page.lines().len()) {
        (_, 0) => String::new(),
        (0, 1) => "1 line".to_owned(),
        (0, lines) => format!("{lines} lines"),
        (marks, lines) => format!("{marks} of {lines} marked"),
    }
}

/// `Plan · Mon 2 Mar · mine`, as much of it as there is room for.
fn title(page: &DayPlanLayer, team: &str, room: u16) -> String {
    let (from, to) = page.ask.days();
    let when = if from == to { from.short() } else { format!("{} – {}", from.short(), to.short()) };
    let mut title = format!("Plan · {when}");
    let scratch = if page.ask.scratch { "from scratch" } else { "" };
    let mine = if page.ask.mine { "mine" } else { "everybody's" };
    for part in [scratch.to_owned(), mine.to_owned(), page.ask.only.words(team)] {
        let longer = format!("{title} · {part}");
        if !part.is_empty() && width(&clean(&longer)) <= room {
            title = longer;
        }
    }
    title
}

/// `3.7 h`, or `35 min`.
fn long(minutes: u32) -> String {
    if minutes < 60 { format!("{minutes} min") } else { format!("{} h", hours(minutes)) }
}

/// What is counted, as it stands and by the plan.
fn counted(of: &DayFigures) -> [(&'static str, String); 6] {
    [
        ("nobody goes", of.uncovered.to_string()),
        ("twice at once", of.twice.to_string()),
        ("on the way", long(of.travel)),
        ("overtime", long(of.overtime)),
        ("late from travel", long(of.late)),
        ("know the client", of.known.to_string()),
    ]
}

/// The figures as a table, or in a line or three where that has no room.
fn figures(canvas: &Canvas, plan: &DayPlan, width: u16, low: bool) -> Vec<(String, Style)> {
    let theme = canvas.pen.theme;
    let (now, then) = (counted(&plan.before), counted(&plan.after));
    if width >= COLUMN * 6 + 12 && !low {
        let row = |head: &str, cells: Vec<&str>| {
            let cells: Vec<String> =
                cells.iter().map(|c| format!("{c:>width$}", width = usize::from(COLUMN))).collect();
            format!("{head:<12}{}", cells.concat())
        };
        return vec![
            (row("", now.iter().map(|(word, _)| *word).collect()), theme.dim),
            (row("now", now.iter().map(|(_, n)| n.as_str()).collect()), theme.text),
            (row("by the plan", then.iter().map(|(_, n)| n.as_str()).collect()), theme.strong),
        ];
    }
    let part = |((word, a), (_, b)): (&(&str, String), &(&str, String))| {
        let same = a == b;
        // Where there is little room what stays is not said, but that nobody goes is.
        (!same || !low || *word == "nobody goes")
            .then(|| if same { format!("{word} {a}") } else { format!("{word} {a} → {b}") })
    };
    let parts: Vec<String> = now.iter().zip(&then).filter_map(part).collect();
    let most = if low { 2 } else { 4 };
    packed(&parts, width).into_iter().take(most).map(|line| (line, theme.text)).collect()
}

/// Parts in as few lines as they fit, none of them broken.
fn packed(parts: &[String], most: u16) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for part in parts {
        match lines.last_mut() {
            Some(last) if width(last) + width(part) + 3 <= most => {
                last.push_str(" · ");
                last.push_str(part);
            }
            _ => lines.push(part.clone()),
        }
    }
    lines
}

/// How the plan shown stands: whether it is looked further, whether a better one waits.
fn standing(canvas: &Canvas, page: &DayPlanLayer, plan: &DayPlan) -> (String, Style) {
    let theme = canvas.pen.theme;
    let key = canvas.model.keymap.keys_of(&[Context::Plan], "plan-better").into_iter().next();
    let key = key.unwrap_or_else(|| "the menu".to_owned());
    let search = page.improving.search;
    let looking = |what: &str| (format!("{what} {} %", search.percent()), theme.dim);
    if page.sent {
        return ("being saved …".to_owned(), theme.accent);
    }
    if !plan.is_found() {
        return looking("every visit is looked at:");
    }
    if let Some(other) = &page.waiting {
        let better = day_plan_words::better_words(&other.after, &plan.after);
        let text = if better.is_empty() {
            format!("{key} shows another plan that was found")
        } else {
            format!("{key} shows a better plan: {better}")
        };
        return (text, theme.strong);
    }
    if page.stale {
        return (format!("changed since · {key} plans it anew"), theme.strong);
    }
    if page.improving.goes {
        return looking("looking for a better one:");
    }
    if plan.search.is_none() {
        return (String::new(), theme.dim);
    }
    if search.left > 0 {
        return (format!("the best so far · {key} looks further"), theme.dim);
    }
    ("the best that was found".to_owned(), theme.dim)
}

/// Why there is no line.
fn nothing(canvas: &mut Canvas, inner: Rect, plan: &DayPlan) {
    if !plan.is_found() {
        return;
    }
    let one = plan.from == plan.to;
    let text = if plan.search.is_none() {
        let which = if one { "this day" } else { "these days" };
        format!("Nothing can be planned on {which}: there is no visit that has not begun and may be given to somebody.")
    } else {
        let which = if one { "The day" } else { "The week" };
        format!(
            "{which} can stay as it is: nothing was found that covers more visits, shortens the ways or saves overtime. Whoever has said yes stays, and so does what has begun."
        )
    };
    let style = canvas.pen.theme.text;
    for (n, row) in wrap(&text, inner.width).iter().enumerate().take(usize::from(inner.height)) {
        canvas.pen.text(inner.x, inner.y + n as u16, inner.width, row, style);
    }
}

/// Lines under the list for what the marker is on.
fn about_height(page: &DayPlanLayer, inner: Rect) -> u16 {
    let narrow = inner.width < WIDE;
    let refused = page.selected().is_some_and(|l| page.refused.contains_key(&l.visit));
    let wanted = match (narrow, refused) {
        (true, false) => 2,
        (true, true) => 3,
        (false, _) => 4,
    };
    let least = if narrow { 4 } else { 3 };
    match inner.height {
        h if h > least + wanted => wanted,
        // Why it can't be accepted is said at any size.
        h if refused && h > 3 => 2,
        _ => 0,
    }
}

fn lines(canvas: &mut Canvas, place: Rect, page: &DayPlanLayer, plan: &DayPlan) {
    let theme = canvas.pen.theme;
    let week = plan.from != plan.to;
    let tall: u16 = if place.width < WIDE { 2 } else { 1 };
    let room = usize::from(place.height / tall).max(1);
    let at = page.cursor();
    let top = window(0, at, plan.lines.len(), room);
    for (n, line) in plan.lines.iter().enumerate().skip(top).take(room) {
        let y = place.y + (n - top) as u16 * tall;
        let row = Rect::new(place.x, y, place.width, tall.min(place.bottom().saturating_sub(y)));
        canvas.hits.add(row, Target::Item(n));
        let marked = page.marks.contains(&line.visit);
        let standing = Standing { selected: n == at, focused: true, ..Standing::default() };
        // Marker and mark beside each other: neither hides the other.
        let mut x = marker(&mut canvas.pen, row.x, y, standing);
        x = marker(&mut canvas.pen, x, y, Standing { marked, ..Standing::default() });
        let when = if week { format!("{} {}", line.day.short(), clock(line.minute)) } else { clock(line.minute) };
        x = canvas.pen.text(x, y, 18, &when, theme.dim) + 1;
        let style = name_style(&canvas.pen, standing, theme.text);
        let person = Some(Person::Client(line.of));
        let end = row.right();
        let refused = page.refused.contains_key(&line.visit);
        if tall == 2 {
            put_person(canvas, x, y, end.saturating_sub(x), person, &line.client, false, style);
            let text = goes(line);
            let style = if refused { theme.tier(1) } else { theme.text };
            canvas.pen.text(row.x + 2, y + 1, row.width.saturating_sub(2), &text, style);
            continue;
        }
        let name = ((end - x) / 3).clamp(12, 24);
        put_person(canvas, x, y, name, person, &line.client, false, style);
        x += name + 1;
        let why = match end - x {
            room @ 121.. => room - 70,
            room @ 51.. => 26.min(room / 3),
            _ => 0,
        };
        let style = if refused { theme.tier(1) } else { theme.text };
        canvas.pen.text(x, y, (end - x).saturating_sub(why + u16::from(why > 0)), &goes(line), style);
        if why > 0 {
            canvas.pen.text(end - why, y, why, &line.why, theme.dim);
        }
    }
}

/// `nobody → Cole, Denise`.
fn goes(line: &PlanLine) -> String {
    let from = if line.from.is_empty() { "nobody".to_owned() } else { line.from.join(" + ") };
    let to: Vec<&str> = line.to.iter().map(|(_, name)| name.as_str()).collect();
    let to = if to.is_empty() { "nobody".to_owned() } else { to.join(" + ") };
    format!("{from} → {to}")
}

/// The line under the marker in full: what is done, why, what belongs to it, and why it was refused.
fn about(canvas: &mut Canvas, place: Rect, page: &DayPlanLayer, plan: &DayPlan, line: &PlanLine) {
    let theme = canvas.pen.theme;
    let mut left = place;
    if left.width >= WIDE && left.height > 2 {
        canvas.pen.rule(left.x, left.y, left.width);
        (left.y, left.height) = (left.y + 1, left.height - 1);
    }
    if let Some(why) = page.refused.get(&line.visit) {
        for row in wrap(&clean(&format!("can't be accepted: {why}")), left.width) {
            put(canvas, &mut left, &row, theme.strong);
        }
        return;
    }
    let what = [line.discipline.word(), line.service.as_str()].join(" ");
    let head = format!("{} {} min · {}", what.trim(), line.minutes, line.why);
    for row in wrap(&clean(&head), left.width).into_iter().take(2) {
        put(canvas, &mut left, &row, theme.text);
    }
    let week = plan.from != plan.to;
    let others: Vec<String> = line
        .needs
        .iter()
        .filter_map(|id| plan.lines.iter().find(|l| l.visit == *id))
        .map(|l| day_plan_words::line_words(l, week))
        .collect();
    if !others.is_empty() {
        put(canvas, &mut left, &format!("goes with {}", others.join(", ")), theme.dim);
    }
}
