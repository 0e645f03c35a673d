//! The hint line and the which-key strip: the true keys of the moment.

use super::model::Model;

/// One hint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hint {
    /// The keys as they are pressed: `o`, `ctrl-p`, `n i`.
    pub keys: String,
    /// What they do, in a word or two.
    pub word: String,
    /// The action, for the mouse; empty when it is none.
    pub action: &'static str,
}

/// The hint line of the moment, the most useful first: drawing takes as many as fit.
pub fn hints(_model: &Model) -> Vec<Hint> {
    Vec::new()
}

/// How the pending keys may go on: the which-key strip, when [`super::model::Pending::shown`].
pub fn continuations(_model: &Model) -> Vec<Hint> {
    Vec::new()
}
