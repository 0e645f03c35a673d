//! One file a screen, card or form: what opens it, what its keys do, what its answers bring.

pub(crate) mod calendar;
pub(crate) mod call;
pub(crate) mod card;
pub(crate) mod confirm;
pub(crate) mod dashboard;
pub(crate) mod drafts;
pub(crate) mod find;
pub(crate) mod form;
pub(crate) mod goes;
pub(crate) mod history;
pub(crate) mod menu;
pub(crate) mod narrow;
pub(crate) mod new_issue;
pub(crate) mod note;
pub(crate) mod page;
pub(crate) mod reassess;
pub(crate) mod result;
pub(crate) mod review;
pub(crate) mod snooze;
pub(crate) mod take;
pub(crate) mod tell;
pub(crate) mod undo;
pub(crate) mod visit;
pub(crate) mod why;
