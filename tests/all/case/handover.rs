use aftercare::case::{
    AskForFact, CaseEvent, OpenCase, Packet, RecordFact, Refusal, RouteCase, Slot, TeamPolicy,
    TransferCase, UnpinOwner,
};
use aftercare::code;
use aftercare::kernel::{Actor, CaseId, Code, Personal, StaffId};
use aftercare::rulebook::RulebookSpec;
use aftercare::sla::{Metric, Origin};
use aftercare::work;

use super::world::{World, hours, policy, promising, within};

fn pass_on(case: CaseId, to: &str) -> TransferCase {
    TransferCase {
        case,
        to: Code::try_new(to).unwrap(),
        packet: Packet::default(),
    }
}

fn routed(world: &World) -> CaseId {
    let case = world.open();
    world.run(RouteCase {
        case,
        to: code!("a"),
    });
    case
}

#[test]
fn the_first_routing_is_no_transfer() {
    let world = World::standard();
    let case = world.open();
    assert_eq!(world.refused(pass_on(case, "a")), "case.no_team");
    world.run(RouteCase {
        case,
        to: code!("a"),
    });
    let again = RouteCase {
        case,
        to: code!("b"),
    };
    assert_eq!(world.refused(again), "case.has_team");
    let route = world.case(case).route.clone();
    assert_eq!(
        (route.transfers, route.teams.clone()),
        (0, vec![code!("a")])
    );
    assert_eq!(world.refused(pass_on(case, "a")), "case.same_team");
}

#[test]
fn transfers_are_counted_with_distinct_teams_and_bounces() {
    let mut spec = RulebookSpec::default();
    spec.cases.pin_after_transfers = None;
    let world = World::new(spec);
    let case = routed(&world);
    for team in ["b", "a", "c", "b"] {
        world.run(pass_on(case, team));
    }
    let route = world.case(case).route.clone();
    assert_eq!(
        (route.transfers, route.bounces),
        (4, 1),
        "only a-b-a is a bounce"
    );
    assert_eq!(route.teams, [code!("a"), code!("b"), code!("c")]);
}

#[test]
fn after_so_many_transfers_the_owner_is_pinned_until_somebody_with_leave_unpins() {
    let mut spec = RulebookSpec::default();
    spec.cases.pin_after_transfers = Some(2);
    let world = World::new(spec);
    let case = routed(&world);
    world.run(pass_on(case, "b"));
    assert!(!world.case(case).route.pinned);
    world.run(pass_on(case, "c"));
    assert!(world.case(case).route.pinned);
    let refusal = world.try_run(pass_on(case, "d")).unwrap_err();
    let pinned = Refusal::OwnerPinned { transfers: 2 };
    assert_eq!(refusal, work::Refusal::Case(pinned));
    let unpin = UnpinOwner {
        case,
        reason: code!("wrong_team"),
    };
    let agent = Actor::staff(StaffId::from_u128(8), code!("agent"));
    let refusal = world.try_as(agent, unpin.clone()).unwrap_err();
    assert_eq!(refusal.code(), "access.denied");
    world.run(unpin);
    world.run(pass_on(case, "d"));
    assert!(world.case(case).route.pinned, "the next one pins again");
}

#[test]
fn a_transfer_resets_no_clock_that_faces_the_customer() {
    let reply = within(code!("reply"), Metric::FirstResponse, hours(4));
    let own = within(code!("own"), Metric::Resolution, hours(4)).from_assignment();
    let sla = [
        policy(code!("sla"), [reply]),
        policy(code!("ola"), [own]).in_group(code!("ola")),
    ];
    let world = World::new(promising(sla));
    let case = world.open();
    world.pass(hours(1));
    world.run(RouteCase {
        case,
        to: code!("a"),
    });
    let before = world.case(case).clocks.clone();
    world.pass(hours(1));
    world.run(pass_on(case, "b"));
    assert_eq!(world.case(case).clocks, before);
    let clock = world.clock(case, Metric::Resolution, Some("ola"));
    assert_eq!(clock.key.origin, Origin::Assignment);
    assert_eq!(clock.consumed_ms, 3_600_000, "from the first assignment");
}

fn strict() -> World {
    let mut spec = RulebookSpec::default();
    let required = vec![
        Slot::Goal,
        Slot::Fact(code!("serial_number")),
        Slot::Question,
    ];
    let team = TeamPolicy { required };
    spec.cases.teams.insert(code!("workshop"), team);
    World::new(spec)
}

#[test]
fn a_hand_over_without_what_the_team_asks_for_is_refused_with_the_list() {
    let world = strict();
    let case = routed(&world);
    let mut transfer = pass_on(case, "workshop");
    transfer.packet = Packet::new("A printer that prints", "  ");
    let refusal = world.try_run(transfer.clone()).unwrap_err();
    let incomplete = Refusal::HandOverIncomplete {
        team: code!("workshop"),
        missing: vec![Slot::Fact(code!("serial_number")), Slot::Question],
    };
    assert_eq!(refusal, work::Refusal::Case(incomplete));
    world.run(RecordFact {
        case,
        fact: code!("serial_number"),
        value: Personal::new("A-1".into()),
        source: code!("invoice"),
    });
    transfer.packet = Packet::new("A printer that prints", "Is it the drum?");
    world.run(transfer);
    assert_eq!(world.case(case).route.team, Some(code!("workshop")));
}

#[test]
fn the_packet_is_on_file_and_never_in_events() {
    let world = strict();
    let case = routed(&world);
    let packet = Packet::new("A quiet fan", "Which one?")
        .with_fact(code!("serial_number"), "SECRET-1", code!("customer"))
        .with_step("Cleaned it", "Still loud")
        .with_promise("A call on Friday");
    let to = code!("workshop");
    world.run(TransferCase {
        case,
        to,
        packet: packet.clone(),
    });
    let file = world.dossier(case).unwrap();
    assert_eq!(file.hand_overs[0].packet, packet);
    assert!(file.facts.contains_key("serial_number"));
    let story = world.story(case);
    let slots = story.iter().find_map(|(_, event)| match event {
        CaseEvent::Transferred { packet, .. } => Some(packet.clone()),
        _ => None,
    });
    let all = [
        Slot::Goal,
        Slot::Facts,
        Slot::Steps,
        Slot::Promises,
        Slot::Question,
    ];
    assert_eq!(slots.unwrap(), all);
    for (entry, _) in &story {
        let text = serde_json::to_string(entry.as_ref()).unwrap();
        for words in ["quiet", "SECRET", "Cleaned", "Friday"] {
            assert!(!text.contains(words), "{text}");
        }
    }
    assert!(
        !serde_json::to_string(&*world.case(case))
            .unwrap()
            .contains("SECRET")
    );
}

#[test]
fn asking_for_a_fact_on_file_is_recorded_as_a_repeat() {
    let world = World::standard();
    let case = world.run(OpenCase::bare(world.customer));
    let ask = AskForFact {
        case,
        fact: code!("serial_number"),
    };
    assert!(!world.run(ask.clone()));
    world.run(RecordFact {
        case,
        fact: code!("serial_number"),
        value: Personal::new("A-1".into()),
        source: code!("customer"),
    });
    assert!(world.run(ask));
    assert_eq!(world.case(case).repeat_asks, 1);
}

fn serial(case: CaseId, value: impl Into<String>) -> RecordFact {
    RecordFact {
        case,
        fact: code!("serial"),
        value: Personal::new(value.into()),
        source: code!("customer"),
    }
}

#[test]
fn a_fact_that_says_nothing_is_no_fact() {
    let world = World::standard();
    let case = routed(&world);
    assert_eq!(world.refused(serial(case, " \t")), "case.blank_fact");
    let packet = Packet::new("goal", "question").with_fact(code!("serial"), "", code!("customer"));
    let blank = TransferCase {
        packet,
        ..pass_on(case, "b")
    };
    assert_eq!(world.refused(blank), "case.blank_fact");
    let fact = code!("serial");
    assert!(!world.run(AskForFact { case, fact }), "nothing is on file");
}

#[test]
fn a_file_takes_so_much_and_no_more() {
    use aftercare::case::{Dossier, SplitCase};

    let world = World::standard();
    let case = routed(&world);
    let longest = "ü".repeat(Dossier::LONGEST / 2);
    world.run(serial(case, longest.clone()));
    let longer = || format!("{longest}!");
    assert_eq!(world.refused(serial(case, longer())), "case.too_long");
    let packet = Packet::new(longer(), "question");
    let transfer = TransferCase {
        packet,
        ..pass_on(case, "b")
    };
    assert_eq!(world.refused(transfer), "case.too_long");
    let subject = Some(Personal::new(longer()));
    let split = SplitCase {
        case,
        subject: subject.clone(),
        topic: None,
        team: None,
    };
    assert_eq!(world.refused(split), "case.too_long");
    let open = OpenCase {
        subject,
        ..OpenCase::bare(world.case(case).customer)
    };
    assert_eq!(world.refused(open), "case.too_long");
    for n in 1..Dossier::MOST {
        let fact = Code::try_new(&format!("fact {n}")).unwrap();
        world.run(RecordFact {
            fact,
            ..serial(case, "x")
        });
    }
    let fact = code!("one_more");
    let full = RecordFact {
        fact,
        ..serial(case, "x")
    };
    assert_eq!(world.refused(full), "case.file_full");
}
