//! Keys to actions: one trie a section, read from TOML. Sections are the contexts in which a key means something; the
//! narrowest one that knows the key wins.

use super::key::Key;
use super::keymap_file;
use std::collections::BTreeMap;

/// Where keys mean something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Context {
    /// Everywhere, text too.
    Always,
    /// Everywhere but in text and in cards.
    Any,
    /// The four panes.
    Dashboard,
    /// The calendar pane.
    Calendar,
    /// A page of one person.
    Page,
    /// A review of my clients.
    Review,
    /// A call-out being worked through.
    CallOut,
    /// A storm being worked through.
    Storm,
    /// A telephone in the hand: a digit says what was said.
    Dial,
    /// The plan of a day or a week.
    Plan,
    /// A visit in the hand.
    Lifted,
    /// Why.
    Why,
    /// Lists over the panes: drafts, acts, history.
    List,
    /// A card that asks one thing: undo, a question.
    Card,
    /// Where one line is typed: find, menus, narrowing.
    Typing,
    /// Forms.
    Form,
    /// The locked screen: nothing else means anything there.
    Lock,
}

impl Context {
    /// All of them.
    pub const ALL: &'static [Self] = &[
        Self::Always,
        Self::Any,
        Self::Dashboard,
        Self::Calendar,
        Self::Page,
        Self::Review,
        Self::CallOut,
        Self::Storm,
        Self::Dial,
        Self::Plan,
        Self::Lifted,
        Self::Why,
        Self::List,
        Self::Card,
        Self::Typing,
        Self::Form,
        Self::Lock,
    ];

    /// Its section in a keymap file.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Always => "always",
            Self::Any => "any",
            Self::Dashboard => "dashboard",
            Self::Calendar => "calendar",
            Self::Page => "page",
            Self::Review => "review",
            Self::CallOut => "call-out",
            Self::Storm => "storm",
            Self::Dial => "dial",
            Self::Plan => "plan",
            Self::Lifted => "lifted",
            Self::Why => "why",
            Self::List => "list",
            Self::Card => "card",
            Self::Typing => "typing",
            Self::Form => "form",
            Self::Lock => "lock",
        }
    }

    /// The context of a section.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|c| c.word() == word)
    }

    /// What it is called in a table.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Always => "Everywhere, in text too",
            Self::Any => "Everywhere but in text",
            Self::Dashboard => "Dashboard",
            Self::Calendar => "Calendar",
            Self::Page => "Page of a client or caregiver",
            Self::Review => "Review",
            Self::CallOut => "Call-out",
            Self::Storm => "Storm",
            Self::Dial => "A telephone in the hand",
            Self::Plan => "Plan of a day or a week",
            Self::Lifted => "A visit in the hand",
            Self::Why => "Why",
            Self::List => "Drafts, acts, history",
            Self::Card => "Undo and questions",
            Self::Typing => "Find, menus, narrowing",
            Self::Form => "Forms and cards",
            Self::Lock => "Locked screen",
        }
    }
}

/// A place in the trie.
#[derive(Debug, Clone, Default)]
pub(crate) struct Node {
    pub(crate) action: Option<&'static str>,
    pub(crate) next: Vec<(Key, Node)>,
}

impl Node {
    fn child(&self, key: Key) -> Option<&Node> {
        self.next.iter().find(|(k, _)| *k == key).map(|(_, n)| n)
    }

    fn walk(&self, keys: &[Key]) -> Option<&Node> {
        keys.iter().try_fold(self, |node, key| node.child(*key))
    }

    pub(crate) fn child_or_new(&mut self, key: Key) -> &mut Node {
        let at = self.next.iter().position(|(k, _)| *k == key).unwrap_or_else(|| {
            self.next.push((key, Self::default()));
            self.next.len() - 1
        });
        &mut self.next[at].1
    }

    pub(crate) fn each(&self, path: &mut Vec<Key>, see: &mut dyn FnMut(&[Key], &'static str)) {
        if let Some(action) = self.action {
            see(path, action);
        }
        for (key, node) in &self.next {
            path.push(*key);
            node.each(path, see);
            path.pop();
        }
    }
}

/// A keymap.
#[derive(Debug, Clone, Default)]
pub struct Keymap {
    pub(crate) sections: BTreeMap<Context, Node>,
    /// A typed letter that is not bound starts find.
    pub letters_find: bool,
    /// Digits before a move or a mark say how often.
    pub counts: bool,
    /// The info card is always open where there is room for it beside the rows.
    pub card_open: bool,
    /// The last line lists the function keys in their order instead of the commonest keys.
    pub function_line: bool,
}

/// What keys mean so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Nothing.
    Nothing,
    /// They begin a sequence.
    Pending,
    /// They are this action.
    Action(&'static str),
}

/// The default keymap's text.
pub const DEFAULT: &str = include_str!("../../keymaps/default.toml");
/// Arrows and function keys.
pub const OFFICE: &str = include_str!("../../keymaps/office.toml");
/// A few habits of vim over the default.
pub const VIM: &str = include_str!("../../keymaps/vim.toml");

impl Keymap {
    /// The default keymap.
    pub fn standard() -> Self {
        keymap_file::read("keymaps/default.toml", DEFAULT, Self::default()).unwrap_or_default()
    }

    /// A bundled keymap by name.
    pub fn bundled(name: &str) -> Option<Self> {
        match name {
            "default" => Some(Self::standard()),
            "office" => keymap_file::read("keymaps/office.toml", OFFICE, Self::standard()).ok(),
            "vim" => keymap_file::read("keymaps/vim.toml", VIM, Self::standard()).ok(),
            _ => None,
        }
    }

    /// A user's keymap over the default. When it does not hold, the default alone, and what is wrong with the file.
    pub fn with_file(file: &str, text: &str) -> (Self, Vec<keymap_file::Fault>) {
        match keymap_file::read(file, text, Self::standard()) {
            Ok(map) => (map, Vec::new()),
            Err(faults) => (Self::standard(), faults),
        }
    }

    /// What these keys mean where these contexts hold, the narrowest first.
    pub fn look(&self, contexts: &[Context], keys: &[Key]) -> Step {
        for context in contexts {
            if let Some(node) = self.sections.get(context).and_then(|root| root.walk(keys)) {
                if let Some(action) = node.action {
                    return Step::Action(action);
                }
                if !node.next.is_empty() {
                    return Step::Pending;
                }
            }
        }
        Step::Nothing
    }

    /// How these keys may go on: the next key and the action, or nothing where more keys follow.
    pub fn next(&self, contexts: &[Context], keys: &[Key]) -> Vec<(Key, Option<&'static str>)> {
        let mut out: Vec<(Key, Option<&'static str>)> = Vec::new();
        for context in contexts {
            if let Some(node) = self.sections.get(context).and_then(|root| root.walk(keys)) {
                for (key, child) in &node.next {
                    if !out.iter().any(|(k, _)| k == key) {
                        out.push((*key, child.action));
                    }
                }
            }
        }
        out
    }

    /// The key sequences of an action where these contexts hold, as words: `ctrl-p`, `n i`.
    pub fn keys_of(&self, contexts: &[Context], action: &str) -> Vec<String> {
        let mut out = Vec::new();
        for context in contexts {
            if let Some(root) = self.sections.get(context) {
                root.each(&mut Vec::new(), &mut |path, id| {
                    if id == action && self.look(contexts, path) == Step::Action(id) {
                        let word = words(path);
                        if !out.contains(&word) {
                            out.push(word);
                        }
                    }
                });
            }
        }
        out
    }

    /// Every binding: section, keys, action.
    pub fn bindings(&self) -> Vec<(Context, String, &'static str)> {
        let mut out = Vec::new();
        for (context, root) in &self.sections {
            root.each(&mut Vec::new(), &mut |path, action| out.push((*context, words(path), action)));
        }
        out
    }
}

/// Keys as words.
pub fn words(keys: &[Key]) -> String {
    keys.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}
