//! Columns that fit a width: each has a least and a wished width, and a place in the order in which they drop.

/// One column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Least cells; a number has no less than all of its digits.
    pub least: u16,
    /// Cells that show all of it.
    pub wish: u16,
    /// Takes what is left over, up to so many cells: an eye does not follow a line over a wide gap.
    pub most: u16,
    /// The highest drops first; 0 never does.
    pub drops: u8,
}

impl Column {
    /// A column of exactly this width.
    pub const fn fixed(cells: u16, drops: u8) -> Self {
        Self { least: cells, wish: cells, most: 0, drops }
    }

    /// A column of text.
    pub const fn text(least: u16, wish: u16, drops: u8) -> Self {
        Self { least, wish, most: 0, drops }
    }

    /// The column that takes the rest.
    pub const fn rest(least: u16, drops: u8) -> Self {
        Self { least, wish: least, most: u16::MAX, drops }
    }

    /// No wider than this, whatever is left over.
    #[must_use]
    pub const fn up_to(self, most: u16) -> Self {
        Self { most, ..self }
    }
}

/// Where each column stands: offset and width, or none where it dropped. One cell lies between two columns.
pub fn fit<const N: usize>(columns: [Column; N], width: u16) -> [Option<(u16, u16)>; N] {
    let mut kept = [true; N];
    let need = |kept: &[bool; N]| -> u16 {
        let mut sum = 0u16;
        for i in (0..N).filter(|i| kept[*i]) {
            sum = sum.saturating_add(columns[i].least).saturating_add(u16::from(sum > 0));
        }
        sum
    };
    while need(&kept) > width {
        let worst = (0..N).filter(|i| kept[*i] && columns[*i].drops > 0).max_by_key(|i| columns[*i].drops);
        match worst {
            Some(i) => kept[i] = false,
            None => break,
        }
    }
    let mut cells = [0u16; N];
    let mut left = width.saturating_sub(need(&kept));
    let mut order: Vec<usize> = (0..N).filter(|i| kept[*i]).collect();
    order.sort_by_key(|i| columns[*i].drops);
    for i in order.iter().copied() {
        let more = columns[i].wish.saturating_sub(columns[i].least).min(left);
        cells[i] = columns[i].least + more;
        left -= more;
    }
    if let Some(i) = order.iter().copied().find(|i| columns[*i].most > 0) {
        cells[i] += left.min(columns[i].most.saturating_sub(cells[i]));
    }
    let mut out = [None; N];
    let mut at = 0u16;
    for i in (0..N).filter(|i| kept[*i]) {
        let gap = u16::from(at > 0);
        let wide = cells[i].min(width.saturating_sub(at + gap));
        if wide > 0 {
            out[i] = Some((at + gap, wide));
            at += gap + wide;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn columns_drop_in_their_order() {
        let columns = [Column::text(6, 20, 0), Column::rest(5, 2), Column::fixed(4, 1)];
        assert_eq!(fit(columns, 40), [Some((0, 20)), Some((21, 14)), Some((36, 4))]);
        assert_eq!(fit(columns, 17), [Some((0, 6)), Some((7, 5)), Some((13, 4))]);
        assert_eq!(fit(columns, 16), [Some((0, 11)), None, Some((12, 4))]);
        assert_eq!(fit(columns, 8), [Some((0, 8)), None, None]);
        assert_eq!(fit(columns, 3), [Some((0, 3)), None, None]);
        assert_eq!(fit(columns, 0), [None, None, None]);
        let near = [Column::text(6, 20, 0), Column::rest(5, 2).up_to(30), Column::fixed(4, 1)];
        assert_eq!(fit(near, 40), [Some((0, 20)), Some((21, 14)), Some((36, 4))]);
        assert_eq!(fit(near, 200), [Some((0, 20)), Some((21, 30)), Some((52, 4))]);
    }

    proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig { rng_seed: proptest::test_runner::RngSeed::Fixed(0x5eed), ..proptest::prelude::ProptestConfig::default() })]

        #[test]
        fn columns_never_overlap_or_leave_the_width(a in 0u16..60, b in 0u16..60, c in 0u16..60, w in 0u16..200) {
            let mut end = 0;
            let columns = [Column::text(a / 2, a, 0), Column::rest(b, 2), Column::fixed(c, 1), Column::text(3, 9, 3)];
            for (x, wide) in fit(columns, w).into_iter().flatten() {
                prop_assert!(x >= end && x + wide <= w);
                end = x + wide;
            }
        }
    }
}
