//! Finding a place in a long sorted list at a cost that does not grow with the list.

/// For a sorted list of distinct keys: equal slices of the key's range, each with the place where its first key stands.
///
/// The slices are as many as the keys, so a slice holds about one key and a look-up touches one cache line here and
/// one in the list. Where keys crowd into one slice, a binary search inside it keeps the cost logarithmic.
#[derive(Debug)]
pub(super) struct Index {
    origin: i64,
    shift: u32,
    /// For each slice: the last place whose key is at or before the slice's beginning.
    first: Box<[u32]>,
}

/// More keys than this in one slice are searched by halving.
const CROWDED: usize = 8;

impl Index {
    /// An index over `keys`, which must rise strictly.
    pub(super) fn new(keys: impl ExactSizeIterator<Item = i64> + Clone) -> Self {
        let origin = keys.clone().next().unwrap_or(0);
        let end = keys.clone().last().unwrap_or(origin);
        let most = u64::try_from(keys.len()).unwrap_or(1).saturating_mul(2);
        let mut shift = 0;
        while end.abs_diff(origin) >> shift > most {
            shift += 1;
        }
        let slices = (end.abs_diff(origin) >> shift) + 1;
        let mut first = Vec::new();
        let mut place = 0_u32;
        let mut rest = keys.skip(1).peekable();
        for slice in 0..slices {
            let begins = origin.saturating_add_unsigned(slice << shift);
            while rest.next_if(|key| *key <= begins).is_some() {
                place += 1;
            }
            first.push(place);
        }
        Self {
            origin,
            shift,
            first: first.into_boxed_slice(),
        }
    }

    /// The last place in `items` whose key is at or before `key`; the first place when there is none.
    #[inline]
    pub(super) fn locate<T>(&self, items: &[T], key: i64, key_of: impl Fn(&T) -> i64) -> usize {
        let slice = (key - self.origin).max(0) >> self.shift;
        let slice = usize::try_from(slice).unwrap_or(usize::MAX);
        let place = |slice: usize| self.first.get(slice).map(|place| *place as usize);
        let last = items.len().saturating_sub(1);
        let Some(from) = place(slice) else {
            // Beyond the last slice lies only what follows its beginning.
            let from = self.first.last().map_or(0, |place| *place as usize);
            return from + Self::passed(items.get(from + 1..).unwrap_or(&[]), key, key_of);
        };
        let to = place(slice + 1).unwrap_or(last);
        from + Self::passed(items.get(from + 1..=to).unwrap_or(&[]), key, key_of)
    }

    #[inline]
    fn passed<T>(items: &[T], key: i64, key_of: impl Fn(&T) -> i64) -> usize {
        if items.len() > CROWDED {
            return items.partition_point(|item| key_of(item) <= key);
        }
        items.iter().take_while(|item| key_of(item) <= key).count()
    }
}

#[cfg(test)]
mod tests {
    use super::Index;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn an_index_finds_what_a_scan_finds(
            mut keys in prop::collection::vec(prop_oneof![-50_i64..50, -1_000_000_000_i64..1_000_000_000], 1..60),
            probe in prop_oneof![-60_i64..60, -1_100_000_000_i64..1_100_000_000],
        ) {
            keys.sort_unstable();
            keys.dedup();
            let index = Index::new(keys.iter().copied());
            for key in keys.iter().copied().chain([probe]) {
                let scan = keys.iter().rposition(|k| *k <= key).unwrap_or(0);
                prop_assert_eq!(index.locate(&keys, key, |k| *k), scan);
            }
        }
    }
}
