#![allow(unreachable_pub, dead_code, reason = "each test binary uses a part")]
//! Makes a value of any record type out of nothing: the largest that its types allow, one full of canaries, a fixed
//! sample, or a random one. It is a deserializer that invents what is asked for; how long a text or list may be it
//! learns from the type's own refusal.

use serde::de::{self, DeserializeOwned, IntoDeserializer, Visitor};
use std::collections::{HashMap, HashSet};
use std::fmt;

/// What is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    Largest,
    Canary,
    Sample,
    Random(u64),
    /// As random, of types that set no limit: short texts, short lists, any variant.
    Short(u64),
}

/// In every text of [`Mode::Canary`].
pub const CANARY: &str = "CANARY";
/// The numbers of [`Mode::Canary`], as `Debug` would print them.
pub const NUMBERS: [&str; 4] = ["211", "60111", "424242", "8675309"];

#[derive(Debug)]
pub struct Refused(String);

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
impl std::error::Error for Refused {}
impl de::Error for Refused {
    fn custom<T: fmt::Display>(what: T) -> Self {
        Self(what.to_string())
    }
}

/// What the types have said so far.
#[derive(Default, Clone)]
pub struct Learned {
    limits: HashMap<String, usize>,
    zones: HashSet<String>,
}

struct Filler<'a> {
    mode: Mode,
    learned: &'a Learned,
    path: Vec<String>,
    last: String,
    state: u64,
}

/// Makes one.
pub fn fill<T: DeserializeOwned>(mode: Mode) -> T {
    fill_with(mode, &mut Learned::default())
}

/// Makes one, with what was learned of its type before.
pub fn fill_with<T: DeserializeOwned>(mode: Mode, learned: &mut Learned) -> T {
    loop {
        let state = if let Mode::Random(seed) | Mode::Short(seed) = mode { seed } else { 0 };
        let mut filler = Filler { mode, learned, path: Vec::new(), last: String::new(), state };
        match T::deserialize(&mut filler) {
            Ok(value) => return value,
            Err(Refused(why)) => {
                let at = filler.last;
                match why.split_once("at most ").and_then(|(_, rest)| rest.split(' ').next()?.parse().ok()) {
                    Some(limit) => assert!(learned.limits.insert(at, limit).is_none(), "{why}"),
                    None if why.contains("not a time zone") => assert!(learned.zones.insert(at), "{why}"),
                    None => panic!("{at}: {why}"),
                }
            }
        }
    }
}

impl Filler<'_> {
    fn at(&self) -> String {
        self.path.join(".")
    }

    /// A number that depends on the place, or on the dice.
    fn number(&mut self) -> u64 {
        match self.mode {
            Mode::Random(_) | Mode::Short(_) => {
                self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
                mix(self.state)
            }
            _ => mix(self.at().bytes().fold(7, |n, b| n.wrapping_mul(131).wrapping_add(u64::from(b)))),
        }
    }

    fn text(&mut self) -> String {
        let at = self.at();
        self.last.clone_from(&at);
        if self.learned.zones.contains(&at) {
            let longest = caseload::domain::time::Zone::names().max_by_key(|n| n.len()).unwrap();
            return match self.mode {
                Mode::Largest => longest,
                Mode::Random(_) | Mode::Short(_) => {
                    ["America/New_York", "Pacific/Honolulu", "UTC"][(self.number() % 3) as usize]
                }
                Mode::Canary | Mode::Sample => "America/New_York",
            }
            .to_owned();
        }
        let short = matches!(self.mode, Mode::Short(_)).then_some(12);
        let Some(limit) = self.learned.limits.get(&at).copied().or(short) else { return "x".repeat(100_000) };
        match self.mode {
            Mode::Largest => "x".repeat(limit),
            Mode::Canary => CANARY.chars().cycle().take(limit).collect(),
            Mode::Sample => format!("a {at}, Ünïcode").chars().filter(char::is_ascii).take(limit).collect(),
            Mode::Random(_) | Mode::Short(_) => {
                let n = (self.number() % 7) as usize;
                let letters = ['a', 'é', '"', '.', '李', ' ', '\\', '\n', '0'];
                let mut text: String = (0..n).map(|_| letters[(self.number() % 9) as usize]).collect();
                while text.len() > limit {
                    text.pop();
                }
                text
            }
        }
    }

    fn items(&mut self) -> usize {
        let at = self.at();
        let short = matches!(self.mode, Mode::Short(_)).then_some(3);
        let Some(limit) = self.learned.limits.get(&at).copied().or(short) else { return 300 };
        match self.mode {
            Mode::Largest | Mode::Canary => limit,
            Mode::Sample => limit.min(2),
            Mode::Random(_) | Mode::Short(_) => (self.number() % 4) as usize % (limit + 1),
        }
    }

    fn signed(&mut self, large: i64) -> i64 {
        match self.mode {
            Mode::Largest => large,
            Mode::Canary => 8_675_309,
            // Days and times as people write them: years of four digits.
            Mode::Sample | Mode::Random(_) | Mode::Short(_) => (self.number() % 60_000) as i64,
        }
    }

    fn unsigned(&mut self, most: u64, canary: u64) -> u64 {
        match self.mode {
            Mode::Largest => most,
            Mode::Canary => canary,
            Mode::Sample | Mode::Random(_) | Mode::Short(_) => self.number() % most.saturating_add(1).max(2),
        }
    }
}

fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// The parts of a sequence, a tuple or a structure.
struct Parts<'f, 'a> {
    filler: &'f mut Filler<'a>,
    names: Vec<String>,
    at: usize,
    /// A list, which may turn out to be too long once it is complete.
    list: bool,
}

impl<'de> de::SeqAccess<'de> for Parts<'_, '_> {
    type Error = Refused;
    fn next_element_seed<T: de::DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Refused> {
        let Some(name) = self.names.get(self.at) else {
            if self.list {
                self.filler.last = self.filler.at();
            }
            return Ok(None);
        };
        self.at += 1;
        self.filler.path.push(name.clone());
        let value = seed.deserialize(&mut *self.filler)?;
        self.filler.path.pop();
        Ok(Some(value))
    }
}

impl Filler<'_> {
    fn parts<'de, V: Visitor<'de>>(&mut self, names: Vec<String>, list: bool, visitor: V) -> Result<V::Value, Refused> {
        visitor.visit_seq(Parts { filler: self, names, at: 0, list })
    }
}

/// One variant of an enum and what is in it.
struct Variant<'f, 'a> {
    filler: &'f mut Filler<'a>,
    which: u32,
    name: &'static str,
}

impl<'de> de::EnumAccess<'de> for Variant<'_, '_> {
    type Error = Refused;
    type Variant = Self;
    fn variant_seed<T: de::DeserializeSeed<'de>>(self, seed: T) -> Result<(T::Value, Self), Refused> {
        let which: de::value::U32Deserializer<Refused> = self.which.into_deserializer();
        Ok((seed.deserialize(which)?, self))
    }
}

impl Variant<'_, '_> {
    fn inside<T>(self, read: impl FnOnce(&mut Filler<'_>) -> Result<T, Refused>) -> Result<T, Refused> {
        self.filler.path.push(self.name.to_owned());
        let value = read(self.filler)?;
        self.filler.path.pop();
        Ok(value)
    }
}

impl<'de> de::VariantAccess<'de> for Variant<'_, '_> {
    type Error = Refused;
    fn unit_variant(self) -> Result<(), Refused> {
        Ok(())
    }
    fn newtype_variant_seed<T: de::DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Refused> {
        self.inside(|filler| seed.deserialize(filler))
    }
    fn tuple_variant<V: Visitor<'de>>(self, n: usize, visitor: V) -> Result<V::Value, Refused> {
        self.inside(|filler| filler.parts((0..n).map(|i| i.to_string()).collect(), false, visitor))
    }
    fn struct_variant<V: Visitor<'de>>(self, fields: &'static [&'static str], visitor: V) -> Result<V::Value, Refused> {
        self.inside(|filler| filler.parts(fields.iter().map(|f| (*f).to_owned()).collect(), false, visitor))
    }
}

impl<'de> de::Deserializer<'de> for &mut Filler<'_> {
    type Error = Refused;

    fn is_human_readable(&self) -> bool {
        false
    }
    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        let random = matches!(self.mode, Mode::Random(_) | Mode::Short(_));
        let value = !random || self.number().is_multiple_of(2);
        visitor.visit_bool(value)
    }
    fn deserialize_i32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        let value = match self.mode {
            Mode::Canary => 424_242,
            _ => self.signed(i64::from(i32::MIN)) as i32,
        };
        visitor.visit_i32(value)
    }
    fn deserialize_i64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        let value = self.signed(i64::MIN);
        visitor.visit_i64(value)
    }
    fn deserialize_u8<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        let value = self.unsigned(u64::from(u8::MAX), 211) as u8;
        visitor.visit_u8(value)
    }
    fn deserialize_u16<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        let value = self.unsigned(u64::from(u16::MAX), 60_111) as u16;
        visitor.visit_u16(value)
    }
    fn deserialize_u32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        let value = self.unsigned(u64::from(u32::MAX), 424_242) as u32;
        visitor.visit_u32(value)
    }
    fn deserialize_u64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        let value = self.unsigned(u64::MAX, 8_675_309);
        visitor.visit_u64(value)
    }
    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        self.deserialize_string(visitor)
    }
    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        let text = self.text();
        visitor.visit_string(text)
    }
    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        let random = matches!(self.mode, Mode::Random(_) | Mode::Short(_));
        if random && self.number().is_multiple_of(3) { visitor.visit_none() } else { visitor.visit_some(self) }
    }
    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Refused> {
        visitor.visit_newtype_struct(self)
    }
    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        let n = self.items();
        self.parts(vec!["[]".to_owned(); n], true, visitor)
    }
    fn deserialize_tuple<V: Visitor<'de>>(self, n: usize, visitor: V) -> Result<V::Value, Refused> {
        self.parts((0..n).map(|i| i.to_string()).collect(), false, visitor)
    }
    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        n: usize,
        visitor: V,
    ) -> Result<V::Value, Refused> {
        self.deserialize_tuple(n, visitor)
    }
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Refused> {
        self.parts(fields.iter().map(|f| (*f).to_owned()).collect(), false, visitor)
    }
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Refused> {
        let n = match (self.mode, name) {
            // As many as there were when the bytes of version 1 were written: what is appended changes none of them.
            (Mode::Sample, "Kind") => 25,
            (Mode::Sample, "AlertSource") => 12,
            (Mode::Sample, "CallOutReason") => 6,
            _ => variants.len() as u64,
        };
        let which = match self.mode {
            Mode::Largest | Mode::Canary => n - 1,
            Mode::Sample | Mode::Random(_) | Mode::Short(_) => self.number() % n,
        };
        visitor.visit_enum(Variant { filler: self, which: which as u32, name: variants[which as usize] })
    }
    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        visitor.visit_unit()
    }
    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Refused> {
        Err(Refused("a type that says nothing of itself".to_owned()))
    }
    serde::forward_to_deserialize_any! {
        i8 i16 f32 f64 char bytes byte_buf unit_struct map identifier ignored_any
    }
}
