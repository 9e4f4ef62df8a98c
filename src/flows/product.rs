//! What happens to products and units.

mod catalogue;
mod handle;
mod look;
mod meter;
mod own;

pub(crate) use self::own::{sell, take_back};

use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::kernel::{Code, UnitId};
use crate::product::{Product, Refusal, Unit};
use crate::work::{Halt, Work};

/// What is known of a model.
pub(crate) fn product_of(work: &mut Work<'_>, model: &Code) -> Result<Arc<Product>, Halt> {
    let product = work.peek(Product::id_of(model))?;
    product.ok_or_else(|| {
        let model = model.clone();
        Refusal::UnknownProduct { model }.into()
    })
}

/// A unit that is not out of use.
pub(crate) fn in_use(work: &mut Work<'_>, id: UnitId) -> Result<Arc<Unit>, Halt> {
    let unit = work.need(id)?;
    match unit.retired {
        Some(_) => Err(Refusal::Retired.into()),
        None => Ok(unit),
    }
}

/// When something happened: now, when nothing else was said.
fn happened(work: &Work<'_>, at: Option<DateTime<Utc>>) -> Result<DateTime<Utc>, Refusal> {
    match at {
        Some(at) if at > work.now() => Err(Refusal::InFuture { at }),
        Some(at) => Ok(at),
        None => Ok(work.now()),
    }
}

fn not_before(at: DateTime<Utc>, not_before: DateTime<Utc>) -> Result<(), Refusal> {
    if at < not_before {
        return Err(Refusal::TooEarly { at, not_before });
    }
    Ok(())
}
