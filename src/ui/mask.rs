//! Hides names and telephone numbers while a frame is drawn whose screen others can see. It is worn by the thread that draws, for the time of
//! one frame: every text passes [`super::text::clean`] before it is measured and cut, so that is where names go, and no
//! screen can forget it.

use crate::app::privacy::{Initials, numbers};
use crate::service::api::Person;
use std::borrow::Cow;
use std::cell::RefCell;
use std::sync::Arc;

thread_local! {
    static WORN: RefCell<Option<Arc<Initials>>> = const { RefCell::new(None) };
}

/// Worn as long as it lives.
pub(super) struct Worn(());

/// Puts it on, where there is one.
pub(super) fn wear(names: Option<Arc<Initials>>) -> Worn {
    WORN.with(|worn| *worn.borrow_mut() = names);
    Worn(())
}

impl Drop for Worn {
    fn drop(&mut self) {
        WORN.with(|worn| *worn.borrow_mut() = None);
    }
}

/// The text without a name or a telephone number in it, where they are hidden.
pub(super) fn hide(text: Cow<'_, str>) -> Cow<'_, str> {
    WORN.with(|worn| match &*worn.borrow() {
        None => text,
        Some(names) => {
            let text = match names.hide(&text) {
                Cow::Owned(hidden) => Cow::Owned(hidden),
                Cow::Borrowed(_) => text,
            };
            match numbers(&text) {
                Cow::Owned(hidden) => Cow::Owned(hidden),
                Cow::Borrowed(_) => text,
            }
        }
    })
}

/// Somebody's name, or her initials where names are hidden.
pub(super) fn name_of(person: Person, name: &str) -> Option<String> {
    WORN.with(|worn| worn.borrow().as_ref().map(|names| names.of(person, name)))
}
