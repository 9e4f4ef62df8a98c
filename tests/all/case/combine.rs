use aftercare::case::{
    CallOffCase, LinkCases, LinkKind, MergeCases, Packet, RecordFact, SplitCase, TransferCase,
    UnlinkCases,
};
use aftercare::code;
use aftercare::customer::MergeCustomers;
use aftercare::kernel::{CaseId, Personal};
use aftercare::sla::{EndReason, Metric, Reason, StatusCategory};

use super::status::to;
use super::world::{World, hours, policy, promising, within};

fn merge(survivor: CaseId, merged: CaseId) -> MergeCases {
    MergeCases { survivor, merged }
}

fn known(case: CaseId) -> RecordFact {
    RecordFact {
        case,
        fact: code!("serial_number"),
        value: Personal::new("A-1".into()),
        source: code!("customer"),
    }
}

#[test]
fn one_case_goes_on_and_the_other_points_at_it() {
    let solved = within(code!("solve"), Metric::Resolution, hours(8));
    let world = World::new(promising([policy(code!("standard"), [solved])]));
    let (a, b) = (world.open(), world.open());
    world.run(known(b));
    world.asks(b);
    let story = world.story(b).len();
    world.run(merge(a, b));
    let (one, other) = (world.case(a), world.case(b));
    assert_eq!((one.merged_into, one.absorbed.as_slice()), (None, &[b][..]));
    assert_eq!(
        (other.merged_into, other.category),
        (Some(a), StatusCategory::Closed)
    );
    assert_eq!(other.first_solved_at, None, "merging does not solve");
    assert!(world.story(b).len() > story, "its history stays");
    let ended = world.clock(b, Metric::Resolution, None).reasons.pop();
    assert!(matches!(
        ended,
        Some(Reason::EndedAt {
            reason: EndReason::Merged,
            ..
        })
    ));
    assert!(
        world
            .dossier(a)
            .unwrap()
            .facts
            .contains_key("serial_number")
    );
    assert!(
        world
            .dossier(b)
            .unwrap()
            .facts
            .contains_key("serial_number")
    );
}

#[test]
fn what_is_said_about_a_merged_case_goes_to_the_last_survivor() {
    let world = World::standard();
    let (a, b, c) = (world.open(), world.open(), world.open());
    world.run(merge(b, c));
    world.run(merge(a, b));
    let said = world.asks(c);
    assert_eq!(world.interaction(said).case, Some(a));
    assert_eq!(world.case(a).customer_messages, 2);
    assert_eq!(world.case(c).customer_messages, 1);
}

#[test]
fn cycles_itself_other_customers_and_closed_survivors_are_refused() {
    let world = World::standard();
    let (a, b) = (world.open(), world.open());
    assert_eq!(world.refused(merge(a, a)), "case.itself");
    world.run(merge(a, b));
    assert_eq!(world.refused(merge(b, a)), "case.merged");
    assert_eq!(world.refused(merge(a, b)), "case.merged");
    assert_eq!(world.refused(to(b, "open")), "case.merged");
    let mut other = World::standard();
    let mine = other.open();
    let me = other.customer;
    other.customer = other.register("eve@example.org");
    let theirs = other.open();
    assert_eq!(other.refused(merge(mine, theirs)), "case.other_customer");
    other.run(MergeCustomers {
        survivor: me,
        merged: other.customer,
    });
    other.run(merge(mine, theirs));
    let (c, d) = (world.open(), world.open());
    world.run(to(c, "solved"));
    assert_eq!(world.refused(merge(c, d)), "case.already_closed");
    world.run(merge(d, c));
    assert_eq!(world.case(c).closes_at, None);
}

#[test]
fn a_split_keeps_references_both_ways_and_takes_the_facts_along() {
    let world = World::standard();
    let case = world.open();
    world.run(known(case));
    let split = world.run(SplitCase {
        case,
        subject: Some(Personal::new("The other matter".into())),
        topic: Some(code!("billing")),
        team: None,
    });
    assert_eq!(world.case(case).links, [(LinkKind::SplitInto, split)]);
    assert_eq!(world.case(split).links, [(LinkKind::SplitFrom, case)]);
    assert_eq!(world.case(split).topic, Some(code!("billing")));
    assert!(
        world
            .dossier(split)
            .unwrap()
            .facts
            .contains_key("serial_number")
    );
}

#[test]
fn a_link_is_there_on_both_sides_once_and_can_be_cut_from_either() {
    let world = World::standard();
    let (case, other) = (world.open(), world.open());
    let kind = LinkKind::CauseOf;
    let link = LinkCases {
        case,
        kind,
        to: other,
    };
    world.run(link.clone());
    assert_eq!(world.refused(link), "case.same_link");
    assert_eq!(world.case(case).links, [(LinkKind::CauseOf, other)]);
    assert_eq!(world.case(other).links, [(LinkKind::CausedBy, case)]);
    let itself = LinkCases {
        case,
        kind,
        to: case,
    };
    assert_eq!(world.refused(itself), "case.itself");
    let cut = UnlinkCases {
        case: other,
        kind: LinkKind::CausedBy,
        to: case,
    };
    world.run(cut.clone());
    assert!(world.case(case).links.is_empty() && world.case(other).links.is_empty());
    assert_eq!(world.refused(cut), "case.same_link");
}

#[test]
fn a_link_to_another_customers_case_never_takes_words_there() {
    let mut world = World::standard();
    let mine = world.open();
    let me = world.customer;
    world.customer = world.register("eve@example.org");
    world.pass(hours(1));
    let theirs = world.open();
    world.customer = me;
    world.run(LinkCases {
        case: mine,
        kind: LinkKind::FollowedUpBy,
        to: theirs,
    });
    world.run(to(mine, "closed"));
    let said = world.asks(mine);
    assert_ne!(world.interaction(said).case, Some(theirs));
    assert_eq!(world.case(theirs).customer_messages, 1);
}

#[test]
fn nothing_personal_is_written_about_a_customer_who_is_erased() {
    let world = World::standard();
    let case = world.run(aftercare::case::OpenCase {
        team: Some(code!("a")),
        ..aftercare::case::OpenCase::bare(world.customer)
    });
    let reason = code!("asked");
    let customer = world.customer;
    world.run(known(case));
    let erase = aftercare::customer::EraseCustomer { customer, reason };
    world
        .try_as(aftercare::kernel::Actor::System, erase)
        .unwrap();
    world.wake();
    assert_eq!(world.dossier(case), None);
    assert_eq!(world.refused(known(case)), "customer.erased");
    let packet = Packet::new("Money back", "How much?");
    let transfer = TransferCase {
        case,
        to: code!("b"),
        packet,
    };
    assert_eq!(world.refused(transfer), "customer.erased");
    world.run(CallOffCase {
        case,
        reason: code!("erased"),
    });
}
