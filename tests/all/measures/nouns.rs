//! Surveys, visits, services, claims and points as measures.

use std::sync::Arc;

use aftercare::calendar::{BusinessHours, Rule};
use aftercare::code;
use aftercare::customer::WithdrawConsent;
use aftercare::measures::{Dimension, Figures, Lens, Measures, Place};
use aftercare::prelude::{
    ApproveClaim, BeginVisit, BookVisit, CloseClaim, CompleteVisit, DefineProduct, DenyClaim,
    FileClaim, FulfilClaim, OpenServices, PlanTerms, PlanVisit, RecordRepair, RecordService,
    RegisterUnit, SetTechnician, StartPlan, StartWarranty, TechnicianSpec, TriageClaim,
};
use aftercare::record::{Entry, Index, Query, Record};
use aftercare::satisfaction::{Instrument, Scale};
use aftercare::store::Store;
use aftercare::survey::*;
use aftercare::warranty::{Length, Offer, Remedy, Term, TermKind, WarrantyPolicy};
use chrono::TimeDelta;
use proptest::prelude::*;

use crate::loyalty::club;
use crate::survey::{World, after_case, asking, ayse, days, pass, reachable, relay, solved, wake};

pub fn journal(world: &World) -> Vec<Arc<Entry>> {
    let query = Query::new(Index::Journal, uuid::Uuid::nil()).limit(100_000);
    let found = world.desk.store().find(&query).unwrap().found;
    let keys: Vec<_> = found.iter().map(|found| found.key).collect();
    let rows = world.desk.store().load(&keys).unwrap().into_iter();
    rows.filter_map(|row| match row?.record? {
        Record::Entry(entry) => Some(entry),
        _ => None,
    })
    .collect()
}

fn lens() -> Lens {
    Lens {
        by: vec![Dimension::Topic, Dimension::Team],
        ..Lens::default()
    }
}

fn measured<'a>(entries: impl IntoIterator<Item = &'a Arc<Entry>>) -> Measures {
    let mut measures = Measures::new(lens());
    entries.into_iter().for_each(|entry| measures.take(entry));
    measures
}

fn whole(measures: &Measures, world: &World) -> Figures {
    let mut whole = Figures::default();
    let cells = measures.figures(world.now()).unwrap();
    cells.values().for_each(|figures| whole.merge(figures));
    whole
}

/// Five cases: one answered well, one badly and changed, one followed by a scanner only, one not asked, one not sent yet.
fn asked(world: &World) {
    let scores: [Option<u8>; 3] = [Some(5), Some(1), None];
    for (n, score) in scores.into_iter().enumerate() {
        let customer = reachable(world, &format!("c{n}@example.com"));
        solved(world, customer);
        pass(world, TimeDelta::hours(1));
        let token = relay(world).iter().find_map(|it| it.survey).unwrap();
        world.run(FollowSurveyLink {
            token,
            score: Some(1),
        });
        if let Some(score) = score {
            world.run(AnswerSurvey::new(token, score));
        }
        if score == Some(1) {
            world.run(AnswerSurvey::new(token, 2));
        }
    }
    let silent = reachable(world, "c3@example.com");
    world.run(WithdrawConsent::new(
        silent,
        code!("survey"),
        code!("letter"),
    ));
    solved(world, silent);
    pass(world, TimeDelta::hours(1));
    solved(world, reachable(world, "c4@example.com"));
}

#[test]
fn a_follow_up_counts_with_its_answer_and_not_as_a_contact_of_the_customer() {
    let world = World::with(asking(after_case()));
    asked(&world);
    let figures = whole(&measured(&journal(&world)), &world);
    assert_eq!(figures.opened, 5, "what customers came with");
    assert_eq!(figures.backlog.n(), 0);
    assert_eq!(figures.repeat_contact.successes(), 0);
    let left_out: Vec<_> = figures.excluded.into_iter().collect();
    assert_eq!(left_out, [(code!("survey_follow_up"), 1)]);
    assert_eq!(figures.asking.following_up, 1);
}

#[test]
fn a_relationship_survey_counts_in_the_period_in_which_the_customer_is_asked() {
    let nps = Instrument::new(code!("recommend"), Scale::Nps);
    let programme = SurveyProgramme::new(code!("relation"), nps).repeating_every(days(90));
    let spec = aftercare::prelude::RulebookSpec::new().with_survey(programme);
    let world = World::with(spec);
    let customer = ayse(&world);
    world.run(PlanSurvey::with(customer, code!("relation")));
    let planned = |world: &World| {
        let cells = measured(&journal(world)).figures(world.now()).unwrap();
        let asked = cells.iter().map(|((day, _), figures)| {
            let asking = &figures.asking;
            (day.to_string(), asking.planned, asking.invited)
        });
        let asked: Vec<_> = asked.filter(|(_, planned, _)| *planned > 0).collect();
        asked
    };
    let first = planned(&world);
    assert_eq!(
        first.len(),
        1,
        "the next one is planned, and does not count yet"
    );
    assert_eq!((first[0].1, first[0].2), (1, 1));
    pass(&world, days(90));
    let both = planned(&world);
    assert_eq!(both.len(), 2);
    let month = world.now().format("%Y-%m-01").to_string();
    assert_eq!(both[1], (month, 1, 1));
    // Letting go of the first changes nothing about it.
    pass(&world, days(60));
    let mut settled = measured(&journal(&world));
    settled.settle(world.now()).unwrap();
    let now = measured(&journal(&world)).figures(world.now()).unwrap();
    assert_eq!(settled.figures(world.now()).unwrap(), now);
}

#[test]
fn surveys_are_counted_with_who_was_not_asked_and_why() {
    let world = World::with(asking(after_case()));
    asked(&world);
    let measures = measured(&journal(&world));
    let figures = whole(&measures, &world);
    let asking = &figures.asking;
    assert_eq!((asking.planned, asking.invited), (5, 3));
    assert_eq!(asking.skipped, [(code!("customer.no_consent"), 1)].into());
    let response = figures.response;
    assert_eq!(
        (response.delivered, response.answered, response.unconfirmed),
        (3, 2, 1)
    );
    assert_eq!(response.rate().value(), Some(2.0 / 3.0));
    let instrument = Instrument::new(code!("after_case"), Scale::CsatFive);
    let scores = &figures.scores[&instrument];
    let given: Vec<_> = scores.counts().filter(|(_, count)| *count > 0).collect();
    assert_eq!(
        given,
        [(2, 1), (5, 1)],
        "a changed answer counts once, as it stands"
    );
    assert_eq!((asking.followed_up.of(), asking.following_up), (0, 1));
    // Under the topic of the case that was asked about.
    let cells = measures.figures(world.now()).unwrap();
    let leak = Place {
        topic: Some(code!("leak")),
        ..Place::default()
    };
    let scored: Vec<_> = cells
        .iter()
        .filter(|(_, figures)| !figures.scores.is_empty())
        .map(|((_, place), _)| place.clone())
        .collect();
    assert_eq!(scored, [leak]);
    // The follow-up is late in three days, whether or not anybody looked.
    world.wait(days(3));
    let late = whole(&measures, &world).asking;
    assert_eq!(
        (late.followed_up.of(), late.followed_up.successes()),
        (1, 0)
    );
    assert_eq!(late.following_up, 0);
}

/// Two matters, one of which takes a second visit; a service in time; a claim repaired, one denied; points earned and spent.
fn kept_up(world: &World) {
    let customer = ayse(world);
    let staff = aftercare::kernel::StaffId::from_u128(11);
    let spec = TechnicianSpec::new(code!("field"));
    world.run(SetTechnician { staff, spec });
    for (n, is_fixed) in [true, false].into_iter().enumerate() {
        let visit = world.run(PlanVisit::new(customer, 60));
        let from = world.now() + TimeDelta::hours(1);
        let to = from + TimeDelta::hours(1);
        world.run(BookVisit {
            visit,
            technician: staff,
            from,
            to,
        });
        world.wait(TimeDelta::hours(if n == 0 { 1 } else { 3 }));
        world.run(BeginVisit { visit });
        let mut complete = CompleteVisit::fixed(visit);
        if !is_fixed {
            complete.findings.is_fixed = false;
            complete.follow_up_minutes = Some(30);
        }
        world.run(complete);
    }
    let plan = world.run(StartPlan::new(customer, code!("boiler")));
    pass(world, days(170));
    let due = world.ask(&OpenServices::new(plan)).services.len();
    assert_eq!(due, 1);
    world.run(RecordService::new(plan));

    world.run(DefineProduct::new(code!("NF-500")));
    let unit = world.run(RegisterUnit::new(customer, code!("NF-500")));
    world.run(StartWarranty::of(unit).sold_on(world.now().date_naive()));
    let claim =
        world.run(FileClaim::new(customer, unit).with_fault(code!("motor"), code!("stuck")));
    world.run(TriageClaim { claim });
    world.run(ApproveClaim::new(claim, Remedy::Repair));
    world.wait(days(4));
    let on = world.now().date_naive();
    world.run(RecordRepair::done(claim, on));
    world.run(FulfilClaim::given(claim, on));
    world.run(CloseClaim { claim });
    let denied = world.run(FileClaim::by_serial(customer, code!("A-1")));
    let reasons = vec![code!("no_such_unit")];
    world.run(DenyClaim {
        claim: denied,
        reasons,
    });

    world.run(club::purchase(customer, 1, 100_00));
    world.run(club::redeem(customer, 40));
}

fn company() -> World {
    let hours = BusinessHours::weekdays("UTC", "00:00", "24:00").unwrap();
    let terms =
        PlanTerms::by_calendar("+03:00".parse().unwrap(), Rule::every_months(6)).with_grace(30, 14);
    let warranty = WarrantyPolicy {
        terms: vec![Term::new(
            code!("maker"),
            TermKind::Manufacturer,
            Length::Years(2),
        )],
        offers: vec![Offer {
            term: code!("maker"),
            categories: [].into(),
            products: [].into(),
            sold_from: None,
            sold_until: None,
        }],
        ..WarrantyPolicy::default()
    };
    let spec = asking(after_case());
    World::with(
        aftercare::rulebook::RulebookSpec { warranty, ..spec }
            .with_calendar(code!("field"), hours)
            .with_plan(code!("boiler"), terms)
            .with_programme(club::programme()),
    )
}

#[test]
fn visits_services_claims_and_points_are_counted() {
    let world = company();
    kept_up(&world);
    let figures = whole(&measured(&journal(&world)), &world);
    let upkeep = &figures.upkeep;
    assert_eq!(
        (
            upkeep.first_time_fix.successes(),
            upkeep.first_time_fix.of()
        ),
        (1, 2)
    );
    assert_eq!(
        (upkeep.punctual.successes(), upkeep.punctual.of()),
        (1, 2),
        "one came after its window"
    );
    assert_eq!(upkeep.turnaround.n(), 2);
    assert_eq!((upkeep.kept.successes(), upkeep.kept.of()), (1, 1));
    let claims = &figures.claims;
    assert_eq!((claims.filed, claims.open), (2, 1));
    assert_eq!((claims.approved.successes(), claims.approved.of()), (1, 2));
    assert_eq!(claims.denied, [(code!("no_such_unit"), 1)].into());
    assert_eq!(
        claims
            .repair_turnaround
            .quantile(aftercare::kernel::BasisPoints::from_percent(50)),
        Some(4 * 86_400_000)
    );
    assert_eq!(claims.repeated.of(), 2);
    let points = &figures.points;
    assert_eq!(
        (points.earned, points.redeemed, points.active_members),
        (100, 40, 1)
    );
}

#[test]
fn points_that_are_gone_are_counted_in_the_month_in_which_they_went() {
    let world = company();
    kept_up(&world);
    pass(&world, days(500));
    let cells = measured(&journal(&world)).figures(world.now()).unwrap();
    let expired: Vec<_> = cells
        .values()
        .map(|it| it.points.expired)
        .filter(|it| *it > 0)
        .collect();
    assert_eq!(expired, [60]);
    let active: u64 = cells.values().map(|it| it.points.active_members).sum();
    assert_eq!(active, 1, "losing points is no activity");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// Each entry goes to any of four pieces, and the pieces are merged in any order, stored in between.
    #[test]
    fn the_parts_of_a_journal_make_up_the_whole(
        cut in prop::collection::vec(0_usize..4, 300),
        order in Just([0, 1, 2, 3]).prop_shuffle(),
        often in 1_usize..7,
    ) {
        let world = company();
        asked(&world);
        kept_up(&world);
        wake(&world);
        let journal = journal(&world);
        let at_once = measured(&journal);
        let expected = at_once.figures(world.now()).unwrap();
        let piece = |n: usize| {
            let own = journal.iter().zip(cut.iter().cycle()).filter(|(_, to)| **to == n);
            measured(own.map(|(entry, _)| entry))
        };
        let mut merged = Measures::new(lens());
        for n in order {
            let json = serde_json::to_string(&piece(n)).unwrap();
            merged.merge(serde_json::from_str(&json).unwrap()).unwrap();
        }
        prop_assert_eq!(&merged.figures(world.now()).unwrap(), &expected);

        // Letting go of what is over changes no figure.
        let mut settled = Measures::new(lens());
        for (n, entry) in journal.iter().enumerate() {
            settled.take(entry);
            let is_last = journal.get(n + 1).is_none_or(|next| next.stamp.at > entry.stamp.at);
            if n % often == 0 && is_last {
                settled.settle(entry.stamp.at + TimeDelta::milliseconds(1)).unwrap();
            }
        }
        prop_assert_eq!(&settled.figures(world.now()).unwrap(), &expected);
    }
}

#[test]
fn what_is_over_is_let_go() {
    let world = company();
    asked(&world);
    kept_up(&world);
    pass(&world, days(100));
    let mut measures = measured(&journal(&world));
    world.wait(days(60));
    let figures = whole(&measures, &world);
    measures.settle(world.now()).unwrap();
    let json = serde_json::to_value(&measures).unwrap();
    let left = |of: &str| json[of].as_object().unwrap().len();
    // A follow-up nobody closed, a visit nobody booked.
    assert_eq!(["surveys", "visits"].map(left), [1, 1]);
    let over = ["services", "members", "claims", "orders"];
    assert_eq!(over.map(left), [0, 0, 0, 0]);
    assert_eq!(whole(&measures, &world), figures);
}
