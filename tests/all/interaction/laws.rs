//! What holds whatever happens to a contact.

use aftercare::code;
use aftercare::interaction::{
    AbandonContact, AnswerContact, Channel, ClassifyInteraction, CorrectContent, EndContact,
    HoldContact, Interaction, JoinCase, Mark, MarkInteraction, Move, RedactContent, Refusal as R,
    ResumeContact, StartContact, Status, TransferContact,
};
use aftercare::kernel::{CaseId, InteractionId};
use aftercare::work::Refusal;
use proptest::prelude::*;

use super::world::{World, agent};

#[derive(Clone, Copy, Debug)]
enum Act {
    Take(Move),
    Join,
    Classify,
    Mark,
    Correct,
    Redact,
}

fn acts() -> impl Strategy<Value = Vec<(Act, i64)>> {
    let act = prop_oneof![
        6 => prop::sample::select(Move::ALL).prop_map(Act::Take),
        1 => prop::sample::select(vec![
            Act::Join, Act::Classify, Act::Mark, Act::Correct, Act::Redact,
        ]),
    ];
    // Clocks may run behind.
    prop::collection::vec((act, -3_000..10_000i64), 0..25)
}

/// Takes a move; the refusal, if it was one.
fn take(world: &World, now: i64, interaction: InteractionId, step: Move) -> Option<Refusal> {
    let (agent, to) = (agent(), code!("second"));
    let result = match step {
        Move::Answer => world.run(now, &agent, AnswerContact::new(interaction)),
        Move::Hold => world.run(now, &agent, HoldContact { interaction }),
        Move::Resume => world.run(now, &agent, ResumeContact { interaction }),
        Move::Transfer => world.run(now, &agent, TransferContact { interaction, to }),
        Move::End => world.run(now, &agent, EndContact::new(interaction).with_text("end")),
        Move::Abandon => {
            let reason = None;
            world.run(
                now,
                &agent,
                AbandonContact {
                    interaction,
                    reason,
                },
            )
        }
    };
    result.err().map(|error| error.refusal().unwrap().clone())
}

fn act(
    world: &World,
    now: i64,
    (interaction, case): (InteractionId, CaseId),
    act: Act,
) -> Option<Refusal> {
    let agent = agent();
    let result = match act {
        Act::Take(step) => return take(world, now, interaction, step),
        Act::Join => world.run(now, &agent, JoinCase { interaction, case }),
        Act::Classify => {
            let (phase, about) = (None, Default::default());
            let classify = ClassifyInteraction {
                interaction,
                phase,
                about,
            };
            world.run(now, &agent, classify)
        }
        Act::Mark => {
            let mark = Some(Mark::Test);
            world.run(now, &agent, MarkInteraction { interaction, mark })
        }
        Act::Correct => world.run(now, &agent, CorrectContent::new(interaction, "x")),
        Act::Redact => {
            let reason = None;
            world.run(
                now,
                &agent,
                RedactContent {
                    interaction,
                    reason,
                },
            )
        }
    };
    result.err().map(|error| error.refusal().unwrap().clone())
}

/// All time since the start is waiting, talking or holding.
fn adds_up(contact: &Interaction) {
    let times = &contact.times;
    let counted = times.waited_ms + times.talked_ms + times.held_ms;
    let passed = (times.since - contact.started_at).num_milliseconds();
    assert_eq!(i64::try_from(counted).unwrap(), passed);
    if contact.status.is_over() {
        assert_eq!(contact.ended_at, Some(times.since));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_course_follows_the_table_adds_up_and_can_be_told_again_from_its_events(acts in acts()) {
        let world = World::new();
        let customer = world.customer(1);
        let case = world.case(customer, 0);
        let start = StartContact::from_customer(customer, Channel::Phone);
        let id = world.done(0, &agent(), start.with_team(code!("first")));
        let mut now = 0;
        for (what, pause) in acts {
            now += pause;
            let before = world.contact(id);
            let refusal = act(&world, now, (id, case), what);
            let after = world.contact(id);
            match what {
                Act::Take(step) => match before.status.after(step) {
                    Some(next) => {
                        prop_assert_eq!(refusal, None);
                        prop_assert_eq!(after.status, next);
                    }
                    None => {
                        let refused = R::NotPossible {
                            attempted: step,
                            status: before.status,
                            allowed: before.status.moves(),
                        };
                        prop_assert_eq!(refusal, Some(Refusal::Interaction(refused)));
                        prop_assert_eq!(&after, &before);
                    }
                },
                Act::Redact => prop_assert_eq!(refusal.is_some(), before.content.is_none()),
                Act::Join | Act::Classify | Act::Mark | Act::Correct => {
                    prop_assert_eq!(refusal, None);
                }
            }
            adds_up(&after);
            world.assert_told();
            prop_assert_eq!(world.words(id).is_some(), after.content.is_some());
        }
    }
}

#[test]
fn every_pair_of_status_and_move_is_kept_by_the_desk() {
    let ways: [(Status, &[Move]); 5] = [
        (Status::Waiting, &[]),
        (Status::Active, &[Move::Answer]),
        (Status::Held, &[Move::Answer, Move::Hold]),
        (Status::Ended, &[Move::Answer, Move::End]),
        (Status::Abandoned, &[Move::Abandon]),
    ];
    for (status, way) in ways {
        for &step in Move::ALL {
            let world = World::new();
            let customer = world.customer(1);
            let start = StartContact::from_customer(customer, Channel::Chat);
            let id = world.done(0, &agent(), start);
            for &earlier in way {
                assert_eq!(take(&world, 0, id, earlier), None);
            }
            assert_eq!(world.contact(id).status, status);
            let refusal = take(&world, 0, id, step);
            assert_eq!(
                refusal.is_none(),
                status.after(step).is_some(),
                "{status}, {step}"
            );
        }
    }
}
