//! Bringing orders on.

use super::promise::with_promise;
use super::{SKEW, happened, open, tell, unprepared};
use crate::flows::reactions::of_order;
use crate::interaction::{Content, Visibility};
use crate::kernel::{Code, Money, Permission};
use crate::order::{
    ConfirmOrder, Notice, OrderEvent, PayOut, Payment, PersonaliseOrder, Promises, RecordPayment,
    RefundKind, Refusal, Touches,
};
use crate::record::{Entry, Event, Key};
use crate::rulebook::Trigger;
use crate::work::{Command, Halt, Work};

impl Command for ConfirmOrder {
    type Output = ();
    const NAME: &'static str = "order.confirm";
    const PERMISSION: Permission = Permission::ORDER_HANDLE;

    fn reads(&self, keys: &mut Vec<Key>) {
        keys.push(Key::of(self.order));
    }

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let order = open(work, self.order)?;
        if order.confirmed_at.is_some() {
            return Err(Refusal::AlreadyConfirmed.into());
        }
        work.emit(order.id, OrderEvent::Confirmed)?;
        let day = work.rulebook().orders().promise_day;
        let promise = order.day_of(day).map(Promises::latest);
        tell(work, &order, Notice::Confirmed, |draft| match promise {
            Some(promise) => with_promise(draft, &promise),
            None => draft,
        })?;
        of_order(work, Trigger::OrderConfirmed, order.id)
    }

    fn output(&self, _: &Entry) {}
}

impl Command for RecordPayment {
    type Output = ();
    const NAME: &'static str = "order.record_payment";
    const PERMISSION: Permission = Permission::ORDER_HANDLE;

    fn reads(&self, keys: &mut Vec<Key>) {
        keys.push(Key::of(self.order));
    }

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let order = work.need(self.order)?;
        let amount = self.amount;
        if amount.is_negative() || amount.is_zero() {
            return Err(Refusal::NegativeAmount { amount }.into());
        }
        amount.compare(&order.total).map_err(Refusal::Money)?;
        let mut payments = order.payments.iter();
        if let Some(known) = payments.find(|payment| payment.reference == self.reference) {
            if known.amount == amount && known.method == self.method {
                return Ok(());
            }
            let known = known.amount;
            return Err(Refusal::PaymentKnown { known }.into());
        }
        let (at, placed_at) = (happened(work, self.at)?, order.placed_at);
        if placed_at - at > SKEW {
            return Err(Refusal::PaidBeforePlaced { at, placed_at }.into());
        }
        let payment = Payment {
            reference: self.reference.clone(),
            method: self.method.clone(),
            amount,
            at,
            refunded: Money::zero(order.currency()),
        };
        work.emit(order.id, OrderEvent::Paid(payment))
    }

    fn output(&self, _: &Entry) {}
}

impl Command for PayOut {
    type Output = Option<Money>;
    const NAME: &'static str = "order.pay_out";
    const PERMISSION: Permission = Permission::RETURN_REFUND;

    fn reads(&self, keys: &mut Vec<Key>) {
        keys.push(Key::of(self.order));
    }

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let order = work.need(self.order)?;
        let (balance, none) = (order.balance(), Money::zero(order.currency()));
        if !balance.is_negative() {
            return Err(Refusal::NoCredit { balance }.into());
        }
        let amount = none.checked_sub(balance).map_err(Refusal::Money)?;
        let refunds = order.split_refund(amount);
        work.emit(order.id, OrderEvent::PaidOut { amount, refunds })?;
        tell(work, &order, Notice::Refunded, |draft| {
            let draft = draft.with_fact(Code::known("amount"), amount);
            let draft = draft.with_fact(Code::known("kind"), RefundKind::Original);
            draft.with_fact(Code::known("why"), "credit")
        })
    }

    fn output(&self, entry: &Entry) -> Option<Money> {
        entry.events.iter().find_map(|event| {
            let Event::Order(_, OrderEvent::PaidOut { amount, .. }) = event else {
                return None;
            };
            Some(*amount)
        })
    }
}

impl Command for PersonaliseOrder {
    type Output = ();
    const NAME: &'static str = "order.personalise";
    const PERMISSION: Permission = Permission::ORDER_OWN;

    fn reads(&self, keys: &mut Vec<Key>) {
        keys.push(Key::of(self.order));
    }

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let content = work.new_id();
        let order = unprepared(work, self.order)?;
        if let Some(before) = order.touches.note {
            work.erase(before)?;
        }
        let mut touches = Touches {
            packaging: self.packaging.clone(),
            note: None,
            thank_you: self.thank_you,
        };
        if let Some(note) = &self.note {
            let customer = crate::flows::customer::active(work, order.customer)?;
            crate::case::check_text(note)?;
            work.put(
                content,
                Content {
                    customer: customer.id,
                    visibility: Visibility::Public,
                    subject: None,
                    body: note.clone(),
                },
            )?;
            touches.note = Some(content);
        }
        work.emit(order.id, OrderEvent::Personalised(touches))
    }

    fn output(&self, _: &Entry) {}
}
