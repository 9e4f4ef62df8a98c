//! Many writers who book the same technicians into the same few windows, on any store.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::Arc;

use aftercare::calendar::BusinessHours;
use aftercare::code;
use aftercare::desk::{Desk, Error};
use aftercare::kernel::{Actor, Requests, SecretKey, StaffId, VisitId};
use aftercare::prelude::{RegisterCustomer, Rulebook, RulebookSpec};
use aftercare::service::{BookVisit, PlanVisit, ReadAgenda, SetTechnician, TechnicianSpec};
use aftercare::store::AsyncStore;
use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::Barrier;

const VISITS: usize = 48;
/// Two technicians, nine hours each.
const WINDOWS: usize = 18;

fn at(hour: i64) -> DateTime<Utc> {
    let opens: DateTime<Utc> = "2026-02-13T08:00:00Z".parse().unwrap();
    opens + TimeDelta::hours(hour)
}

fn rulebook() -> Rulebook {
    let hours = BusinessHours::weekdays("UTC", "08:00", "17:00").unwrap();
    let spec = RulebookSpec::new().with_calendar(code!("field"), hours);
    spec.build(SecretKey::new([9; 16])).unwrap()
}

/// Has one writer for each handle on the store book at once, and checks that every window went to one visit.
pub async fn nobody_is_booked_twice<S>(stores: Vec<S>)
where
    S: AsyncStore<Error: Debug> + Send + 'static,
{
    let now = at(-24 * 7);
    let mut desks: Vec<Desk<S>> = stores
        .into_iter()
        .map(|store| Desk::new(store, rulebook()))
        .collect();
    let judge = desks.pop().unwrap();
    let mut requests = Requests::of(Actor::System, 1);
    let customer = RegisterCustomer::named("Ayşe");
    let customer = judge.run_async(&requests.at(now), customer).await.unwrap();
    let technicians = [StaffId::from_u128(1), StaffId::from_u128(2)];
    for staff in technicians {
        let spec = TechnicianSpec::new(code!("field"));
        let set = SetTechnician { staff, spec };
        judge.run_async(&requests.at(now), set).await.unwrap();
    }
    let mut visits = Vec::new();
    for _ in 0..VISITS {
        let visit = PlanVisit::new(customer, 60);
        visits.push(judge.run_async(&requests.at(now), visit).await.unwrap());
    }

    let writers = desks.len();
    let barrier = Arc::new(Barrier::new(writers));
    let mut tasks = Vec::new();
    for (writer, desk) in desks.into_iter().enumerate() {
        let mine: Vec<VisitId> = visits
            .iter()
            .skip(writer)
            .step_by(writers)
            .copied()
            .collect();
        let barrier = Arc::clone(&barrier);
        tasks.push(tokio::spawn(async move {
            let mut requests = Requests::of(Actor::System, 100 + writer as u128);
            barrier.wait().await;
            let mut booked = 0;
            for visit in mine {
                booked += usize::from(first_free(&desk, &mut requests, now, visit).await);
            }
            booked
        }));
    }
    let mut booked = 0;
    for task in tasks {
        booked += task.await.unwrap();
    }
    assert_eq!(booked, WINDOWS, "as many were told so as there are windows");

    let mut windows = BTreeMap::new();
    for visit in &visits {
        let visit = judge
            .get_async(&Actor::System, *visit)
            .await
            .unwrap()
            .unwrap();
        let Some(appointment) = visit.appointment else {
            continue;
        };
        let window = (appointment.technician, appointment.from);
        assert_eq!(windows.insert(window, visit.id), None, "booked twice");
    }
    assert_eq!(windows.len(), WINDOWS);
    for technician in technicians {
        let on = at(0).date_naive();
        let day = ReadAgenda { technician, on };
        let agenda = judge.ask_async(&Actor::System, &day).await;
        let agenda = agenda.unwrap().unwrap();
        assert_eq!(agenda.bookings.len(), WINDOWS / 2);
        for booking in &agenda.bookings {
            assert_eq!(windows[&(agenda.technician, booking.from)], booking.visit);
        }
    }
}

/// Tries one window after the other until one is had.
async fn first_free<S: AsyncStore<Error: Debug>>(
    desk: &Desk<S>,
    requests: &mut Requests,
    now: DateTime<Utc>,
    visit: VisitId,
) -> bool {
    for hour in 0..9 {
        for technician in [1, 2].map(StaffId::from_u128) {
            let (from, to) = (at(hour), at(hour + 1));
            let command = BookVisit {
                visit,
                technician,
                from,
                to,
            };
            match desk.run_async(&requests.at(now), command).await {
                Ok(()) => return true,
                Err(Error::Refused(refusal)) => assert_eq!(refusal.code(), "service.double_booked"),
                Err(error) => panic!("{error:?}"),
            }
        }
    }
    false
}
