//! Whatever is sent, called off and returned in whatever parts and order: the money is exact.

use aftercare::code;
use aftercare::kernel::{BasisPoints, Currency, Money, OrderId};
use aftercare::order::*;
use chrono::TimeDelta;
use proptest::prelude::*;
use proptest::sample::Index;

use super::pieces::sends;
use super::refund::{Wish, lenient, wishes};
use super::{confirmed, folds};
use crate::product::world::World;

/// Something that happens to an order.
#[derive(Clone, Debug)]
enum Step {
    Pays(i64),
    Comes(Index, u32),
    IsLost(Index, u32),
    TurnsUp(Index),
    WasNot(Index),
    IsCalledOff(Vec<(Index, u32)>, bool),
    Returns(Vec<(Index, u32)>),
    PaysOut,
}

fn pieces() -> impl Strategy<Value = Vec<(Index, u32)>> {
    prop::collection::vec((any::<Index>(), 1_u32..4), 1..3)
}

fn steps(turns_up: bool) -> impl Strategy<Value = Vec<Step>> {
    let or_nothing = move |step| if turns_up { step } else { Step::PaysOut };
    let one = prop_oneof![
        2 => (1_i64..30_000).prop_map(Step::Pays),
        4 => (any::<Index>(), 1_u32..4).prop_map(|(line, n)| Step::Comes(line, n)),
        2 => (any::<Index>(), 1_u32..4).prop_map(|(line, n)| Step::IsLost(line, n)),
        3 => any::<Index>().prop_map(move |it| or_nothing(Step::TurnsUp(it))),
        3 => any::<Index>().prop_map(move |it| or_nothing(Step::WasNot(it))),
        5 => (pieces(), any::<bool>()).prop_map(|(all, ours)| Step::IsCalledOff(all, ours)),
        4 => pieces().prop_map(Step::Returns),
        1 => Just(Step::PaysOut),
    ];
    prop::collection::vec(one, 0..24)
}

/// What may go of each line: what is still to be sent, or what came and did not go back.
struct Left {
    to_send: Vec<u32>,
    there: Vec<u32>,
}

fn left(order: &Order) -> Left {
    let lines = || (1..).zip(&order.lines);
    let to_send = lines().map(|(n, line)| line.quantity().saturating_sub(order.shipped(n)));
    let there = lines().map(|(n, line)| order.delivered(n) - line.returns.settled_pieces);
    Left {
        to_send: to_send.collect(),
        there: there.collect(),
    }
}

/// So many pieces of these lines, as far as there are any.
fn taken(left: &[u32], picks: &[(Index, u32)]) -> Vec<(u32, u32)> {
    let mut taken = std::collections::BTreeMap::new();
    for (line, most) in picks {
        let place = line.index(left.len());
        let quantity = (*most).min(left[place]);
        if quantity > 0 {
            taken.insert(u32::try_from(place).unwrap() + 1, quantity);
        }
    }
    taken.into_iter().collect()
}

/// A shop, an order, and the money that came in and went out.
struct Run {
    world: World,
    order: OrderId,
    came: i64,
    went: i64,
    fees: i64,
    payments: u32,
}

impl Run {
    fn of(wish: &Wish, fee: u32) -> Self {
        let mut spec = lenient();
        spec.orders.cancel.free_until = FreeUntil::Confirmed;
        spec.orders.cancel.fee = BasisPoints::new(fee);
        let world = World::with(spec);
        let ayse = world.register("Ayşe");
        let order = confirmed(&world, wish.of(ayse).0);
        Self {
            world,
            order,
            came: 0,
            went: 0,
            fees: 0,
            payments: 0,
        }
    }

    fn order(&self) -> std::sync::Arc<Order> {
        self.world.get(self.order)
    }

    fn pays(&mut self, minor: i64) {
        self.payments += 1;
        let reference = format!("p-{}", self.payments).parse().unwrap();
        let amount = Money::new(minor, Currency::TRY);
        let pay = RecordPayment::new(self.order, reference, code!("card"), amount);
        self.world.run(pay);
        self.came += minor;
    }

    fn calls_off(&mut self, pieces: Vec<(u32, u32)>, ours: bool) {
        let mut cancel = match ours {
            true => CancelPieces::for_business(self.order, code!("out_of_stock")),
            false => CancelPieces::for_customer(self.order, code!("mind")),
        };
        cancel.pieces = pieces;
        let before = self.order();
        match self.world.try_run(cancel) {
            Ok(back) => self.goes_out(&before, back.unwrap().minor()),
            Err(error) => {
                let code = format!("{error:?}");
                assert!(code.contains("WholeOrder"), "{code}");
            }
        }
        let fees = self.order().cancel_fees.map_or(0, |fee| fee.minor());
        assert!(fees >= self.fees && (!ours || fees == self.fees));
        self.fees = fees;
    }

    fn returns(&mut self, pieces: Vec<(u32, u32)>) {
        let mut request = RequestReturn::new(self.order, code!("unwanted"));
        request.pieces = pieces;
        let before = self.order();
        let rma = self.world.run(request);
        let back = self.world.run(RefundReturn::new(rma)).unwrap();
        self.goes_out(&before, back.minor());
    }

    /// Nothing goes out while something is owed, and nothing of what had been paid beyond that before.
    fn goes_out(&mut self, before: &Order, minor: i64) {
        self.went += minor;
        let after = self.order();
        let credit = before.owed().minor() - after.owed().minor();
        assert!(credit >= 0, "nobody owes more for calling off");
        let due = before.balance().minor();
        assert_eq!(minor, (credit - due).clamp(0, credit));
    }

    fn pays_out(&mut self) {
        let credit = -self.order().balance().minor();
        match self.world.try_run(PayOut { order: self.order }) {
            Ok(amount) => {
                assert_eq!(amount.unwrap().minor(), credit);
                self.went += credit;
            }
            Err(_) => assert!(credit <= 0),
        }
    }

    fn ships(&mut self, line: &Index, most: u32) -> Option<u32> {
        let all = taken(&left(&self.order()).to_send, &[(*line, most)]);
        let (line, quantity) = *all.first()?;
        let parcel = sends(&self.world, self.order, line, quantity);
        self.world.wait(TimeDelta::minutes(1));
        Some(parcel)
    }

    fn tracks(&self, parcel: u32, milestone: Milestone) {
        let report = TrackShipment::new(self.order, parcel, milestone);
        if let Err(error) = self.world.try_run(report) {
            let code = format!("{error:?}");
            assert!(code.contains("ComesBack"), "{code}");
        }
        self.world.wait(TimeDelta::minutes(1));
    }

    fn parcel(&self, which: &Index) -> Option<u32> {
        let count = self.order().shipments.len();
        (count > 0).then(|| u32::try_from(which.index(count)).unwrap() + 1)
    }

    fn takes(&mut self, step: Step) {
        match step {
            Step::Pays(minor) => self.pays(minor),
            Step::PaysOut => self.pays_out(),
            Step::Comes(line, most) => {
                if let Some(parcel) = self.ships(&line, most) {
                    self.tracks(parcel, Milestone::Delivered);
                }
            }
            Step::IsLost(line, most) => {
                if let Some(parcel) = self.ships(&line, most) {
                    self.tracks(parcel, Milestone::Lost);
                }
            }
            Step::TurnsUp(which) => {
                if let Some(parcel) = self.parcel(&which) {
                    self.tracks(parcel, Milestone::Delivered);
                }
            }
            Step::WasNot(which) => {
                if let Some(parcel) = self.parcel(&which) {
                    self.tracks(parcel, Milestone::NotDelivered);
                }
            }
            Step::IsCalledOff(picks, ours) => {
                let pieces = taken(&left(&self.order()).to_send, &picks);
                if !pieces.is_empty() && self.order().delivered_at().is_none() {
                    self.calls_off(pieces, ours);
                }
            }
            Step::Returns(picks) => {
                let pieces = taken(&left(&self.order()).there, &picks);
                if !pieces.is_empty() {
                    self.returns(pieces);
                }
            }
        }
    }

    /// What holds at any time.
    fn holds(&self) {
        let order = folds(&self.world, self.order);
        assert_eq!(order.paid().minor(), self.came - self.went);
        assert!(!order.owed().is_negative(), "{}", order.owed());
        assert!(order.owed().minor() <= order.total.minor());
        for payment in &order.payments {
            assert!(payment.refunded.minor() <= payment.amount.minor());
        }
        for (n, line) in (1..).zip(&order.lines) {
            let of = line.item.quantity;
            assert!(line.quantity() + line.cancelled.pieces == of);
            assert!(order.shipped(n) <= of && line.returns.settled_pieces <= of);
        }
    }

    /// What can still go goes: what is not sent is called off, and what came goes back.
    fn ends(&mut self) {
        for parcel in self.order().shipments.clone() {
            if parcel.is_under_way() {
                self.tracks(parcel.number, Milestone::Delivered);
            }
        }
        let to_send = left(&self.order()).to_send;
        if to_send.iter().any(|left| *left > 0) {
            self.calls_off(Vec::new(), true);
        }
        let there = (1..).zip(left(&self.order()).there);
        let there: Vec<(u32, u32)> = there.filter(|(_, left)| *left > 0).collect();
        if !there.is_empty() {
            self.returns(there);
        }
        if self.order().status() != OrderStatus::Delivered {
            let before = self.order().paid().minor();
            self.world
                .run(CancelOrder::for_business(self.order, code!("mind")));
            self.went += before - self.order().paid().minor();
        }
        if self.order().balance().is_negative() {
            self.pays_out();
        }
        self.holds();
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(160))]

    /// What was called off and what came back of a line together are what was charged for it, to the last minor unit and with the
    /// tax, and the business keeps the fees and nothing else.
    #[test]
    fn what_is_called_off_and_what_comes_back_together_are_what_was_paid(
        wish in wishes(),
        fee in prop_oneof![Just(0_u32), 0_u32..=10_000],
        steps in steps(false),
    ) {
        let mut run = Run::of(&wish, fee);
        for step in steps {
            run.takes(step);
            run.holds();
        }
        run.ends();
        let order = run.order();
        prop_assert_eq!(run.came - run.went + order.balance().minor(), run.fees);
        prop_assert_eq!(order.owed().minor(), run.fees);
        if order.cancelled.is_none() {
            for line in &order.lines {
                let sum = |parts: [Option<Money>; 2]| -> i64 {
                    parts.into_iter().flatten().map(|part| part.minor()).sum()
                };
                let amounts = sum([line.returns.settled, line.cancelled.amount]);
                prop_assert_eq!(amounts, line.charge.amount.minor());
                let taxes = sum([line.returns.settled_tax, line.cancelled.tax]);
                prop_assert_eq!(taxes, line.charge.tax.minor());
            }
        }
    }

    /// Whatever turns up that was called off, and turns out not to have come: what is owed is never below nothing and never more
    /// than the price, and when all of it is back nothing is owed but fees.
    #[test]
    fn what_turns_up_after_it_was_called_off_costs_what_it_did(
        wish in wishes(),
        fee in prop_oneof![Just(0_u32), 0_u32..=10_000],
        steps in steps(true),
    ) {
        let mut run = Run::of(&wish, fee);
        for step in steps {
            run.takes(step);
            run.holds();
        }
        run.ends();
        let order = run.order();
        prop_assert_eq!(run.came - run.went + order.balance().minor(), order.owed().minor());
        prop_assert!(order.owed().minor() <= run.fees);
    }
}
