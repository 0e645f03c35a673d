//! A storm: everybody whom it touches above, in the order of calling, and below all that a call to the one under the marker
//! needs. Where none runs, what it is for and whom one would touch.

use crate::app::layers::{Layer, STORM_SAYS, StormLayer};
use crate::app::model::Target;
use crate::domain::storm::StormState;
use crate::service::api::Person;
use crate::service::api::storm::{StormClient, StormFacts, StormRow, StormView};
use crate::ui::draw::{Canvas, area};
use crate::ui::screens::also;
use crate::ui::screens::list::{put_person, when};
use crate::ui::text::{clean, width, wrap};
use crate::ui::widgets::popup;
use crate::ui::widgets::rows::{Standing, marker, name_style, window};
use ratatui::layout::Rect;
use ratatui::style::Style;

/// Draws the storm.
pub fn draw(canvas: &mut Canvas, layer: &Layer, page: &StormLayer) {
    let place = area(canvas.layout.layer(layer));
    canvas.hits.cover(place);
    let Some(view) = &page.view else {
        let inner = popup::page(&mut canvas.pen, place, "Storm", "");
        let dim = canvas.pen.theme.dim;
        canvas.pen.text(inner.x, inner.y, inner.width, "…", dim);
        return;
    };
    let Some(storm) = &view.storm else { return calm(canvas, place, view) };
    let right = counts(view, place.width);
    let room = place.width.saturating_sub(width(&right) + 8);
    let title = title(canvas, storm, page.mine, room);
    let mut inner = popup::page(&mut canvas.pen, place, &title, &right);
    if let Some(words) = also::below(canvas, layer, inner.width) {
        let style = canvas.pen.theme.accent;
        canvas.pen.text(inner.x, inner.y, inner.width, &words, style);
        (inner.y, inner.height) = (inner.y + 1, inner.height.saturating_sub(1));
    }
    if view.rows.is_empty() {
        let text = match (page.mine, view.beyond) {
            (true, _) => "None of your clients is touched: tab shows everybody's.".to_owned(),
            (false, 0) => "Nobody on service is touched: e sets its area right.".to_owned(),
            (false, n) => format!("It touches {n} clients whom you do not see; their coordinators call them."),
        };
        return lines(canvas, inner, &[(text, canvas.pen.theme.dim)]);
    }
    // Below the list at least eight rows for whoever is called.
    let most = (inner.height / 2).max(inner.height.saturating_sub(if inner.height > 30 { 16 } else { 10 })).max(3);
    let shown = (view.rows.len() as u16).min(most);
    rows(canvas, Rect::new(inner.x, inner.y, inner.width, shown), page, view);
    let mut y = inner.y + shown;
    if view.beyond > 0 && y < inner.bottom() {
        let text = format!("and {} of clients whom you do not see", view.beyond);
        let dim = canvas.pen.theme.dim;
        canvas.pen.text(inner.x + 1, y, inner.width.saturating_sub(1), &text, dim);
        y += 1;
    }
    let below = Rect::new(inner.x, y, inner.width, inner.bottom().saturating_sub(y));
    if let Some(about) = page.about() {
        one(canvas, below, page, about);
    } else if below.height > 0 {
        let dim = canvas.pen.theme.dim;
        canvas.pen.text(below.x, below.y, below.width, "…", dim);
    }
}

/// Lines of text below each other, as many as fit.
fn lines(canvas: &mut Canvas, place: Rect, texts: &[(String, Style)]) {
    let mut y = place.y;
    for (text, style) in texts {
        if text.is_empty() {
            y += 1;
        }
        for line in wrap(&clean(text), place.width).iter().filter(|l| !l.is_empty()) {
            if y < place.bottom() {
                canvas.pen.text(place.x, y, place.width, line, *style);
                y += 1;
            }
        }
    }
}

/// No storm runs: what this is for, and whom one would touch.
fn calm(canvas: &mut Canvas, place: Rect, view: &StormView) {
    let inner = popup::page(&mut canvas.pen, place, "Storm", "none is running");
    let theme = canvas.pen.theme;
    let counts = view.counts;
    let mut texts = vec![
        ("No storm is running.".to_owned(), theme.strong),
        (
            "For an ice storm, a flood, a power cut: everybody whom it touches, in the order of calling, with one digit \
             a call. What is left open at its end becomes tasks."
                .to_owned(),
            theme.text,
        ),
        (String::new(), theme.text),
    ];
    if counts.all == 0 {
        texts.push(("There is nobody on service to call.".to_owned(), theme.text));
    } else {
        texts.push((format!("{} clients on service would be called.", counts.all), theme.text));
        texts.push((format!("{} depend on power or oxygen.", view.powered), theme.text));
    }
    if view.unrated > 0 {
        let text = format!("{} without an emergency level on the record: rate them before it is needed.", view.unrated);
        texts.push((text, theme.strong));
    }
    if counts.all > 0 {
        texts.push((String::new(), theme.text));
        texts.push(("Enter declares one. a: the roster to print before the power goes.".to_owned(), theme.accent));
    }
    for (n, past) in view.past.iter().enumerate() {
        if n == 0 {
            texts.push((String::new(), theme.text));
            texts.push(("Over:".to_owned(), theme.dim));
        }
        let began = when(canvas.model, past.began);
        let end = past.ended.map(|e| format!(": {} of {} reached, {} open", e.reached, e.touched, e.open));
        let drill = if past.exercise { " (exercise)" } else { "" };
        texts.push((format!("{began} {}{drill}{}", past.name, end.unwrap_or_default()), theme.dim));
    }
    lines(canvas, inner, &texts);
}

/// `3 of 41 reached · help 1 · no answer 2`.
fn counts(view: &StormView, room: u16) -> String {
    let c = view.counts;
    let narrow = room < 60;
    let head =
        if narrow { format!("{}/{}", c.reached(), c.all) } else { format!("{} of {} reached", c.reached(), c.all) };
    let mut parts = vec![head];
    if c.help > 0 {
        parts.push(if narrow { format!("help {}", c.help) } else { format!("need help {}", c.help) });
    }
    if c.no_answer > 0 {
        parts.push(if narrow { format!("n/a {}", c.no_answer) } else { format!("no answer {}", c.no_answer) });
    }
    if c.message > 0 && !narrow {
        parts.push(format!("message {}", c.message));
    }
    parts.join(" · ")
}

/// `Storm · ice storm · since 05:40 · Pawtucket`, as much of it as there is room for.
fn title(canvas: &Canvas, storm: &StormFacts, mine: bool, room: u16) -> String {
    let mut title = if storm.exercise { "Exercise".to_owned() } else { "Storm".to_owned() };
    let mine = if mine { "mine".to_owned() } else { String::new() };
    let area = if storm.places.is_empty() { storm.office.clone() } else { storm.places.join(", ") };
    for part in [storm.name.clone(), mine, format!("since {}", when(canvas.model, storm.began)), area] {
        let longer = format!("{title} · {part}");
        if !part.is_empty() && width(&clean(&longer)) <= room {
            title = longer;
        }
    }
    title
}

fn rows(canvas: &mut Canvas, place: Rect, page: &StormLayer, view: &StormView) {
    let at = view.rows.iter().position(|r| Some(r.client) == page.client).unwrap_or(0);
    let room = usize::from(place.height);
    let top = window(at.saturating_sub(room / 2), at, view.rows.len(), room);
    for (n, row) in view.rows.iter().enumerate().skip(top).take(room) {
        let line = Rect::new(place.x, place.y + (n - top) as u16, place.width, 1);
        canvas.hits.add(line, Target::Item(n));
        let well = row.state.is_some_and(StormState::is_well);
        let standing = Standing { selected: n == at, focused: true, ghost: well, ..Standing::default() };
        draw_row(canvas, line, row, standing);
    }
}

fn draw_row(canvas: &mut Canvas, line: Rect, row: &StormRow, standing: Standing) {
    let theme = canvas.pen.theme;
    let wide = line.width >= 70;
    let mut x = marker(&mut canvas.pen, line.x, line.y, standing);
    let level = row.level.map_or_else(|| "L?".to_owned(), |n| format!("L{n}"));
    let urgent = matches!(row.level, Some(1) | None) && !standing.ghost;
    canvas.pen.text(x, line.y, 2, &level, if urgent { theme.strong } else { theme.dim });
    x += 3;
    let cells = match line.width {
        100.. => 16,
        70.. => 14,
        _ => 7,
    };
    let style = if standing.ghost { theme.dim } else { theme.text };
    canvas.pen.text(x, line.y, cells, &row.power, style);
    x += cells + 1;
    let transport = row.transport.map_or_else(|| "T?".to_owned(), |n| format!("T{n}"));
    canvas.pen.text(x, line.y, 2, &transport, theme.dim);
    x += 3;
    let said = said(canvas, row, wide);
    let end = line.right();
    let name = if line.width >= 100 {
        26
    } else if wide {
        20
    } else {
        (end - x).saturating_sub(width(&clean(&said)) + 1).max(8)
    };
    let style = name_style(&canvas.pen, standing, theme.text);
    put_person(canvas, x, line.y, name, Some(Person::Client(row.client)), &row.name, false, style);
    x += name + 1;
    let help = row.state == Some(StormState::NeedsHelp);
    let style = if help {
        theme.strong
    } else if standing.ghost {
        theme.dim
    } else {
        theme.text
    };
    if wide {
        let state = if line.width >= 100 { 24 } else { 16 };
        canvas.pen.text(x, line.y, state, &said, style);
        x += state + 1;
        canvas.pen.text(x, line.y, end.saturating_sub(x), &facts(row, end.saturating_sub(x)), theme.dim);
    } else {
        canvas.pen.text(x, line.y, end.saturating_sub(x), &said, style);
    }
}

/// How she is: `safe 06:12`, `no answer 2×`, `not called`.
fn said(canvas: &Canvas, row: &StormRow, wide: bool) -> String {
    if let Some(who) = &row.caller {
        return format!("{who} is calling");
    }
    let at = row.at.map(|at| format!(" {}", when(canvas.model, at))).unwrap_or_default();
    match row.state {
        None => if wide { "not called" } else { "" }.to_owned(),
        Some(StormState::Safe) => format!("safe{at}"),
        Some(StormState::NeedsHelp) => format!("needs help{at}"),
        Some(StormState::NoAnswer) if row.tries > 1 => format!("no answer {}×", row.tries),
        Some(StormState::NoAnswer) => format!("no answer{at}"),
        Some(StormState::LeftMessage) => format!("message{at}"),
        Some(StormState::Sheltered) => format!("sheltered{at}"),
        Some(StormState::Evacuated) => format!("evacuated{at}"),
    }
}

/// What else is to be known of her on one line, as much as there is room for.
fn facts(row: &StormRow, room: u16) -> String {
    let mut out = String::new();
    let place = if row.place.is_empty() { String::new() } else { format!("at {}", row.place) };
    let near = if row.near { "" } else { "nobody near" };
    let alone = if row.alone { "alone" } else { "" };
    let town = if room >= 60 { row.town.as_str() } else { "" };
    for part in [place.as_str(), &row.away, alone, near, &row.next, town] {
        let longer = if out.is_empty() { part.to_owned() } else { format!("{out} · {part}") };
        if !part.is_empty() && width(&clean(&longer)) <= room {
            out = longer;
        }
    }
    out
}

/// The client under the marker.
fn one(canvas: &mut Canvas, place: Rect, page: &StormLayer, about: &StormClient) {
    let theme = canvas.pen.theme;
    let (mut y, bottom) = (place.y, place.bottom());
    if place.height > 7 {
        canvas.pen.rule(place.x, y, place.width);
        y += 1;
    }
    let mut put = |canvas: &mut Canvas, text: &str, style: Style, most: usize| {
        let mut lines = wrap(&clean(text), place.width);
        lines.retain(|line| !line.is_empty());
        if lines.len() > most {
            // What does not fit leaves its sign.
            let rest = lines.split_off(most.saturating_sub(1)).join(" ");
            lines.push(rest);
        }
        for line in lines {
            if y < bottom {
                canvas.pen.text(place.x, y, place.width, &line, style);
                y += 1;
            }
        }
    };
    let short = place.height < 12;
    put(canvas, &about.who, theme.strong, 1);
    let dialling = page.dial == Some(about.client);
    if !dialling || !short {
        put(canvas, &about.why.join(" · "), theme.text, if short { 2 } else { 3 });
    }
    if dialling {
        if let Some(who) = &about.caller {
            put(
                canvas,
                &format!("{who} has these numbers open: they may be on the telephone already"),
                theme.strong,
                2,
            );
        }
        for number in &about.numbers {
            let told = if number.number.is_empty() { number.kind.as_str() } else { number.number.as_str() };
            put(canvas, &format!("{told}  {}", number.who), theme.accent, 1);
        }
        let digits: Vec<String> =
            STORM_SAYS.iter().enumerate().map(|(n, (_, word))| format!("{} {word}", n + 1)).collect();
        put(canvas, &digits.join("   "), theme.text, 4);
        return;
    }
    if let Some(call) = about.calls.first().filter(|_| short) {
        put(canvas, &spoken(canvas, call), theme.text, 1);
    }
    if let Some(number) = about.numbers.first() {
        let told = if number.number.is_empty() { number.kind.as_str() } else { number.number.as_str() };
        put(canvas, &format!("{told}  {}", number.who), theme.text, 1);
    }
    for number in about.numbers.iter().skip(1).filter(|n| n.contact.is_some()).take(if short { 1 } else { 3 }) {
        put(canvas, &format!("{}  {}", number.number, number.who), theme.text, 1);
    }
    let home =
        [about.address.as_str(), &if about.next.is_empty() { String::new() } else { format!("next {}", about.next) }]
            .into_iter()
            .filter(|p| !p.is_empty())
            .collect::<Vec<_>>()
            .join(" · ");
    put(canvas, &home, theme.dim, 2);
    if !about.depends.is_empty() && !short {
        put(canvas, &format!("on the record: {}", about.depends), theme.dim, 2);
    }
    let nobody = about.near.is_empty();
    if nobody {
        put(canvas, "nobody near works today", theme.strong, 1);
    }
    for carer in &about.near {
        let text = format!("{} min away: {} {} · {}", carer.minutes, carer.name, carer.discipline.word(), carer.doing);
        // The number first, as of the others: it is whole wherever the line ends.
        let text = if carer.number.is_empty() { text } else { format!("{}  {text}", carer.number) };
        put(canvas, &text, theme.dim, 1);
    }
    for call in about.calls.iter().filter(|_| !short) {
        put(canvas, &spoken(canvas, call), theme.text, 2);
    }
}

/// `06:12 reached, safe (R. Patel): with daughter`.
fn spoken(canvas: &Canvas, call: &crate::service::api::storm::SaidDown) -> String {
    let words = if call.words.is_empty() { String::new() } else { format!(": {}", call.words) };
    format!("{} {} ({}){words}", when(canvas.model, call.at), call.state.word(), call.by)
}
