//! An answer that nobody may see yet: who sees it is on its way to the disk. It is made while the service is held, which
//! touches no disk, and shown when the service is given back: a sync holds neither the readers up nor the committer.

use super::looks::Look;
use super::{Audit, access_entry};
use crate::domain::audit::Access;
use crate::service::api::Reply;
use crate::store::access::Entering;
use std::sync::Arc;

/// Entries on their way.
#[must_use = "nothing of what they speak of may be shown before they are done"]
pub struct Noting {
    pub(super) audit: Arc<Audit>,
    pub(super) entries: Vec<Entering>,
    /// The look that the last of them notes, if the same look again is to be counted.
    pub(super) look: Option<(Look, Access)>,
}

impl Noting {
    pub(super) fn nothing(audit: &Arc<Audit>) -> Self {
        Self { audit: Arc::clone(audit), entries: Vec::new(), look: None }
    }

    pub(super) fn enter(&mut self, access: &Access) {
        self.entries.push(self.audit.access().enter(access_entry::encode(access)));
    }

    /// Waits until all of it is on the disk. Not to be asked while the service is held.
    pub fn done(self) -> Result<(), String> {
        let mut last = None;
        for entry in &self.entries {
            last = Some(self.audit.access().settle(entry)?);
        }
        match (self.look, last) {
            (Some((look, access)), Some(seq)) => self.audit.remember(look, seq, access),
            _ => Ok(()),
        }
    }
}

/// What is done behind the service's back before an answer is given: a draft is written.
pub(in crate::service) type Late = Box<dyn FnOnce() -> Reply + Send>;

/// An answer that is shown when it is on the disk who sees it.
#[must_use = "an answer is given by showing it"]
pub struct Unshown {
    answer: Answer,
    noting: Option<Noting>,
    /// It tells nobody anything: it is given although it could not be noted.
    denied: bool,
}

enum Answer {
    Ready(Reply),
    Late(Late),
}

impl From<Reply> for Unshown {
    /// One that shows nothing of anybody.
    fn from(reply: Reply) -> Self {
        Self { answer: Answer::Ready(reply), noting: None, denied: false }
    }
}

impl Unshown {
    pub(super) fn noted_by(reply: Reply, noting: Noting, denied: bool) -> Self {
        Self { answer: Answer::Ready(reply), noting: Some(noting), denied }
    }

    /// One that comes of work for which the service is not needed.
    pub(in crate::service) fn late(work: Late) -> Self {
        Self { answer: Answer::Late(work), noting: None, denied: false }
    }

    /// The answer, when it is on the disk who sees it; otherwise why it is not given. Not to be asked while the service
    /// is held.
    pub fn shown(self) -> Reply {
        let reply = match self.answer {
            Answer::Ready(reply) => reply,
            Answer::Late(work) => work(),
        };
        match self.noting.map(Noting::done) {
            // A denial shows nothing of anybody.
            None | Some(Ok(())) => reply,
            Some(Err(_)) if self.denied => reply,
            Some(Err(why)) => Reply::Failed(format!(
                "nothing of it is shown, because who sees it could not be written down ({why}); make room on the disk or ask whoever runs this server"
            )),
        }
    }
}
