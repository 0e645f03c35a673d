//! What was asked and has not been answered, and how numbers and ids are made.

use crate::domain::ids::{DraftId, RequestId, uuid_v7};
use crate::domain::time::Moment;
use crate::service::api::Ticket;
use std::collections::BTreeMap;

/// What a ticket was for.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Asked {
    /// To be filled in by the loop.
    Nothing,
}

/// What was asked and has not been answered.
#[derive(Debug, Default)]
pub(crate) struct Wire {
    next: Ticket,
    seed: [u64; 2],
    count: u64,
    pub(crate) open: BTreeMap<Ticket, Asked>,
}

impl Wire {
    pub(crate) fn new(seed: [u8; 16]) -> Self {
        let seed = u128::from_le_bytes(seed);
        Self { seed: [seed as u64, (seed >> 64) as u64], ..Self::default() }
    }

    pub(crate) fn ticket(&mut self, asked: Asked) -> Ticket {
        self.next += 1;
        self.open.insert(self.next, asked);
        self.next
    }

    fn random(&mut self) -> u64 {
        self.count = self.count.wrapping_add(1);
        let mut z = self.seed[0].wrapping_add(self.count.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) ^ self.seed[1].rotate_left((self.count % 64) as u32)
    }

    pub(crate) fn request(&mut self) -> RequestId {
        let mut id = [0; 16];
        id[..8].copy_from_slice(&self.random().to_le_bytes());
        id[8..].copy_from_slice(&self.random().to_le_bytes());
        RequestId(id)
    }

    pub(crate) fn draft(&mut self, now: Moment) -> DraftId {
        let (a, b) = (self.random().to_le_bytes(), self.random().to_le_bytes());
        let mut random = [0; 10];
        random[..8].copy_from_slice(&a);
        random[8..].copy_from_slice(&b[..2]);
        DraftId(uuid_v7(now.0, random))
    }
}
