use aftercare::case::{
    AssignCase, CallOffCase, FindCase, OpenCase, OpenCases, Queue, ReopenCase, Severity, ViewCase,
};
use aftercare::code;
use aftercare::interaction::Channel;
use aftercare::kernel::Actor;
use aftercare::sla::{Speaker, StatusCategory};

use super::status::to;
use super::world::{World, agent, days};

#[test]
fn a_customer_opens_reopens_and_calls_off_their_own_cases_only() {
    let world = World::standard();
    let stranger = Actor::Customer(world.register("eve@example.org"));
    let open = OpenCase::new(world.customer, Channel::SelfService, "It leaks");
    let refusal = world.try_as(stranger.clone(), open.clone()).unwrap_err();
    assert_eq!(refusal.code(), "record.not_found");
    let case = world.try_as(world.me(), open).unwrap();
    world.run(to(case, "solved"));
    let reopen = ReopenCase {
        case,
        reason: code!("not_fixed"),
    };
    let refusal = world.try_as(stranger.clone(), reopen.clone()).unwrap_err();
    assert_eq!(refusal.code(), "record.not_found");
    world.try_as(world.me(), reopen).unwrap();
    let off = CallOffCase {
        case,
        reason: code!("withdrawn"),
    };
    let refusal = world.try_as(stranger, off.clone()).unwrap_err();
    assert_eq!(refusal.code(), "record.not_found");
    world.try_as(world.me(), off).unwrap();
    assert_eq!(world.case(case).category, StatusCategory::Closed);
}

#[test]
fn a_customer_reopens_within_the_window_and_staff_at_any_time_before_it_is_closed() {
    let mut spec = aftercare::rulebook::RulebookSpec::default();
    spec.cases.close_after_ms = None;
    let world = World::new(spec);
    let case = world.open();
    world.run(to(case, "solved"));
    world.pass(days(15));
    let reopen = ReopenCase {
        case,
        reason: code!("not_fixed"),
    };
    let refusal = world.try_as(world.me(), reopen.clone()).unwrap_err();
    assert_eq!(refusal.code(), "case.already_closed");
    world.run(reopen);
}

#[test]
fn a_customer_who_opens_a_case_sets_neither_its_urgency_nor_its_way() {
    let world = World::standard();
    let bare = || OpenCase::bare(world.customer);
    let wishes = [
        OpenCase {
            priority: Some(code!("urgent")),
            ..bare()
        },
        OpenCase {
            contract: Some(code!("platinum")),
            ..bare()
        },
        OpenCase {
            reference: Some(code!("erp-1")),
            ..bare()
        },
        OpenCase {
            team: Some(code!("board")),
            ..bare()
        },
        OpenCase {
            complaint: Some(Severity::Major),
            ..bare()
        },
    ];
    for wish in wishes {
        let refusal = world.try_as(world.me(), wish.clone()).unwrap_err();
        assert_eq!(refusal.code(), "access.denied", "{wish:?}");
        world.run(wish);
    }
    let case = OpenCase {
        topic: Some(code!("leak")),
        product: Some(code!("boiler")),
        complaint: Some(Severity::Minor),
        begun_by: Speaker::Human,
        ..bare()
    };
    let case = world.case(world.try_as(world.me(), case).unwrap());
    assert_eq!(
        (case.customer_messages, &case.priority),
        (1, &code!("normal"))
    );
}

#[test]
fn a_customer_sees_their_case_without_its_file_and_no_list_of_others() {
    let world = World::standard();
    let case = world.run(OpenCase {
        team: Some(code!("parcels")),
        reference: Some(code!("erp-1")),
        ..OpenCase::new(world.customer, Channel::Email, "Hello")
    });
    let view = ViewCase {
        case,
        at: world.now(),
    };
    assert!(
        world
            .desk
            .ask(&world.me(), &view)
            .unwrap()
            .dossier
            .is_none()
    );
    assert!(world.desk.ask(&agent(), &view).unwrap().dossier.is_some());
    let stranger = Actor::Customer(world.register("eve@example.org"));
    assert_eq!(
        world.desk.ask(&stranger, &view).unwrap_err().code(),
        "record.not_found"
    );
    let find = FindCase {
        reference: code!("erp-1"),
    };
    assert_eq!(world.desk.ask(&agent(), &find).unwrap(), Some(case));
    assert_eq!(world.desk.ask(&stranger, &find).unwrap(), None);
    assert_eq!(world.desk.ask(&world.me(), &find).unwrap(), Some(case));
    let of = Queue::Team(code!("parcels"));
    let list = OpenCases {
        of,
        after: None,
        limit: 10,
    };
    assert_eq!(world.desk.ask(&agent(), &list).unwrap().cases.len(), 1);
    let page = world.desk.ask(&world.me(), &list).unwrap();
    assert!(page.cases.is_empty() && page.next.is_none());
    let assign = AssignCase { case, to: None };
    let refusal = world.try_as(world.me(), assign).unwrap_err();
    assert_eq!(refusal.code(), "access.denied");
}
