//! The dates of one period, as a set of bits.

/// Words of a set: a leap year, and the first day of the next.
const WORDS: usize = 6;

/// Up to 384 dates that follow one another, each in the set or not. Dates are days since 1970-01-01.
#[derive(Clone, Copy, Debug)]
pub(super) struct Dates {
    /// The date of the first bit.
    first: i64,
    bits: [u64; WORDS],
    /// How many words can have bits.
    words: usize,
}

impl Dates {
    pub(super) const fn empty(first: i64) -> Self {
        Self {
            first,
            bits: [0; WORDS],
            words: WORDS,
        }
    }

    /// A set of up to 64 dates.
    pub(super) const fn of(first: i64, bits: u64) -> Self {
        Self {
            first,
            bits: [bits, 0, 0, 0, 0, 0],
            words: 1,
        }
    }

    /// No dates, of the same stretch.
    pub(super) const fn none(&self) -> Self {
        Self {
            bits: [0; WORDS],
            ..*self
        }
    }

    /// The date of the set before which so many others lie.
    pub(super) fn nth(&self, place: usize) -> Option<i64> {
        let mut place = u32::try_from(place).ok()?;
        for (n, word) in self.bits.iter().enumerate() {
            let count = word.count_ones();
            if place < count {
                let left = (0..place).fold(*word, |left, _| left & left.wrapping_sub(1));
                return Some(self.day(n, left.trailing_zeros()));
            }
            place -= count;
        }
        None
    }

    /// Adds the dates of `bits`, the first of which is `from`.
    pub(super) fn add(&mut self, from: i64, bits: u64) {
        let Ok(offset) = usize::try_from(from - self.first) else {
            return;
        };
        let (word, shift) = (offset / 64, offset % 64);
        if let Some(low) = self.bits.get_mut(word) {
            *low |= bits << shift;
        }
        if shift > 0
            && let Some(high) = self.bits.get_mut(word + 1)
        {
            *high |= bits >> (64 - shift);
        }
    }

    /// Keeps what is also in `other`, a set with the same first date.
    pub(super) fn keep(&mut self, other: &Self) {
        for (mine, other) in self.bits.iter_mut().zip(other.bits) {
            *mine &= other;
        }
    }

    pub(super) fn count(&self) -> u32 {
        self.bits.iter().map(|word| word.count_ones()).sum()
    }

    /// The first date of the set at or after `day`.
    pub(super) fn from(&self, day: i64) -> Option<i64> {
        let offset = usize::try_from(day - self.first).unwrap_or(0);
        let mut mask = u64::MAX.checked_shl(low(offset))?;
        let words = self.bits.iter().take(self.words);
        for (place, word) in words.enumerate().skip(offset / 64) {
            let left = word & mask;
            if left != 0 {
                return Some(self.day(place, left.trailing_zeros()));
            }
            mask = u64::MAX;
        }
        None
    }

    /// The last date of the set at or before `day`.
    pub(super) fn until(&self, day: i64) -> Option<i64> {
        let offset = usize::try_from(day - self.first).ok()?;
        let last = (offset / 64).min(self.words - 1);
        let mut mask = if offset / 64 > last {
            u64::MAX
        } else {
            u64::MAX >> (63 - low(offset))
        };
        for (place, word) in self.bits.iter().enumerate().take(last + 1).rev() {
            let left = word & mask;
            if left != 0 {
                return Some(self.day(place, 63 - left.leading_zeros()));
            }
            mask = u64::MAX;
        }
        None
    }

    /// The dates of the set, in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = i64> {
        let mut next = self.from(self.first);
        std::iter::from_fn(move || {
            let day = next?;
            next = self.from(day + 1);
            Some(day)
        })
    }

    fn day(&self, word: usize, bit: u32) -> i64 {
        let word = i64::try_from(word).unwrap_or(0);
        self.first + word * 64 + i64::from(bit)
    }
}

/// The place of a date within its word.
fn low(offset: usize) -> u32 {
    u32::try_from(offset % 64).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_set_finds_what_a_tree_finds(
            first in -10_000_i64..10_000,
            days in prop::collection::btree_set(0_i64..380, 0..40),
            asked in -20_i64..420,
        ) {
            let mut dates = Dates::empty(first);
            let tree: BTreeSet<i64> = days.iter().map(|day| first + day).collect();
            for day in &tree {
                dates.add(*day, 1);
            }
            let asked = first + asked;
            prop_assert_eq!(dates.from(asked), tree.range(asked..).next().copied());
            prop_assert_eq!(dates.until(asked), tree.range(..=asked).next_back().copied());
            prop_assert!(dates.iter().eq(tree.iter().copied()));
            prop_assert_eq!(dates.count() as usize, tree.len());
            let nth = usize::try_from(asked.rem_euclid(50)).unwrap();
            prop_assert_eq!(dates.nth(nth), tree.iter().nth(nth).copied());
        }
    }
}
