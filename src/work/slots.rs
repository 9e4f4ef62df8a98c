//! Records by key, few or many, in the order they were first named.

use std::collections::BTreeMap;

use super::sheet::Slot;
use crate::record::Key;

/// Up to so many are looked through one by one; that is quicker than any index.
const FEW: usize = 16;

/// Records by key. A command touches a handful; a batch of an import, thousands.
#[derive(Clone, Debug, Default)]
pub(super) struct Slots {
    list: Vec<(Key, Slot)>,
    /// Where each key stands, once there are more than a few.
    places: BTreeMap<Key, usize>,
}

impl Slots {
    /// Where the slot of `key` stands.
    pub(super) fn place(&self, key: Key) -> Option<usize> {
        if self.list.len() <= FEW {
            self.list.iter().position(|(known, _)| *known == key)
        } else {
            self.places.get(&key).copied()
        }
    }

    /// All of them, if they are few.
    pub(super) fn few(&self) -> Option<&[(Key, Slot)]> {
        (self.list.len() <= FEW).then_some(&self.list)
    }

    pub(super) fn get(&self, key: Key) -> Option<&Slot> {
        let place = self.place(key)?;
        self.list.get(place).map(|(_, slot)| slot)
    }

    pub(super) fn get_mut(&mut self, key: Key) -> Option<&mut Slot> {
        let place = self.place(key)?;
        self.at_mut(place)
    }

    /// The slot at a place, and whose it is.
    pub(super) fn at(&self, place: usize) -> Option<(Key, &Slot)> {
        self.list.get(place).map(|(key, slot)| (*key, slot))
    }

    pub(super) fn at_mut(&mut self, place: usize) -> Option<&mut Slot> {
        self.list.get_mut(place).map(|(_, slot)| slot)
    }

    /// Where the slot of `key` stands, a new one if there was none.
    pub(super) fn enter(&mut self, key: Key) -> usize {
        if let Some(place) = self.place(key) {
            return place;
        }
        if self.list.len() == FEW {
            let known = self.list.iter().enumerate();
            self.places = known.map(|(place, (key, _))| (*key, place)).collect();
        }
        if self.list.len() >= FEW {
            self.places.insert(key, self.list.len());
        }
        let place = self.list.len();
        super::push(&mut self.list, (key, Slot::default()), 4);
        place
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (Key, &Slot)> {
        self.list.iter().map(|(key, slot)| (*key, slot))
    }

    pub(super) fn iter_mut(&mut self) -> impl ExactSizeIterator<Item = (Key, &mut Slot)> {
        self.list.iter_mut().map(|(key, slot)| (*key, slot))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Kind;
    use uuid::Uuid;

    #[test]
    fn a_key_is_found_among_few_and_among_many() {
        let key = |n: u128| Key::new(Kind::Case, Uuid::from_u128(n));
        let mut slots = Slots::default();
        for n in 0..100 {
            assert!(slots.get(key(n)).is_none());
            let place = slots.enter(key(n));
            assert_eq!(slots.enter(key(n)), place);
            assert!((0..=n).all(|n| slots.get(key(n)).is_some()));
            assert_eq!(slots.iter().count() as u128, n + 1);
        }
        assert!(slots.iter().map(|(key, _)| key).eq((0..100).map(key)));
    }
}
