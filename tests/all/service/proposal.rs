//! Slots: which are proposed, and why others are not.

use aftercare::calendar::Period;
use aftercare::code;
use aftercare::kernel::Actor;
use aftercare::service::{
    BookVisit, CancelVisit, PassedOver, PlanVisit, ProposeSlots, Refusal, SetTechnician,
    SlotReason, TechnicianSpec, VisitStatus,
};

use super::world::{World, at, book, monthly, reason};

#[test]
fn slots_are_proposed_earliest_first_then_the_shortest_way_then_the_emptiest_day() {
    let world = World::with(monthly(), "2026-01-15");
    let (near, far, unskilled) = (
        world.technician(1),
        world.technician(2),
        world.technician(3),
    );
    let spec = TechnicianSpec::new(code!("field"));
    world.run(SetTechnician {
        staff: unskilled,
        spec,
    });
    let visit = world.run(PlanVisit::new(world.customer, 60).needing_skill(code!("gas")));
    let busy = world.run(PlanVisit::new(world.customer, 60));
    world.run(book(busy, near, "2026-02-13T07:00:00Z"));
    let period = |from: &str, to: &str| Period {
        start: at(from),
        end: at(to),
    };
    let wishes = vec![period("2026-02-13T00:00:00Z", "2026-02-13T10:00:00Z")];
    let ask = ProposeSlots::new(visit, world.now(), wishes.clone())
        .with_travel(near, 5)
        .with_travel(far, 50);
    let proposal = world.ask(&ask);
    let begins: Vec<_> = proposal
        .slots
        .iter()
        .map(|slot| (slot.technician.as_u128(), slot.from))
        .collect();
    assert_eq!(
        begins,
        [
            (2, at("2026-02-13T07:00:00Z")),
            (1, at("2026-02-13T08:00:00Z")),
            (2, at("2026-02-13T08:00:00Z")),
            (1, at("2026-02-13T09:00:00Z")),
            (2, at("2026-02-13T09:00:00Z")),
        ]
    );
    let reasons = &proposal.slots[0].reasons;
    assert!(reasons.contains(&SlotReason::Earliest) && reasons.contains(&SlotReason::Travel(50)));
    let skill = code!("gas");
    assert_eq!(
        proposal.passed_over[&unskilled],
        [PassedOver::CannotDoIt(Refusal::SkillMissing { skill })]
    );
    assert_eq!(proposal.passed_over.len(), 1);
    // At the same time the shorter way wins.
    let later = vec![period("2026-02-13T08:00:00Z", "2026-02-13T10:00:00Z")];
    let ask = ProposeSlots {
        wishes: later,
        ..ask
    };
    assert_eq!(world.ask(&ask).slots[0].technician.as_u128(), 1);
    // And without known ways, whoever has less to do that day.
    let ask = ProposeSlots {
        travel_minutes: std::collections::BTreeMap::new(),
        ..ask
    };
    let best = world.ask(&ask).slots[0].clone();
    assert_eq!(best.technician.as_u128(), 2);
    world.run(BookVisit::slot(visit, &best));
    assert_eq!(world.get(visit).status, VisitStatus::Booked);
}

#[test]
fn a_customer_has_a_choice_of_slots_even_with_one_technician() {
    let world = World::with(monthly(), "2026-01-15");
    let deniz = world.technician(7);
    let visit = world.run(PlanVisit::new(world.customer, 90));
    let wish = Period {
        start: at("2026-02-13T13:10:00Z"),
        end: at("2026-02-16T12:00:00Z"),
    };
    let busy = world.run(PlanVisit::new(world.customer, 60));
    world.run(book(busy, deniz, "2026-02-16T08:00:00Z"));
    let ask = ProposeSlots::new(visit, world.now(), vec![wish]);
    let begins = |ask: &ProposeSlots| -> Vec<_> {
        let slots = world.ask(ask).slots;
        slots.iter().map(|slot| slot.from).collect()
    };
    // Until five on Friday, in Berlin; from eight on Monday, where the hour from nine is booked.
    let expected = [
        "2026-02-13T13:10:00Z",
        "2026-02-16T09:00:00Z",
        "2026-02-16T10:30:00Z",
    ];
    assert_eq!(begins(&ask), expected.map(at));
    let two = ProposeSlots { limit: 2, ..ask };
    assert_eq!(begins(&two), [at(expected[0]), at(expected[1])]);
}

#[test]
fn whoever_is_not_proposed_has_a_reason_for_each_wish() {
    let world = World::with(monthly(), "2026-01-15");
    let (free, full, away, late) = (
        world.technician(1),
        world.technician(2),
        world.technician(3),
        world.technician(4),
    );
    let north = TechnicianSpec::new(code!("field")).in_area(code!("north"));
    world.run(SetTechnician {
        staff: away,
        spec: north,
    });
    let plan = || world.run(PlanVisit::new(world.customer, 60).in_area(code!("south")));
    for (technician, from) in [
        (full, "2026-02-13T08:00:00Z"),
        (full, "2026-02-16T08:00:00Z"),
        (late, "2026-02-13T08:00:00Z"),
    ] {
        world.run(book(plan(), technician, from));
    }
    let visit = plan();
    let period = |from: &str, to: &str| Period {
        start: at(from),
        end: at(to),
    };
    let wishes = vec![
        period("2026-02-13T08:00:00Z", "2026-02-13T09:00:00Z"),
        period("2026-02-16T08:00:00Z", "2026-02-16T09:30:00Z"),
        period("2026-02-14T08:00:00Z", "2026-02-14T18:00:00Z"),
        period("2026-02-17T08:00:00Z", "2026-02-17T08:59:00Z"),
        period("2026-01-14T08:00:00Z", "2026-01-14T18:00:00Z"),
    ];
    let ask = ProposeSlots {
        limit: 1,
        ..ProposeSlots::new(visit, world.now(), wishes)
    };
    let proposal = world.ask(&ask);
    assert_eq!(proposal.slots.len(), 1);
    assert_eq!(proposal.slots[0].technician, free);
    assert!(!proposal.is_partial && !proposal.passed_over.contains_key(&free));
    let codes: Vec<_> = proposal.passed_over[&full]
        .iter()
        .map(|why| match why {
            PassedOver::NotFree { wish, why } => (*wish, why.code()),
            other => panic!("{other:?}"),
        })
        .collect();
    let expected = [
        (1, "service.double_booked"),
        (2, "service.double_booked"),
        (3, "service.outside_hours"),
        (4, "service.window_too_short"),
        (5, "service.window_past"),
    ];
    assert_eq!(codes, expected);
    let area = code!("south");
    assert_eq!(
        proposal.passed_over[&away],
        [PassedOver::CannotDoIt(Refusal::OtherArea { area })]
    );
    let from = at("2026-02-16T08:00:00Z");
    assert_eq!(proposal.passed_over[&late], [PassedOver::Outdone { from }]);
}

#[test]
fn wishes_that_mean_nothing_are_refused_by_name() {
    let world = World::with(monthly(), "2026-01-15");
    world.technician(7);
    let visit = world.run(PlanVisit::new(world.customer, 60));
    let refused = |wishes: Vec<Period>| {
        let ask = ProposeSlots::new(visit, world.now(), wishes);
        let refused = world.desk.ask(&Actor::System, &ask).unwrap_err();
        refused.code().to_owned()
    };
    let wish = |from: &str, to: &str| Period {
        start: at(from),
        end: at(to),
    };
    assert_eq!(refused(Vec::new()), "service.no_wishes");
    let reversed = wish("2026-02-13T09:00:00Z", "2026-02-13T08:00:00Z");
    assert_eq!(refused(vec![reversed]), "service.window_too_short");
    let over = wish("2026-01-14T08:00:00Z", "2026-01-15T08:00:00Z");
    assert_eq!(refused(vec![over]), "service.window_past");
    let long = wish("2026-02-01T00:00:00Z", "2026-04-04T00:00:01Z");
    assert_eq!(refused(vec![long]), "service.wishes_too_long");
    let day = wish("2026-02-13T08:00:00Z", "2026-02-13T18:00:00Z");
    assert_eq!(refused(vec![day; 21]), "service.too_many_wishes");
    let none = ProposeSlots {
        limit: 0,
        ..ProposeSlots::new(visit, world.now(), vec![day; 20])
    };
    assert_eq!(world.ask(&none).slots.len(), 1, "one at least");
    let reason = reason();
    world.run(CancelVisit { visit, reason });
    assert_eq!(refused(vec![day]), "service.visit_not_possible");
}
