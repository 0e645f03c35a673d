//! Who is connected, and what each has still to be told. A queue that is full becomes one mark: ask everything again.

use crate::domain::ids::UserId;
use crate::service::api::{Change, Present, Session};
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicI64};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;

/// Most changes kept for a client that does not listen.
const MOST: usize = 64;

/// What a connection has still to tell its client.
#[derive(Default, Debug, PartialEq)]
pub(super) struct News {
    pub(super) changes: Vec<Change>,
    /// Who else is where it is, the newest alone.
    pub(super) present: Option<Present>,
    /// Changes were dropped.
    pub(super) resync: bool,
    /// Her lock may have fallen in another window of hers.
    pub(super) look: bool,
}

impl News {
    /// There is something to tell.
    pub(super) fn is_some(&self) -> bool {
        self.resync || self.look || self.present.is_some() || !self.changes.is_empty()
    }
}

/// One connection.
pub(super) struct Member {
    pub(super) session: Session,
    /// Her lock falls after so many milliseconds, as she was told last.
    pub(super) after: AtomicI64,
    /// She was told that it has.
    pub(super) shut: AtomicBool,
    news: Mutex<News>,
    pub(super) notify: Notify,
}

impl Member {
    fn news(&self) -> MutexGuard<'_, News> {
        self.news.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What has come since it was asked last.
    pub(super) fn take(&self) -> News {
        std::mem::take(&mut self.news())
    }

    fn tell(&self, change: &Change) {
        let mut news = self.news();
        if news.resync {
            return;
        }
        if news.changes.len() >= MOST {
            news.changes = Vec::new();
            news.resync = true;
        } else {
            news.changes.push(change.clone());
        }
        drop(news);
        self.notify.notify_one();
    }
}

/// Everybody who is connected.
#[derive(Default)]
pub(super) struct Members(Mutex<HashMap<u64, Arc<Member>>>);

impl Members {
    fn all(&self) -> MutexGuard<'_, HashMap<u64, Arc<Member>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn enter(&self, session: Session, after: i64) -> Arc<Member> {
        let (after, shut) = (AtomicI64::new(after), AtomicBool::new(false));
        let member = Arc::new(Member { session, after, shut, news: Mutex::default(), notify: Notify::new() });
        self.all().insert(member.session.id, Arc::clone(&member));
        member
    }

    pub(super) fn leave(&self, session: u64) {
        self.all().remove(&session);
    }

    pub(super) fn count(&self) -> usize {
        self.all().len()
    }

    /// Whose connections they are, and from where.
    pub(super) fn sessions(&self) -> Vec<(UserId, String)> {
        self.all().values().map(|m| (m.session.user, m.session.origin.clone())).collect()
    }

    /// Tells everybody.
    pub(super) fn tell(&self, changes: &[Change]) {
        let members: Vec<Arc<Member>> = self.all().values().cloned().collect();
        for member in members {
            for change in changes {
                member.tell(change);
            }
        }
    }

    /// Tells one who else is there.
    pub(super) fn present(&self, session: u64, present: Present) {
        let member = self.all().get(&session).cloned();
        if let Some(member) = member {
            member.news().present = Some(present);
            member.notify.notify_one();
        }
    }

    /// Lets every window of a user look whether her lock holds.
    pub(super) fn look(&self, user: UserId) {
        for member in self.all().values().filter(|m| m.session.user == user) {
            member.news().look = true;
            member.notify.notify_one();
        }
    }

    /// Wakes everybody, for an end.
    pub(super) fn wake(&self) {
        for member in self.all().values() {
            member.notify.notify_one();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::OfficeId;
    use crate::domain::user::Role;

    fn session(id: u64) -> Session {
        Session {
            id,
            user: UserId([id as u8; 16]),
            role: Role::Coordinator,
            office: OfficeId::default(),
            name: "J. Alvarez".to_owned(),
            origin: "test".to_owned(),
        }
    }

    #[test]
    fn a_full_queue_becomes_one_mark_and_nobody_else_notices() {
        let members = Members::default();
        let (slow, quick) = (members.enter(session(1), 0), members.enter(session(2), 0));
        let change = |seq| Change { seq, actor: UserId::default(), kinds: Vec::new(), persons: Vec::new() };
        let mut heard = Vec::new();
        for seq in 1..=200 {
            members.tell(&[change(seq)]);
            heard.extend(quick.take().changes.into_iter().map(|c| c.seq));
        }
        assert_eq!(heard, (1..=200).collect::<Vec<_>>());
        assert_eq!(slow.take(), News { resync: true, ..News::default() });
        // And goes on after it.
        members.tell(&[change(201)]);
        assert_eq!(slow.take().changes.len(), 1);
        members.leave(1);
        assert_eq!((members.count(), members.sessions().len()), (1, 1));
    }
}
