//! What happens to returns.

mod receive;
mod request;
mod settle;

use std::collections::{BTreeMap, BTreeSet};

pub(crate) use self::receive::wake;
pub(super) use self::request::right_of;
use crate::kernel::{Permission, UnitId};
use crate::order::{Order, Refusal, ReturnPage, ReturnsOf};
use crate::record::{Cursor, Index, Query};
use crate::work::{Halt, Question, Reader, Refusal as AnyRefusal, Work};

/// How many pieces of a line were delivered and are neither made good nor announced.
fn left_to_return(order: &Order, line: u32) -> Result<u32, Refusal> {
    let bought = order.line(line)?;
    let gone = bought
        .returns
        .settled_pieces
        .saturating_add(bought.returns.announced);
    let came = order.delivered(line);
    Ok(came.saturating_sub(gone))
}

/// The units of the lines of which every piece that was delivered has a record of its own.
fn all_units(order: &Order) -> BTreeMap<u32, BTreeSet<UnitId>> {
    let (mut units, came) = (order.delivered_units(), order.all_delivered());
    units.retain(|line, units| {
        let came = came.get(line).copied().unwrap_or(0);
        usize::try_from(came).is_ok_and(|came| units.len() >= came)
    });
    units
}

/// Refused to whoever may not override the rules of returns.
fn check_override(work: &Work<'_>) -> Result<(), Halt> {
    let permission = Permission::RETURN_OVERRIDE;
    match work.rulebook().access().allows(work.actor(), permission) {
        true => Ok(()),
        false => Err(AnyRefusal::Denied { permission }.into()),
    }
}

/// How many pieces of each line.
fn by_line(lines: impl Iterator<Item = u32>) -> Vec<(u32, u32)> {
    let mut counts: BTreeMap<u32, u32> = BTreeMap::new();
    for line in lines {
        let count = counts.entry(line).or_default();
        *count = count.saturating_add(1);
    }
    counts.into_iter().collect()
}

impl Question for ReturnsOf {
    type Output = ReturnPage;
    const PERMISSION: Permission = Permission::ORDER_READ;

    fn ask(&self, reader: &mut Reader<'_>) -> Result<ReturnPage, Halt> {
        let order = reader.need(self.order)?;
        let after = self.after.map(Cursor::of);
        let query = Query::new(Index::ReturnsByOrder, order.id.uuid());
        let query = query.descending().limit(self.limit.clamp(1, 200));
        let page = reader.find(&query.after(after))?;
        let (returns, next) = reader.listed(&page)?;
        Ok(ReturnPage { returns, next })
    }
}
