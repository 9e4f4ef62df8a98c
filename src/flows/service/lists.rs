//! Lists of plans, services and visits, a page at a time.

use std::sync::Arc;

use uuid::Uuid;

use crate::flows::customer::survivor_read;
use crate::flows::timeline::{merged, newest};
use crate::kernel::{CustomerId, Id, Permission};
use crate::record::{Cursor, Index, Page, Query, Stored, rank_of, rank_of_date};
use crate::service::{
    OpenServices, OpenVisits, OverdueServices, PlanPage, PlansOf, PlansOfUnit, ServicePage,
    ServicesOf, VisitPage, VisitsOf, VisitsOfTechnician, VisitsOfUnit, VisitsToBook,
};
use crate::work::{Halt, Question, Reader};

/// The most that a page holds.
const MOST: u32 = 200;

fn family(reader: &mut Reader<'_>, customer: CustomerId) -> Result<Vec<CustomerId>, Halt> {
    Ok(survivor_read(reader, customer)?.family().collect())
}

/// Records, and whether there are more.
type Found<N> = (Vec<Arc<<N as Stored>::State>>, bool);

/// The records that a query finds, as far as whoever asks may see them.
pub(super) fn records<N: Stored>(reader: &mut Reader<'_>, query: &Query) -> Result<Found<N>, Halt> {
    let page = reader.find(query)?;
    Ok((reader.listed::<N>(&page)?.0, page.next.is_some()))
}

fn services(reader: &mut Reader<'_>, page: &Page) -> Result<ServicePage, Halt> {
    let (services, next) = reader.listed(page)?;
    Ok(ServicePage { services, next })
}

fn visits(reader: &mut Reader<'_>, page: &Page) -> Result<VisitPage, Halt> {
    let (visits, next) = reader.listed(page)?;
    Ok(VisitPage { visits, next })
}

impl Question for PlansOf {
    type Output = PlanPage;
    const PERMISSION: Permission = Permission::SERVICE_READ;

    fn ask(&self, reader: &mut Reader<'_>) -> Result<PlanPage, Halt> {
        let scopes = family(reader, self.customer)?.into_iter().map(Id::uuid);
        let (after, limit) = (self.after.map(Cursor::of), self.limit.clamp(1, MOST));
        let page = newest(reader, Index::PlansByCustomer, scopes, after, limit)?;
        let (plans, next) = reader.listed(&page)?;
        Ok(PlanPage { plans, next })
    }
}

impl Question for PlansOfUnit {
    type Output = PlanPage;
    const PERMISSION: Permission = Permission::SERVICE_READ;

    fn ask(&self, reader: &mut Reader<'_>) -> Result<PlanPage, Halt> {
        let scope = std::iter::once(reader.need(self.unit)?.id.uuid());
        let query = Query::new(Index::PlansByUnit, Uuid::nil()).after(self.after.map(Cursor::of));
        let page = merged(reader, &query, scope, self.limit)?;
        let (plans, next) = reader.listed(&page)?;
        Ok(PlanPage { plans, next })
    }
}

impl Question for ServicesOf {
    type Output = ServicePage;
    const PERMISSION: Permission = Permission::SERVICE_READ;

    fn ask(&self, reader: &mut Reader<'_>) -> Result<ServicePage, Halt> {
        let scopes = family(reader, self.customer)?.into_iter().map(Id::uuid);
        let query = Query::new(Index::OccurrencesByCustomer, Uuid::nil())
            .starting(rank_of_date(self.from))
            .up_to(rank_of_date(self.to))
            .after(self.after.map(Cursor::of));
        let page = merged(reader, &query, scopes, self.limit)?;
        services(reader, &page)
    }
}

impl Question for OpenServices {
    type Output = ServicePage;
    const PERMISSION: Permission = Permission::SERVICE_READ;

    fn ask(&self, reader: &mut Reader<'_>) -> Result<ServicePage, Halt> {
        let scope = std::iter::once(reader.need(self.plan)?.id.uuid());
        let query =
            Query::new(Index::OpenOccurrences, Uuid::nil()).after(self.after.map(Cursor::of));
        let page = merged(reader, &query, scope, self.limit)?;
        services(reader, &page)
    }
}

impl Question for OverdueServices {
    type Output = ServicePage;
    const PERMISSION: Permission = Permission::SERVICE_ROSTER_READ;

    fn ask(&self, reader: &mut Reader<'_>) -> Result<ServicePage, Halt> {
        let query = Query::new(Index::OverdueOccurrences, Uuid::nil())
            .up_to(rank_of(self.at))
            .after(self.after.map(Cursor::of))
            .limit(self.limit.clamp(1, MOST));
        let page = reader.find(&query)?;
        services(reader, &page)
    }
}

impl Question for VisitsOf {
    type Output = VisitPage;
    const PERMISSION: Permission = Permission::SERVICE_READ;

    fn ask(&self, reader: &mut Reader<'_>) -> Result<VisitPage, Halt> {
        let scopes = family(reader, self.customer)?.into_iter().map(Id::uuid);
        let (after, limit) = (self.after.map(Cursor::of), self.limit.clamp(1, MOST));
        let page = newest(reader, Index::VisitsByCustomer, scopes, after, limit)?;
        visits(reader, &page)
    }
}

impl Question for VisitsOfUnit {
    type Output = VisitPage;
    const PERMISSION: Permission = Permission::SERVICE_READ;

    fn ask(&self, reader: &mut Reader<'_>) -> Result<VisitPage, Halt> {
        let scope = std::iter::once(reader.need(self.unit)?.id.uuid());
        let (after, limit) = (self.after.map(Cursor::of), self.limit.clamp(1, MOST));
        let page = newest(reader, Index::VisitsByUnit, scope, after, limit)?;
        visits(reader, &page)
    }
}

impl Question for VisitsToBook {
    type Output = VisitPage;
    const PERMISSION: Permission = Permission::SERVICE_ROSTER_READ;

    fn ask(&self, reader: &mut Reader<'_>) -> Result<VisitPage, Halt> {
        let query = Query::new(Index::VisitsToBook, Uuid::nil())
            .after(self.after.map(Cursor::of))
            .limit(self.limit.clamp(1, MOST));
        let page = reader.find(&query)?;
        visits(reader, &page)
    }
}

impl Question for OpenVisits {
    type Output = VisitPage;
    const PERMISSION: Permission = Permission::SERVICE_ROSTER_READ;

    fn ask(&self, reader: &mut Reader<'_>) -> Result<VisitPage, Halt> {
        let query = Query::new(Index::OpenVisits, Uuid::nil())
            .starting(self.from.map_or(i64::MIN, rank_of))
            .up_to(rank_of(self.to))
            .after(self.after.map(Cursor::of))
            .limit(self.limit.clamp(1, MOST));
        let page = reader.find(&query)?;
        visits(reader, &page)
    }
}

impl Question for VisitsOfTechnician {
    type Output = VisitPage;
    const PERMISSION: Permission = Permission::SERVICE_ROSTER_READ;

    fn ask(&self, reader: &mut Reader<'_>) -> Result<VisitPage, Halt> {
        let scope = std::iter::once(self.technician.uuid());
        let query = Query::new(Index::VisitsByTechnician, Uuid::nil())
            .starting(rank_of(self.from))
            .up_to(rank_of(self.to))
            .after(self.after.map(Cursor::of));
        let page = merged(reader, &query, scope, self.limit)?;
        visits(reader, &page)
    }
}
