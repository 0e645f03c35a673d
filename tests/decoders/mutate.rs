//! Bytes that are nearly right: whole ones with a few places changed, cut, doubled or joined, and noise.

/// Chance from a fixed seed.
pub struct Chance(u64);

impl Chance {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, n: usize) -> usize {
        (self.next() % n.max(1) as u64) as usize
    }

    pub fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }
}

/// No input is longer.
pub const LONGEST: usize = 64 * 1024;
/// Numbers at which lengths, counts and tags go wrong.
const NUMBERS: [u64; 16] = [
    0,
    1,
    2,
    0x7F,
    0x80,
    0xFA,
    0xFB,
    0xFF,
    0x7FFF,
    0xFFFF,
    0x10_0000,
    0x7FFF_FFFF,
    0xFFFF_FFFF,
    1 << 40,
    i64::MAX as u64,
    u64::MAX,
];
/// The largest lengths as bincode writes them.
const HUGE: [&[u8]; 4] = [
    &[0xFB, 0xFF, 0xFF],
    &[0xFC, 0xFF, 0xFF, 0xFF, 0xFF],
    &[0xFD, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF],
    &[0xFD, 0, 0, 0, 0, 0, 1, 0, 0],
];

/// The next input: into `out`, out of the corpus and the words of its language.
pub fn mutate(chance: &mut Chance, corpus: &[Vec<u8>], words: &[&[u8]], out: &mut Vec<u8>) {
    out.clear();
    if chance.one_in(24) {
        let n = chance.below(256);
        out.extend((0..n).map(|_| chance.next() as u8));
        return;
    }
    out.extend_from_slice(&corpus[chance.below(corpus.len())]);
    for _ in 0..=chance.below(4) {
        let at = chance.below(out.len() + 1);
        let here = at.min(out.len().saturating_sub(1));
        match chance.below(12) {
            0 if !out.is_empty() => out[here] ^= 1 << chance.below(8),
            1 if !out.is_empty() => out[here] = chance.next() as u8,
            2 if !out.is_empty() => out[here] = NUMBERS[chance.below(8)] as u8,
            3 => {
                let number = NUMBERS[chance.below(NUMBERS.len())].to_le_bytes();
                let wide = [2, 4, 8][chance.below(3)];
                for (to, from) in out.iter_mut().skip(at).zip(&number[..wide]) {
                    *to = *from;
                }
            }
            4 => out.truncate(at),
            5 => {
                let n = chance.below(9);
                let noise: Vec<u8> = (0..n).map(|_| chance.next() as u8).collect();
                out.splice(at..at, noise);
            }
            6 => {
                let huge = HUGE[chance.below(HUGE.len())];
                let end = (at + chance.below(10)).min(out.len());
                out.splice(at..end, huge.iter().copied());
            }
            7 => {
                let end = (at + 1 + chance.below(24)).min(out.len());
                out.drain(at..end);
            }
            8 => {
                let end = (at + 1 + chance.below(64)).min(out.len());
                let part = out[at..end].to_vec();
                for _ in 0..=chance.below(3) {
                    out.splice(at..at, part.iter().copied());
                }
            }
            9 => {
                let other = &corpus[chance.below(corpus.len())];
                let from = chance.below(other.len() + 1);
                out.truncate(at);
                out.extend_from_slice(&other[from..]);
            }
            _ if !words.is_empty() => {
                let word = words[chance.below(words.len())];
                let end = if chance.one_in(2) { (at + word.len()).min(out.len()) } else { at };
                out.splice(at..end, word.iter().copied());
            }
            _ => {}
        }
    }
    out.truncate(LONGEST);
}
