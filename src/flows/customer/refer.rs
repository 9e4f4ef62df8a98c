//! Customers who bring others.

use super::active;
use crate::customer::{CustomerEvent, ReferCustomer, Refusal};
use crate::flows::reactions::{Matter, follow};
use crate::kernel::Permission;
use crate::record::{Entry, Key};
use crate::rulebook::Trigger;
use crate::work::{Command, Halt, Work};

impl Command for ReferCustomer {
    type Output = ();
    const NAME: &'static str = "customer.refer";
    const PERMISSION: Permission = Permission::CUSTOMER_REGISTER;

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        work.want([self.by]);
        let referred = active(work, self.referred)?;
        let by = active(work, self.by)?;
        if let Some(by) = referred.referred_by {
            return Err(Refusal::AlreadyReferred { by }.into());
        }
        let (id, by) = (referred.id, by.id);
        drop(referred);
        work.emit(id, CustomerEvent::Referred { by })?;
        let trigger = Trigger::CustomerReferred;
        follow(
            work,
            trigger,
            |_| Ok(Matter::deed(trigger, by, id)),
            |work, reaction, effect| work.emit(id, CustomerEvent::Reacted { reaction, effect }),
        )
    }

    fn output(&self, _: &Entry) {}

    fn reads(&self, keys: &mut Vec<Key>) {
        keys.extend([Key::of(self.referred), Key::of(self.by)]);
    }
}
