//! A new issue while it is being reported: what it is asked, and where it stands. The service judges it by the adopted
//! rules; here it is only seen to that the tier on the screen never sinks while the form is open.

use crate::domain::issue::IssueKind;
use crate::service::api::{Ask, Judged, Person, WouldBe};

/// What the form of a new issue knows besides its fields.
#[derive(Clone, PartialEq, Default)]
pub struct Report {
    /// The questions of the adopted rules, in the order of asking.
    pub(crate) asks: Vec<Ask>,
    of: Option<(Option<Person>, IssueKind)>,
    worst: Option<Judged>,
    now: Option<Judged>,
    known: Vec<(String, String, bool)>,
}

impl Report {
    /// One of which only the questions are known.
    pub(crate) fn asking(asks: Vec<Ask>) -> Self {
        Self { asks, ..Self::default() }
    }

    /// Takes in a judgement. About another person or another kind it is another report, and begins anew.
    pub fn judged(&mut self, found: WouldBe) {
        let of = Some((found.person, found.kind));
        if self.of != of {
            *self = Self { asks: std::mem::take(&mut self.asks), of, ..Self::default() };
        }
        if let Some(judged) = &found.judged
            && self.worst.as_ref().is_none_or(|w| judged.tier <= w.tier)
        {
            self.worst = Some(judged.clone());
        }
        self.now = found.judged;
        self.known = found.known;
    }

    /// Nobody or nothing to judge is chosen any more, or it is about somebody else: what was found then says nothing.
    pub(crate) fn forget_unless(&mut self, person: Option<Person>, kind: Option<IssueKind>) {
        if self.of.is_some() && self.of != kind.map(|k| (person, k)) {
            *self = Self::asking(std::mem::take(&mut self.asks));
        }
    }

    /// Where it stands: the worst it has been while the form was open.
    pub fn stands(&self) -> Option<&Judged> {
        self.worst.as_ref()
    }

    /// Where it would stand by the answers as they are now, when that is lower.
    pub fn as_answered(&self) -> Option<Option<&Judged>> {
        let worst = self.worst.as_ref()?;
        match &self.now {
            Some(now) if now.tier <= worst.tier => None,
            now => Some(now.as_ref()),
        }
    }

    /// The client's record answers a question: it is not asked.
    pub(crate) fn is_known(&self, name: &str) -> bool {
        self.known.iter().any(|(n, _, answers)| n == name && *answers)
    }

    /// What the client's record says to the questions, a line each.
    pub(crate) fn known_lines(&self) -> Vec<String> {
        let line = |(name, text, _): &(String, String, bool)| {
            let ask = self.asks.iter().find(|a| a.name == *name);
            format!("{} {text}", ask.map_or(name.as_str(), |a| a.question.as_str()))
        };
        self.known.iter().map(line).collect()
    }
}
