//! Enums whose variants have a word that a person reads and a file carries.

/// Makes an enum with its words: `word()`, `from_word()`, `ALL`. New variants are only ever appended: the store keeps a
/// variant by its place.
macro_rules! words {
    ($(#[$m:meta])* $name:ident { $($(#[$vm:meta])* $v:ident = $w:literal),+ $(,)? }) => {
        $(#[$m])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name { $($(#[$vm])* #[doc = concat!("Its word: “", $w, "”.")] $v),+ }
        impl $name {
            /// All of them, in order.
            pub const ALL: &'static [Self] = &[$(Self::$v),+];
            /// Its word.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$v => $w),+ }
            }
            /// The one with this word, capitals aside.
            pub fn from_word(word: &str) -> Option<Self> {
                let word = word.trim();
                Self::ALL.iter().copied().find(|v| v.word().eq_ignore_ascii_case(word))
            }
        }
    };
}
pub(crate) use words;

/// A `Debug` that prints the type's name and nothing inside: for types that hold a person's data.
macro_rules! opaque {
    ($($t:ty),+ $(,)?) => {
        $(impl std::fmt::Debug for $t {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($t), "(…)"))
            }
        })+
    };
}
pub(crate) use opaque;
