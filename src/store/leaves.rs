//! Leaves: many pairs of the working copy in one value of the map below it. sled keeps some sixteen values on a page and
//! half a kilobyte of memory for each page, whatever is on it; four million small pairs alone would cost it 200 MB.
//!
//! A leaf lies under a key that is not above its first pair's; it holds every pair from there to the next leaf.

use super::working::{Batch, WorkingError};
use std::ops::ControlFlow;

/// A leaf above this many bytes is split. Sixteen of these make a page, which is written whole now and then.
const MOST: usize = 2 * 1024;
/// What a pair takes beside its bytes: what it shares with the key before, its rest, its value.
const OVERHEAD: usize = 1 + 2 + 4;

type Pair = (Vec<u8>, Vec<u8>);

/// Hands on every pair of a leaf in the order of keys, until told to stop.
pub fn each<'a>(
    leaf: &'a [u8],
    mut take: impl FnMut(&[u8], &'a [u8]) -> ControlFlow<()>,
) -> Result<ControlFlow<()>, WorkingError> {
    let mut key = Vec::new();
    let mut left = leaf;
    while !left.is_empty() {
        let (value, rest) = step(left, &mut key).ok_or_else(|| WorkingError("a leaf can't be read".to_owned()))?;
        if take(&key, value).is_break() {
            return Ok(ControlFlow::Break(()));
        }
        left = rest;
    }
    Ok(ControlFlow::Continue(()))
}

/// Reads one pair: its key over the one before, its value, and what stands behind it.
fn step<'a>(leaf: &'a [u8], key: &mut Vec<u8>) -> Option<(&'a [u8], &'a [u8])> {
    let (shared, rest) = leaf.split_first()?;
    let (own, rest) = rest.split_first_chunk()?;
    let (len, rest) = rest.split_first_chunk()?;
    let (own, rest) = rest.split_at_checked(usize::from(u16::from_le_bytes(*own)))?;
    let (value, rest) = rest.split_at_checked(u32::from_le_bytes(*len) as usize)?;
    if usize::from(*shared) > key.len() {
        return None;
    }
    key.truncate(usize::from(*shared));
    key.extend_from_slice(own);
    Some((value, rest))
}

/// The value of a key in the leaf where it belongs.
pub fn find<'a>(leaf: &'a [u8], key: &[u8]) -> Result<Option<&'a [u8]>, WorkingError> {
    let mut found = None;
    let _ = each(leaf, |here, value| {
        if here == key {
            found = Some(value);
        }
        if here < key { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    })?;
    Ok(found)
}

/// The leaves that a leaf becomes under these changes, each with the key it lies under; the first one stays where it is.
/// None at all when nothing is left in it.
pub(super) fn changed<'a>(
    low: &[u8],
    leaf: &[u8],
    changes: impl Iterator<Item = (&'a Vec<u8>, &'a Option<Vec<u8>>)>,
) -> Result<Vec<Pair>, WorkingError> {
    let mut pairs: Batch = Batch::new();
    let _ = each(leaf, |key, value| {
        pairs.insert(key.to_vec(), Some(value.to_vec()));
        ControlFlow::Continue(())
    })?;
    let last = pairs.last_key_value().map(|(key, _)| key.clone());
    // Where keys only come at the end, as most do, leaves are filled; elsewhere they get room to grow.
    let mut grows_at_end = true;
    for (key, value) in changes {
        grows_at_end &= last.as_ref().is_none_or(|last| key > last);
        pairs.insert(key.clone(), value.clone());
    }
    let size = |key: &[u8], value: &[u8]| OVERHEAD + key.len() + value.len();
    let whole: usize = pairs.iter().filter_map(|(k, v)| v.as_ref().map(|v| size(k, v))).sum();
    let room = if whole > MOST && !grows_at_end { MOST / 2 } else { MOST };
    let mut leaves: Vec<Pair> = Vec::new();
    let mut before: Vec<u8> = Vec::new();
    for (key, value) in pairs.iter().filter_map(|(k, v)| v.as_ref().map(|v| (k, v))) {
        let full = leaves.last().is_none_or(|(_, leaf)| leaf.len() + size(key, value) > room);
        if full {
            let under = if leaves.is_empty() { low.to_vec() } else { key.clone() };
            leaves.push((under, Vec::with_capacity(room)));
            before.clear();
        }
        if let Some((_, leaf)) = leaves.last_mut() {
            put(leaf, &before, key, value);
        }
        before.clone_from(key);
    }
    Ok(leaves)
}

fn put(leaf: &mut Vec<u8>, before: &[u8], key: &[u8], value: &[u8]) {
    let shared = before.iter().zip(key).take(usize::from(u8::MAX)).take_while(|(a, b)| a == b).count();
    let own = key.get(shared..).unwrap_or(&[]);
    leaf.push(shared as u8);
    leaf.extend_from_slice(&(own.len() as u16).to_le_bytes());
    leaf.extend_from_slice(&(value.len() as u32).to_le_bytes());
    leaf.extend_from_slice(own);
    leaf.extend_from_slice(value);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::{btree_map, vec};
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    fn read(leaves: &[Pair]) -> BTreeMap<Vec<u8>, Vec<u8>> {
        let mut all = BTreeMap::new();
        for (_, leaf) in leaves {
            let _ = each(leaf, |key, value| {
                all.insert(key.to_vec(), value.to_vec());
                ControlFlow::Continue(())
            })
            .unwrap();
        }
        all
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, rng_seed: proptest::test_runner::RngSeed::Fixed(0x5eed), ..ProptestConfig::default() })]

        /// A leaf under changes holds what a map would, every leaf lies under its first key, and none is too large.
        #[test]
        fn a_leaf_is_a_map(
            old in btree_map(vec(0..4u8, 1..300), vec(any::<u8>(), 0..300), 0..12),
            new in btree_map(vec(0..4u8, 1..300), proptest::option::of(vec(any::<u8>(), 0..300)), 0..12),
        ) {
            let one: Batch = old.iter().map(|(k, v)| (k.clone(), Some(v.clone()))).collect();
            let mut was = Vec::new();
            let mut before: &[u8] = &[];
            for (key, value) in &old {
                put(&mut was, before, key, value);
                before = key;
            }
            prop_assert_eq!(read(&changed(&[], &[], one.iter()).unwrap()), old.clone());
            let leaves = changed(&[], &was, new.iter()).unwrap();
            let mut now = old;
            for (key, value) in new {
                match value {
                    Some(value) => drop(now.insert(key, value)),
                    None => drop(now.remove(&key)),
                }
            }
            prop_assert_eq!(read(&leaves), now.clone());
            for (n, (low, leaf)) in leaves.iter().enumerate() {
                prop_assert!(leaf.len() <= MOST);
                let _ = each(leaf, |key, value| {
                    assert!(n == 0 || low.as_slice() <= key);
                    assert_eq!(find(leaf, key).unwrap(), Some(value));
                    ControlFlow::Continue(())
                }).unwrap();
            }
        }

        /// What is no leaf is an error or nonsense, never a panic.
        #[test]
        fn garbage_is_read_without_harm(leaf in vec(any::<u8>(), 0..200)) {
            let _ = each(&leaf, |_, _| ControlFlow::Continue(()));
            let _ = find(&leaf, b"k");
        }
    }
}
