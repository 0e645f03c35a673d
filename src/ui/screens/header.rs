//! The first line: who, when, how bad, and how fresh it is. What matters least drops first: that the triage rules are not
//! reviewed (its long words before its short ones), the agency, that nobody is real, the user, the clock-ins, the
//! third tier, the uncovered, the drafts. The time, the first tiers and the connection stay.

use crate::app::model::{Connection, Pane, Target};
use crate::domain::time::{WEEKDAYS, clock};
use crate::ui::draw::{Canvas, area};
use crate::ui::pen::{Piece, pieces_width};
use crate::ui::widgets::pane;
use ratatui::layout::Rect;

/// A part of the header: the higher `drops`, the sooner it goes.
struct Part {
    drops: u8,
    right: bool,
    pieces: Vec<Piece>,
    /// What it says where that is too long.
    shorter: Option<Vec<Piece>>,
    /// What it says where there is room after all; such a part stays.
    longer: Option<Vec<Piece>>,
}

/// When the third of the tiers goes.
const TIERS: u8 = 4;
/// When it goes that nobody has reviewed the rules.
const UNREVIEWED: u8 = 10;

/// Draws the header.
pub fn draw(canvas: &mut Canvas) {
    let line = area(canvas.layout.header);
    let mut parts = parts(canvas);
    let room = line.width.saturating_sub(2);
    let gap = if line.width >= 100 { 3 } else { 2 };
    let need = |parts: &[Part]| {
        parts.iter().map(|p| pieces_width(&p.pieces)).sum::<u16>() + gap * (parts.len().saturating_sub(1)) as u16
    };
    while need(&parts) > room {
        let Some(worst) = (0..parts.len()).filter(|i| parts[*i].drops > 0).max_by_key(|i| parts[*i].drops) else {
            break;
        };
        match parts[worst].shorter.take() {
            Some(pieces) => parts[worst].pieces = pieces,
            None if parts[worst].longer.is_some() => parts[worst].drops = 0,
            None => drop(parts.remove(worst)),
        }
    }
    // What went later may have made room for it.
    for i in 0..parts.len() {
        if let Some(longer) = parts[i].longer.take().filter(|_| parts[i].shorter.is_none()) {
            let short = std::mem::replace(&mut parts[i].pieces, longer);
            if need(&parts) > room {
                parts[i].pieces = short;
            }
        }
    }
    let mut x = line.x + 1;
    for part in parts.iter().filter(|p| !p.right) {
        x = canvas.pen.pieces(x, line.y, line.right().saturating_sub(x), &part.pieces) + gap;
    }
    let right: Vec<&Part> = parts.iter().filter(|p| p.right).collect();
    let cells: u16 = right.iter().map(|p| pieces_width(&p.pieces)).sum::<u16>() + gap * right.len().max(1) as u16 - gap;
    let mut at = line.right().saturating_sub(cells + 1).max(x);
    for part in right {
        at = canvas.pen.pieces(at, line.y, line.right().saturating_sub(at), &part.pieces) + gap;
    }
}

fn parts(canvas: &Canvas) -> Vec<Part> {
    let (model, theme) = (canvas.model, canvas.pen.theme);
    let (day, minute) = model.zone.civil(model.now);
    let mut parts = Vec::new();
    let mut add = |drops, right, pieces| parts.push(Part { drops, right, pieces, shorter: None, longer: None });
    let wide = canvas.layout.header.w;
    let date = if wide >= 120 {
        format!("{} {} ", WEEKDAYS[day.weekday()], day.long())
    } else if wide >= 60 {
        format!("{} ", day.short())
    } else {
        String::new()
    };
    if let Some(header) = &model.header {
        if wide >= 100 {
            add(9, false, vec![Piece::new(header.agency.clone(), theme.strong)]);
        }
        add(0, false, vec![Piece::new(format!("{date}{}", clock(minute)), theme.text)]);
        if header.demo {
            add(8, false, vec![Piece::new("demo, nobody here is real", theme.dim)]);
        }
        let mut tiers = Vec::new();
        for (n, count) in header.tiers.iter().take(3).enumerate() {
            let tier = n as u8 + 1;
            let style = if *count == 0 { theme.dim } else { theme.tier(tier) };
            tiers.push(Piece::new(format!("P{tier} {count}"), style));
            if n < 2 {
                tiers.push(Piece::new(if wide >= 60 { "  " } else { " " }, theme.text));
            }
        }
        add(TIERS, false, tiers);
        if let Some(chart) = header.emergencies.first() {
            let until = clock(model.zone.civil(chart.until).1);
            add(1, false, vec![Piece::new(format!("emergency: {} to {until}", chart.name), theme.strong)]);
        }
        // Whoever has not declared it learns of it here.
        if !header.storm.is_empty() {
            add(2, false, vec![Piece::new(format!("storm: {}", header.storm), theme.strong)]);
        }
        let style = if header.uncovered > 0 { theme.strong } else { theme.dim };
        add(3, false, vec![Piece::new(format!("uncovered {}", header.uncovered), style)]);
        let newest = header.newest_clock_in.map_or_else(
            || "no clock-ins".to_owned(),
            |at| {
                let (on, minute) = model.zone.civil(at);
                if on == day { format!("clock-ins {}", clock(minute)) } else { format!("clock-ins {}", on.short()) }
            },
        );
        add(5, false, vec![Piece::new(newest, theme.dim)]);
        if !header.policy.1 && !header.policy.0.is_empty() {
            let long = format!("triage: {}, not reviewed", header.policy.0);
            add(UNREVIEWED, false, vec![Piece::new(long, theme.dim)]);
        }
        if model.drafts > 0 {
            let text = format!("{}{}", theme.glyphs.draft, model.drafts);
            add(2, true, vec![Piece::new(text, theme.strong)]);
        }
        add(6, true, vec![Piece::new(header.user.clone(), theme.text)]);
    } else {
        add(0, false, vec![Piece::new(format!("{date}{}", clock(minute)), theme.text)]);
    }
    if model.unsaved().is_some() {
        let text = if wide >= 60 { "nothing is saved" } else { "not saved" };
        add(0, true, vec![Piece::new(text, theme.error)]);
    }
    if model.read_only {
        add(1, true, vec![Piece::new("read-only", theme.strong)]);
    }
    add(0, true, connection(canvas));
    if let Some(chart) = model.header.as_ref().and_then(|h| h.emergencies.first())
        && let Some(part) = parts.iter_mut().find(|p| p.drops == 1 && !p.right)
    {
        let until = clock(model.zone.civil(chart.until).1);
        part.shorter = Some(vec![Piece::new(format!("emergency to {until}"), theme.strong)]);
    }
    if let Some(part) = parts.iter_mut().find(|p| p.drops == 2 && !p.right) {
        part.shorter = Some(vec![Piece::new("storm", theme.strong)]);
    }
    if let Some(part) = parts.iter_mut().find(|p| p.drops == UNREVIEWED) {
        part.shorter = Some(vec![Piece::new("triage not reviewed", theme.dim)]);
    }
    if let Some(part) = parts.iter_mut().find(|p| p.drops == TIERS) {
        // Visits without anybody matter more than what is for today.
        part.shorter = part.pieces.get(..3).map(<[Piece]>::to_vec);
        part.longer = Some(part.pieces.clone());
    }
    parts
}

fn connection(canvas: &Canvas) -> Vec<Piece> {
    let (model, theme) = (canvas.model, canvas.pen.theme);
    let wide = canvas.layout.header.w >= 100;
    match &model.connection {
        Connection::Starting => vec![Piece::new(format!("{} starting", theme.glyphs.gone), theme.dim)],
        Connection::Live => {
            vec![Piece::new(theme.glyphs.live, theme.accent), Piece::new(if wide { " live" } else { "" }, theme.dim)]
        }
        Connection::Offline { since, .. } => {
            let since = clock(model.zone.civil(*since).1);
            let text =
                if canvas.layout.header.w >= 60 { format!("offline since {since}") } else { "offline".to_owned() };
            vec![Piece::new(format!("{} {text}", theme.glyphs.gone), theme.error)]
        }
    }
}

/// The pane names in one line, where one pane is shown at a time: `─[1 Alerts]── 2 Cal ── 3 Clients ── 4 Team ─`.
pub fn names(canvas: &mut Canvas, line: Rect) {
    let (theme, focus) = (canvas.pen.theme, canvas.model.focus);
    canvas.pen.repeat(line.x, line.y, line.width, theme.glyphs.line, theme.border);
    let short = Pane::ALL.iter().map(|p| p.short().len() as u16 + 6).sum::<u16>() <= line.width;
    let mut x = line.x + 1;
    for pane in Pane::ALL {
        let text = if short || pane == focus {
            format!("{} {}", pane.index() + 1, pane.short())
        } else {
            (pane.index() + 1).to_string()
        };
        let end = pane::name(&mut canvas.pen, x, line.y, line.right().saturating_sub(x), &text, pane == focus);
        canvas.hits.add(Rect::new(x, line.y, end.saturating_sub(x), 1), Target::Pane(pane));
        x = end + 2;
    }
}
