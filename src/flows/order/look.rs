//! Looking at orders.

use std::sync::Arc;

use uuid::Uuid;

use super::place::claim_of;
use crate::flows::customer::survivor_read;
use crate::flows::timeline::newest;
use crate::kernel::{Id, OrderId, Permission};
use crate::order::{
    FindOrder, FindShipments, Order, OrderPage, OrdersOf, OverdueOrders, TrackOrder, Tracking,
};
use crate::record::{Cursor, Index, Kind, Query, Record};
use crate::work::{Halt, Question, Reader};

/// The most that a page holds.
const MOST: u32 = 200;

impl Question for TrackOrder {
    type Output = Tracking;
    const PERMISSION: Permission = Permission::ORDER_READ;

    fn ask(&self, reader: &mut Reader<'_>) -> Result<Tracking, Halt> {
        let order = reader.need(self.order)?;
        Ok(Tracking::of(order, reader.rulebook().orders(), self.at))
    }
}

impl Question for FindOrder {
    type Output = Option<Arc<Order>>;
    const PERMISSION: Permission = Permission::ORDER_READ;

    fn ask(&self, reader: &mut Reader<'_>) -> Result<Self::Output, Halt> {
        let claim = claim_of(reader.rulebook().secret(), &self.reference);
        match reader.holder(claim)? {
            Some(key) if key.kind == Kind::Order => reader.get(OrderId::from_uuid(key.id)),
            _ => Ok(None),
        }
    }
}

impl Question for FindShipments {
    type Output = Vec<(OrderId, u32)>;
    const PERMISSION: Permission = Permission::ORDER_READ;

    fn ask(&self, reader: &mut Reader<'_>) -> Result<Self::Output, Halt> {
        let query = Query::new(Index::OrdersByTracking, self.tracking.scope());
        let page = reader.find(&query)?;
        let mut found = Vec::new();
        for order in reader.all(&page)?.into_iter().filter_map(order_of) {
            let shipments = order.shipments.iter();
            let called = shipments.filter(|s| s.tracking.as_ref() == Some(&self.tracking));
            found.extend(called.map(|shipment| (order.id, shipment.number)));
        }
        Ok(found)
    }
}

impl Question for OrdersOf {
    type Output = OrderPage;
    const PERMISSION: Permission = Permission::ORDER_READ;

    fn ask(&self, reader: &mut Reader<'_>) -> Result<OrderPage, Halt> {
        let customer = survivor_read(reader, self.customer)?;
        let after = self.after.map(Cursor::of);
        let scopes = customer.family().map(Id::uuid);
        let limit = self.limit.clamp(1, MOST);
        let page = newest(reader, Index::OrdersByCustomer, scopes, after, limit)?;
        let (orders, next) = reader.listed(&page)?;
        Ok(OrderPage { orders, next })
    }
}

impl Question for OverdueOrders {
    type Output = OrderPage;
    const PERMISSION: Permission = Permission::ORDER_HANDLE;

    fn ask(&self, reader: &mut Reader<'_>) -> Result<OrderPage, Halt> {
        let query = Query::new(Index::OverdueOrders, Uuid::nil());
        let query = query.limit(self.limit.clamp(1, MOST));
        let page = reader.find(&query.after(self.after.map(Cursor::of)))?;
        let (orders, next) = reader.listed(&page)?;
        Ok(OrderPage { orders, next })
    }
}

fn order_of(record: Record) -> Option<Arc<Order>> {
    let Record::Order(order) = record else {
        return None;
    };
    Some(order)
}
