//! A client's series: in lines on her page, and one of them as it is changed.

use super::card::line;
use crate::domain::ids::{ClientId, SeriesId};
use crate::domain::record::Kind;
use crate::domain::time::{Moment, Zone};
use crate::service::Service;
use crate::service::api::{Section, SectionLine, SeriesView};
use crate::service::command::series::{ahead_of, rest_of, series_words};
use crate::service::plan::Refusal;
use crate::service::schedule::AHEAD;

/// The next visit is looked for so far ahead.
const FAR: i32 = 400;

impl Service {
    /// The series of which something lies ahead.
    pub(super) fn series_section(&self, id: ClientId, zone: Zone, now: Moment) -> Result<Section, Refusal> {
        let today = zone.day(now);
        let mut lines = Vec::new();
        for series in self.series_of_client(id)? {
            let ahead = self.wanted(&series.body, today, today.plus(FAR));
            let next = ahead.as_ref().ok().and_then(|all| all.iter().find(|o| o.at.moment() > now));
            let rest = rest_of(&series.body, today);
            // One that is over is history, unless it can't even be read.
            if next.is_none() && ahead.is_ok() && rest.is_none_or(|days| days.to.is_some()) {
                continue;
            }
            let mut text = series_words(&series.body);
            let what = series.service.some().map(|s| format!(", {s}")).unwrap_or_default();
            text.push_str(&format!("{what}, {} min", series.minutes));
            text.push_str(&format!(", {}", series.staff.map_or_else(|| "nobody yet".to_owned(), |s| self.named(s))));
            if let Some(next) = next {
                text.push_str(&format!("  next {}", next.at.day.short()));
            }
            let there = self.store.visits_of_series(series.id, today)?;
            let hand = there.iter().filter(|v| v.by_hand() && v.start.moment() > now).count();
            if hand > 0 {
                text.push_str(&format!(", {hand} changed by hand"));
            }
            lines.push(SectionLine {
                line: line(series.discipline.word(), &text, ""),
                key: None,
                record: Some((Kind::Series, series.id.0)),
                person: None,
            });
        }
        Ok(Section { title: "Series".to_owned(), lines })
    }

    /// A series as it is changed: what is still to come of it.
    pub(super) fn series_view(&self, id: SeriesId) -> Result<Option<SeriesView>, Refusal> {
        let Some(series) = self.store.get::<crate::domain::series::Series>(id)? else { return Ok(None) };
        let now = self.now();
        let today = series.start.zone.day(now);
        let ahead = ahead_of(&series.body, today)?.unwrap_or_else(|| series.body.clone());
        let next = self.wanted(&ahead, today, today.plus(FAR))?.into_iter().find(|o| o.at.moment() > now);
        let there = self.store.visits_of_series(id, today)?;
        let by_hand = there.iter().filter(|v| v.by_hand() && v.start.moment() > now).count();
        Ok(Some(SeriesView {
            id,
            client: ahead.client,
            discipline: ahead.discipline,
            service: ahead.service.as_str().to_owned(),
            start: ahead.start,
            minutes: ahead.minutes,
            staff: ahead.staff.map(|s| (s, self.named(s))),
            rule: ahead.rule.as_str().to_owned(),
            ends: ahead.ends,
            not_on_holidays: ahead.not_on_holidays,
            words: series_words(&ahead),
            next: next.map(|o| o.at.day),
            rest: rest_of(&ahead, today),
            by_hand: by_hand.min(AHEAD as usize * 20) as u16,
        }))
    }
}
