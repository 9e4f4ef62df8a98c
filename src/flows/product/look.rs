//! Looking at products and units.

use std::sync::Arc;

use crate::flows::customer::survivor_read;
use crate::kernel::{Permission, UnitId};
use crate::product::{
    FindProducts, FindUnit, ProductPage, ReadReadings, ReadingPage, Unit, UnitPage, UnitsOf,
    readings_scope, serial_claim,
};
use crate::record::{Cursor, Index, Kind, Page, Query};
use crate::work::{Halt, Question, Reader};

/// The most that a page holds.
const MOST: u32 = 200;

impl Question for FindProducts {
    type Output = ProductPage;
    const PERMISSION: Permission = Permission::PRODUCT_READ;

    fn ask(&self, reader: &mut Reader<'_>) -> Result<ProductPage, Halt> {
        let after = self.after.map(|id| Cursor::of((0, id)));
        let query = Query::new(Index::ProductsByCategory, self.category.scope());
        let page = reader.find(&query.limit(self.limit.clamp(1, MOST)).after(after))?;
        let (products, next) = reader.listed(&page)?;
        let next = next.map(|(_, product)| product);
        Ok(ProductPage { products, next })
    }
}

impl Question for FindUnit {
    type Output = Option<Arc<Unit>>;
    const PERMISSION: Permission = Permission::UNIT_READ;

    fn ask(&self, reader: &mut Reader<'_>) -> Result<Self::Output, Halt> {
        let secret = reader.rulebook().secret();
        let Some(claim) = serial_claim(secret, self.maker.as_ref(), &self.serial) else {
            return Ok(None);
        };
        match reader.holder(claim)? {
            Some(key) if key.kind == Kind::Unit => reader.get(UnitId::from_uuid(key.id)),
            _ => Ok(None),
        }
    }
}

impl Question for UnitsOf {
    type Output = UnitPage;
    const PERMISSION: Permission = Permission::UNIT_READ;

    fn ask(&self, reader: &mut Reader<'_>) -> Result<UnitPage, Halt> {
        let customer = survivor_read(reader, self.customer)?;
        let limit = self.limit.clamp(1, MOST);
        let after = self.after.map(Cursor::of);
        // A unit stands in one scope only and all are read in one order, so one cursor is the place in all.
        let mut found = Vec::new();
        for id in customer.family() {
            let query = Query::new(Index::UnitsByCustomer, id.uuid());
            // One more than asked for says whether there is a next page.
            let query = query.limit(limit.saturating_add(1)).after(after);
            found.extend(reader.find(&query)?.found);
        }
        found.sort_unstable();
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let has_more = found.len() > limit;
        found.truncate(limit);
        let next = found.last().copied().filter(|_| has_more);
        let (units, next) = reader.listed(&Page { found, next })?;
        Ok(UnitPage { units, next })
    }
}

impl Question for ReadReadings {
    type Output = ReadingPage;
    const PERMISSION: Permission = Permission::UNIT_READ;

    fn ask(&self, reader: &mut Reader<'_>) -> Result<ReadingPage, Halt> {
        reader.need(self.unit)?;
        let after = self.after.map(Cursor::of);
        let query = Query::new(
            Index::ReadingsByMeter,
            readings_scope(self.unit, &self.meter),
        );
        let query = query.descending().limit(self.limit.clamp(1, MOST));
        let page = reader.find(&query.after(after))?;
        let (readings, next) = reader.listed(&page)?;
        Ok(ReadingPage { readings, next })
    }
}
