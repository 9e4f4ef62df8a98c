//! A ledger in which every point is kept by itself, and every question goes through all of them.

#![expect(
    clippy::cast_possible_wrap,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "points are counted one by one, and there are few"
)]

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

/// One point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Coin {
    source: u128,
    earned: DateTime<Utc>,
    vests: Option<DateTime<Utc>>,
    gone: Option<DateTime<Utc>>,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Reference {
    pub(super) coins: Vec<Coin>,
    pub(super) holds: BTreeMap<u128, (DateTime<Utc>, Vec<Coin>)>,
    pub(super) debt: i64,
}

/// Whether one point is spent before another.
pub(super) fn before(a: &Coin, b: &Coin) -> std::cmp::Ordering {
    let far = DateTime::<Utc>::MAX_UTC;
    let key = |coin: &Coin| {
        let gone = coin.gone.unwrap_or(far);
        (
            gone,
            coin.gone.is_none(),
            coin.earned,
            coin.source,
            coin.vests,
        )
    };
    key(a).cmp(&key(b))
}

impl Reference {
    pub(super) fn come(&mut self, coins: impl IntoIterator<Item = Coin>) {
        for coin in coins {
            if self.debt > 0 {
                self.debt -= 1;
            } else {
                self.coins.push(coin);
            }
        }
    }

    pub(super) fn is_spendable(coin: &Coin, at: DateTime<Utc>) -> bool {
        coin.vests.is_some_and(|vests| vests <= at) && coin.gone.is_none_or(|gone| at < gone)
    }

    fn available(&self, at: DateTime<Utc>) -> i64 {
        let coins = self.coins.iter();
        coins.filter(|coin| Self::is_spendable(coin, at)).count() as i64
    }

    fn balance(&self) -> i64 {
        let held: usize = self.holds.values().map(|(_, coins)| coins.len()).sum();
        (self.coins.len() + held) as i64 - self.debt
    }

    /// Takes the first so many that fit.
    pub(super) fn take(&mut self, of: i64, fits: impl Fn(&Coin) -> bool) -> Vec<Coin> {
        self.coins.sort_by(before);
        let mut taken = Vec::new();
        self.coins.retain(|coin| {
            let goes = (taken.len() as i64) < of && fits(coin);
            if goes {
                taken.push(*coin);
            }
            !goes
        });
        taken
    }

    fn pass(&mut self, at: DateTime<Utc>) {
        let over = self.holds.iter().filter(|(_, (until, _))| *until <= at);
        let mut over: Vec<(DateTime<Utc>, u128)> =
            over.map(|(id, (until, _))| (*until, *id)).collect();
        over.sort_unstable();
        for (_, id) in over {
            let (_, mut coins) = self.holds.remove(&id).unwrap();
            coins.sort_by(before);
            self.come(coins);
        }
        self.coins
            .retain(|coin| coin.gone.is_none_or(|gone| at < gone));
    }
}

/// Something that is done, with numbers to choose by.
pub(super) type Doing = (u8, u8, u8, u8);

/// Both ledgers, the movements so far, and what each spent from.
#[derive(Default)]
pub(super) struct Both {
    pub(super) fast: Purse,
    pub(super) slow: Reference,
    pub(super) hours: i64,
    pub(super) made: u128,
    pub(super) moved: i64,
    pub(super) spent: Vec<(MovementId, Vec<Lot>, Points)>,
    pub(super) earned: Vec<(MovementId, i64, Option<DateTime<Utc>>)>,
}

impl Both {
    pub(super) fn now(&self) -> DateTime<Utc> {
        day(0) + TimeDelta::hours(self.hours)
    }

    pub(super) fn apply(&mut self, posting: &Posting) {
        self.moved += posting.change().get();
        self.fast.apply(posting);
    }

    /// What fell due until now happens.
    pub(super) fn catch_up(&mut self) {
        let now = self.now();
        while let Some(posting) = self.fast.lapse(now).or_else(|| self.fast.expiry(now)) {
            self.apply(&posting);
        }
        self.slow.pass(now);
    }

    pub(super) fn act(&mut self, (what, of, time, choice): Doing) {
        self.hours += i64::from(time % 40);
        self.catch_up();
        let (of, choice) = (i64::from(of) % 60 + 1, usize::from(choice));
        self.made += 1;
        let made = id(self.made);
        match what % 10 {
            0..=2 => self.earn(of, choice),
            3 | 4 => self.spend(made, of, choice),
            5 => self.hold(of, choice),
            6 => self.end_hold(made, of, choice),
            7 => self.give_back(of, choice),
            8 => self.reverse(of, choice),
            _ => self.release_or_extend(choice),
        }
        self.agree();
    }

    fn earn(&mut self, of: i64, choice: usize) {
        let now = self.now();
        let gone = [None, Some(10), Some(30), Some(100), Some(400)][choice % 5];
        let gone = gone.map(|days| now + TimeDelta::days(days));
        let vests = [Some(0), Some(0), Some(5), None][choice % 4];
        let vests = vests.map(|days| now + TimeDelta::days(days));
        let source = id(self.made);
        let lot = Lot::new(source, points(of), now)
            .expiring(gone)
            .available(vests);
        let posting = self.fast.earning(lot);
        self.apply(&posting);
        let coin = Coin {
            source: self.made,
            earned: now,
            vests,
            gone,
        };
        self.slow.come(std::iter::repeat_n(coin, of as usize));
        self.earned.push((source, of, gone));
    }

    fn spend(&mut self, made: MovementId, of: i64, choice: usize) {
        let now = self.now();
        let overdraw = match choice % 7 {
            0 => Overdraw::Owe,
            _ => Overdraw::Refuse,
        };
        let available = self.slow.available(now);
        match self.fast.spending(made, points(of), now, overdraw) {
            Ok(posting) => {
                self.apply(&posting);
                let taken = self
                    .slow
                    .take(of, |coin| Reference::is_spendable(coin, now));
                self.slow.debt += of - taken.len() as i64;
                assert_eq!(total(&posting.taken).get(), taken.len() as i64);
                self.spent.push((made, posting.taken.to_vec(), points(0)));
            }
            Err(refusal) => {
                assert_eq!(refusal.code(), "loyalty.insufficient");
                assert!(available < of && overdraw == Overdraw::Refuse);
            }
        }
    }

    fn hold(&mut self, of: i64, choice: usize) {
        let now = self.now();
        let until = now + TimeDelta::days(1 + choice as i64 % 20);
        let hold = HoldId::from_u128(self.made);
        match self.fast.holding(hold, points(of), now, until) {
            Ok(posting) => {
                self.apply(&posting);
                let taken = self
                    .slow
                    .take(of, |coin| Reference::is_spendable(coin, now));
                assert_eq!(taken.len() as i64, of);
                self.slow.holds.insert(self.made, (until, taken));
            }
            Err(_) => assert!(self.slow.available(now) < of),
        }
    }

    fn end_hold(&mut self, made: MovementId, of: i64, choice: usize) {
        let Some(hold) = self.slow.holds.keys().nth(choice % 3).copied() else {
            let refused = self.fast.letting_go(HoldId::from_u128(self.made), false);
            assert_eq!(refused.unwrap_err().code(), "loyalty.no_such_hold");
            return;
        };
        let id = HoldId::from_u128(hold);
        let posting = match choice % 2 {
            0 => self.fast.letting_go(id, false),
            _ => self.fast.capturing(made, id, Some(points(of))),
        };
        match posting {
            Ok(posting) => {
                self.apply(&posting);
                let (_, mut coins) = self.slow.holds.remove(&hold).unwrap();
                coins.sort_by(before);
                let went = if choice.is_multiple_of(2) {
                    0
                } else {
                    of as usize
                };
                self.slow.come(coins.split_off(went));
                if went > 0 {
                    self.spent.push((made, posting.taken.to_vec(), points(0)));
                }
            }
            Err(_) => assert!((self.slow.holds[&hold].1.len() as i64) < of),
        }
        // What came back may have expired meanwhile.
        let now = self.now();
        if let Some(posting) = self.fast.expiry(now) {
            self.apply(&posting);
        }
        self.slow.pass(now);
    }

    fn give_back(&mut self, of: i64, choice: usize) {
        if self.spent.is_empty() {
            return;
        }
        let now = self.now();
        let place = choice % self.spent.len();
        let (movement, taken, given_back) = self.spent[place].clone();
        let left = total(&taken).minus(given_back).get();
        let of = of.min(left);
        if of == 0 {
            return;
        }
        let posting = self
            .fast
            .giving_back(movement, &taken, given_back, points(of), now, |_| None);
        self.apply(&posting);
        let coins = taken.iter().flat_map(|lot| {
            let coin = Coin {
                source: lot.source.as_u128(),
                earned: lot.earned_at,
                vests: lot.available_from,
                gone: lot.expires_at,
            };
            std::iter::repeat_n(coin, lot.points.get() as usize)
        });
        let coins = coins.skip(given_back.get() as usize).take(of as usize);
        self.slow.coins.sort_by(before);
        let is_there = |coin: &Coin| coin.gone.is_none_or(|gone| now < gone);
        // What is left of the lot may last longer by now.
        let coins = coins.map(|coin| {
            let mut rest = self.slow.coins.iter();
            let rest = rest.find(|rest| rest.source == coin.source && is_there(rest));
            match is_there(&coin) {
                true => coin,
                false => rest.copied().unwrap_or(coin),
            }
        });
        let fresh: Vec<Coin> = coins
            .filter(|coin| coin.gone.is_none_or(|gone| now < gone))
            .collect();
        assert_eq!(posting.forfeited.get(), of - fresh.len() as i64);
        self.slow.come(fresh);
        self.spent[place].2 = given_back.plus(points(of));
    }

    fn reverse(&mut self, of: i64, choice: usize) {
        if self.earned.is_empty() {
            return;
        }
        let now = self.now();
        let place = choice % self.earned.len();
        let (source, left, gone) = self.earned[place];
        let of = of.min(left);
        if of == 0 {
            return;
        }
        let policy = [
            AfterSpending::Block,
            AfterSpending::Debt,
            AfterSpending::NegativeBalance,
            AfterSpending::OnlyIfSufficient,
            AfterSpending::ChargeMoney,
        ][choice % 5];
        let has_expired = gone.is_some_and(|gone| gone <= now);
        let is_own = |coin: &Coin| coin.source == source.as_u128();
        let own = self.slow.coins.iter().filter(|coin| is_own(coin)).count() as i64;
        let all = self.slow.coins.len() as i64;
        let kept = |is: &dyn Fn(&Coin) -> bool| {
            let coins = self.slow.holds.values().flat_map(|(_, coins)| coins);
            coins.filter(|coin| is(coin)).count() as i64
        };
        let own_kept = kept(&is_own);
        // What is owed already will take of it.
        let all_kept = (kept(&|_| true) - self.slow.debt).max(0);
        // Of what has expired only what a hold keeps is asked for.
        let there = own.min(of);
        let gone = if has_expired {
            (of - there - own_kept).max(0)
        } else {
            0
        };
        let is_missing = there + gone < of;
        match self
            .fast
            .reversing(source, points(of), now, has_expired, policy)
        {
            Ok(posting) => {
                self.apply(&posting);
                let others = matches!(
                    policy,
                    AfterSpending::NegativeBalance | AfterSpending::OnlyIfSufficient
                );
                let is_short = all + all_kept < of - gone;
                if policy == AfterSpending::OnlyIfSufficient && is_missing && is_short {
                    assert_eq!(posting.change(), points(0));
                } else {
                    let mut rest = of - gone - self.slow.take(of, is_own).len() as i64;
                    assert_eq!(posting.forfeited.get(), gone);
                    if is_missing && others {
                        let vested = |coin: &Coin| Reference::is_spendable(coin, now);
                        rest -= self.slow.take(rest, vested).len() as i64;
                        rest -= self.slow.take(rest, |_| true).len() as i64;
                    }
                    match policy {
                        // What holds keep settles it later, where it has to be enough.
                        AfterSpending::Debt
                        | AfterSpending::NegativeBalance
                        | AfterSpending::OnlyIfSufficient => self.slow.debt += rest,
                        AfterSpending::ChargeMoney => assert_eq!(posting.charged.get(), rest),
                        AfterSpending::Block => assert_eq!(rest, 0),
                    }
                }
                self.earned[place].1 = left - of;
            }
            Err(refusal) => {
                assert_eq!(refusal.code(), "loyalty.points_spent");
                assert!(policy == AfterSpending::Block && is_missing);
            }
        }
    }

    fn release_or_extend(&mut self, choice: usize) {
        let now = self.now();
        if choice.is_multiple_of(3) {
            let until = now + TimeDelta::days(20);
            if let Ok(posting) = self.fast.extending(until, now) {
                self.apply(&posting);
            }
            for coin in &mut self.slow.coins {
                coin.gone = coin.gone.map(|gone| gone.max(until));
            }
            // The dates of an earning are no longer the ones that it began with.
            self.earned.clear();
            return;
        }
        let Some((source, ..)) = self.earned.get(choice % self.earned.len().max(1)) else {
            return;
        };
        if let Ok(posting) = self.fast.releasing(*source, now, now) {
            assert_eq!(posting.change(), points(0));
            self.fast.apply(&posting);
        }
        for coin in &mut self.slow.coins {
            let is_pending = coin.vests.is_none_or(|vests| vests > now);
            if coin.source == source.as_u128() && is_pending {
                coin.vests = Some(now);
            }
        }
    }

    pub(super) fn agree(&self) {
        let now = self.now();
        let fast = &self.fast;
        assert_eq!(fast.available(now).get(), self.slow.available(now));
        assert_eq!(fast.balance(now).get(), self.slow.balance());
        assert_eq!(fast.debt().get(), self.slow.debt);
        assert_eq!(
            fast.balance(now).get(),
            self.moved,
            "the sum of all movements"
        );
        let open = total(fast.lots()).plus(fast.held()).minus(fast.debt());
        assert_eq!(fast.balance(now), open, "open lots less debt");
        assert!(fast.lots().iter().all(|lot| lot.points.is_positive()));
        assert!(fast.lots().is_sorted_by_key(Lot::turn));
        let next = fast.lots().first().and_then(|lot| lot.expires_at);
        assert!(
            next.is_none_or(|next| now < next),
            "nothing that is gone is left"
        );
    }
}

proptest! {
    #[test]
    fn the_ledger_agrees_with_one_that_keeps_every_point_by_itself(
        history in prop::collection::vec(any::<Doing>(), 1..120),
    ) {
        let mut both = Both::default();
        for doing in history {
            both.act(doing);
        }
    }
}

/// Steele and Vigna's SplitMix64, four bytes at a time.
pub(super) fn doings(seed: u64) -> impl Iterator<Item = Doing> {
    let mut state = seed;
    std::iter::repeat_with(move || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let [a, b, c, d, ..] = (mixed ^ (mixed >> 31)).to_le_bytes();
        (a, b, c, d)
    })
}

#[test]
fn the_ledger_agrees_over_thousands_of_movements() {
    for seed in 1..=3 {
        let mut both = Both::default();
        for doing in doings(seed).take(4_000) {
            both.act(doing);
        }
        assert!(both.made >= 4_000);
    }
}
