//! An access as it stands in its frame. The frame's own fields carry who, when, from where, what and about whom; the
//! change that was seen stands where a change names the one it takes back. The rest is a note of fixed width, always in
//! clear, because nothing in it is anybody's:
//!
//! ```text
//! version u8 | category u8 | ending u8 | flags u8 | from i32 | to i32 | count u32 | session u64 | of u64
//! role: u8 length, bytes | command: u8 length, bytes
//! ```
//!
//! Little endian. Frozen like the frame: another form is another version.

use super::engine::{Commit, Entry, MAX_RECORDS, RecordWrite};
use super::frame::MAX_ORIGIN;
use crate::domain::audit::{Access, Category, Deed, Ending, How};
use crate::domain::ids::UserId;
use crate::domain::record::Kind;
use crate::domain::text::Text;
use crate::domain::time::{Day, Moment};

const VERSION: u8 = 1;
const MINE: u8 = 1;
const LENS: u8 = 2;
const WORDS: u8 = 4;
const EMERGENCY: u8 = 8;
const DAYS: u8 = 16;
const COUNTED: u8 = 32;
const BY_NAME: u8 = 64;
/// Longest name of a role, in bytes.
const MAX_ROLE: usize = 40;
/// Longest name of a command, in bytes.
const MAX_ACT: usize = 40;

/// The commit that the access chain takes.
pub fn encode(access: &Access) -> Commit {
    let mut flags = 0;
    let how = access.how;
    for (holds, flag) in [
        (how.mine, MINE),
        (how.lens, LENS),
        (how.words, WORDS),
        (how.emergency, EMERGENCY),
        (how.by_name, BY_NAME),
        (how.days.is_some(), DAYS),
        (access.count.is_some(), COUNTED),
    ] {
        if holds {
            flags |= flag;
        }
    }
    let (from, to) = how.days.unwrap_or_default();
    let role = Text::<MAX_ROLE>::clip(&access.role);
    let act = Text::<MAX_ACT>::clip(&access.act);
    let mut note = vec![VERSION, access.category as u8, access.ending as u8, flags];
    note.extend_from_slice(&from.0.to_le_bytes());
    note.extend_from_slice(&to.0.to_le_bytes());
    note.extend_from_slice(&access.count.unwrap_or_default().to_le_bytes());
    note.extend_from_slice(&access.session.to_le_bytes());
    note.extend_from_slice(&access.of.to_le_bytes());
    for text in [role.as_str(), act.as_str()] {
        note.push(text.len() as u8);
        note.extend_from_slice(text.as_bytes());
    }
    let records = access.subjects.iter().take(MAX_RECORDS);
    Commit {
        request: [0; 16],
        batch: [0; 16],
        actor: access.user.0,
        at_ms: access.at.0,
        action: access.deed.word().to_owned(),
        origin: Text::<MAX_ORIGIN>::clip(&access.origin).as_str().to_owned(),
        undoes: access.saw,
        note,
        records: records
            .map(|(kind, id)| RecordWrite { kind: kind.number(), id: *id, expect: 0, envelope: Vec::new() })
            .collect(),
    }
}

/// The access that an entry holds; nothing when a newer caseload wrote it.
pub fn decode(entry: &Entry) -> Option<Access> {
    let commit = &entry.commit;
    let ([VERSION, category, ending, flags], rest) = commit.note.split_first_chunk()? else { return None };
    let (from, rest) = rest.split_first_chunk()?;
    let (to, rest) = rest.split_first_chunk()?;
    let (count, rest) = rest.split_first_chunk()?;
    let (session, rest) = rest.split_first_chunk()?;
    let (of, rest) = rest.split_first_chunk()?;
    let (role, rest) = text(rest)?;
    let (act, []) = text(rest)? else { return None };
    let has = |flag: u8| flags & flag != 0;
    let days = (Day(i32::from_le_bytes(*from)), Day(i32::from_le_bytes(*to)));
    Some(Access {
        at: Moment(commit.at_ms),
        user: UserId(commit.actor),
        role,
        origin: commit.origin.clone(),
        session: u64::from_le_bytes(*session),
        deed: Deed::from_word(&commit.action)?,
        subjects: commit.records.iter().filter_map(|r| Some((Kind::from_number(r.kind)?, r.id))).collect(),
        category: *Category::ALL.get(usize::from(*category))?,
        ending: *Ending::ALL.get(usize::from(*ending))?,
        how: How {
            mine: has(MINE),
            lens: has(LENS),
            words: has(WORDS),
            by_name: has(BY_NAME),
            emergency: has(EMERGENCY),
            days: has(DAYS).then_some(days),
        },
        count: has(COUNTED).then(|| u32::from_le_bytes(*count)),
        saw: commit.undoes,
        of: u64::from_le_bytes(*of),
        act,
    })
}

fn text(bytes: &[u8]) -> Option<(String, &[u8])> {
    let (len, rest) = bytes.split_first()?;
    let (text, rest) = rest.split_at_checked(usize::from(*len))?;
    Some((std::str::from_utf8(text).ok()?.to_owned(), rest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::frame::{self, Frame};
    use crate::store::journal::ACCESSES;

    fn sample() -> Access {
        Access {
            at: Moment(1_790_000_000_000),
            user: UserId([2; 16]),
            role: "coordinator".to_owned(),
            origin: "192.0.2.7 /dev/pts/3".to_owned(),
            session: 9,
            deed: Deed::Listed,
            subjects: vec![(Kind::Client, [3; 16]), (Kind::Visit, [4; 16])],
            category: Category::Visits,
            ending: Ending::Denied,
            how: How {
                mine: true,
                lens: false,
                words: true,
                by_name: false,
                emergency: true,
                days: Some((Day(20_000), Day(20_006))),
            },
            count: Some(17),
            saw: 41,
            of: 5,
            act: "snooze".to_owned(),
        }
    }

    #[test]
    fn every_deed_category_and_ending_is_read_back() {
        for deed in Deed::ALL {
            let access = Access { deed: *deed, count: None, ..sample() };
            assert_eq!(decode(&Entry { seq: 1, commit: encode(&access) }), Some(access));
        }
        for category in Category::ALL {
            for ending in Ending::ALL {
                let how = How { lens: true, days: None, ..How::default() };
                let access = Access { category: *category, ending: *ending, how, ..sample() };
                assert_eq!(decode(&Entry { seq: 1, commit: encode(&access) }), Some(access));
            }
        }
        let origin = "\u{e9}".repeat(200);
        let long = Access { role: "r".repeat(300), origin, ..sample() };
        let read = decode(&Entry { seq: 1, commit: encode(&long) }).unwrap();
        assert!(read.role.len() <= MAX_ROLE && read.origin.len() <= MAX_ORIGIN);
        // A note that is cut or longer, or of another version, is none of ours.
        let commit = encode(&sample());
        for n in 0..commit.note.len() {
            let cut = Commit { note: commit.note[..n].to_vec(), ..commit.clone() };
            assert_eq!(decode(&Entry { seq: 1, commit: cut }), None);
        }
        let longer = Commit { note: [&commit.note[..], &[0]].concat(), ..commit.clone() };
        assert_eq!(decode(&Entry { seq: 1, commit: longer }), None);
        let mut newer = commit;
        newer.note[0] = 2;
        assert_eq!(decode(&Entry { seq: 1, commit: newer }), None);
    }

    #[test]
    fn the_first_access_ever_written_is_still_read() {
        let entry = Entry { seq: 1, commit: encode(&sample()) };
        let keys = vec![0; entry.commit.records.len()];
        let frame = Frame { epoch: 1, group: 1, previous: ACCESSES.origin().hash, keys, note_key: 0, entry };
        let mut bytes = Vec::new();
        frame::encode(&frame, &mut bytes).unwrap();
        let hex: String = bytes.iter().map(|b| format!("{b:02x}")).collect();
        assert_eq!(hex, GOLDEN.trim());
        assert_eq!(decode(&frame::decode(&bytes).unwrap().0.entry), Some(sample()));
    }

    /// Written by the first version; never to be changed.
    const GOLDEN: &str = concat!(
        "434c6a3133010000b2deb86d0100010000000000000001000000000000000100000000000000006c50c4a00100000202",
        "020202020202020202020202020200000000000000000000000000000000000000000000000000000000000000002900",
        "000000000000636173656c6f61643a2074686520636861696e206f6620616363657373657300066c6973746564143139",
        "322e302e322e37202f6465762f7074732f33000000003300000002000400030303030303030303030303030303030000",
        "000000000000010000000000000000000000000000000900040404040404040404040404040404040000000000000000",
        "010000000000000000000000000000000108013d204e0000264e00001100000009000000000000000500000000000000",
        "0b636f6f7264696e61746f7206736e6f6f7a65"
    );
}
